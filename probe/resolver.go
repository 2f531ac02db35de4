package probe

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/breakpoint"
	"github.com/trapline/trapline/image"
	"github.com/trapline/trapline/mem"
	"github.com/trapline/trapline/trace"
)

// A choice is a resolver at work: what it returns is the function that a probe is meant to be at.
type choice struct {
	probe *Probe
	sp    abi.Addr // there
}

// choosing has a probe planted at the function that a resolver is about to choose.
func (r *Run) choosing(p *Probe, h *breakpoint.Hit) {
	if back, sp, ok := r.walker.caller(h); ok && r.Set.Plant(h.Task, back, r.chooser) == nil {
		r.choices[h.Task] = choice{p, sp}
	}
}

// chosen plants the probe of the resolver that has returned.
func (r *Run) chosen(h *breakpoint.Hit) (trace.Mode, error) {
	c, ok := r.choices[h.Task]
	if ok && c.sp == h.Regs.SP() {
		delete(r.choices, h.Task)
		r.Set.Plant(h.Task, abi.Addr(h.Regs.Values[h.Regs.ABI.Result]), c.probe.planted)
	}
	return trace.Default, nil
}

// resolved plants probes at what resolvers have chosen in a process that has been attached to.
func (r *Run) resolved(task *trace.Task, space *image.Space) {
	for _, p := range r.probes {
		for _, at := range p.resolvers {
			for _, m := range space.Modules() {
				if f, err := m.File(); err == nil && f == at.file {
					r.plantChosen(task, p, m, f.Chosen(at.addr))
				}
			}
		}
	}
}

// plantChosen plants a probe at functions of a module that words of it have the addresses of.
func (r *Run) plantChosen(task *trace.Task, p *Probe, m *image.Module, words []uint64) {
	for _, word := range words {
		_, err := task.ReadMem(r.word[:], abi.Addr(word+m.Bias()))
		if addr := abi.Addr(mem.Little(r.word[:])); err == nil && m.Contains(addr) {
			r.Set.Plant(task, addr, p.planted)
		}
	}
}
