package unwind

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/image"
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
	Signal bool          // a signal interrupted it at PC; the next inner frame is the trampoline that the handler returns to
	Call   bool          // PC is a return address: the call is before it
	Module *image.Module // nil where no file is mapped
}

// Lookup is the address to look up for the frame: that of the call when PC is the
// return address behind it, which may already belong to another function or line.
func (f *Frame) Lookup() abi.Addr { return lookup(f.PC, f.Call) }

func lookup(pc abi.Addr, call bool) abi.Addr {
	if call && pc > 0 {
		return pc - 1
	}
	return pc
}
