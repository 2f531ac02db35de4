// Stacks holds trapline stack against gdb: it brings programs that people run, and some made for
// this, to interesting places, stops them there with SIGSTOP, and compares the stacks that the two
// see in the same frozen process, frame by frame.
//
// Most programs are stopped again and again at random moments: what is hard lies in the first and
// last instructions of functions. It prints for each program how many frames have the same function,
// and fails when one is below the threshold.
//
//	go run ./test/stacks -trapline PATH [-stops N] [-v] [NAME... | -pid PID]
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path"
	"slices"
	"strconv"
	"time"
)

var (
	trapline  = flag.String("trapline", "", "the `path` of trapline; empty compares gdb with itself")
	stops     = flag.Int("stops", 50, "how `often` a program is stopped")
	threshold = flag.Float64("threshold", 0.99, "the `fraction` of frames that must have the same function")
	limit     = flag.Duration("time", 10*time.Minute, "how `long` one program may take")
	verbose   = flag.Bool("v", false, "show every difference, with the stacks that it is in")
	addresses = flag.Bool("addresses", false, "compare trapline resolve with addr2line instead")
	list      = flag.Bool("list", false, "list the programs")
	running   = flag.Int("pid", 0, "look at this `process`, which runs already, instead")
)

func main() {
	flag.Parse()
	compare := stacks
	if *goroutines {
		compare = compareGoroutines
	}
	if *addresses {
		compare = compareAddresses
	}
	if err := compare(); err != nil {
		fmt.Fprintln(os.Stderr, "stacks:", err)
		os.Exit(1)
	}
}

func stacks() error {
	total, err := performEach(subjects(), (*subject).perform)
	if !*list {
		total.differences, total.strays = nil, nil
		report("all", total, nil)
	}
	return err
}

// performEach reports on each chosen subject, and returns what came out of all together. With -list
// it only lists them.
func performEach(all []subject, perform func(*subject) (tally, error)) (total tally, err error) {
	below := 0
	for _, s := range all {
		if !chosen(s.name) {
			continue
		}
		if *list {
			fmt.Println(s.name)
			continue
		}
		t, err := perform(&s)
		report(s.name, t, err)
		if err != nil || t.fraction() < *threshold {
			below++
		}
		total.add(t)
	}
	if below > 0 {
		err = fmt.Errorf("%d programs failed or are below %g%%", below, 100**threshold)
	}
	return total, err
}

// subjects are all there are to choose from.
func subjects() []subject {
	if *running != 0 {
		return []subject{{name: strconv.Itoa(*running), start: func(*stage) ([]int, error) { return []int{*running}, nil }}}
	}
	return slices.Concat(programs, scripts, servers, cores)
}

func chosen(name string) bool {
	return flag.NArg() == 0 || slices.ContainsFunc(flag.Args(), func(pattern string) bool {
		matched, _ := path.Match(pattern, name)
		return matched
	})
}

// perform compares one program's stacks.
func (s *subject) perform() (t tally, err error) {
	if _, err := exec.LookPath(s.needs); s.needs != "" && err != nil {
		return t, need(s.needs)
	}
	ctx, cancel := context.WithTimeout(context.Background(), *limit)
	defer cancel()
	if s.dump != nil {
		return s.performCores(ctx)
	}
	stage, err := newStage(ctx)
	if err != nil {
		return t, err
	}
	defer stage.end()
	pids, err := s.start(stage)
	if err != nil {
		return t, err
	}
	times := *stops
	if s.idle {
		times = 1
	}
	for _, pid := range slices.DeleteFunc(pids, ended) {
		one, err := stage.compare(pid, max(1, times/len(pids)))
		t.add(one)
		if err != nil && !ended(pid) {
			return t, err
		}
	}
	return t, nil
}
