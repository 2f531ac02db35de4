package breakpoint_test

import (
	"context"
	"os/exec"
	"testing"

	"github.com/trapline/trapline/breakpoint"
	"github.com/trapline/trapline/image"
	"github.com/trapline/trapline/internal/fixture"
	"github.com/trapline/trapline/trace"
)

// run runs a program with breakpoints to its end and returns what it wrote.
func run(t *testing.T, set *breakpoint.Set, program string, args ...string) string {
	t.Helper()
	set.Problem = func(pid int, err error) { t.Errorf("%d: %v", pid, err) }
	out, said := fixture.Output(t)
	tracer := trace.New(trace.Options{Follow: true})
	c := &trace.Command{Path: program, Args: append([]string{program}, args...), Stdout: out}
	if _, err := tracer.Start(c); err != nil {
		t.Fatal(err)
	}
	if err := tracer.Run(context.Background(), set); err != nil {
		t.Fatal(err)
	}
	return said()
}

// at finds the functions of those names by the symbols of whichever files have them.
func at(names ...string) func(*image.File) []uint64 {
	return func(f *image.File) (found []uint64) {
		for _, name := range names {
			found = append(found, f.FindSymbol(name)...)
		}
		return found
	}
}

// counter counts hits by function.
type counter map[string]int

// on returns breakpoints on functions that are counted under their names.
func (c counter) on(names ...string) (all []*breakpoint.Breakpoint) {
	for _, name := range names {
		all = append(all, &breakpoint.Breakpoint{Find: at(name), Hit: func(*breakpoint.Hit) (trace.Mode, error) {
			c[name]++
			return trace.Default, nil
		}})
	}
	return all
}

// want compares what was counted.
func (c counter) want(t *testing.T, name string, hits int) {
	t.Helper()
	if c[name] != hits {
		t.Errorf("%s: %d hits, want %d", name, c[name], hits)
	}
}

// plain runs a program without us.
func plain(t *testing.T, program string, args ...string) string {
	t.Helper()
	out, err := exec.Command(program, args...).Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}
