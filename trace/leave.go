package trace

import (
	"syscall"
	"time"

	"github.com/trapline/trapline/internal/ptrace"
)

// leave ends the tracing of everything. Tasks that are stopped are sent on their
// way; those that run are left alone, because the kernel frees them when the
// tracer's thread ends, and unlike PTRACE_INTERRUPT and PTRACE_DETACH that does not
// disturb the call a task is blocked in.
func (t *Tracer) leave() {
	for _, s := range t.batch[t.handled:] {
		if s.Stopped() {
			t.sendOn(s.PID, s.Status)
		}
	}
	for tid, s := range t.orphans {
		t.sendOn(tid, s)
	}
	t.awaitAttached()
	for _, task := range t.tasks {
		switch {
		case task.launching != launched:
			syscall.Kill(task.tid, syscall.SIGKILL) // not the user's program yet
		case !task.fresh && t.handler != nil:
			t.handler.Handle(&Stop{Task: task, Event: &Detached{}, Time: t.now})
		}
		if task.stopped {
			ptrace.Cont(task.tid, 0)
		}
		task.closeMem()
	}
}

// attachPatience is how long leave waits for tasks that have just been attached to.
// One in uninterruptible sleep takes longer, and its call is not broken off.
const attachPatience = 100 * time.Millisecond

// awaitAttached lets tasks come to the first stop after they were seized. Their call
// has been broken off already: only at that stop can attachStop have it started again.
func (t *Tracer) awaitAttached() {
	for end := time.Now().Add(attachPatience); t.attaching() && time.Now().Before(end); {
		s, err := ptrace.Poll(-1, nil)
		if err != nil {
			return
		}
		switch task := t.tasks[s.PID]; {
		case s.PID == 0:
			time.Sleep(50 * time.Microsecond)
		case s.Stopped():
			if task != nil && task.attached && s.Event() == ptrace.EventStop {
				task.attached = false
				t.attachStop(task)
			}
			t.sendOn(s.PID, s)
		case task != nil:
			t.remove(task)
		}
	}
}

func (t *Tracer) attaching() bool {
	for _, task := range t.tasks {
		if task.attached {
			return true
		}
	}
	return false
}

// sendOn resumes a task in a stop that nobody has looked at. A group-stop is left
// as it is: the kernel keeps the task stopped when it is freed. PTRACE_CONT and not
// PTRACE_DETACH: at a syscall-enter-stop the latter leaves a signal flag behind that
// makes the call fail with EINTR (ptrace_signal_wake_up in __ptrace_unlink).
func (t *Tracer) sendOn(tid int, s ptrace.Status) {
	if !s.GroupStop() {
		ptrace.Cont(tid, passedOn(s))
	}
}

// passedOn is the signal to resume with so that the stop has no effect.
func passedOn(s ptrace.Status) syscall.Signal {
	if s.Event() == 0 && !s.SyscallStop() {
		return s.StopSignal()
	}
	return 0
}

// detach frees one stopped task. At a call's entry it waits for the exit, for the
// reason that sendOn gives.
func (t *Tracer) detach(task *Task, sig syscall.Signal) {
	if !task.leaving {
		task.leaving = true
		t.deliver(task, &Detached{})
		if task.inCall {
			t.failed(ptrace.Syscall(task.tid, sig))
			return
		}
	}
	t.letGo(task, sig)
}

// letGo is the end of detach.
func (t *Tracer) letGo(task *Task, sig syscall.Signal) {
	t.failed(ptrace.Detach(task.tid, sig))
	t.remove(task)
}
