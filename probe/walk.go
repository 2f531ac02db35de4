package probe

import (
	"time"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/breakpoint"
	"github.com/trapline/trapline/trace"
	"github.com/trapline/trapline/unwind"
)

// A walker finds the calls that a task is in. The innermost two of a stop are looked for once.
type walker struct {
	unwinder unwind.Unwinder
	task     *trace.Task // whose stop that is
	time     time.Time
	near     []unwind.Frame
}

// walk appends to buf the calls that a task is in, so many at most; all for zero.
func (w *walker) walk(buf []unwind.Frame, h *breakpoint.Hit, limit int) ([]unwind.Frame, error) {
	u := &w.unwinder
	if u.Space != h.Space {
		*u = unwind.Unwinder{Space: h.Space}
	}
	u.Memory, u.Limit = h.Memory, limit
	return u.Walk(buf, h.Regs)
}

// innermost returns the call that a task is in, and who has made it if that is known.
func (w *walker) innermost(h *breakpoint.Hit) []unwind.Frame {
	if w.task != h.Task || !w.time.Equal(h.Time) {
		w.near, _ = w.walk(w.near[:0], h, 2)
		w.task, w.time = h.Task, h.Time
	}
	return w.near
}

// cfa returns the stack pointer before the call that the task is in; zero if it is not known.
func (w *walker) cfa(h *breakpoint.Hit) abi.Addr {
	if frames := w.innermost(h); len(frames) > 0 {
		return frames[0].CFA
	}
	return 0
}

// caller returns where the call that a task is in returns to, and the stack pointer there; ok is
// false if it returns nowhere that is known.
func (w *walker) caller(h *breakpoint.Hit) (back, sp abi.Addr, ok bool) {
	frames := w.innermost(h)
	if len(frames) < 2 || frames[0].CFA == 0 {
		return 0, 0, false
	}
	return frames[1].PC, frames[0].CFA, true
}
