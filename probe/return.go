package probe

import (
	"time"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/breakpoint"
	"github.com/trapline/trapline/mem"
	"github.com/trapline/trapline/trace"
	"github.com/trapline/trapline/variable"
)

// A call is one that has been entered and whose return is to be told.
type call struct {
	probe    *Probe
	back     abi.Addr // where it returns to
	depth    uint64   // of the stack there
	began    time.Time
	scope    *variable.Scope
	function string
}

// maxCalls is how many calls of a task are waited for: a deeper recursion is not told.
const maxCalls = 1 << 16

// enter notes a call and plants a breakpoint where it returns to. One that is inlined returns
// nowhere.
func (r *Run) enter(p *Probe, h *breakpoint.Hit, b body, f *variable.Frame) {
	if b.inline {
		return
	}
	back, sp, ok := r.walker.caller(h)
	if !ok {
		return
	}
	who, depth := r.thread(h, sp)
	if len(r.calls[who]) >= maxCalls {
		return
	}
	c := call{probe: p, back: back, depth: depth, function: functionAt(r.hit.Places)}
	if !r.Bare {
		c.scope = f.Scope
	}
	end := r.returns[c.back]
	if end == nil {
		end = &breakpoint.Breakpoint{Hit: r.returned}
		r.returns[c.back] = end
	}
	if r.Set.Plant(h.Task, c.back, end) == nil {
		c.began = time.Now()
		r.note(who, &c)
	}
}

// note adds a call to those of a thread.
func (r *Run) note(who thread, c *call) {
	calls := r.calls[who]
	if calls == nil {
		calls, r.spare = r.spare, nil
	}
	r.calls[who] = append(calls, *c)
}

// ends reports whether a call has ended where the stack is that deep. On i386 a function may take
// the pointer to its result off the stack, too (ret $4).
func (c *call) ends(depth uint64, a *abi.ABI) bool {
	return c.depth == depth || a == abi.I386 && c.depth == depth+uint64(a.Word)
}

// returned handles a task that is where a call returns to. Calls that lie above on the stack
// have been left by longjmp(3) or an exception.
func (r *Run) returned(h *breakpoint.Hit) (trace.Mode, error) {
	who, depth := r.thread(h, h.Regs.SP())
	calls := r.calls[who]
	for len(calls) > 0 && calls[len(calls)-1].depth > depth && !calls[len(calls)-1].ends(depth, h.Regs.ABI) {
		calls = calls[:len(calls)-1]
	}
	for len(calls) > 0 && calls[len(calls)-1].ends(depth, h.Regs.ABI) && calls[len(calls)-1].back == h.Addr {
		c := calls[len(calls)-1]
		calls = calls[:len(calls)-1]
		r.calls[who] = calls
		if r.thrown(h) {
			continue
		}
		if mode, err := r.end(&c, h); err != nil {
			return mode, err
		}
	}
	if r.calls[who] = calls; len(calls) == 0 {
		r.spare = calls
		delete(r.calls, who)
	}
	return trace.Default, nil
}

// end tells of a call that has returned.
func (r *Run) end(c *call, h *breakpoint.Hit) (trace.Mode, error) {
	r.meet(c.probe, h)
	r.hit.Returned, r.hit.Elapsed, r.hit.function = true, h.Time.Sub(c.began), c.function
	if c.scope != nil {
		r.hit.Values = r.frameOf(h, c.scope).Returned()
	}
	return r.tell()
}

// thrown reports whether a task has come to where a call returns to from elsewhere: what catches an
// exception may go on there, with the same stack. A return has left its address right above the
// stack, where on amd64 not even a signal's handler writes.
func (r *Run) thrown(h *breakpoint.Hit) bool {
	if h.Regs.ABI != abi.AMD64 {
		return false
	}
	_, err := h.Memory.ReadMem(r.word[:], h.Regs.SP()-8)
	return err == nil && abi.Addr(mem.Little(r.word[:])) != h.Addr
}
