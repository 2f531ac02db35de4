package trace_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/trapline/trapline/internal/fixture"
	"github.com/trapline/trapline/internal/ptrace"
	"github.com/trapline/trapline/trace"
)

// exhaustive are the options under which all kinds of stops come.
var exhaustive = trace.Options{Syscalls: true, Follow: true, Exiting: true}

// A task that is detached at any kind of stop goes on as if it had not been traced,
// and nothing is heard of it any more.
func TestDetachInEachStop(t *testing.T) {
	program := fixture.Build(t, "everystop")
	want := untraced(t, program)
	for name, is := range stops {
		t.Run(name, func(t *testing.T) {
			detached := 0
			l, out := recordRun(t, exhaustive, func(s *trace.Stop) (trace.Action, error) {
				if detached != 0 || !is(s) {
					return trace.Action{}, nil
				}
				detached = s.Task.TID()
				return trace.Action{Mode: trace.Detach}, nil
			}, program)
			if out != want {
				t.Errorf("the program says\n%suntraced\n%s", out, want)
			}
			events := l.task(detached)
			last := events[len(events)-1]
			if _, ok := last.event.(*trace.Detached); !ok || len(of[*trace.Detached](events)) != 1 {
				t.Errorf("the last event of %d is %T, with %d of Detached", detached, last.event, len(of[*trace.Detached](events)))
			}
		})
	}
}

// The run ends while a task is in each kind of stop; the others are anywhere.
func TestErrorInEachStop(t *testing.T) {
	program := fixture.Build(t, "everystop")
	want := untraced(t, program)
	for name, is := range stops {
		t.Run(name, func(t *testing.T) {
			out, err := capture(t, exhaustive, func(s *trace.Stop) (trace.Action, error) {
				if is(s) {
					return trace.Action{}, enough
				}
				return trace.Action{}, nil
			}, program)
			if !errors.Is(err, enough) {
				t.Errorf("Run returned %v, want %v", err, enough)
			}
			if out != want {
				t.Errorf("the program says\n%suntraced\n%s", out, want)
			}
		})
	}
}

// The run ends while a task is on Hold in each kind of stop.
func TestLeaveOnHold(t *testing.T) {
	program := fixture.Build(t, "everystop")
	want := untraced(t, program)
	for name, is := range stops {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancelCause(context.Background())
			held := false
			out, err := captureContext(t, ctx, exhaustive, func(s *trace.Stop) (trace.Action, error) {
				if held || !is(s) {
					return trace.Action{}, nil
				}
				held = true
				cancel(enough)
				return trace.Action{Mode: trace.Hold}, nil
			}, program)
			if !errors.Is(err, enough) {
				t.Errorf("Run returned %v, want %v", err, enough)
			}
			if out != want {
				t.Errorf("the program says\n%suntraced\n%s", out, want)
			}
		})
	}
}

// The run ends at every moment, one after another.
func TestLeaveAnywhere(t *testing.T) {
	program := fixture.Build(t, "forkstorm")
	for at := 20; at < 400; at += 7 {
		n := 0
		out, err := capture(t, everything, func(*trace.Stop) (trace.Action, error) {
			if n++; n == at {
				return trace.Action{}, enough
			}
			return trace.Action{}, nil
		}, program, "4")
		if n >= at && !errors.Is(err, enough) || !strings.Contains(out, "16 of 16") {
			t.Errorf("after %d events Run returned %v and the program said %q", at, err, out)
		}
	}
}

// A task that is being single-stepped does not keep the trap flag.
func TestLeaveStepping(t *testing.T) {
	for at := 1; at < 1000; at += 83 {
		steps := 0
		out, err := capture(t, trace.Options{}, func(s *trace.Stop) (trace.Action, error) {
			switch s.Event.(type) {
			case *trace.Trap, *trace.Exec:
				if steps++; steps == at {
					return trace.Action{Mode: trace.Step}, enough
				}
				return trace.Action{Mode: trace.Step}, nil
			}
			return trace.Action{}, nil
		}, "/bin/echo", "unharmed")
		if !errors.Is(err, enough) || out != "unharmed\n" {
			t.Errorf("after %d steps Run returned %v and the program said %q", at, err, out)
		}
	}
}

// Attaching and leaving at once breaks off no call, whether the run was cancelled
// before it began or has never been.
func TestAttachAndLeaveAtOnce(t *testing.T) {
	program := fixture.Build(t, "blocked")
	for _, kind := range []string{"epoll_wait", "semop", "sigtimedwait", "futex_timed"} {
		t.Run(kind, func(t *testing.T) {
			p := fixture.Start(t, program, kind)
			tid := p.Await("blocked: %d in " + kind)
			ctx, cancel := context.WithCancel(context.Background())
			cancel()
			for i := range 40 {
				fixture.AwaitState(t, tid, "S")
				l := attach(t, everything, p.PID())
				if i%2 == 0 {
					l.tracer.Close()
				} else if err := l.tracer.Run(ctx, l.recorder(nil)); !errors.Is(err, context.Canceled) {
					t.Fatal(err)
				}
			}
			fixture.AwaitState(t, tid, "S")
			p.Tell()
			wants(t, p.Finish(), " 0 spurious")
		})
	}
}

// When the tracer is killed the program it has attached to goes on.
func TestTracerIsKilled(t *testing.T) {
	for _, kind := range []string{"read", "futex", "nanosleep", "poll_timed"} {
		t.Run(kind, func(t *testing.T) {
			p := fixture.Start(t, fixture.Build(t, "blocked"), kind)
			tid := p.Await("blocked: %d in " + kind)
			for range 10 {
				fixture.AwaitState(t, tid, "S")
				tracer := fixture.Start(t, "/proc/self/exe", attachTo, strconv.Itoa(p.PID()))
				tracer.Await("tracing")
				tracer.Kill()
			}
			fixture.AwaitState(t, tid, "S")
			p.Tell()
			wants(t, p.Finish(), " 0 spurious")
		})
	}
}

