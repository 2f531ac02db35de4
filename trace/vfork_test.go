package trace_test

import (
	"context"
	"errors"
	"testing"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/internal/fixture"
)

// A vfork parent sleeps so that nothing but SIGKILL wakes it: attaching and letting
// go do not wait for it, and both go on.
func TestVforkParent(t *testing.T) {
	for name, children := range map[string]bool{"parent": false, "parent and child": true} {
		t.Run(name, func(t *testing.T) {
			p := fixture.Start(t, fixture.Build(t, "vforkwait"))
			ids := []int{p.Await("vforkwait: %d")}
			if child := p.Await("vforkwait: child %d"); children {
				ids = append(ids, child)
			}
			for range 20 {
				p.AwaitState("D")
				l := attach(t, everything, ids...)
				ctx, cancel := context.WithCancelCause(context.Background())
				l.tracer.Post(func() { cancel(enough) })
				if err := l.tracer.Run(ctx, l.recorder(nil)); !errors.Is(err, enough) {
					t.Fatal(err)
				}
			}
			p.AwaitState("D")
			p.Tell()
			wants(t, p.Finish(), "child exited 4")
		})
	}
}

// A tracer that stays sees the child end, and then the parent's call.
func TestVforkParentWakes(t *testing.T) {
	p := fixture.Start(t, fixture.Build(t, "vforkwait"))
	p.AwaitState("D")
	l := attach(t, everything, p.PID())
	p.Tell()
	l.run(nil)
	wants(t, p.Finish(), "child exited 4")
	if n := len(entered(l.tape, abi.AMD64, nrWait4)); n != 1 {
		t.Errorf("%d calls of wait4, want 1", n)
	}
}
