// Picture makes the picture of a report that README shows: of a real run, in a real browser.
//
//	go run ./test/picture -trapline build/trapline docs/coverage.png
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/trapline/trapline/test/browser"
)

var trapline = flag.String("trapline", "build/trapline", "the binary")

func main() {
	flag.Parse()
	if err := picture(flag.Arg(0)); err != nil {
		fmt.Fprintln(os.Stderr, "picture:", err)
		os.Exit(1)
	}
}

// picture runs a program, makes the report and takes a picture of a page.
func picture(file string) error {
	dir, err := os.MkdirTemp("", "picture-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	binary, err := filepath.Abs(*trapline)
	if err != nil {
		return err
	}
	program := filepath.Join(dir, "queue")
	for _, command := range [][]string{
		{"g++", "-g", "-o", program, "cover/testdata/src/queue.cc"},
		{binary, "cover", "--count", "--blocks", "-o", dir, "--", program, "1", "2"},
	} {
		cmd := exec.Command(command[0], command[1:]...)
		cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
		if err := cmd.Run(); err != nil && cmd.ProcessState.ExitCode() != 1 {
			return err
		}
	}
	pages, err := filepath.Glob(filepath.Join(dir, "pages", "file-*queue.cc-*.html"))
	if err != nil || len(pages) != 1 {
		return errors.Join(err, fmt.Errorf("there are %d pages", len(pages)))
	}
	return shoot(pages[0], file)
}

// shoot takes a picture of a page.
func shoot(page, file string) error {
	const width, height = 960, 820
	b, err := browser.Start(browser.Programs()[0], width, height)
	if err != nil {
		return err
	}
	defer b.Close()
	if err := errors.Join(b.Size(width, height), b.Dark(false), b.Open("file://"+page)); err != nil {
		return err
	}
	data, err := b.Screenshot()
	if err != nil {
		return err
	}
	return os.WriteFile(file, data, 0o666)
}
