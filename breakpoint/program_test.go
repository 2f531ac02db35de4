package breakpoint_test

import (
	"testing"

	"github.com/trapline/trapline/breakpoint"
	"github.com/trapline/trapline/internal/fixture"
	"github.com/trapline/trapline/trace"
)

var machines = map[string][]fixture.Flag{"amd64": nil, "i386": {fixture.M32}, "static": {fixture.Static}}

// same runs a program with breakpoints on those functions and without, and compares what it
// says.
func same(t *testing.T, program string, functions ...string) counter {
	t.Helper()
	c := counter{}
	if got, want := run(t, breakpoint.New(c.on(functions...)...), program), plain(t, program); got != want {
		t.Errorf("the program said %q, want %q", got, want)
	}
	return c
}

// Children that share memory keep breakpoints, those that have a copy have their own, and a
// program that is executed gets them anew.
func TestKin(t *testing.T) {
	for name, flags := range machines {
		t.Run(name, func(t *testing.T) {
			same(t, fixture.Build(t, "kin", flags...), "kin_called").want(t, "kin_called", 7)
		})
	}
}

// An instruction that faults does so where the program has it, and is hit once however often
// it is looked at again.
func TestFaults(t *testing.T) {
	for name, flags := range machines {
		t.Run(name, func(t *testing.T) {
			c := same(t, fixture.Build(t, "faults", flags...), "faults_load", "faults_load2", "faults_call", "faults_ill")
			c.want(t, "faults_ill", 1)
			c.want(t, "faults_load", 4)
			if c["faults_call"] < 1000 {
				t.Errorf("faults_call: %d hits", c["faults_call"])
			}
		})
	}
}

// A library has its breakpoints before any of its code runs, each time it is opened.
func TestLibrary(t *testing.T) {
	for name, flags := range map[string][]fixture.Flag{"amd64": nil, "i386": {fixture.M32}} {
		t.Run(name, func(t *testing.T) {
			same(t, fixture.Build(t, "library", flags...), "cbrt").want(t, "cbrt", 5)
		})
	}
}

// SIGTRAP of the program's own is its own, also at a breakpoint, and its handler is not lost by one in it.
func TestOwnTraps(t *testing.T) {
	for name, flags := range machines {
		t.Run(name, func(t *testing.T) {
			c := same(t, fixture.Build(t, "sigtrap", flags...), "main", "on_trap")
			c.want(t, "main", 1)
			if c["on_trap"] < 3 {
				t.Errorf("on_trap: %d hits", c["on_trap"])
			}
		})
	}
}

// A breakpoint that is Once is hit once by whichever thread comes first, and not in children.
func TestOnce(t *testing.T) {
	hits := map[string]int{}
	set := breakpoint.New()
	for _, kind := range kinds {
		set.Add(&breakpoint.Breakpoint{Once: true, Find: at(kind), Hit: func(*breakpoint.Hit) (trace.Mode, error) {
			hits[kind]++
			return trace.Default, nil
		}})
	}
	program := fixture.Build(t, "visited")
	if got, want := run(t, set, program, "8", "50"), plain(t, program, "8", "50"); got != want {
		t.Errorf("the program said %q, want %q", got, want)
	}
	for _, kind := range kinds {
		if hits[kind] != 1 {
			t.Errorf("%s: %d hits", kind, hits[kind])
		}
	}
}
