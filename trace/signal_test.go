package trace_test

import (
	"context"
	"encoding/binary"
	"slices"
	"syscall"
	"testing"

	"github.com/trapline/trapline/internal/fixture"
	"github.com/trapline/trapline/trace"
)

// Signals arrive in their order, with the siginfo that the program gets.
func TestSignals(t *testing.T) {
	l := sameAsUntraced(t, "signals")
	for _, r := range of[*trace.SignalStop](l) {
		e := r.event.(*trace.SignalStop)
		if len(e.Info) < 4 || syscall.Signal(binary.NativeEndian.Uint32(e.Info)) != e.Signal {
			t.Errorf("%v has siginfo % x", e.Signal, e.Info)
		}
	}
	if n := len(of[*trace.SignalStop](l)); n < 5 {
		t.Errorf("%d signals, want at least 5", n)
	}
}

// SIGTRAP that is the program's own is a signal like any other.
func TestOwnTraps(t *testing.T) {
	l := sameAsUntraced(t, "sigtrap")
	if n := len(of[*trace.Trap](l)); n != 0 {
		t.Errorf("%d Trap events, want none", n)
	}
	traps := 0
	for _, r := range of[*trace.SignalStop](l) {
		if r.event.(*trace.SignalStop).Signal == syscall.SIGTRAP {
			traps++
		}
	}
	if traps < 5 {
		t.Errorf("%d signal stops by SIGTRAP, want at least 5", traps)
	}
}

// A program that is a tracer, too: its child is taken already.
func TestOwnPtrace(t *testing.T) {
	program := fixture.Build(t, "ownptrace")
	_, out := recordRun(t, everything, nil, program)
	wants(t, out, "child EPERM")
	_, out = recordRun(t, trace.Options{Syscalls: true}, nil, program)
	if want := untraced(t, program); out != want {
		t.Errorf("the program says\n%suntraced\n%s", out, want)
	}
}

// Exits of broken off calls have the kernel's own codes; the call that is taken up
// again by restart_syscall is named.
func TestRestarts(t *testing.T) {
	l := sameAsUntraced(t, "restart")
	var codes []int
	for _, r := range of[*trace.SyscallExit](l) {
		if e := r.event.(*trace.SyscallExit); e.Result.Errno() >= restartSystem {
			codes = append(codes, e.Result.Errno())
		}
	}
	for _, want := range []int{restartSystem, restartNoHand, restartContinue} {
		if !slices.Contains(codes, want) {
			t.Errorf("no call returned %d, only %v", want, codes)
		}
	}
	resumed := 0
	for _, r := range of[*trace.SyscallEnter](l) {
		e := r.event.(*trace.SyscallEnter)
		if e.Resumed != (e.Call.NR == nrRestart) {
			t.Errorf("call %d: Resumed is %v", e.Call.NR, e.Resumed)
		}
		if e.Resumed {
			resumed++
			if nr := e.Interrupted.NR; nr != nrNanosleep && nr != nrClockNano {
				t.Errorf("restart_syscall takes up %d", nr)
			}
		}
	}
	if resumed == 0 {
		t.Error("no call was taken up again")
	}
}

// Attaching to a call that restart_syscall takes up tells which call that is.
func TestAttachInsideRestartedCall(t *testing.T) {
	for kind, nr := range map[string]uint64{"nanosleep": nrClockNano, "futex_timed": nrFutex, "poll_timed": nrPoll} {
		t.Run(kind, func(t *testing.T) {
			p := fixture.Start(t, fixture.Build(t, "blocked"), kind)
			tid := p.Await("blocked: %d in " + kind)
			for _, want := range []uint64{nr, nrRestart} { // the second time only the kernel knows
				fixture.AwaitState(t, tid, "S")
				l := attach(t, everything, p.PID())
				l.run(func(s *trace.Stop) (trace.Action, error) {
					e, ok := s.Event.(*trace.SyscallEnter)
					if !ok || s.Task.TID() != tid {
						return trace.Action{}, nil
					}
					if e.Call.NR != nrRestart || !e.Resumed || e.Interrupted.NR != want {
						t.Errorf("the first call is %+v, want restart_syscall of %d", e, want)
					}
					return trace.Action{}, trace.Done
				})
			}
			p.Tell()
			wants(t, p.Finish(), " 0 spurious")
		})
	}
}

// A signal is not lost by a Hold, whether the task is released or the run ends.
func TestHoldKeepsTheSignal(t *testing.T) {
	for name, release := range map[string]bool{"released": true, "left": false} {
		t.Run(name, func(t *testing.T) {
			p := fixture.Start(t, "/bin/sh", "-c", `trap "echo handled; exit 3" TERM; echo ready; read x; kill -TERM $$; read x; exit 4`)
			p.Await("ready")
			l := attach(t, everything, p.PID())
			ctx, cancel := context.WithCancel(context.Background())
			p.Say("go")
			l.tracer.Run(ctx, l.recorder(func(s *trace.Stop) (trace.Action, error) {
				if e, ok := s.Event.(*trace.SignalStop); !ok || e.Signal != syscall.SIGTERM {
					return trace.Action{}, nil
				}
				task := s.Task
				if release {
					go l.tracer.Post(func() { task.Release(trace.Default) })
				} else {
					cancel()
				}
				return trace.Action{Mode: trace.Hold}, nil
			}))
			cancel()
			wants(t, p.Finish(), "handled")
		})
	}
}

// A handler can make up a signal at a system call.
func TestInjectedSignal(t *testing.T) {
	const kill = 62
	usr1 := syscall.SIGUSR1
	_, out := recordRun(t, everything, func(s *trace.Stop) (trace.Action, error) {
		if e, ok := s.Event.(*trace.SyscallExit); ok && e.Call.NR == kill {
			return trace.Action{Signal: &usr1}, nil
		}
		return trace.Action{}, nil
	}, "/bin/sh", "-c", `trap "echo handled; exit" USR1; kill -0 $$; echo missed`)
	if out != "handled\n" {
		t.Errorf("the program said %q", out)
	}
}
