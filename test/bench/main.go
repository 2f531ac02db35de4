// Bench measures trapline trace against strace, trapline stack against eu-stack and gdb, trapline
// probe against gdb and delve, and trapline cover against kcov and against the program alone, and
// prints the ratios of their wall times.
//
// A machine with other things to do makes every single time wrong, so that the two run in turn, each
// pair in the other order than the last, and a ratio is taken of each pair: what slows both cancels.
// The median of the pairs' ratios is the result, beside the ratio of the two fastest runs. Pairs are
// run until the middle half of their ratios is within a tenth of the median, or there have been
// enough, or time is up.
//
//	go run ./test/bench -strace PATH -trapline PATH [-kcov PATH] [-rounds N] [NAME...]
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/trapline/trapline/test/peer"
)

var (
	strace   = flag.String("strace", "", "the `path` of strace")
	kcov     = flag.String("kcov", "", "the `path` of kcov; empty leaves it out")
	trapline = flag.String("trapline", "", "the `path` of trapline; empty measures strace against itself")
	rounds   = flag.Int("rounds", 15, "how many `pairs` to run at most")
	budget   = flag.Duration("time", 40*time.Second, "how `long` to run the pairs of one workload at most")
	dlv      = flag.String("dlv", "dlv", "the `path` of delve")
	limit    = flag.Float64("limit", 0, "fail when a `ratio` is above this; 0 never fails")
)

const fewest = 5 // pairs

func main() {
	flag.Parse()
	if err := bench(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func bench() error {
	if *strace == "" {
		return fmt.Errorf("-strace PATH is needed (scripts/peers gets the newest)")
	}
	for _, path := range []*string{trapline, kcov} { // they are run in other folders
		if *path != "" {
			*path, _ = filepath.Abs(*path)
		}
	}
	dir, err := os.MkdirTemp("", "trapline-bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	fmt.Printf("%-24s %-9s %9s %9s %9s  %5s %13s %5s  %7s %5s  %s\n", "", "output", "untraced", "strace", "trapline", "ratio", "middle half", "pairs", "fastest", "CPU", "peak memory")
	above := 0
	for _, w := range workloads {
		if !chosen(w.name) {
			continue
		}
		n, err := compare(w, filepath.Join(dir, strings.ReplaceAll(w.name, "/", "")))
		if err != nil {
			return fmt.Errorf("%s: %w", w.name, err)
		}
		above += n
	}
	if err := bedside(dir); err != nil {
		return err
	}
	if err := probes(dir); err != nil {
		return err
	}
	if err := covered(dir); err != nil {
		return err
	}
	if above > 0 {
		return fmt.Errorf("%d ratios above %.2f", above, *limit)
	}
	return nil
}

// chosen reports whether a row's name begins with one of the arguments.
func chosen(name string) bool {
	return flag.NArg() == 0 || slices.ContainsFunc(flag.Args(), func(s string) bool { return strings.HasPrefix(name, s) })
}

// compare measures one workload with its output thrown away and with its output kept, and returns
// how many ratios are above the limit.
func compare(w workload, dir string) (above int, err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return 0, err
	}
	args, err := w.args(dir)
	if err != nil {
		return 0, err
	}
	untraced, err := measure(dir, args)
	if err != nil {
		return 0, err
	}
	for _, out := range []string{os.DevNull, filepath.Join(filepath.Dir(dir), "trace")} {
		r, err := race(dir, w, args, out)
		if err != nil {
			return above, err
		}
		r.print(w.name, out, untraced)
		if *limit > 0 && r.ratio > *limit {
			above++
		}
	}
	return above, nil
}

// A result is what the pairs of one workload came to.
type result struct {
	theirs, ours   []float64 // seconds
	ratios, cpu    []float64
	q1, ratio, q3  float64
	theirKB, ourKB int
}

// race runs pairs of a workload.
func race(dir string, w workload, args []string, out string) (*result, error) {
	tail := func(options []string) []string {
		return append(append(append(slices.Clone(w.options), options...), "-o", out, "--"), args...)
	}
	their := append(peer.Strace(*strace), tail(w.theirs)...)
	our := their
	if *trapline != "" {
		our = append([]string{*trapline, "trace"}, tail(w.ours)...)
	}
	return alternate(dir, their, our)
}

// alternate runs pairs of two commands until their ratios agree.
func alternate(dir string, their, our []string) (*result, error) {
	pair := [2][]string{their, our}
	return pairs(func(side int) (sample, error) { return measure(dir, pair[side]) })
}

// pairs takes samples of their side, 0, and of ours, 1, until their ratios agree.
func pairs(take func(side int) (sample, error)) (*result, error) {
	r, begin := &result{}, time.Now()
	for n := range *rounds + 1 {
		first := n % 2
		var s [2]sample
		for _, i := range []int{first, 1 - first} {
			var err error
			if s[i], err = take(i); err != nil {
				return nil, err
			}
		}
		if n == 0 {
			continue // that one filled the caches
		}
		r.add(s[0], s[1])
		if n >= fewest && (r.q3-r.q1 < 0.1*r.ratio || time.Since(begin) > *budget) {
			break
		}
	}
	return r, nil
}

func (r *result) add(theirs, ours sample) {
	r.theirs = append(r.theirs, theirs.wall.Seconds())
	r.ours = append(r.ours, ours.wall.Seconds())
	r.ratios = append(r.ratios, ours.wall.Seconds()/theirs.wall.Seconds())
	r.cpu = append(r.cpu, ours.cpu.Seconds()/theirs.cpu.Seconds())
	r.q1, r.ratio, r.q3 = quartiles(r.ratios)
	r.theirKB, r.ourKB = max(r.theirKB, theirs.peak), max(r.ourKB, ours.peak)
}

func (r *result) print(name, out string, untraced sample) {
	_, theirs, _ := quartiles(r.theirs)
	_, ours, _ := quartiles(r.ours)
	_, cpu, _ := quartiles(r.cpu)
	kept := "file"
	if out == os.DevNull {
		kept = "/dev/null"
	}
	fmt.Printf("%-24s %-9s %8.3fs %8.3fs %8.3fs  %5.2f  %4.2f to %4.2f %5d  %7.2f %5.2f  %.1f and %.1f MiB\n", name, kept,
		untraced.wall.Seconds(), theirs, ours, r.ratio, r.q1, r.q3, len(r.ratios), slices.Min(r.ours)/slices.Min(r.theirs), cpu, float64(r.theirKB)/1024, float64(r.ourKB)/1024)
}
