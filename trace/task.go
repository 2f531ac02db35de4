package trace

import (
	"syscall"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/internal/ptrace"
)

// A Task is one thread of a traced program, as the kernel schedules it. It
// belongs to the tracer's thread.
type Task struct {
	tracer    *Tracer
	tid, tgid int
	abi       *abi.ABI        // of the last system call
	parent    *Task           // until the first stop has been reported
	file      *ptrace.MemFile // nil until it is needed

	launching launchStage
	child     *ptrace.Child // until it has executed the program
	program   string        // what the launcher is to execute
	refusal   syscall.Errno // why it could not
	fresh     bool          // its first stop has not been reported
	stopped   bool          // on Hold
	grouped   bool          // in a group-stop
	leaving   bool          // to be detached at its next stop
	mode      Mode          // how it runs

	undelivered syscall.Signal // while on Hold: what to resume it with

	inCall      bool // between the entry and the exit of enter.Call
	enter       SyscallEnter
	exit        SyscallExit
	interrupted abi.Call     // the call that restart_syscall would resume
	hasRestart  bool         // interrupted is set
	attached    bool         // seized by Attach; its first stop has not come
	halted      bool         // by halt; its stop has not come
	asked       bool         // by Interrupt; its stop has not come
	replacement *replacement // nil until a call is replaced

	// With Options.Seccomp.
	unseen   bool     // the call it is in is nobody's but the engine's
	watchful bool     // it stops at every call
	strict   bool     // it may make few
	muted    bool     // nobody hears of it
	sent     uint64   // signals that send has sent
	binding  *binding // what to put back after the call
}

// TID is the thread id in the tracer's pid namespace.
func (t *Task) TID() int { return t.tid }

// TGID is the id of the task's thread group, the process.
func (t *Task) TGID() int { return t.tgid }

// ABI is the convention of the last system call; before the first one it is that
// of the machine.
func (t *Task) ABI() *abi.ABI { return t.abi }

// Kill sends a signal to the task itself.
func (t *Task) Kill(sig syscall.Signal) error {
	if err := ptrace.Tgkill(t.tgid, t.tid, sig); err != nil && !ptrace.Gone(err) {
		return err
	}
	return nil
}

// Regs reads the general registers. Only while the task is stopped.
func (t *Task) Regs() (abi.Regs, error) {
	var r abi.Regs
	err := ptrace.GetRegs(t.tid, &r)
	return r, err
}

// SetRegs replaces the general registers of a task on Hold. Handlers should ask for
// Action.Regs instead.
func (t *Task) SetRegs(r *abi.Regs) error { return ptrace.SetRegs(t.tid, r) }

// Interrupt has a task stop that runs. Whatever stop comes next is the answer: Interrupted
// if there is no other reason for one. A call that the task is blocked in is begun anew. Only
// from handlers and posted functions.
func (t *Task) Interrupt() {
	if t.stopped || t.grouped || t.asked {
		return
	}
	if ptrace.Interrupt(t.tid) == nil {
		t.halted, t.asked = true, true
	}
}

// Release lets a task go on that a handler has put on Hold, as mode says. Only
// from handlers and posted functions.
func (t *Task) Release(mode Mode) {
	if t.stopped {
		t.tracer.resume(t, mode, t.undelivered)
	}
}

// unknown says that no handler has heard of the task: neither of its own first stop
// nor of its parent's making it.
func (t *Task) unknown() bool { return t.fresh && t.parent == nil }

// add makes the tracer know a task.
func (t *Tracer) add(tid, tgid int) *Task {
	task := &Task{tracer: t, tid: tid, tgid: tgid, abi: abi.Native}
	t.tasks[tid] = task
	return task
}

// remove makes the tracer forget a task.
func (t *Tracer) remove(task *Task) {
	delete(t.tasks, task.tid)
	task.stopped = false
	if task.leaving {
		t.leaving--
	}
	task.closeMem()
	t.placement.forget(task)
}
