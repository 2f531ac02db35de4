package trace_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/trapline/trapline/internal/fixture"
	"github.com/trapline/trapline/trace"
)

var stopSignals = []syscall.Signal{syscall.SIGSTOP, syscall.SIGTSTP, syscall.SIGTTIN, syscall.SIGTTOU}

// Every stop signal is delivered to one thread and stops both; each stop lasts until
// SIGCONT; the parent sees what it sees untraced.
func TestGroupStop(t *testing.T) {
	l := sameAsUntraced(t, "groupstop")
	stops := map[int][]syscall.Signal{}
	var delivered []syscall.Signal
	for _, r := range l {
		switch e := r.event.(type) {
		case *trace.GroupStop:
			stops[r.tid] = append(stops[r.tid], e.Signal)
		case *trace.SignalStop:
			if slices.Contains(stopSignals, e.Signal) {
				delivered = append(delivered, e.Signal)
			}
		}
	}
	if !slices.Equal(delivered, stopSignals) {
		t.Errorf("delivered were %v, want %v", delivered, stopSignals)
	}
	if len(stops) != 2 {
		t.Errorf("%d tasks stopped, want 2 threads", len(stops))
	}
	for tid, signals := range stops {
		if !slices.Equal(slices.Compact(signals), stopSignals) {
			t.Errorf("task %d stopped by %v, want %v", tid, signals, stopSignals)
		}
	}
}

// SIGCONT and SIGKILL reach a task in a group-stop, which nothing else does.
func TestSignalsInGroupStop(t *testing.T) {
	for _, end := range []syscall.Signal{syscall.SIGCONT, syscall.SIGKILL} {
		t.Run(end.String(), func(t *testing.T) {
			p := fixture.Start(t, fixture.Build(t, "blocked"), "read")
			p.Await("blocked: %d in read")
			l := attach(t, everything, p.PID())
			sent, stops := false, 0
			l.run(func(s *trace.Stop) (trace.Action, error) {
				switch e := s.Event.(type) {
				case *trace.SyscallEnter:
					if !sent {
						sent = true
						return trace.Action{}, syscall.Kill(p.PID(), syscall.SIGSTOP)
					}
				case *trace.GroupStop:
					if stops++; stops == 2 { // both threads
						return trace.Action{}, syscall.Kill(p.PID(), end)
					}
				case *trace.SignalStop:
					if e.Signal == syscall.SIGCONT {
						p.Tell()
					}
				}
				return trace.Action{}, nil
			})
			out := p.Finish()
			last := l.tape[len(l.tape)-1].event.(*trace.Exited)
			if end == syscall.SIGKILL {
				if last.Signal != end {
					t.Errorf("the program ended with %+v", last)
				}
				return
			}
			wants(t, out, " 0 spurious")
		})
	}
}

// A process that is stopped already is found in its group-stop, is left in it, and
// goes on at SIGCONT; whether the tracer is still there then or not.
func TestAttachToStopped(t *testing.T) {
	for _, o := range []trace.Options{everything, {Follow: true}} {
		p := fixture.Start(t, fixture.Build(t, "blocked"), "read")
		p.Await("blocked: %d in read")
		p.AwaitState("S")
		syscall.Kill(p.PID(), syscall.SIGSTOP)
		p.AwaitState("T")
		for range 10 {
			l := attach(t, o, p.PID())
			l.run(func(s *trace.Stop) (trace.Action, error) {
				switch s.Event.(type) {
				case *trace.Attached, *trace.Detached:
					return trace.Action{}, nil
				case *trace.GroupStop:
					return trace.Action{}, trace.Done
				}
				t.Errorf("%T of a task that is stopped", s.Event)
				return trace.Action{}, trace.Done
			})
			for _, tid := range tasks(t, p.PID()) {
				fixture.AwaitState(t, tid, "T")
			}
		}
		syscall.Kill(p.PID(), syscall.SIGCONT)
		p.Tell()
		wants(t, p.Finish(), " 0 spurious")
	}
}

// A task held or detached in its group-stop stays stopped, too, and SIGCONT continues
// it.
func TestGroupStopOutlivesTheTracer(t *testing.T) {
	for name, mode := range map[string]trace.Mode{
		"Default": trace.Default, "Run": trace.Run, "Syscall": trace.Syscall, "Step": trace.Step,
		"Hold": trace.Hold, "Detach": trace.Detach,
	} {
		t.Run(name, func(t *testing.T) {
			p := fixture.Start(t, "/bin/sh", "-c", "echo started; read x; kill -STOP $$; echo went on")
			p.Await("started")
			l := attach(t, everything, p.PID())
			p.Say("go")
			ctx, cancel := context.WithCancelCause(context.Background())
			err := l.tracer.Run(ctx, l.recorder(func(s *trace.Stop) (trace.Action, error) {
				if _, ok := s.Event.(*trace.GroupStop); ok {
					cancel(enough)
					return trace.Action{Mode: mode}, nil
				}
				return trace.Action{}, nil
			}))
			if err != nil && !errors.Is(err, enough) {
				t.Fatal(err)
			}
			p.AwaitState("T")
			syscall.Kill(p.PID(), syscall.SIGCONT)
			wants(t, p.Finish(), "went on")
		})
	}
}

// A task on Hold in a group-stop is released into it.
func TestReleaseIntoGroupStop(t *testing.T) {
	var l tape
	tracer := trace.New(everything)
	p := fixture.Start(t, "/bin/sh", "-c", "echo started; read x; kill -STOP $$; echo went on")
	p.Await("started")
	if err := tracer.Attach(p.PID()); err != nil {
		t.Fatal(err)
	}
	p.Say("go")
	err := tracer.Run(context.Background(), l.recorder(func(s *trace.Stop) (trace.Action, error) {
		if _, ok := s.Event.(*trace.GroupStop); !ok {
			return trace.Action{}, nil
		}
		task := s.Task
		go tracer.Post(func() {
			task.Release(trace.Default)
			syscall.Kill(p.PID(), syscall.SIGCONT)
		})
		return trace.Action{Mode: trace.Hold}, nil
	}))
	if out := p.Finish(); err != nil || !strings.Contains(out, "went on") {
		t.Errorf("error %v, the program said %q", err, out)
	}
	if n := len(of[*trace.GroupStop](l)); n != 1 {
		t.Errorf("%d group-stops, want 1", n)
	}
}
