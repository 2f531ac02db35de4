package trace_test

import (
	"context"
	"errors"
	"syscall"
	"testing"

	"github.com/trapline/trapline/internal/fixture"
	"github.com/trapline/trapline/trace"
)

// The leader ends before another thread: that one's calls go on being seen, and the
// leader's end comes last, with the status of the process.
func TestLeaderExitsFirst(t *testing.T) {
	l, out := recordRun(t, everything, nil, fixture.Build(t, "leaderexit"))
	wants(t, out, "the leader is gone")
	leader := l[0].tid
	said := index(l, 0, func(r record, e *trace.SyscallEnter) bool {
		return r.tid != leader && e.Call.NR == nrWrite
	})
	ends := of[*trace.Exited](l)
	if said < 0 || len(ends) != 2 {
		t.Fatalf("write of the other thread at %d, %d tasks ended", said, len(ends))
	}
	if e := ends[1].event.(*trace.Exited); ends[1].tid != leader || e.Code != 7 {
		t.Errorf("the last task to end is %d with %+v, want %d with 7", ends[1].tid, e, leader)
	}
}

// A process whose leader has ended can be attached to.
func TestAttachWithoutLeader(t *testing.T) {
	p := fixture.Start(t, fixture.Build(t, "leaderless"))
	thread := p.Await("leaderless: thread %d")
	p.AwaitState("Z")
	l := attach(t, everything, p.PID())
	p.Tell()
	l.run(nil)
	last := l.tape[len(l.tape)-1]
	if e, ok := last.event.(*trace.Exited); !ok || e.Code != 7 || last.tid != thread {
		t.Errorf("the last event is %+v of %d, want exit status 7 of %d", last.event, last.tid, thread)
	}
}

func TestHowItEnds(t *testing.T) {
	program := fixture.Build(t, "ends")
	for how, want := range map[string]trace.Exited{
		"0":   {},
		"1":   {Code: 1},
		"255": {Code: 255},
		"-6":  {Signal: syscall.SIGABRT},
		"-9":  {Signal: syscall.SIGKILL},
		"-11": {Signal: syscall.SIGSEGV},
		"-34": {Signal: 34},
	} {
		l, _ := recordRun(t, everything, nil, program, how)
		if e := l[len(l)-1].event.(*trace.Exited); *e != want {
			t.Errorf("ends %s: %+v, want %+v", how, *e, want)
		}
	}
}

// Exiting comes before the end of each task, while its registers and memory are there.
func TestExiting(t *testing.T) {
	o := everything
	o.Exiting = true
	l, _ := recordRun(t, o, func(s *trace.Stop) (trace.Action, error) {
		if _, ok := s.Event.(*trace.Exiting); ok {
			regs, err := s.Task.Regs()
			if err != nil {
				return trace.Action{}, err
			}
			_, err = s.Task.ReadMem(make([]byte, 8), regs.SP())
			return trace.Action{}, err
		}
		return trace.Action{}, nil
	}, fixture.Build(t, "forkstorm"), "3")
	on := map[int]syscall.WaitStatus{}
	for _, r := range l {
		switch e := r.event.(type) {
		case *trace.Exiting:
			on[r.tid] = e.Status
		case *trace.Exited:
			if status, ok := on[r.tid]; !ok || status.ExitStatus() != e.Code {
				t.Errorf("task %d ended with %+v, was about to with %#x", r.tid, e, status)
			}
		}
	}
	if len(on) != 16 {
		t.Errorf("%d tasks were about to end, want 16", len(on))
	}
}

// With KillOnExit nothing outlives the tracer.
func TestKillOnExit(t *testing.T) {
	p := fixture.Start(t, fixture.Build(t, "blocked"), "read")
	p.Await("blocked: %d in read")
	l := attach(t, trace.Options{Follow: true, KillOnExit: true}, p.PID())
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(enough)
	if err := l.tracer.Run(ctx, trace.HandlerFunc(ignore)); !errors.Is(err, enough) {
		t.Errorf("Run returned %v, want %v", err, enough)
	}
	p.Finish()
	if status := p.State().Sys().(syscall.WaitStatus); status.Signal() != syscall.SIGKILL {
		t.Errorf("the program ended with %v, want SIGKILL", p.State())
	}
}
