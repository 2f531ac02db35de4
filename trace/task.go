package trace

import (
	"github.com/trapline/trapline/abi"
)

// A Task is one thread of a traced program, as the kernel schedules it.
type Task struct {
	tid, tgid int
	abi       *abi.ABI // of the last system call
}

// TID is the thread id in the tracer's pid namespace.
func (t *Task) TID() int { return t.tid }

// TGID is the id of the task's thread group, the process.
func (t *Task) TGID() int { return t.tgid }

// ABI is the convention of the last system call; before the first it is a guess
// from the program.
func (t *Task) ABI() *abi.ABI { return t.abi }

// ReadMem reads the task's memory; it implements mem.Reader. Only while stopped,
// on the tracer's thread.
func (t *Task) ReadMem(p []byte, addr abi.Addr) (int, error) { return 0, nil }

// WriteMem changes the task's memory, read-only text included; it implements
// mem.Writer. Only while stopped, on the tracer's thread. Handlers should ask for
// a Write instead, so that what they do shows in the merged Action.
func (t *Task) WriteMem(p []byte, addr abi.Addr) (int, error) { return 0, nil }

// Regs reads the general registers. Only while stopped.
func (t *Task) Regs() (abi.Regs, error) { return abi.Regs{}, nil }
