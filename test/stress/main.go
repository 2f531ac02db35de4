// Stress runs what people run under trapline trace -f, and compares with the same run untraced: exit
// status, output, signals. It attaches and detaches ten thousand times, and kills tracers and tracees.
//
//	go run ./test/stress -trapline PATH [-cycles N] [NAME...]
//
// scripts/setup stress installs what it needs. Servers listen on loopback, keep their data in a
// temporary directory, and are stopped at the end.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

var (
	trapline = flag.String("trapline", "", "the `path` of trapline")
	other    = flag.String("tracer", "", "the `command` of another tracer, to check the checks themselves")
	cycles   = flag.Int("cycles", 10000, "how `often` to attach and detach")
	limit    = flag.Duration("time", 5*time.Minute, "how `long` one check may take")
)

// A check is one thing that must work under the tracer.
type check struct {
	name string
	run  func(*stage) error
}

// A stage is where a check runs.
type stage struct {
	context.Context
	dir    string
	tracer []string // the tracer's command line, to which options are added
}

// trace is the command line that runs args under the tracer.
func (s *stage) trace(args ...string) []string {
	return append(append(slices.Clone(s.tracer), "-f", "-o", os.DevNull, "--"), args...)
}

func main() {
	flag.Parse()
	tracer := strings.Fields(*other)
	if *trapline != "" {
		path, _ := filepath.Abs(*trapline)
		tracer = []string{path, "trace"}
	}
	if len(tracer) == 0 {
		fmt.Fprintln(os.Stderr, "stress: -trapline PATH is needed")
		os.Exit(2)
	}
	passed, failed := 0, 0
	for _, c := range slices.Concat(programs, servers, attachments) {
		if !chosen(c.name) {
			continue
		}
		begin := time.Now()
		err := perform(c, tracer)
		verdict := "ok  "
		if err != nil {
			verdict = "FAIL"
			failed++
		} else {
			passed++
		}
		fmt.Printf("%s %-22s %7.2fs\n", verdict, c.name, time.Since(begin).Seconds())
		if err != nil {
			fmt.Println("     " + strings.ReplaceAll(err.Error(), "\n", "\n     "))
		}
	}
	fmt.Printf("%d passed, %d failed\n", passed, failed)
	if failed > 0 {
		os.Exit(1)
	}
}

func chosen(name string) bool {
	return flag.NArg() == 0 || slices.ContainsFunc(flag.Args(), func(pattern string) bool {
		matched, _ := path.Match(pattern, name)
		return matched
	})
}

// perform runs a check in a directory of its own. Another user may have to enter it: a database
// server does not run as root.
func perform(c check, tracer []string) error {
	dir, err := os.MkdirTemp("", "trapline-stress")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := os.Chmod(dir, 0o755); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), *limit)
	defer cancel()
	return c.run(&stage{ctx, dir, tracer})
}
