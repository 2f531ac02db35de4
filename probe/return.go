package probe

import (
	"time"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/breakpoint"
	"github.com/trapline/trapline/trace"
	"github.com/trapline/trapline/unwind"
)

// A call is one that has been entered and whose return is to be told.
type call struct {
	probe *Probe
	back  abi.Addr // where it returns to
	sp    abi.Addr // the stack pointer there
	began time.Time
}

// maxCalls is how many calls of a task are waited for: a deeper recursion is not told.
const maxCalls = 1 << 16

// enter notes a call and plants a breakpoint where it returns to.
func (r *Run) enter(p *Probe, h *breakpoint.Hit) {
	u := unwind.Unwinder{Space: h.Space, Memory: h.Memory, Limit: 2}
	frames, _ := u.Walk(nil, h.Regs)
	calls := r.calls[h.Task]
	if len(frames) < 2 || frames[0].CFA == 0 || len(calls) >= maxCalls {
		return
	}
	back, sp := frames[1].PC, frames[0].CFA
	b := r.returns[back]
	if b == nil {
		b = &breakpoint.Breakpoint{Hit: r.returned}
		r.returns[back] = b
	}
	if r.Set.Plant(h.Task, back, b) == nil {
		r.calls[h.Task] = append(calls, call{probe: p, back: back, sp: sp, began: time.Now()})
	}
}

// returned handles a task that is where a call returns to. Calls that lie above on the stack
// have been left by longjmp(3) or an exception.
func (r *Run) returned(h *breakpoint.Hit) (trace.Mode, error) {
	calls := r.calls[h.Task]
	sp := h.Regs.SP()
	for len(calls) > 0 && calls[len(calls)-1].sp < sp {
		calls = calls[:len(calls)-1]
	}
	for n := len(calls); n > 0 && calls[n-1].sp == sp && calls[n-1].back == h.Addr; n-- {
		c := calls[n-1]
		calls = calls[:n-1]
		r.meet(c.probe, h)
		r.hit.Returned, r.hit.Elapsed = true, h.Time.Sub(c.began)
		if _, err := r.tell(); err != nil {
			return trace.Default, err
		}
	}
	r.calls[h.Task] = calls
	return trace.Default, nil
}
