package probe

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/breakpoint"
	"github.com/trapline/trapline/image"
	"github.com/trapline/trapline/variable"
)

// scope returns what can be named where a breakpoint was hit, in no more than so many inlined
// calls, negative for all; nil without debug information.
func (r *Run) scope(h *breakpoint.Hit, calls int) *variable.Scope {
	if h.Module == nil {
		return nil
	}
	f, err := h.Module.File()
	if err != nil {
		return nil
	}
	info := r.info(f)
	if info == nil {
		return nil
	}
	scope, err := info.At(uint64(h.Addr)-h.Module.Bias(), calls)
	if err != nil {
		return nil
	}
	return scope
}

// info is the debug information of a file; nil without any.
func (r *Run) info(f *image.File) *variable.Info {
	info, known := r.infos[f]
	if !known {
		info, _ = variable.Of(f)
		r.infos[f] = info
	}
	return info
}

// frameOf returns the function that a task is in, with what a scope says of it. There is one at a
// time.
func (r *Run) frameOf(h *breakpoint.Hit, scope *variable.Scope) *variable.Frame {
	r.met = h
	f := &r.frame
	f.Begin()
	f.Scope, f.Regs, f.Memory, f.Bias, f.Space, f.Outside = scope, h.Regs, h.Memory, 0, h.Space, nil
	if h.Module != nil {
		f.Bias = h.Module.Bias()
	}
	if f.CFA == nil {
		f.CFA = func() abi.Addr { return r.walker.cfa(r.met) }
		f.Vector = func(n int) ([]byte, error) { return r.met.Task.Vector(n) }
		f.Symbol = func(addr abi.Addr) string { return symbol(r.met, addr) }
		f.Top = func() ([]byte, error) { return r.met.Task.Top() }
	}
	return f
}

// symbol names the function that begins at an address; empty if none does.
func symbol(h *breakpoint.Hit, addr abi.Addr) string {
	m := h.Space.At(addr)
	if m == nil {
		return ""
	}
	p, ok := m.Symbol(addr)
	if !ok || p.Offset != 0 {
		return ""
	}
	return p.Function
}

// holds reports whether a probe's condition does. One that cannot be told does not.
func (r *Run) holds(p *Probe, f *variable.Frame) bool {
	if p.If == nil {
		return true
	}
	ok, err := p.If.Holds(f)
	p.Fault = err
	return ok && err == nil
}

// values are what a probe shows: its expressions, or the function's arguments; nil if it is not
// known which those are.
func values(p *Probe, f *variable.Frame) []variable.Argument {
	if p.Print != nil {
		var all []variable.Argument
		for _, e := range p.Print {
			all = append(all, variable.Argument{Name: e.Text, Value: e.Eval(f)})
		}
		return all
	}
	if f.Scope == nil || p.Watch != nil {
		return nil
	}
	if all := f.Arguments(); all != nil {
		return all
	}
	return []variable.Argument{}
}

// functionAt is the innermost function at a place.
func functionAt(places []image.Place) string {
	if len(places) == 0 {
		return ""
	}
	return places[0].Function
}
