package probe

import (
	"fmt"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/breakpoint"
	"github.com/trapline/trapline/image"
	"github.com/trapline/trapline/trace"
	"github.com/trapline/trapline/variable"
)

// A Run is probes at work, on the tracer's thread.
type Run struct {
	Set      *breakpoint.Set
	Observer Observer
	// Limit ends the run after so many hits; zero for never.
	Limit uint64
	// Frames is how many calls of a stack are told; zero for all.
	Frames int
	// Bare says that nothing but the hit itself is told: no values, no places.
	Bare bool
	// Prompt, when not nil, is opened at each hit.
	Prompt *Prompt
	// Problem, when not nil, is told what is wrong with a file that may have a place.
	Problem func(error)
	// Blind, when not nil, is told once of each file without debug information whose arguments
	// were to be shown.
	Blind func(*image.Module)

	probes  []*Probe
	watches []*Probe
	watched map[*image.Space]map[*Probe]*watched
	hits    uint64
	calls   map[thread][]call
	returns map[abi.Addr]*breakpoint.Breakpoint
	stops   map[abi.Addr]*breakpoint.Breakpoint // of the prompt
	infos   map[*image.File]*variable.Info
	blind   map[string]bool // the paths that Blind was told of
	lines   map[spot][]image.Place
	hit     Hit
	met     *breakpoint.Hit // what frame is of
	frame   variable.Frame
	walker  walker
	chooser *breakpoint.Breakpoint
	choices map[*trace.Task]choice
	spare   []call  // the room of a task's calls that have all returned
	word    [8]byte // that is read
}

// NewRun returns a run of probes.
func NewRun(o Observer, probes ...*Probe) *Run {
	r := &Run{
		Observer: o,
		Set:      breakpoint.New(),
		calls:    map[thread][]call{},
		returns:  map[abi.Addr]*breakpoint.Breakpoint{},
		stops:    map[abi.Addr]*breakpoint.Breakpoint{},
		infos:    map[*image.File]*variable.Info{},
		blind:    map[string]bool{},
		lines:    map[spot][]image.Place{},
		choices:  map[*trace.Task]choice{},
		watched:  map[*image.Space]map[*Probe]*watched{},
	}
	for _, p := range probes {
		if p.Watch == nil {
			p.planted = r.breakpoint(p)
			r.Set.Add(p.planted)
			r.probes = append(r.probes, p)
			continue
		}
		r.watches = append(r.watches, p)
	}
	r.chooser = &breakpoint.Breakpoint{Hit: r.chosen}
	r.Set.Loaded, r.Set.Ended = r.loaded, r.ended
	return r
}

// breakpoint makes a probe's breakpoint.
func (r *Run) breakpoint(p *Probe) *breakpoint.Breakpoint {
	return &breakpoint.Breakpoint{
		Find: func(f *image.File) []uint64 {
			addrs, err := p.find(f)
			if err != nil && r.Problem != nil && p.Place.Module != "" {
				r.Problem(fmt.Errorf("%s: %w", p.Place.Text, err))
			}
			return addrs
		},
		Hit: func(h *breakpoint.Hit) (trace.Mode, error) { return r.at(p, h) },
	}
}

// at handles a task that has come to a probe.
func (r *Run) at(p *Probe, h *breakpoint.Hit) (trace.Mode, error) {
	if p.over() {
		return trace.Default, nil
	}
	b := p.body(h)
	if b.picks {
		r.choosing(p, h)
		return trace.Default, nil
	}
	var f *variable.Frame
	if !r.Bare || p.If != nil {
		f = r.frameOf(h, r.scope(h, b.calls))
	}
	if !r.holds(p, f) {
		return trace.Default, nil
	}
	r.meet(p, h)
	return r.told(p, h, b, f)
}

// told tells the observer what a probe has met, and opens the prompt.
func (r *Run) told(p *Probe, h *breakpoint.Hit, b body, f *variable.Frame) (trace.Mode, error) {
	p.Hits++
	if !r.Bare {
		r.show(p, h, b, f)
	}
	mode, err := r.tell()
	if p.Return && err == nil {
		r.enter(p, h, b, f)
	}
	if r.Prompt != nil && err == nil {
		r.Prompt.run = r
		return r.Prompt.open(h)
	}
	return mode, err
}

// meet fills in what has been met.
func (r *Run) meet(p *Probe, h *breakpoint.Hit) {
	r.hit = Hit{
		Probe: p, Task: h.Task, Time: h.Time, Addr: h.Addr, Regs: h.Regs, Module: h.Module, Space: h.Space,
		Stack: r.hit.Stack[:0],
	}
}

// show fills in where that is, and what the values are.
func (r *Run) show(p *Probe, h *breakpoint.Hit, b body, f *variable.Frame) {
	if h.Module != nil {
		r.hit.Places = b.within(r.places(h))
	}
	r.hit.Values = values(p, f)
	if r.hit.Values == nil && p.Watch == nil {
		r.unseen(h.Module)
	}
	if p.Locals && f.Scope != nil {
		r.hit.Locals = f.Locals()
	}
	if p.Stack {
		r.hit.Stack, r.hit.Stopped = r.walker.walk(r.hit.Stack, h, r.Frames)
		if len(r.hit.Stack) > 0 && behind(h).Addr == r.hit.Stack[0].PC {
			r.hit.Stack[0].PC = h.Addr
		}
	}
}

// unseen notes that the arguments of a module's function are not known.
func (r *Run) unseen(m *image.Module) {
	if r.Blind == nil || r.blind[m.Path] {
		return
	}
	r.blind[m.Path] = true
	if f, err := m.File(); err == nil && f.DWARF() == nil {
		r.Blind(m)
	}
}

// tell gives the observer what has been met.
func (r *Run) tell() (trace.Mode, error) {
	if err := r.Observer.Hit(&r.hit); err != nil {
		return trace.Default, err
	}
	if r.hits++; r.over() && r.Prompt == nil {
		return trace.Default, trace.Done
	}
	return trace.Default, nil
}

// over reports whether as much has been met as was asked for.
func (r *Run) over() bool { return r.Limit > 0 && r.hits >= r.Limit }
