// Package breakpoint stops tasks at places in their programs and lets them go on as if
// nothing had been there.
//
// A Breakpoint finds its addresses in each file that a process maps: when a program is
// executed, when the dynamic linker tells of a library, and in what is mapped already when a
// process is attached to. The trap instruction is written over the first byte of the
// instruction there and stays while others are at it: a task that has hit it goes on by having
// the instruction emulated, or run elsewhere from a copy that jumps back. So no other thread
// can slip by, nothing has to be stopped and there is one stop a hit.
//
// Everything here runs on the tracer's thread.
package breakpoint

import (
	"time"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/image"
	"github.com/trapline/trapline/mem"
	"github.com/trapline/trapline/trace"
)

// A Breakpoint is a place, or many, to stop at.
type Breakpoint struct {
	// Find returns where to stop in a file, by the addresses that the file itself speaks of.
	// It is called once for each file, when a process first maps it.
	Find func(*image.File) []uint64
	// Hit is called when a task is about to run the instruction at one of the addresses. It
	// says how the task is to go on: Default, Hold until Set.Release, or Step.
	Hit func(*Hit) (trace.Mode, error)
	// Once has each address hit no more than once. It is taken out of the process that hits
	// it, and left out of programs that are executed later.
	Once bool
}

// A Hit is a task at a breakpoint, and valid until the function that was given it returns.
type Hit struct {
	Task       *trace.Task
	Breakpoint *Breakpoint
	Addr       abi.Addr // of the instruction
	Regs       *abi.Regs
	Module     *image.Module
	Space      *image.Space
	Memory     mem.Reader // as the program's own, without breakpoints
	Time       time.Time
}
