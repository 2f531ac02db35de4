package trace

import (
	"slices"
	"syscall"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/internal/ptrace"
)

// The kernel does not let a task with a filter into strict mode, in which all it may do is
// read, write, return from a signal handler and exit. So what asks for that is told that
// it has it, and who breaks its rules is killed by us. What the kernel does besides,
// forbidding the time stamp counter and killing one thread alone, is not done.

// strictCalls are the calls allowed in strict mode.
var strictCalls = map[*abi.ABI][]uint64{
	abi.AMD64: {0, 1, 15, 60},
	abi.I386:  {1, 3, 4, 119},
	abi.ARM64: {63, 64, 93, 139},
}

// asksStrict says whether a call asks for strict mode.
func asksStrict(c *abi.Call) bool {
	own, nr, first, second := ownCalls[c.ABI], uint32(c.NR&^c.ABI.NRBit), uint32(c.Args[0]), uint32(c.Args[1])
	return nr == own.prctl && first == prSetSeccomp && second == seccompModeStrict ||
		nr == own.seccomp && first == seccompSetStrict && second == 0 && c.ABI.TruncateReg(c.Args[2]) == 0
}

// goStrict grants strict mode after the kernel has refused it because of our filter.
func (t *Tracer) goStrict(task *Task, e *SyscallExit) {
	e.Result = abi.Result{}
	t.failed(task.setResult(&e.Result))
	task.strict, task.watchful = true, true
}

// violates says whether a task enters a call that its strict mode forbids.
func (t *Tracer) violates(task *Task) bool {
	if !task.strict {
		return false
	}
	return !slices.Contains(strictCalls[abi.Of(t.info.Arch, t.info.NR)], t.info.NR)
}

// convict reports the call and kills the task before it makes it.
func (t *Tracer) convict(task *Task) {
	t.deliver(task, t.note(task))
	if !t.failed(task.skipCall()) {
		t.failed(ptrace.Tgkill(task.tgid, task.tid, syscall.SIGKILL))
	}
}
