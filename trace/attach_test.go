package trace_test

import (
	"context"
	"strings"
	"testing"

	"github.com/trapline/trapline/internal/fixture"
	"github.com/trapline/trapline/trace"
)

// Attaching to a task blocked in any call, tracing it and letting it go breaks off
// nothing: the program sees no EINTR and loses no wake-up.
func TestAttachIsInvisible(t *testing.T) {
	program := fixture.Build(t, "blocked")
	for _, kind := range strings.Fields(fixture.Start(t, program).Finish()) {
		t.Run(kind, func(t *testing.T) {
			p := fixture.Start(t, program, kind)
			p.Await("blocked: %d in " + kind)
			for range 20 {
				p.AwaitState("SD")
				attachOnce(t, p.PID())
			}
			p.AwaitState("SD")
			p.Tell()
			if out := p.Finish(); !strings.Contains(out, " 0 spurious") {
				t.Errorf("the program noticed:\n%s", out)
			}
		})
	}
}

// attachOnce attaches to all threads of a process, lets each get to its next system
// call and detaches.
func attachOnce(t *testing.T, pid int) {
	t.Helper()
	tracer := trace.New(trace.Options{Syscalls: true, Follow: true})
	if err := tracer.Attach(pid); err != nil {
		t.Fatal(err)
	}
	waiting := map[int]bool{}
	err := tracer.Run(context.Background(), trace.HandlerFunc(func(s *trace.Stop) (trace.Action, error) {
		switch s.Event.(type) {
		case *trace.Attached:
			waiting[s.Task.TID()] = true
		case *trace.SyscallEnter, *trace.Exited:
			if delete(waiting, s.Task.TID()); len(waiting) == 0 {
				return trace.Action{}, trace.Done
			}
		}
		return trace.Action{}, nil
	}))
	if err != nil {
		t.Fatal(err)
	}
}

// The same when the tracer gives up before the task has come to its first stop.
func TestAttachAndLeaveAtOnceIsInvisible(t *testing.T) {
	for _, kind := range []string{"epoll_wait", "semop", "sigtimedwait", "nanosleep"} {
		t.Run(kind, func(t *testing.T) {
			p := fixture.Start(t, fixture.Build(t, "blocked"), kind)
			p.Await("blocked: %d in " + kind)
			for range 50 {
				p.AwaitState("SD")
				tracer := trace.New(everything)
				if err := tracer.Attach(p.PID()); err != nil {
					t.Fatal(err)
				}
				tracer.Close()
			}
			p.AwaitState("SD")
			p.Tell()
			if out := p.Finish(); !strings.Contains(out, " 0 spurious") {
				t.Errorf("the program noticed:\n%s", out)
			}
		})
	}
}
