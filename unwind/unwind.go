// Package unwind walks call stacks: from the registers of a task, its memory and the
// tables in its ELF files to the frames of the calls it is in.
//
// Memory may be a stopped task's, a snapshot of its stack or a core's. All of it is
// hostile: a damaged stack ends with a reason, after a bounded number of steps.
package unwind

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/image"
	"github.com/trapline/trapline/mem"
)

// A Kind tells where the information about a frame's caller came from; for the
// innermost frame it is Registers.
type Kind uint8

// The kinds of frames, by what found them.
const (
	Registers    Kind = iota // the task's registers
	CFI                      // .eh_frame or .debug_frame
	SignalFrame              // the kernel's signal frame, known by its trampoline
	GoTable                  // Go's pclntab
	FramePointer             // a chain of frame pointers: a guess
)

// A Frame is one call on a stack, the innermost first.
type Frame struct {
	PC     abi.Addr
	CFA    abi.Addr      // the stack pointer before the call; zero if unknown
	Found  Kind          // how this frame was found
	Signal bool          // the kernel entered the next inner frame's function for a signal: PC is where it was interrupted
	Call   bool          // PC is a return address: the call is before it
	Module *image.Module // nil where no file is mapped
}

// Lookup is the address to look up for the frame: that of the call when PC is the
// return address behind it, which may already belong to another function or line.
func (f *Frame) Lookup() abi.Addr {
	if f.Call && f.PC > 0 {
		return f.PC - 1
	}
	return f.PC
}

// An Unwinder walks the stacks of one process.
type Unwinder struct {
	Space  *image.Space
	Memory mem.Reader
}

// Walk appends to buf the frames of a task that has those registers. The error says
// why the walk ended before the outermost frame; the frames before it hold.
func (u *Unwinder) Walk(buf []Frame, regs *abi.Regs) ([]Frame, error) {
	pc := regs.PC()
	return append(buf, Frame{PC: pc, CFA: regs.SP(), Module: u.Space.At(pc)}), nil
}
