package trace

import (
	"syscall"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/internal/ptrace"
)

// syscallStop handles a syscall-enter-stop or syscall-exit-stop. Which of them it
// is, and in which ABI, only the kernel can say: a 64-bit program may enter the
// 32-bit way, and an attach or an execve can lose half of a pair.
func (t *Tracer) syscallStop(task *Task) {
	if t.failed(ptrace.GetSyscallInfo(task.tid, &t.info)) {
		return
	}
	switch {
	case t.info.Op == ptrace.OpNone: // overtaken
	case task.launching != launched:
		t.launchStop(task)
	case t.info.Op == ptrace.OpEntry && t.violates(task):
		t.convict(task)
	case t.info.Op == ptrace.OpEntry:
		t.entered(task)
	case t.info.Op == ptrace.OpExit:
		t.left(task)
	}
}

func (t *Tracer) entered(task *Task) {
	t.report(task, t.note(task), 0)
}

// note remembers the call that a task enters.
func (t *Tracer) note(task *Task) *SyscallEnter {
	i := &t.info
	if a := abi.Of(i.Arch, i.NR); a != nil {
		task.abi = a
	}
	task.inCall, task.unseen = true, false
	e := &task.enter
	*e = SyscallEnter{
		Call: abi.Call{ABI: task.abi, NR: i.NR, Args: i.Args},
		PC:   abi.Addr(i.PC),
		SP:   abi.Addr(i.SP),
	}
	if e.Call.NR == task.abi.RestartNR && task.hasRestart {
		e.Resumed, e.Interrupted = true, task.interrupted
	}
	return e
}

func (t *Tracer) left(task *Task) {
	i := &t.info
	e := &task.exit
	*e = SyscallExit{
		Result:  abi.Result{Value: uint64(i.RVal), Failed: i.IsError},
		PC:      abi.Addr(i.PC),
		Entered: task.inCall,
	}
	if task.inCall {
		e.Call = task.enter.Call
		task.noteRestart(e)
		if task.isReplaced() && task.replacement.result != nil {
			e.Result = *task.replacement.result
		}
	}
	task.inCall = false
	if t.sieve != nil && t.returned(task, e) {
		t.resume(task, Default, 0)
		return
	}
	t.report(task, e, 0)
}

// noteRestart remembers the call that a later restart_syscall would resume.
func (t *Task) noteRestart(e *SyscallExit) {
	restarts := e.Result.Errno() == ptrace.RestartBlock
	if restarts && !t.enter.Resumed {
		t.interrupted = e.Call
	}
	t.hasRestart = restarts
}

// exiting handles PTRACE_EVENT_EXIT.
func (t *Tracer) exiting(task *Task) {
	msg, err := ptrace.GetEventMsg(task.tid)
	if t.failed(err) {
		return
	}
	task.inCall, task.binding = false, nil // it does not come back from the call
	t.report(task, &Exiting{Status: syscall.WaitStatus(msg)}, 0)
}
