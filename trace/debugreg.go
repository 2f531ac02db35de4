package trace

import "github.com/trapline/trapline/internal/ptrace"

// DebugReg reads one of x86's debug registers, DR0 to DR7. Only while the task is stopped.
func (t *Task) DebugReg(n int) (uint64, error) { return ptrace.DebugReg(t.tid, n) }

// SetDebugReg changes one of x86's debug registers. A new program begins with none set, and so
// does a new task. Only while the task is stopped.
func (t *Task) SetDebugReg(n int, v uint64) error { return ptrace.SetDebugReg(t.tid, n, v) }
