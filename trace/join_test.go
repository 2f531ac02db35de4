package trace_test

import (
	"errors"
	"strconv"
	"syscall"
	"testing"

	"github.com/trapline/trapline/internal/fixture"
	"github.com/trapline/trapline/internal/ptrace"
	"github.com/trapline/trapline/procfs"
	"github.com/trapline/trapline/trace"
)

// A process that makes threads without end is attached to: once each thread that was
// there has stopped none is left that nobody traces.
func TestAttachMissesNoThread(t *testing.T) {
	p := fixture.Start(t, fixture.Build(t, "births"))
	p.Await("births: %d")
	for range 200 {
		l := attach(t, everything, p.PID())
		waiting, done := map[int]bool{}, false
		l.run(func(s *trace.Stop) (trace.Action, error) {
			if _, ok := s.Event.(*trace.Attached); ok {
				waiting[s.Task.TID()] = true
				return trace.Action{}, nil
			}
			if delete(waiting, s.Task.TID()); done || len(waiting) > 0 {
				return trace.Action{}, nil
			}
			done = true
			for _, tid := range tasks(t, p.PID()) {
				if untracedAlive(tid) {
					t.Errorf("%d is not traced", tid)
				}
			}
			return trace.Action{}, trace.Done
		})
	}
	p.Finish()
}

// untracedAlive says whether a task lives and has no tracer.
func untracedAlive(tid int) bool {
	f, err := procfs.Status(tid)
	return err == nil && f.TracerPid == 0 && f.State != 'Z' && f.State != 'X'
}

// A task has one tracer; the second is told so, and the first goes on undisturbed.
func TestTwoTracersOfOneProcess(t *testing.T) {
	p := fixture.Start(t, fixture.Build(t, "blocked"), "read")
	p.Await("blocked: %d in read")
	l := attach(t, everything, p.PID())
	second := trace.New(everything)
	if err := second.Attach(p.PID()); !errors.Is(err, syscall.EPERM) {
		t.Errorf("the second tracer: %v, want EPERM", err)
	}
	second.Close()
	p.Tell()
	l.run(nil)
	wants(t, p.Finish(), " 0 spurious")
	if len(of[*trace.Exited](l.tape)) != 2 {
		t.Error("the first tracer did not see both threads end")
	}
}

// Several processes at once, one of which is given by a thread's id.
func TestAttachToSeveral(t *testing.T) {
	program := fixture.Build(t, "blocked")
	var ids []int
	processes := map[int]*fixture.Process{}
	for range 3 {
		p := fixture.Start(t, program, "read")
		ids = append(ids, p.Await("blocked: %d in read"))
		processes[p.PID()] = p
	}
	l := attach(t, everything, ids...)
	for _, p := range processes {
		p.Tell()
	}
	l.run(nil)
	for pid, p := range processes {
		wants(t, p.Finish(), " 0 spurious")
		if index(l.tape, 0, func(r record, e *trace.Exited) bool { return r.tid == pid }) < 0 {
			t.Errorf("the end of %d was not seen", pid)
		}
	}
}

// The first event of each task is that it has been attached to.
func TestAttachedComesFirst(t *testing.T) {
	p := fixture.Start(t, fixture.Build(t, "blocked"), "read")
	p.Await("blocked: %d in read")
	l := attach(t, everything, p.PID())
	p.Tell()
	l.run(nil)
	seen := map[int]bool{}
	for _, r := range l.tape {
		if _, ok := r.event.(*trace.Attached); ok == seen[r.tid] {
			t.Errorf("%T of %d, attached before: %v", r.event, r.tid, seen[r.tid])
		}
		seen[r.tid] = true
	}
	if len(seen) != 2 {
		t.Errorf("%d tasks, want 2", len(seen))
	}
}

// A thread id of the program is as good as its process id for a single task.
func TestAttachToOneThread(t *testing.T) {
	p := fixture.Start(t, fixture.Build(t, "execgate"))
	thread := p.Await("execgate: thread %d")
	l := attach(t, trace.Options{Syscalls: true}, thread)
	if tracer := status(p.PID(), "TracerPid"); tracer != "0" {
		t.Errorf("the leader is traced by %s", tracer)
	}
	if tracer, _ := strconv.Atoi(status(thread, "TracerPid")); tracer == 0 || ptrace.Tgkill(syscall.Getpid(), tracer, 0) != nil {
		t.Errorf("the thread is traced by %d, which is no thread of ours", tracer)
	}
	l.tracer.Close()
	if tracer := status(thread, "TracerPid"); tracer != "0" {
		t.Errorf("after Close the thread is traced by %s", tracer)
	}
}
