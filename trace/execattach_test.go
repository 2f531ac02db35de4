package trace_test

import (
	"testing"

	"github.com/trapline/trapline/internal/fixture"
	"github.com/trapline/trapline/trace"
)

// A process that executes one program after the other, each time by a thread that is not the
// leader, is attached to at any moment: the kernel then waits with us for threads that are
// ours to collect, refuses those that are dying, and gives their ids to others.
func TestAttachDuringExec(t *testing.T) {
	p := fixture.Start(t, fixture.Build(t, "execstorm"))
	p.Await("execstorm: %d")
	for n := range 300 {
		l, stops, done := attach(t, everything, p.PID()), 0, false
		l.run(func(s *trace.Stop) (trace.Action, error) {
			switch s.Event.(type) {
			case *trace.Attached, *trace.Exited:
				return trace.Action{}, nil
			}
			if stops++; stops <= n%40 {
				return trace.Action{}, nil
			}
			done = true
			return trace.Action{}, trace.Done
		})
		if !done {
			t.Fatalf("the process was lost after %d stops", stops)
		}
	}
	p.Tell()
	wants(t, p.Finish(), "execstorm: went on")
}
