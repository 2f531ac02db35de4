package trace

import (
	"syscall"
	"time"

	"github.com/trapline/trapline/internal/ptrace"
	"github.com/trapline/trapline/procfs"
)

// leave ends the tracing of everything. Tasks that are stopped are sent on their
// way; those that run are left alone, because the kernel frees them when the
// tracer's thread ends, and unlike PTRACE_INTERRUPT and PTRACE_DETACH that does not
// disturb the call a task is blocked in.
func (t *Tracer) leave() {
	for _, s := range t.batch[t.handled:] {
		t.sendOn(s.Status)
	}
	for _, s := range t.orphans {
		t.sendOn(s)
	}
	t.stopSteps()
	t.awaitAttached()
	t.awaitUnderway()
	for _, task := range t.tasks {
		switch {
		case task.launching != launched:
			syscall.Kill(task.tid, syscall.SIGKILL) // not the user's program yet
		case !task.unknown() && !task.leaving && t.handler != nil:
			t.handler.Handle(&Stop{Task: task, Event: &Detached{}, Time: t.now})
		}
		if task.stopped && !task.grouped {
			ptrace.Cont(task.tid, task.undelivered)
		}
		task.closeMem()
	}
}

// stopSteps attaches anew to the tasks that single-step: the kernel would leave the
// trap flag set in a task it frees by itself, and the next trap would kill that.
func (t *Tracer) stopSteps() {
	for _, task := range t.tasks {
		if task.mode == Step && !task.stopped {
			task.attached = ptrace.Interrupt(task.tid) == nil
		}
	}
}

// attachPatience is how long leave waits for tasks that have just been attached to,
// should one neither stop nor sleep.
const attachPatience = 5 * time.Second

// awaitAttached lets tasks come to the first stop after they were seized. Their call
// has been broken off already: only at that stop can attachStop have it started again.
func (t *Tracer) awaitAttached() {
	end := time.Now().Add(attachPatience)
	for _, task := range t.tasks {
		for task.attached && !unreachable(task.tid) && time.Now().Before(end) {
			s, err := ptrace.Poll(task.tid, nil)
			if err != nil {
				break
			}
			if s.PID == 0 {
				time.Sleep(20 * time.Microsecond)
				continue
			}
			t.sendOn(s)
		}
	}
}

// underwayPatience is how long leave waits for tasks that are between two stops. One
// that computes and makes no calls is not worth more.
const underwayPatience = 50 * time.Millisecond

// awaitUnderway lets tasks come to the stop they are on their way to. Were they to
// arrive when the tracer's thread has begun to end, the kernel would free them at a
// call's entry, and the call might fail with EINTR for the reason that sendOn gives.
func (t *Tracer) awaitUnderway() {
	end := time.Now().Add(underwayPatience)
	for t.underway() && time.Now().Before(end) {
		s, err := ptrace.Poll(-1, nil)
		switch {
		case err != nil:
			return
		case s.PID == 0:
			time.Sleep(20 * time.Microsecond)
		default:
			t.sendOn(s)
		}
	}
}

// underway says whether a task may be about to stop for a call: one that sleeps is in
// the middle of it.
func (t *Tracer) underway() bool {
	for _, task := range t.tasks {
		if task.stopped || task.mode == Run {
			continue
		}
		if s, err := procfs.Stat(task.tid); err == nil && (s.State == 'R' || s.State == 't') {
			return true
		}
	}
	return false
}

// unreachable says whether a task does not stop when it is told to: it is dead, or in
// uninterruptible sleep, as when it waits for its child by vfork. The call that this
// one is in has not been broken off.
func unreachable(tid int) bool {
	s, err := procfs.Stat(tid)
	return err != nil || s.State == 'D' || s.State == 'Z' || s.State == 'X'
}

// sendOn resumes a task in a stop that nobody has looked at. A group-stop is left
// as it is: the kernel keeps the task stopped when it is freed. PTRACE_CONT and not
// PTRACE_DETACH: at a syscall-enter-stop the latter leaves a signal flag behind that
// makes the call fail with EINTR (ptrace_signal_wake_up in __ptrace_unlink).
func (t *Tracer) sendOn(s ptrace.Status) {
	sig := passedOn(s)
	if task := t.tasks[s.PID]; task != nil {
		if task.attached && s.Event() == ptrace.EventStop {
			task.attached = false
			t.attachStop(task, s)
		}
		if sig == syscall.SIGTRAP && task.mode == Step && t.stepped(s.PID) {
			sig = 0
		}
		task.mode = Run
	}
	if s.Stopped() && !s.GroupStop() {
		ptrace.Cont(s.PID, sig)
	}
}

// stepped says whether a stop by SIGTRAP is that of a single step.
func (t *Tracer) stepped(tid int) bool {
	info := t.siginfo[:]
	return ptrace.GetSigInfo(tid, info) == nil && steppedBy(info)
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
		t.leaving++
		t.deliver(task, &Detached{})
		if task.inCall {
			t.run(task, Syscall, sig)
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
