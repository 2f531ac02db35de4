package probe

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/breakpoint"
	"github.com/trapline/trapline/mem"
	"github.com/trapline/trapline/trace"
)

// A thread is who makes a call and returns from it: a task or, in Go, a goroutine, which moves
// from task to task.
type thread struct {
	task      *trace.Task
	pid       int // of a goroutine
	goroutine abi.Addr
}

// gRegister is where Go's functions have their goroutine, on amd64 (abi-internal.md).
const gRegister = "r14"

// highOffset is where a goroutine has the end of its stack.
const highOffset = 8

// thread returns who is at a breakpoint, and how deep that one's stack is with the stack pointer
// at sp: a goroutine's stack may be moved meanwhile, but keeps its depth.
func (r *Run) thread(h *breakpoint.Hit, sp abi.Addr) (t thread, depth uint64) {
	if g, ok := goroutine(h); ok {
		if _, err := h.Memory.ReadMem(r.word[:], g+highOffset); err == nil {
			return thread{pid: h.Task.TGID(), goroutine: g}, mem.Little(r.word[:]) - uint64(sp)
		}
	}
	return thread{task: h.Task}, -uint64(sp)
}

// goroutine returns the goroutine that runs in code of Go.
func goroutine(h *breakpoint.Hit) (abi.Addr, bool) {
	f, err := h.Module.File()
	if err != nil || h.Regs.ABI != abi.AMD64 {
		return 0, false
	}
	table := f.GoTable()
	if table == nil {
		return 0, false
	}
	if _, ok := table.Func(uint64(h.Addr) - h.Module.Bias()); !ok {
		return 0, false
	}
	g, ok := h.Regs.Named(gRegister)
	return abi.Addr(g), ok && g != 0
}
