// Package backtrace finds the call stacks of stopped tasks, for those who show what the
// tasks do.
//
// What is learned of a process is kept until it maps other code, and the names of an
// address in a file as long as the trace, so that a stack costs little more than the
// memory that has to be read for it.
package backtrace

import (
	"errors"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/image"
	"github.com/trapline/trapline/procfs"
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
	w.names.Find = symbol
	if d == Sources {
		w.names.Find = lines
	}
	return w
}

// A process is what is known of one.
type process struct {
	unwinder unwind.Unwinder
	stale    bool // it has mapped other code since
}

// Stack finds the calls that the task is in. At the entry of a call it returns false,
// for the exit to tell, unless the call may not come back to where it was made. It
// returns false, too, when the task is gone.
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
	frames, why := p.walk(w, s.Task, &regs)
	if n := len(frames); n > 0 && frames[n-1].Module == nil && w.refresh(p, s.Task) == nil {
		frames, why = p.walk(w, s.Task, &regs)
	}
	w.frames = frames
	into.Frames, into.End = w.name(into.Frames[:0], frames), end(why)
	return true
}

// walk finds the frames of a task of the process.
func (p *process) walk(w *Walker, t *trace.Task, regs *abi.Regs) ([]unwind.Frame, error) {
	p.unwinder.Memory, p.unwinder.Limit = t, w.limit
	return p.unwinder.Walk(w.frames[:0], regs)
}

// leaves reports whether a call may end elsewhere than where it was made.
func leaves(e *trace.SyscallEnter) bool {
	row := syscalls.For(e.Call.ABI).Row(e.Call.NR)
	if row == nil {
		return false
	}
	switch row.Name {
	case "execve", "execveat", "exit", "exit_group":
		return true
	}
	return false
}

// end says why a walk ended.
func end(why error) string {
	switch {
	case why == nil:
		return ""
	case errors.Is(why, unwind.ErrFrames):
		return value.TooMany
	}
	return why.Error()
}

// process returns what is known of the task's process, as it is now.
func (w *Walker) process(t *trace.Task) (*process, error) {
	p := w.processes[t.TGID()]
	if p != nil && !p.stale {
		return p, nil
	}
	if p == nil {
		p = &process{}
	}
	if err := w.refresh(p, t); err != nil {
		return nil, err
	}
	w.processes[t.TGID()] = p
	return p, nil
}

// refresh looks at what the process has mapped.
func (w *Walker) refresh(p *process, t *trace.Task) error {
	maps, err := mappings(t)
	if err != nil {
		return err
	}
	space := p.unwinder.Space
	if space == nil {
		space = image.NewSpace(maps, w.files.Running(t.TGID()))
	} else {
		space.Refresh(maps)
	}
	p.unwinder, p.stale = unwind.Unwinder{Space: space}, false
	return nil
}

// mappings are those of the task's process. A leader that has ended has none, but its
// threads do.
func mappings(t *trace.Task) ([]procfs.Mapping, error) {
	maps, err := procfs.Maps(t.TGID())
	if len(maps) == 0 && t.TID() != t.TGID() {
		return procfs.Maps(t.TID())
	}
	return maps, err
}
