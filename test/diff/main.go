// Diff runs real commands and fixtures under the newest strace and under trapline trace and compares
// what the two print, line by line.
//
// strace runs several times. What differs between its own runs (ids, times, temporary names) is not
// compared, and nothing else is left out. It prints for each command the fraction of equal lines,
// and fails when a command is below its threshold, or all fixtures together below theirs.
//
// With -sieve both are trapline: the one stops at every call and the other has the kernel pass those
// that are not shown. With -rebuild both are trapline too: the one writes text, the other records
// JSON, of which the format command makes text.
//
//	go run ./test/diff -strace PATH -trapline PATH [-sieve | -rebuild] [-v] [NAME...]
package main

import (
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/trapline/trapline/test/peer"
)

var (
	strace    = flag.String("strace", "", "the `path` of the reference")
	trapline  = flag.String("trapline", "", "the `path` of trapline; empty compares the reference with itself")
	runs      = flag.Int("runs", 5, "how many `times` the reference runs at most")
	threshold = flag.Float64("threshold", 1, "the `fraction` of lines that must be equal")
	fixtures  = flag.Float64("fixtures", 0.995, "the `fraction` of all fixtures' lines that must be equal")
	headers   = flag.String("headers", "", "the `directory` of the kernel headers for fixtures (default: beside the reference)")
	sieve     = flag.Bool("sieve", false, "compare trapline with itself instead, with and without a seccomp filter")
	rebuilt   = flag.Bool("rebuild", false, "compare trapline with itself instead, as it writes text and as it shows its JSON as text")
	verbose   = flag.Bool("v", false, "show every differing line")
	list      = flag.Bool("list", false, "list the commands and fixtures")
)

func main() {
	flag.Parse()
	do := compareAll
	if *list {
		do = listAll
	}
	if err := do(); err != nil {
		fmt.Fprintln(os.Stderr, "diff:", err)
		os.Exit(1)
	}
}

func listAll() error {
	for _, c := range commands {
		fmt.Printf("%-14s %s -- %s\n", c.name, strings.Join(c.options, " "), c.line)
	}
	list, err := programs()
	for _, p := range list {
		fmt.Printf("%s\n", p.name)
	}
	return err
}

func compareAll() error {
	if *strace == "" && !*sieve && !*rebuilt {
		return fmt.Errorf("-strace PATH is needed (scripts/peers gets the newest)")
	}
	server, err := serve()
	if err != nil {
		return err
	}
	list, err := programs()
	if err != nil {
		return err
	}
	if *sieve {
		list = nil
	}
	var benches []*bench
	for range 2 {
		b, err := newBench(server)
		if err != nil {
			return err
		}
		defer b.remove()
		benches = append(benches, b)
	}
	var results []*result
	for i := range commands {
		c := &commands[i]
		if chosen(c.name) && !(*sieve && c.attach) && !(*rebuilt && !c.recordable()) {
			if *sieve {
				c = c.sieved()
			}
			r := benches[0].compare(c)
			report(r)
			results = append(results, r)
		}
	}
	return conclude(results, len(list), compareFixtures(list, benches))
}

// chosen reports whether a command's name matches one of the arguments.
func chosen(name string) bool {
	return flag.NArg() == 0 || slices.ContainsFunc(flag.Args(), func(pattern string) bool {
		matched, _ := path.Match(pattern, name)
		return matched
	})
}

// serve starts a web server with one page on a free port.
func serve() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	page := func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, strings.Repeat("page ", 1000)) }
	go http.Serve(l, http.HandlerFunc(page))
	return l.Addr().String(), nil
}

// tracers are the reference and what is compared with it.
func tracers() (reference, ours tracer) {
	path, _ := filepath.Abs(*trapline)
	if *sieve {
		return tracer{path, "trace", "--seccomp-bpf=off"}, tracer{path, "trace", "--seccomp-bpf=auto"}
	}
	if *rebuilt {
		return tracer{path, "trace"}, tracer{path, "trace", recording}
	}
	reference = peer.Strace(*strace)
	if *trapline == "" {
		return reference, reference
	}
	return reference, tracer{path, "trace"}
}

// compare runs one command under both. While the two differ, both run again: the reference may not
// have shown yet all that differs between its own runs.
func (b *bench) compare(c *command) (best *result) {
	reference, ours := tracers()
	var references []run
	for len(references) < *runs {
		r, err := b.run(reference, c)
		if err != nil {
			return &result{command: c, err: fmt.Errorf("strace: %w", err)}
		}
		if references = append(references, r); len(references) < 2 {
			continue
		}
		got, err := b.run(ours, c)
		if err != nil {
			return &result{command: c, err: fmt.Errorf("trapline: %w", err)}
		}
		if now := compare(c, references, got); best == nil || now.fraction() >= best.fraction() {
			best = now
		}
		if best.fraction() == 1 {
			break
		}
	}
	return best
}