// A storm of stops while the tracer is killed.
func TestTracerIsKilledInAStorm(t *testing.T) {
	for range 10 {
		p := fixture.Start(t, fixture.Build(t, "killme"))
		p.Await("killme: %d")
		tracer := fixture.Start(t, "/proc/self/exe", attachTo, strconv.Itoa(p.PID()))
		tracer.Await("tracing")
		tracer.Kill()
		if err := syscall.Kill(p.PID(), 0); err != nil {
			t.Fatal("the program is gone")
		}
		for _, tid := range tasks(t, p.PID()) {
			if tracer := status(tid, "TracerPid"); tracer != "0" && tracer != "" {
				t.Errorf("%d is traced by %s", tid, tracer)
			}
		}
		fixture.AwaitState(t, p.PID(), "RSD")
	}
}

// attachTo makes the test's program a tracer of another process.
const attachTo = "-trapline-attach-to"

func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == attachTo {
		attachForever(os.Args[2])
	}
	os.Exit(m.Run())
}

// attachForever says so when it has seen each task stop.
func attachForever(process string) {
	pid, _ := strconv.Atoi(process)
	tracer := trace.New(trace.Options{Syscalls: true, Follow: true})
	if err := tracer.Attach(pid); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	waiting, said := map[int]bool{}, false
	tracer.Run(context.Background(), trace.HandlerFunc(func(s *trace.Stop) (trace.Action, error) {
		switch s.Event.(type) {
		case *trace.Attached:
			waiting[s.Task.TID()] = true
		default:
			if delete(waiting, s.Task.TID()); len(waiting) == 0 && !said {
				said = true
				fmt.Println("tracing")
			}
		}
		return trace.Action{}, nil
	}))
	os.Exit(0)
}

func tasks(t *testing.T, pid int) (tids []int) {
	entries, err := os.ReadDir(fmt.Sprintf("/proc/%d/task", pid))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		tid, _ := strconv.Atoi(e.Name())
		tids = append(tids, tid)
	}
	return tids
}

// status is a field of /proc/TID/status; empty when the task is gone.
func status(tid int, field string) string {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", tid))
	_, after, _ := strings.Cut(string(text), "\n"+field+":")
	line, _, _ := strings.Cut(after, "\n")
	return strings.TrimSpace(line)
}

// A task that is detached at the entry of a call which blocks does not have it broken
// off, and does not keep the run from ending.
func TestDetachAtEntry(t *testing.T) {
	program := fixture.Build(t, "blocked")
	for _, kind := range []string{"epoll_wait", "semop", "read"} {
		t.Run(kind, func(t *testing.T) {
			p := fixture.Start(t, program, kind)
			tid := p.Await("blocked: %d in " + kind)
			for range 20 {
				fixture.AwaitState(t, tid, "S")
				l := attach(t, everything, p.PID())
				l.run(func(s *trace.Stop) (trace.Action, error) {
					if _, ok := s.Event.(*trace.SyscallEnter); ok {
						return trace.Action{Mode: trace.Detach}, nil
					}
					return trace.Action{}, nil
				})
				if n := len(of[*trace.Detached](l.tape)); n != 2 {
					t.Errorf("%d tasks detached, want 2", n)
				}
			}
			fixture.AwaitState(t, tid, "S")
			p.Tell()
			wants(t, p.Finish(), " 0 spurious")
		})
	}
}

// A thread that is detached while others of its process have yet to stop after Attach is not
// seized again when they have.
func TestDetachBeforeAllHaveJoined(t *testing.T) {
	p := fixture.Start(t, fixture.Build(t, "vforkthread"))
	p.Await("vforkthread: child %d")
	parent := p.Await("vforkthread: parent %d")
	fixture.AwaitState(t, parent, "D") // it cannot stop
	l := attach(t, trace.Options{Follow: true}, p.PID())
	others := slices.DeleteFunc(tasks(t, p.PID()), func(tid int) bool { return tid == parent })
	for _, tid := range others {
		ptrace.Tgkill(p.PID(), tid, syscall.SIGURG)
	}
	detached := 0
	l.run(func(s *trace.Stop) (trace.Action, error) {
		if e, ok := s.Event.(*trace.SignalStop); !ok || e.Signal != syscall.SIGURG {
			return trace.Action{}, nil
		}
		if detached++; detached == len(others) {
			p.Tell()
		}
		return trace.Action{Mode: trace.Detach}, nil
	})
	if n := len(of[*trace.Attached](l.tape)); n != len(others)+1 {
		t.Errorf("attached %d times to %d threads", n, len(others)+1)
	}
	wants(t, p.Finish(), "child exited 4")
}

// A task that is detached at the entry of its last call does not end for anybody.
func TestDetachAtTheEnd(t *testing.T) {
	detached := 0
	l, _ := recordRun(t, everything, func(s *trace.Stop) (trace.Action, error) {
		if e, ok := s.Event.(*trace.SyscallEnter); ok && e.Call.NR == nrExitGroup && detached == 0 {
			detached = s.Task.TID()
			return trace.Action{Mode: trace.Detach}, nil
		}
		return trace.Action{}, nil
	}, fixture.Build(t, "forkburst"), "3")
	events := l.task(detached)
	if _, ok := events[len(events)-1].event.(*trace.Detached); !ok {
		t.Errorf("the last event is %T", events[len(events)-1].event)
	}
	if n := len(of[*trace.Exited](l)); n != 3 {
		t.Errorf("%d tasks ended, want 3", n)
	}
}
