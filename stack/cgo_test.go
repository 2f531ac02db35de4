package stack

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/trapline/trapline/capture"
	"github.com/trapline/trapline/image"
	"github.com/trapline/trapline/internal/fixture"
	"github.com/trapline/trapline/internal/ptrace"
	"github.com/trapline/trapline/procfs"
)

// mixed are the shapes of stacks of Go and C, the outermost call first.
var mixed = []struct{ shape, want string }{
	{"chain", "main.main main.onward mill carry main.carry main.onward mill carry main.carry main.onward mill rest"},
	{"thread", "thread mill carry main.carry main.onward mill carry main.carry main.onward mill rest"},
	{"back", "main.main fetch linger main.linger"},
	{"signal", "main.main interrupted " + signaled + " rest"},
}

// The stacks of a program of Go and C lead through both, though each has stacks of its own
// and only what a walk needs of them is copied.
func TestMixed(t *testing.T) {
	for _, env := range [][]string{{"CGO_ENABLED=1"}, {"CGO_ENABLED=1", "GOARCH=386"}} {
		program := fixture.BuildGo(t, "../unwind/testdata/cgo/main.go", env)
		for _, test := range mixed {
			t.Run(test.shape+" "+strings.Join(env[1:], ""), func(t *testing.T) {
				p := takeGo(t, program, test.shape)
				if !slices.ContainsFunc(p.Threads, func(t Thread) bool { return ours(&t) == test.want }) {
					for i := range p.Threads {
						t.Logf("%d: %s (%s)", p.Threads[i].TID, slices.Collect(p.Threads[i].labels()), p.Threads[i].Ended)
					}
					t.Errorf("no thread is in %s", test.want)
				}
			})
		}
	}
}

// ours are the calls of a stack that the program's source tells.
func ours(t *Thread) string {
	var names []string
	for name := range t.labels() {
		if slices.Contains([]string{"rest", "mill", "carry", "thread", "fetch", "linger", "interrupted", signaled}, name) || strings.HasPrefix(name, "main.") &&
			!strings.HasPrefix(name, "main._") && !strings.HasPrefix(name, "main.init") {
			names = append(names, name)
		}
	}
	return strings.Join(names, " ")
}

// takeGo returns the stacks of a Go program that waits in a read.
func takeGo(t *testing.T, program string, args ...string) *Process {
	t.Helper()
	f := fixture.Start(t, program, args...)
	f.Await("ready")
	const read, read386 = "0", "3"
	fixture.AwaitCalls(t, f.PID(), 1, read, read386)
	return taker(t, f.PID())()
}

// taker returns what takes the stacks of a Go program.
func taker(t *testing.T, pid int) func() *Process {
	t.Helper()
	maps, err := procfs.Maps(pid)
	if err != nil {
		t.Fatal(err)
	}
	memory, err := ptrace.OpenMem(pid)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { memory.Close() })
	r := Resolver{Open: new(image.Cache).Running(pid)}
	if err := r.FindGo(maps, memory); err != nil {
		t.Fatal(err)
	}
	return func() *Process {
		taken, err := capture.Take(pid, capture.Options{Deadline: time.Minute, While: r.WhileThreads})
		if err != nil {
			t.Fatal(err)
		}
		defer taken.Close()
		return r.Resolve(taken)
	}
}
