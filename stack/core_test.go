package stack

import (
	"bytes"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/trapline/trapline/capture"
	"github.com/trapline/trapline/image"
	"github.com/trapline/trapline/internal/fixture"
)

// resolveCore returns the stacks of a core, and what was taken of it.
func resolveCore(t *testing.T, core capture.Core) (*Process, *capture.Process) {
	t.Helper()
	core.Files = new(image.Cache)
	taken, err := core.Take()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { taken.Close() })
	r := Resolver{Open: taken.Open}
	return r.Resolve(taken), taken
}

// A process that died is in the calls that it said it was in, and the thread that died is
// the first.
func TestCoreCalls(t *testing.T) {
	kinds, err := exec.Command(fixture.Build(t, "dies")).Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, flags := range [][]fixture.Flag{nil, {fixture.M32}, {fixture.Static}} {
		program := fixture.Build(t, "dies", flags...)
		for _, kind := range strings.Fields(string(kinds)) {
			t.Run(kind, func(t *testing.T) {
				name, said := fixture.Core(t, program, kind)
				p, taken := resolveCore(t, capture.Core{Name: name})
				checkDead(t, p, taken, kind, said)
				if taken.Program != program {
					t.Errorf("the program is %s", taken.Program)
				}
			})
		}
	}
}

// checkDead checks the stacks of dies.
func checkDead(t *testing.T, p *Process, taken *capture.Process, kind, said string) {
	t.Helper()
	_, path, _ := strings.Cut(strings.TrimSpace(said), "dies: calls ")
	want := strings.Fields(path)
	if len(want) < 2 || len(p.Threads) != 3 {
		t.Fatalf("%d threads; it said %q", len(p.Threads), said)
	}
	got := slices.Collect(p.Threads[0].labels())
	calls := slices.DeleteFunc(slices.Clone(got), func(name string) bool { return !slices.Contains(want, name) })
	if !slices.Equal(calls, want) || p.Threads[0].Ended != "" {
		t.Errorf("calls %q, ended %q, want %q", got, p.Threads[0].Ended, want)
	}
	signal := syscall.SIGSEGV
	if kind == "abort" {
		signal = syscall.SIGABRT
	}
	if taken.Signal != signal || taken.Debugged || taken.Missing != 0 || len(taken.Siginfo) != 128 {
		t.Errorf("signal %v, debugged %v, missing %d, siginfo %x", taken.Signal, taken.Debugged, taken.Missing, taken.Siginfo)
	}
	main := slices.IndexFunc(p.Threads, func(t Thread) bool { return t.TID == p.PID })
	if main < 0 || !contain(slices.Collect(p.Threads[main].labels()), "main") || !strings.HasPrefix(p.Threads[main].Name, "dies") {
		t.Fatalf("no main thread: %+v", p.Threads)
	}
	if !slices.ContainsFunc(p.Threads, func(t Thread) bool { return contain(slices.Collect(t.labels()), "waiter", "wait_for_all") }) {
		t.Errorf("nobody waits: %+v", p.Threads)
	}
	if faults := p.Faults(); len(faults) > 0 {
		t.Errorf("faults %v", faults)
	}
}

// What is mapped is found by the dynamic linker's list where the core does not name files.
func TestCoreWithoutFiles(t *testing.T) {
	for _, flags := range [][]fixture.Flag{nil, {fixture.M32}, {fixture.Static}} {
		program := fixture.Build(t, "dies", flags...)
		name, said := fixture.Core(t, program, "handler")
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		kind := bytes.Index(data, []byte("ELIFCORE\x00"))
		if kind < 0 {
			t.Fatal("no list of files")
		}
		data[kind] = 'e'
		if err := os.WriteFile(name, data, 0o644); err != nil {
			t.Fatal(err)
		}
		p, taken := resolveCore(t, capture.Core{Name: name})
		checkDead(t, p, taken, "handler", said)
		main := slices.IndexFunc(p.Threads, func(t Thread) bool { return t.TID == p.PID })
		if outer := p.Threads[main].Frames; outer[len(outer)-1].Places[0].Function != "_start" {
			t.Errorf("%v: the main thread does not begin at _start: %q", flags, slices.Collect(p.Threads[main].labels()))
		}
	}
}

// What coredump_filter leaves out is not needed, but for stacks.
func TestCoreFilter(t *testing.T) {
	program := fixture.Build(t, "dies")
	for filter, whole := range map[string]bool{"0x7f": true, "0x01": true, "0x00": false} {
		name, said := fixture.Core(t, "/bin/sh", "-c", "echo "+filter+" >/proc/self/coredump_filter; exec "+program+" segv")
		p, taken := resolveCore(t, capture.Core{Name: name})
		if whole {
			checkDead(t, p, taken, "segv", said)
			continue
		}
		const want = "this memory was left out of the core"
		if first := &p.Threads[0]; len(first.Frames) != 1 || first.Frames[0].Places[0].Function != "store" || !strings.HasSuffix(first.Ended, want) {
			t.Errorf("%d frames, ended %q", len(first.Frames), first.Ended)
		}
	}
}
