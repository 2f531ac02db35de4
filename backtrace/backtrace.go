// Package backtrace finds the call stacks of stopped tasks, for those who show what the
// tasks do.
//
// What is learned of a process is kept until it maps other code, and the names of an
// address in a file as long as the trace, so that a stack costs little more than the
// memory that has to be read for it.
package backtrace

import (
	"errors"
	"strings"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/image"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/trace"
	"github.com/trapline/trapline/unwind"
	"github.com/trapline/trapline/value"
)

// A Walker walks the stacks of traced tasks. It is a trace.Handler that takes note of
// what processes map, and has to stand before the handlers that ask for stacks.
type Walker struct {
	limit     int
	files     image.Cache
	processes map[int]*process
	names     unwind.Names
	frames    []unwind.Frame
}

// Detail says what a Walker tells of a frame.
type Detail bool

// What a Walker tells.
const (
	Symbols Detail = false // the function
	Sources Detail = true  // also lines and inlined calls
)

// New returns a Walker that finds at most limit frames of a stack; zero is for all there
// are.
func New(d Detail, limit int) *Walker {
	w := &Walker{limit: limit, processes: map[int]*process{}}
	w.names.Find = unwind.Symbol
	if d == Sources {
		w.names.Find = lines
	}
	return w
}

// Stack finds the calls that the task is in. At the entry of a call it returns false, for
// the exit to tell, unless the call may end in another program. It returns false, too,
// when the task is gone.
func (w *Walker) Stack(s *trace.Stop, into *value.Stack) bool {
	if e, entry := s.Event.(*trace.SyscallEnter); entry && !leaves(e) {
		return false
	}
	regs, err := s.Task.Regs()
	if err != nil {
		return false
	}
	p, err := w.process(s.Task)
	if err != nil {
		return false
	}
	why := w.walk(p, s.Task, &regs)
	if w.astray(p) && w.refresh(p, s.Task) == nil {
		why = w.walk(p, s.Task, &regs)
	}
	into.Frames, into.End = w.name(into.Frames[:0], w.frames), end(why)
	return true
}

// walk finds the frames of a task of the process. The error says why it ended early.
func (w *Walker) walk(p *process, t *trace.Task, regs *abi.Regs) (err error) {
	p.unwinder.Memory, p.unwinder.Limit = t, w.limit
	w.frames, err = p.unwinder.Walk(w.frames[:0], regs)
	return err
}

// astray reports whether the walk has come to where nothing is mapped, as far as is
// known, for the first time.
func (w *Walker) astray(p *process) bool {
	for i := range w.frames {
		if f := &w.frames[i]; f.Module == nil {
			first := f.PC != p.lost
			p.lost = f.PC
			return first
		}
	}
	return false
}

// leaves reports whether a call may end in another program.
func leaves(e *trace.SyscallEnter) bool {
	row := syscalls.For(e.Call.ABI).Row(e.Call.NR)
	return row != nil && (row.Name == "execve" || row.Name == "execveat")
}

// end says why a walk ended.
func end(why error) string {
	switch {
	case why == nil:
		return ""
	case errors.Is(why, unwind.ErrFrames):
		return value.TooMany
	}
	return strings.TrimPrefix(why.Error(), "unwind: ")
}
