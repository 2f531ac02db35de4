package probe_test

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/trapline/trapline/internal/fixture"
	"github.com/trapline/trapline/probe"
)

// Threads that make a thousand calls a second each lose none of them, and the program notices
// nothing.
func TestLoad(t *testing.T) {
	const threads, rounds = 8, 500
	args := []string{"load", fmt.Sprint(threads), fmt.Sprint(rounds)}
	for name, flags := range map[string][]fixture.Flag{"amd64": nil, "i386": {fixture.M32}} {
		t.Run(name, func(t *testing.T) {
			program := fixture.Build(t, "probed", flags...)
			probes := parse(t, "probed_hit", "probed_hit if n == 7", "probed_hit if n < 0")
			probes[0].Return = true
			returns := 0
			said, end := run(t, observer(func(h *probe.Hit) {
				if h.Returned {
					returns++
				}
			}), probes, program, args...)
			plain, _ := exec.Command(program, args...).Output()
			if said != string(plain) || end.Code != 3 || end.Signal != 0 {
				t.Errorf("the program said %q and ended with %v, not %q", said, end, plain)
			}
			for i, want := range []uint64{threads * rounds, threads, 0} {
				if probes[i].Hits != want {
					t.Errorf("probe %d: %d hits, want %d", i, probes[i].Hits, want)
				}
			}
			if returns != threads*rounds {
				t.Errorf("%d returns, want %d", returns, threads*rounds)
			}
		})
	}
}

// log writes calls and returns as "fact 3" and "fact = 6".
type log []string

func (l *log) Hit(h *probe.Hit) error {
	name := h.Function()[strings.LastIndexByte(h.Function(), '_')+1:]
	form := "%s %s"
	if h.Returned {
		form = "%s = %s"
	}
	*l = append(*l, fmt.Sprintf(form, name, text(&h.Values[0].Value)))
	return nil
}

// Returns are told of the calls that return: not of those that are left by longjmp or an
// exception, also if the same call is made once more.
func TestReturns(t *testing.T) {
	const shapes = "fact 4 fact 3 fact 2 fact 1 fact = 1 fact = 2 fact = 6 fact = 24 " +
		"jump 2 jump 1 jump 0 jump 2 jump 1 jump 0 hit 24 hit = 25"
	for name, flags := range map[string][]fixture.Flag{"amd64": {"-O0"}, "i386": {"-O0", fixture.M32}} {
		returned(t, name, shapes, fixture.Build(t, "probed", flags...), "probed_fact", "probed_jump", "probed_hit")
	}
	const brood = "called 0 called = 0 called 1 called = 1 called 2 called = 2 " +
		"called 10 called = 10 called 11 called = 11 called 12 called = 12 " +
		"called 20 called = 20 called 21 called = 21 called 22 called = 22"
	returned(t, "children", brood, fixture.Build(t, "brood"), "brood_called")
	const thrown = "caught 1 deep 1 deep 0 caught = 11 caught 2 deep 2 deep 1 deep 0 caught = 12"
	returned(t, "exceptions", thrown, fixture.BuildPlus(t, "thrown"), "thrown_caught", "thrown_deep")
	const joined = "joined 0 once 0 once = 0 joined = 0 joined 1 once 1 joined = -1"
	returned(t, "exceptions O2", joined, fixture.BuildPlus(t, "thrown", "-O2"), "thrown_joined", "thrown_once")
}

func returned(t *testing.T, name, want, program string, functions ...string) {
	t.Run(name, func(t *testing.T) {
		probes := parse(t, functions...)
		for _, p := range probes {
			p.Return = true
		}
		var got log
		run(t, &got, probes, program)
		if got := strings.Join(got, " "); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	})
}

// A call returns where another library has been, with a call that returned to the same address.
func TestReopened(t *testing.T) {
	dir := t.TempDir()
	program, libraries := filepath.Join(dir, "reopened"), []string{filepath.Join(dir, "one.so"), filepath.Join(dir, "two.so")}
	for i, l := range libraries {
		do(t, "gcc", "-O0", "-g", "-shared", "-fPIC", fmt.Sprintf("-DLIBRARY=%d", 1+i), "-o", l, "testdata/reopened.c")
	}
	do(t, "gcc", "-O0", "-g", "-rdynamic", "-o", program, "testdata/reopened.c", "-ldl")
	probes := parse(t, "reopened_hit")
	probes[0].Return = true
	var got log
	said, _ := run(t, &got, probes, program, libraries...)
	if said != "1 there\n4 there\n5 there\n8 there\n" {
		t.Errorf("the program said %q", said)
	}
	const want = "hit 0 hit = 0 hit 1 hit = 2 hit 2 hit = 4 hit 3 hit = 6"
	if got := strings.Join(got, " "); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// A goroutine's calls return in it, whichever thread it is on and wherever its stack is by then.
func TestGoroutines(t *testing.T) {
	program := fixture.BuildGo(t, "testdata/moving/moving.go", []string{"CGO_ENABLED=0"})
	probes := parse(t, "main.work")
	probes[0].Return = true
	var calls, results []string
	said, _ := run(t, observer(func(h *probe.Hit) {
		if value := text(&h.Values[0].Value); h.Returned {
			results = append(results, value)
		} else {
			calls = append(calls, value)
		}
	}), probes, program)
	var want, doubled []string
	for n := range 200 {
		want, doubled = append(want, fmt.Sprint(n)), append(doubled, fmt.Sprint(2*n))
	}
	same(t, "calls", calls, want)
	same(t, "results", results, doubled)
	if said != "moving: done\n" {
		t.Errorf("the program said %q", said)
	}
}

// same compares what has been seen in any order.
func same(t *testing.T, what string, got, want []string) {
	t.Helper()
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// A function that the loader picks is looked at where it is, not where it is picked.
func TestPicked(t *testing.T) {
	for name, flags := range map[string][]fixture.Flag{"libc": nil, "static": {fixture.Static}} {
		t.Run(name, func(t *testing.T) {
			probes := parse(t, "memcpy if $rdx >= 100 && $rdx < 110")
			probes[0].Return = true
			returns := 0
			run(t, observer(func(h *probe.Hit) {
				if h.Returned {
					returns++
				}
			}), probes, fixture.Build(t, "picked", flags...))
			if probes[0].Hits != 10 || returns != 10 {
				t.Errorf("%d hits and %d returns, want 10 of each", probes[0].Hits, returns)
			}
		})
	}
}
