package trace_test

import (
	"syscall"
	"testing"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/internal/fixture"
	"github.com/trapline/trapline/internal/ptrace"
	"github.com/trapline/trapline/trace"
)

// Tasks that are killed at moments nobody chose.
func TestKillStorm(t *testing.T) {
	for _, o := range []trace.Options{everything, {Follow: true}, {Syscalls: true, Follow: true, Exiting: true}} {
		l, out := recordRun(t, o, nil, fixture.Build(t, "killstorm"), "30")
		wants(t, out, "30 of 30 killed")
		checkLives(t, l)
	}
}

// checkLives checks that each task is announced before and not mentioned after its life.
func checkLives(t *testing.T, l tape) {
	t.Helper()
	alive := map[int]bool{l[0].tid: true}
	for _, r := range l {
		switch e := r.event.(type) {
		case *trace.Forked:
			if alive[e.Child.TID()] {
				t.Errorf("%d is made twice", e.Child.TID())
			}
			alive[e.Child.TID()] = true
		case *trace.NewTask:
			alive[r.tid] = true // of an orphan it is the first event
		case *trace.Exited:
			if !alive[r.tid] {
				t.Errorf("%d ended without having been", r.tid)
			}
			delete(alive, r.tid)
		default:
			if !alive[r.tid] {
				t.Errorf("%T of %d, which is not there", r.event, r.tid)
			}
		}
	}
	if len(alive) != 0 {
		t.Errorf("%d tasks have not ended", len(alive))
	}
}

// The process is killed while its task is in each kind of stop: whatever is asked of
// it and done to it then, the tracer goes on to its end.
func TestKilledInEachStop(t *testing.T) {
	program := fixture.Build(t, "everystop")
	for name, is := range stops {
		t.Run(name, func(t *testing.T) {
			o := everything
			o.Exiting = true
			killed := 0
			l, _ := recordRun(t, o, func(stop *trace.Stop) (trace.Action, error) {
				if killed != 0 || !is(stop) {
					return trace.Action{}, nil
				}
				killed = stop.Task.TGID()
				if err := syscall.Kill(killed, syscall.SIGKILL); err != nil {
					return trace.Action{}, err
				}
				stop.Task.ReadMem(make([]byte, 8), 4096)
				a := trace.Action{Result: &abi.Result{Value: 1}}
				if regs, err := stop.Task.Regs(); err == nil {
					a.Regs = &regs
					a.Writes = []trace.Write{{Addr: regs.SP(), Data: make([]byte, 8)}}
				}
				return a, nil
			}, program)
			end := index(l, 0, func(r record, e *trace.Exited) bool { return r.tid == killed })
			if killed == 0 || end < 0 {
				t.Fatalf("killed %d, its end is at %d", killed, end)
			}
			if e := l[end].event.(*trace.Exited); e.Signal != syscall.SIGKILL && name != "exiting" {
				t.Errorf("it ended with %+v", e)
			}
		})
	}
}

// A call is replaced after SIGKILL has sent its task on to the stop at its exit.
func TestReplacedAsItIsKilled(t *testing.T) {
	o := everything
	o.Exiting = true
	l, _ := recordRun(t, o, func(s *trace.Stop) (trace.Action, error) {
		e, ok := s.Event.(*trace.SyscallEnter)
		if !ok || e.Call.NR != nrWrite {
			return trace.Action{}, nil
		}
		err := syscall.Kill(s.Task.TGID(), syscall.SIGKILL)
		for info := (ptrace.SyscallInfo{Op: ptrace.OpEntry}); err == nil && info.Op == ptrace.OpEntry; {
			if err := ptrace.GetSyscallInfo(s.Task.TID(), &info); err != nil && !ptrace.Gone(err) {
				return trace.Action{}, err
			}
		}
		return trace.Action{Call: &e.Call}, err
	}, "/bin/echo", "killed")
	if end, ok := l[len(l)-1].event.(*trace.Exited); !ok || end.Signal != syscall.SIGKILL {
		t.Errorf("the last event is %+v, want the end by SIGKILL", l[len(l)-1].event)
	}
}

// Somebody kills the process while all its threads storm.
func TestKilledFromOutside(t *testing.T) {
	for after := range 20 {
		n := 0
		l, _ := recordRun(t, everything, func(s *trace.Stop) (trace.Action, error) {
			if n++; n == 100+after*37 {
				return trace.Action{}, syscall.Kill(s.Task.TGID(), syscall.SIGKILL)
			}
			return trace.Action{}, nil
		}, fixture.Build(t, "starve"))
		checkLives(t, l)
	}
}

// stops tells the kinds of stops apart; the program everystop comes to all of them.
var stops = map[string]func(*trace.Stop) bool{
	"entry":      isStop(func(e *trace.SyscallEnter) bool { return e.Call.NR == nrWrite }),
	"exit":       isStop(func(e *trace.SyscallExit) bool { return e.Call.NR == nrWrite }),
	"signal":     isStop(func(e *trace.SignalStop) bool { return e.Signal == syscall.SIGUSR1 }),
	"group-stop": isStop(func(e *trace.GroupStop) bool { return true }),
	"exec":       isStop(func(e *trace.Exec) bool { return true }),
	"new task":   isStop(func(e *trace.NewTask) bool { return true }),
	"exiting":    isStop(func(e *trace.Exiting) bool { return true }),
}

func isStop[E trace.Event](fits func(E) bool) func(*trace.Stop) bool {
	return func(s *trace.Stop) bool {
		e, ok := s.Event.(E)
		return ok && fits(e)
	}
}
