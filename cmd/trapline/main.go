// Trapline traces Linux programs. All of it is in internal/cli.
package main

import (
	"os"

	"github.com/trapline/trapline/internal/cli"
)

func main() { os.Exit(cli.Main(os.Args)) }
