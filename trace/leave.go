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
	all := leavers(t.handler)
	t.leaver = len(all) > 0
	for _, l := range all {
		l.Leave()
	}
	for _, s := range t.batch[t.handled:] {
		t.sendOn(s.Status)
	}
	for _, s := range t.orphans {
		t.sendOn(s)
	}
	t.calm()
	for _, task := range t.tasks {
		switch {
		case task.launching != launched:
			syscall.Kill(task.tid, syscall.SIGKILL) // not the user's program yet
		case !task.unknown() && !task.leaving && t.handler != nil:
			t.handler.Handle(&Stop{Task: task, Event: &Detached{}, Time: t.now})
		}
		if task.stopped && !task.grouped {
			task.forgoReplacement()
			ptrace.Cont(task.tid, task.undelivered)
		}
		task.closeMem()
	}
}

// patience is how long calm waits for tasks, should one neither stop nor sleep.
const patience = 5 * time.Second

// calm brings tasks to where the kernel frees them without a trace. In the entry of a
// call it would leave a signal flag behind that makes the call fail with EINTR, in a
// single step the trap flag; and the call that a task is in when it is attached to has
// been broken off, so that only attachStop can have it started again.
func (t *Tracer) calm() {
	for _, task := range t.tasks {
		if !task.attached && (t.leaver && !task.stopped && !task.grouped || restless(task)) {
			task.attached = ptrace.Interrupt(task.tid) == nil
		}
	}
	for end := time.Now().Add(patience); t.awaiting() && time.Now().Before(end); {
		s, err := ptrace.Poll(-1, nil)
		if err != nil {
			return
		}
		if s.PID == 0 {
			time.Sleep(50 * time.Microsecond)
			continue
		}
		t.sendOn(s)
	}
}

// restless says whether a task may come to a stop where it cannot be freed. One that
// sleeps in a call may not: the next is the call's exit. But the exit of a call that has
// been replaced has to be seen.
func restless(task *Task) bool {
	if task.isReplaced() && !task.stopped {
		return true
	}
	if task.stopped || task.grouped || task.launching != launched || task.mode != Syscall {
		return task.mode == Step && !task.stopped
	}
	s, err := procfs.TaskStat(task.tid)
	return err == nil && (s.State == 'R' || s.State == 't')
}

// awaiting says whether a task is on its way to the stop that calm or Attach has asked
// of it. One in uninterruptible sleep, as when it waits for its child by vfork, is not:
// its call has not been broken off.
func (t *Tracer) awaiting() bool {
	for _, task := range t.tasks {
		if task.attached && !asleep(task.tid) {
			return true
		}
	}
	return false
}

// sendOn makes an end of a status that nobody has looked at. A group-stop is left as it
// is: the kernel keeps the task stopped when it is freed. PTRACE_CONT and not
// PTRACE_DETACH: at a syscall-enter-stop the latter leaves a signal flag behind that
// makes the call fail with EINTR (ptrace_signal_wake_up in __ptrace_unlink).
func (t *Tracer) sendOn(s ptrace.Status) {
	if t.leaver && s.Stopped() {
		t.lastChild(s)
	}
	task := t.tasks[s.PID]
	switch {
	case task == nil:
	case !s.Stopped():
		t.remove(task)
	case task.attached && s.Event() == ptrace.EventStop:
		task.attached = t.leaver && trapPending(task.tid)
		t.attachStop(task, s)
		if t.leaver {
			t.deliver(task, &Interrupted{})
		}
	case task.attached: // any stop calls the interrupt off, but its signal flag stays
		ptrace.Interrupt(task.tid)
	}
	sig := passedOn(s)
	if task != nil {
		t.undo(task, s)
		if sig == syscall.SIGTRAP {
			sig = t.lastTrap(task)
		}
		task.mode = Run
	}
	if s.Stopped() && !s.GroupStop() {
		ptrace.Cont(s.PID, sig)
	}
}

// undo takes back what a replaced call has changed in a task that is freed at its exit.
func (t *Tracer) undo(task *Task, s ptrace.Status) {
	if s.SyscallStop() && task.isReplaced() && ptrace.GetSyscallInfo(task.tid, &t.info) == nil && t.info.Op == ptrace.OpExit {
		task.undoReplacement()
	}
}

// lastChild lets a Leaver see a child that was born while the run ended: its memory is a copy
// of the parent's, perhaps as it was before Leave. Either half may come first.
func (t *Tracer) lastChild(s ptrace.Status) {
	parent := t.tasks[s.PID]
	switch {
	case parent == nil:
		child := t.addChild(s.PID, nil)
		child.tgid = procfs.ThreadGroup(s.PID)
		t.deliver(child, &NewTask{Thread: child.tid != child.tgid})
	case forks(s):
		if tid, err := ptrace.GetEventMsg(s.PID); err == nil && t.tasks[int(tid)] == nil && exists(int(tid)) {
			t.deliver(parent, &Forked{Child: t.addChild(int(tid), parent)})
		}
	}
}

// lastTrap returns the signal to resume a task with that SIGTRAP has stopped: none after a
// single step, and what a Leaver says.
func (t *Tracer) lastTrap(task *Task) syscall.Signal {
	info := t.siginfo[:]
	if ptrace.GetSigInfo(task.tid, info) != nil {
		return syscall.SIGTRAP
	}
	var e Event = &SignalStop{Signal: syscall.SIGTRAP, Info: info}
	sig := syscall.SIGTRAP
	if task.mode == Step && steppedBy(info) {
		e, sig = &Trap{Info: info}, 0
	}
	if !t.leaver {
		return sig
	}
	a := t.deliver(task, e)
	t.apply(task, &Action{Regs: a.Regs, Info: a.Info})
	if a.Signal != nil {
		sig = *a.Signal
	}
	return sig
}

// trapPending says whether a task has a SIGTRAP of its own that it has not been stopped by.
func trapPending(tid int) bool {
	s, err := procfs.Status(tid)
	return err == nil && s.SigPnd.Has(int(syscall.SIGTRAP))
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
	if t.sieve != nil {
		t.mute(task)
		t.resume(task, Default, sig)
		return
	}
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
	t.failed(task.undoReplacement())
	t.failed(ptrace.Detach(task.tid, sig))
	if t.joining[task.tgid] > 0 {
		t.freed[task.tid] = task.tgid // not to be seized again when all have joined
	}
	t.remove(task)
}
