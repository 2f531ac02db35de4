// Man writes the manual pages into a directory:
//
//	go run ./internal/gen/man docs/man
package main

import (
	"log"
	"os"
	"path/filepath"

	"github.com/trapline/trapline/internal/cli"
)

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: man DIR")
	}
	for name, text := range cli.Manuals() {
		if err := os.WriteFile(filepath.Join(os.Args[1], name), []byte(text), 0o644); err != nil {
			log.Fatal(err)
		}
	}
}
