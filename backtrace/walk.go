package backtrace

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/mem"
	"github.com/trapline/trapline/unwind"
)

// walk finds the frames of a task that has those registers.
func (p *process) walk(w *Walker, regs *abi.Regs) ([]unwind.Frame, error) {
	p.unwinder.Memory, p.unwinder.Limit = &w.stack, w.Limit
	return p.unwinder.Walk(w.frames[:0], regs)
}

const (
	ahead   = 16 << 10 // how much of a stack is read at once
	redZone = 128      // below the stack pointer, where functions that call nobody keep things
)

// A window is memory of which the stack is read ahead, as a walk goes through it step by
// step.
type window struct {
	memory mem.Reader
	addr   abi.Addr
	n      int
	data   [ahead]byte
}

// begin makes the window that of a task with that stack pointer.
func (w *window) begin(memory mem.Reader, sp abi.Addr) {
	w.memory, w.addr, w.n = memory, sp-min(sp, redZone), 0
	w.n, _ = memory.ReadMem(w.data[:], w.addr)
}

// ReadMem implements mem.Reader. What lies just above the window moves it.
func (w *window) ReadMem(p []byte, addr abi.Addr) (int, error) {
	offset := addr - w.addr
	if addr < w.addr || offset > ahead {
		return w.memory.ReadMem(p, addr)
	}
	if int(offset) < w.n && w.n-int(offset) >= len(p) {
		return copy(p, w.data[offset:w.n]), nil
	}
	if len(p) > ahead || w.n == 0 {
		return w.memory.ReadMem(p, addr)
	}
	w.addr = addr
	n, err := w.memory.ReadMem(w.data[:], addr)
	w.n = n
	if n >= len(p) {
		err = nil
	}
	return copy(p, w.data[:n]), err
}
