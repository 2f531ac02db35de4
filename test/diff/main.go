// Diff runs real commands under the newest strace and under trapline trace and compares what the two
// print, line by line.
//
// strace runs several times. What differs between its own runs (ids, times, temporary names) is not
// compared, and nothing else is left out. It prints for each command the fraction of equal lines,
// and fails when one is below the threshold.
//
//	go run ./test/diff -strace PATH -trapline PATH [-v] [NAME...]
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
	verbose   = flag.Bool("v", false, "show every differing line")
	list      = flag.Bool("list", false, "list the commands")
)

func main() {
	flag.Parse()
	if *list {
		for _, c := range commands {
			fmt.Printf("%-14s %s -- %s\n", c.name, strings.Join(c.options, " "), c.line)
		}
		return
	}
	if err := compareAll(); err != nil {
		fmt.Fprintln(os.Stderr, "diff:", err)
		os.Exit(1)
	}
}

func compareAll() error {
	if *strace == "" {
		return fmt.Errorf("-strace PATH is needed (scripts/peers gets the newest)")
	}
	dir, err := os.MkdirTemp("", "trapline-diff")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	out, err := os.MkdirTemp(memory(), "trapline-diff")
	if err != nil {
		return err
	}
	defer os.RemoveAll(out)
	server, err := serve()
	if err != nil {
		return err
	}
	b := newBench(dir, out, server)
	var results []*result
	for i := range commands {
		if c := &commands[i]; chosen(c.name) {
			r := b.compare(c)
			report(r)
			results = append(results, r)
		}
	}
	return conclude(results)
}

// memory is a directory on a file system other than the commands', where there is one: what the
// tracers write must not change the free blocks that the commands see.
func memory() string {
	if _, err := os.Stat("/dev/shm"); err == nil {
		return "/dev/shm"
	}
	return ""
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

// compare runs one command under both. While the two differ, both run again: the reference may not
// have shown yet all that differs between its own runs.
func (b *bench) compare(c *command) (best *result) {
	reference, ours := tracer(peer.Strace(*strace)), tracer(peer.Strace(*strace))
	if *trapline != "" {
		path, _ := filepath.Abs(*trapline)
		ours = tracer{path, "trace"}
	}
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

// report prints what came out of one command, and the first differences.
func report(r *result) {
	if r.err != nil {
		fmt.Printf("%-14s failed: %v\n", r.command.name, r.err)
		return
	}
	fmt.Printf("%-14s %6.2f%%  %d of %d lines, %d not steady  %s\n", r.command.name,
		100*r.fraction(), r.equal, r.all, r.noise, strings.Join(r.command.options, " "))
	shown := r.differences
	if !*verbose {
		shown = shown[:min(3, len(shown))]
	}
	for _, d := range shown {
		fmt.Printf("    - %s\n    + %s\n", d.want, d.got)
	}
}

// conclude sums up, names the calls that differ most, and fails when a command is below the threshold.
func conclude(results []*result) error {
	equal, all, below := 0, 0, 0
	bySubject := map[string]int{}
	for _, r := range results {
		equal, all = equal+r.equal, all+r.all
		if !r.right(*threshold) {
			below++
		}
		for _, d := range r.differences {
			if d.want == "" {
				d.want = d.got
			}
			bySubject[subject(d.want)]++
		}
	}
	fmt.Printf("\n%d commands, %d of %d lines equal (%.2f%%)\n", len(results), equal, all, 100*float64(equal)/float64(max(all, 1)))
	for _, s := range mostFrequent(bySubject, 20) {
		fmt.Printf("    %5d  %s\n", bySubject[s], s)
	}
	if below > 0 {
		return fmt.Errorf("%d commands below %g%%", below, 100**threshold)
	}
	return nil
}

func mostFrequent(count map[string]int, n int) []string {
	var keys []string
	for key := range count {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b string) int {
		if count[a] != count[b] {
			return count[b] - count[a]
		}
		return strings.Compare(a, b)
	})
	return keys[:min(n, len(keys))]
}
