package trace

import (
	"os"
	"slices"
	"syscall"
	"testing"

	"github.com/trapline/trapline/internal/fixture"
	"github.com/trapline/trapline/internal/ptrace"
)

// A hand runs a Tracer's loop by hand, so that a test decides in what order statuses
// are looked at, and what happens between a status and the look.
type hand struct {
	*testing.T
	*Tracer
	events []Event
	tids   []int
	early  map[int]ptrace.Status // first stops of children that next has set aside
}

// byHand starts a program and calls loop on the tracer's thread.
func byHand(t *testing.T, o Options, loop func(*hand), program string, args ...string) *hand {
	t.Helper()
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	h := &hand{T: t, Tracer: New(o), early: map[int]ptrace.Status{}}
	h.handler = HandlerFunc(func(s *Stop) (Action, error) {
		e := s.Event
		if _, ok := e.(*SyscallEnter); !ok {
			h.events = append(h.events, e)
			h.tids = append(h.tids, s.Task.tid)
		}
		return Action{}, nil
	})
	if _, err := h.Start(&Command{Path: program, Args: append([]string{program}, args...), Stdout: null}); err != nil {
		t.Fatal(err)
	}
	h.thread.Do(func() { loop(h) })
	h.thread.End(true)
	if h.failure != nil {
		t.Error(h.failure)
	}
	return h
}

// wait collects the next status of a task, of any with -1.
func (h *hand) wait(tid int) ptrace.Status {
	for {
		s, err := ptrace.Wait(tid, ptrace.All, nil)
		if err == nil || err.(*ptrace.Error).Err != syscall.EINTR {
			return s
		}
	}
}

// next collects the next status of a known task. The kernel may give a child's first
// stop before its parent's: next sets it aside for first.
func (h *hand) next() ptrace.Status {
	for {
		s := h.wait(-1)
		if h.tasks[s.PID] != nil {
			return s
		}
		h.early[s.PID] = s
	}
}

// first returns the first status of a child.
func (h *hand) first(child int) ptrace.Status {
	if s, ok := h.early[child]; ok {
		delete(h.early, child)
		return s
	}
	return h.wait(child)
}

// look is a round of the loop.
func (h *hand) look(statuses ...ptrace.Status) {
	for _, s := range statuses {
		h.dispatch(s)
		h.adoptOrphans() // may come at any time
	}
}

// child returns the task that a stop of forked announces.
func (h *hand) child(s ptrace.Status) int {
	msg, err := ptrace.GetEventMsg(s.PID)
	if err != nil {
		h.Error(err)
	}
	return int(msg)
}

// count counts the events of the same type as e.
func count[E Event](h *hand) (n int) {
	for _, e := range h.events {
		if _, ok := e.(E); ok {
			n++
		}
	}
	return n
}

// The first stop of a child and its parent's event come in either order.
func TestForkOrder(t *testing.T) {
	for name, childFirst := range map[string]bool{"child first": true, "parent first": false} {
		t.Run(name, func(t *testing.T) {
			h := byHand(t, Options{Syscalls: true, Follow: true}, func(h *hand) {
				for len(h.tasks) > 0 {
					s := h.next()
					if !forks(s) {
						h.look(s)
						continue
					}
					pair := []ptrace.Status{s, h.first(h.child(s))}
					if childFirst {
						slices.Reverse(pair)
					}
					h.look(pair...)
				}
			}, fixture.Build(t, "forkstorm"), "4")
			for _, e := range h.events {
				if e, ok := e.(*NewTask); ok && e.Parent == nil {
					t.Error("a child without a parent")
				}
			}
			if made, ended := count[*NewTask](h), count[*Exited](h); made != 20 || ended != 21 {
				t.Errorf("%d tasks announced, %d ended; want 20 and 21", made, ended)
			}
		})
	}
}

// A child whose parent is killed before it can name it is adopted.
func TestOrphanIsAdopted(t *testing.T) {
	for name, childFirst := range map[string]bool{"child first": true, "parent first": false} {
		t.Run(name, func(t *testing.T) {
			killed := false
			h := byHand(t, Options{Syscalls: true, Follow: true}, func(h *hand) {
				for len(h.tasks) > 0 {
					s := h.next()
					if !forks(s) || killed {
						h.look(s)
						continue
					}
					killed = true
					child := h.first(h.child(s))
					syscall.Kill(s.PID, syscall.SIGKILL)
					pair := []ptrace.Status{h.wait(s.PID), child}
					if childFirst {
						slices.Reverse(pair)
					}
					h.look(pair...)
				}
			}, fixture.Build(t, "forkstorm"), "1")
			if made, ended := count[*NewTask](h), count[*Exited](h); made != 1 || ended != 2 {
				t.Errorf("%d tasks announced, %d ended; want 1 and 2", made, ended)
			}
		})
	}
}

