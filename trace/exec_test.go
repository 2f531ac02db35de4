package trace_test

import (
	"syscall"
	"testing"

	"github.com/trapline/trapline/internal/fixture"
	"github.com/trapline/trapline/trace"
)

func isExec(record, *trace.Exec) bool { return true }

// An execve by a thread that is not the leader: the leader ends as superseded, the
// siblings end, the thread goes on under the leader's id and leaves its execve there.
func TestExecByThread(t *testing.T) {
	l, out := recordRun(t, everything, nil, fixture.Build(t, "execthread"))
	wants(t, out, "the leader's id is kept")
	leader := l[0].tid
	start := index(l, 0, isExec)
	at := index(l, start+1, isExec)
	if at < 0 {
		t.Fatal("no second Exec event")
	}
	e := l[at].event.(*trace.Exec)
	if e.Former == leader || e.Superseded == nil || l[at].tid != leader {
		t.Errorf("Exec of %d is %+v, want another thread's in the place of %d", l[at].tid, e, leader)
	}
	end, ok := l[at-1].event.(*trace.Exited)
	if !ok || !end.Superseded || end.By != e.Former || l[at-1].tid != leader {
		t.Errorf("before Exec came %+v of %d, want the leader's end by %d", l[at-1].event, l[at-1].tid, e.Former)
	}
	if n := len(of[*trace.Exited](l[:at])); n != 4 {
		t.Errorf("%d tasks ended before Exec, want the leader and three siblings", n)
	}
	exit, ok := l[at+1].event.(*trace.SyscallExit)
	if !ok || !exit.Entered || exit.Call.NR != nrExecve || exit.Result.Failed || l[at+1].tid != leader {
		t.Errorf("after Exec came %+v, want the exit of its execve", l[at+1].event)
	}
	last := l[len(l)-1]
	if end, ok := last.event.(*trace.Exited); !ok || end.Code != 3 || last.tid != leader {
		t.Errorf("the last event is %+v of %d, want exit status 3 of %d", last.event, last.tid, leader)
	}
	if n := len(l[at:].task(e.Former)); n != 0 {
		t.Errorf("%d events of the former id after Exec", n)
	}
}

// Only the thread that executes is traced: it takes the id of a leader nobody knows.
func TestExecByTheOnlyTracedThread(t *testing.T) {
	p := fixture.Start(t, fixture.Build(t, "execgate"))
	thread := p.Await("execgate: thread %d")
	l := attach(t, trace.Options{Syscalls: true}, thread)
	p.Tell()
	l.run(nil)
	wants(t, p.Finish(), "execgate: executed")
	at := index(l.tape, 0, isExec)
	if at < 0 {
		t.Fatal("no Exec event")
	}
	if e := l.tape[at].event.(*trace.Exec); e.Former != thread || e.Superseded != nil || l.tape[at].tid != p.PID() {
		t.Errorf("Exec of %d is %+v, want %d in the place of %d, which was not traced", l.tape[at].tid, e, thread, p.PID())
	}
	last := l.tape[len(l.tape)-1]
	if end, ok := last.event.(*trace.Exited); !ok || end.Code != 3 {
		t.Errorf("the last event is %+v, want exit status 3", last.event)
	}
}

// Only the leader is traced, and a thread nobody knows takes its place.
func TestExecByAnUntracedThread(t *testing.T) {
	p := fixture.Start(t, fixture.Build(t, "execgate"))
	p.Await("execgate: thread %d")
	l := attach(t, trace.Options{Syscalls: true}, p.PID())
	l.run(func(s *trace.Stop) (trace.Action, error) {
		if e, ok := s.Event.(*trace.SyscallEnter); ok && e.Call.NR == nrPause {
			p.Tell()
		}
		return trace.Action{}, nil
	})
	wants(t, p.Finish(), "execgate: executed")
	last := l.tape[len(l.tape)-1]
	if end, ok := last.event.(*trace.Exited); !ok || !end.Superseded {
		t.Errorf("the last event is %+v, want the end of a task that was superseded", last.event)
	}
}

// Failing calls of execve have their errors and replace nothing.
func TestExecFailures(t *testing.T) {
	l := sameAsUntraced(t, "execs")
	var errs []syscall.Errno
	for _, r := range of[*trace.SyscallExit](l) {
		if e := r.event.(*trace.SyscallExit); e.Call.NR == nrExecve && e.Result.Failed {
			errs = append(errs, syscall.Errno(e.Result.Errno()))
		}
	}
	if len(errs) < 5 || errs[0] != syscall.ENOENT || errs[1] != syscall.EACCES {
		t.Errorf("execve failed with %v, want at least five errors, ENOENT and EACCES first", errs)
	}
	if n := len(of[*trace.Exec](l)); n != 2 {
		t.Errorf("%d Exec events, want 2", n)
	}
}
