package trace

import (
	"syscall"

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