// A child that is killed before its first stop ends without having begun.
func TestStillbornChild(t *testing.T) {
	for name, childFirst := range map[string]bool{"child first": true, "parent first": false} {
		t.Run(name, func(t *testing.T) {
			killed := 0
			h := byHand(t, Options{Syscalls: true, Follow: true}, func(h *hand) {
				for len(h.tasks) > 0 {
					s := h.next()
					if !forks(s) || killed != 0 {
						h.look(s)
						continue
					}
					killed = h.child(s)
					syscall.Kill(killed, syscall.SIGKILL)
					death := h.wait(killed)
					for death.Stopped() { // it has come to its first stop before
						death = h.wait(killed)
					}
					pair := []ptrace.Status{s, death}
					if childFirst {
						slices.Reverse(pair)
					}
					h.look(pair...)
				}
			}, fixture.Build(t, "forkstorm"), "1")
			made, ended := count[*NewTask](h), count[*Exited](h)
			if want := 1 + count[*Forked](h); made != 4 || ended != want {
				t.Errorf("%d tasks begun, %d ended; want 4 and %d", made, ended, want)
			}
		})
	}
}

// An execve by another thread takes the leader's id while a stop of the leader has
// been collected and not been looked at.
func TestStopOvertakenByExec(t *testing.T) {
	provoke := map[string]func(leader int){
		"system call": func(int) {},
		"signal":      func(leader int) { ptrace.Tgkill(leader, leader, syscall.SIGURG) },
		"interrupt":   func(leader int) { ptrace.Interrupt(leader) },
	}
	kind := map[string]func(ptrace.Status) bool{
		"system call": ptrace.Status.SyscallStop,
		"signal":      func(s ptrace.Status) bool { return s.StopSignal() == syscall.SIGURG },
		"interrupt":   func(s ptrace.Status) bool { return s.Event() == ptrace.EventStop },
	}
	for name := range provoke {
		t.Run(name, func(t *testing.T) {
			h := byHand(t, Options{Syscalls: true, Follow: true}, func(h *hand) {
				var leader int
				var old ptrace.Status
				var held []ptrace.Status // of the others, whose execve shall not come before old
				for len(h.tasks) > 0 {
					s := h.wait(-1)
					waiting := leader != 0 && old.PID == 0 && len(h.tasks) == 5
					switch {
					case s.Event() == ptrace.EventClone && leader == 0:
						leader = s.PID
						h.look(s)
					case waiting && s.PID != leader:
						held = append(held, s)
					case waiting && kind[name](s):
						old = s
						h.look(held...)
					case old.PID != 0 && s.Event() == ptrace.EventExec:
						h.look(old, s)
						old.PID = -1
					default:
						h.look(s)
					}
					if old.PID == 0 && len(h.tasks) == 5 {
						provoke[name](leader)
					}
				}
				if old.PID != -1 {
					h.Error("the leader's stop was not there in time")
				}
			}, fixture.Build(t, "execthread"), "early")
			if n := count[*Exec](h); n != 2 {
				t.Errorf("%d Exec events, want 2", n)
			}
		})
	}
}

// SIGKILL moves a task from any stop to the one on its way out.
func TestStopOvertakenByKill(t *testing.T) {
	killed := false
	h := byHand(t, Options{Syscalls: true, Follow: true, Exiting: true}, func(h *hand) {
		for len(h.tasks) > 0 {
			s := h.wait(-1)
			if !forks(s) || killed {
				h.look(s)
				continue
			}
			killed = true
			syscall.Kill(s.PID, syscall.SIGKILL)
			h.look(s, h.wait(s.PID))
		}
	}, fixture.Build(t, "forkstorm"), "1")
	if out, ended := count[*Exiting](h), count[*Exited](h); out != ended || out == 0 {
		t.Errorf("%d Exiting events of %d tasks", out, ended)
	}
}

// The run ends when a stop has been collected and not been looked at: its signal is
// delivered, unless it is that of a step.
func TestLeaveWithUnseenStop(t *testing.T) {
	for name, step := range map[string]bool{"signal": false, "step": true} {
		t.Run(name, func(t *testing.T) {
			want := syscall.SIGUSR1
			if step {
				want = syscall.SIGTRAP
			}
			pid := 0
			byHand(t, Options{Syscalls: true}, func(h *hand) {
				s := h.wait(-1)
				for s.SyscallStop() || s.Event() != 0 || s.StopSignal() != want {
					h.look(s)
					if task := h.tasks[s.PID]; step && task.launching == launched && task.mode == Syscall {
						h.wait(s.PID) // in some stop, which the step leaves
						h.run(task, Step, 0)
					}
					s = h.wait(-1)
				}
				pid = s.PID
				h.batch = []status{{Status: s}}
				h.leave()
			}, "/bin/sh", "-c", `trap "exit 5" USR1; kill -USR1 $$; exit 1`)
			var end syscall.WaitStatus
			if _, err := syscall.Wait4(pid, &end, 0, nil); err != nil || end.ExitStatus() != 5 {
				t.Errorf("the program ended with %#x, %v; want exit status 5", end, err)
			}
		})
	}
}
