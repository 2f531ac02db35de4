package probe

import (
	"errors"
	"fmt"
	"slices"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/breakpoint"
	"github.com/trapline/trapline/image"
	"github.com/trapline/trapline/insn"
	"github.com/trapline/trapline/mem"
	"github.com/trapline/trapline/trace"
	"github.com/trapline/trapline/variable"
)

// A watched is what a probe watches in one space.
type watched struct {
	probe *Probe
	file  variable.File // where the names are looked for
	frame variable.Frame
	value variable.Value
	old   variable.Value
	reads reads // on the way to the value
	spans []span
	set   []*breakpoint.Watch // for spans
}

// A span is memory that is watched: that of the value comes first, then pointers on the way there.
type span struct {
	addr   abi.Addr
	size   int
	access breakpoint.Access
	direct bool // the value's own
}

// reads is memory that notes what is read of it, as far as there can be watches.
type reads struct {
	mem.Reader
	spans []span
}

// maxReads is how many reads are noted: more than can be watched.
const maxReads = 16

// ReadMem implements mem.Reader.
func (r *reads) ReadMem(p []byte, addr abi.Addr) (int, error) {
	if len(r.spans) < maxReads {
		r.spans = append(r.spans, span{addr, len(p), breakpoint.Writes, false})
	}
	return r.Reader.ReadMem(p, addr)
}

// loaded plants and watches what a process has come to have.
func (r *Run) loaded(task *trace.Task, space *image.Space) {
	r.resolved(task, space)
	if len(r.watches) == 0 {
		return
	}
	regs, err := task.Regs()
	if err != nil {
		return // it is dying
	}
	for _, p := range r.watches {
		if w := r.watched[space][p]; w != nil && !w.mapped(space) {
			r.unwatch(w, task)
			delete(r.watched[space], p)
		}
		if r.watched[space][p] != nil || p.over() {
			continue
		}
		if w := r.find(p, space, &regs, task); w != nil {
			r.begin(w, task, space)
		}
	}
}

// mapped reports whether the file of what is watched is still mapped where it was.
func (w *watched) mapped(space *image.Space) bool {
	return slices.ContainsFunc(space.Modules(), func(m *image.Module) bool {
		f, err := m.File()
		return err == nil && f == w.file.Image && m.Bias() == w.file.Bias
	})
}

// ended forgets what was watched in a space.
func (r *Run) ended(space *image.Space) { delete(r.watched, space) }

// find looks for what a probe watches in the files that are mapped; nil if none has it yet.
func (r *Run) find(p *Probe, space *image.Space, regs *abi.Regs, memory mem.Reader) *watched {
	for _, m := range space.Modules() {
		f, err := m.File()
		if place := (&Place{Module: p.Watch.Module}); err != nil || !place.in(f.Name) {
			continue
		}
		w := &watched{probe: p, file: variable.File{Image: f, Info: r.info(f), Bias: m.Bias(), Source: p.Watch.Source}}
		if w.look(regs, memory); !errors.As(w.value.Err(), new(variable.Unnamed)) {
			return w
		}
	}
	return nil
}

// look computes where the value is, by the registers and the memory of a task.
func (w *watched) look(regs *abi.Regs, memory mem.Reader) {
	w.reads = reads{Reader: memory}
	w.frame = variable.Frame{Regs: regs, Memory: &w.reads, Outside: []variable.File{w.file}}
	w.value = w.probe.Watch.What.Eval(&w.frame)
}

// begin watches in a space, for the first time.
func (r *Run) begin(w *watched, task *trace.Task, space *image.Space) {
	p := w.probe
	if err := r.follow(w, task); err != nil {
		r.unwatched(p, err)
		return
	}
	p.Found++
	w.old = w.value.Kept()
	if r.watched[space] == nil {
		r.watched[space] = map[*Probe]*watched{}
	}
	r.watched[space][p] = w
}

// follow watches where the value is now, and the pointers that have led there.
func (r *Run) follow(w *watched, task *trace.Task) error {
	spans, err := w.needs()
	if err != nil || slices.Equal(spans, w.spans) {
		return err
	}
	r.unwatch(w, task)
	for _, s := range spans {
		b := &breakpoint.Watch{Addr: s.addr, Size: s.size, Access: s.access}
		b.Hit = func(h *breakpoint.Hit) (trace.Mode, error) { return r.used(w, h, s.direct) }
		if err := r.Set.Watch(task, b); err != nil {
			r.unwatch(w, task)
			return err
		}
		w.set = append(w.set, b)
	}
	w.spans = spans
	return nil
}

// needs returns what has to be watched. A value that has no place yet, because a pointer is null,
// may have one when that pointer changes.
func (w *watched) needs() (all []span, err error) {
	s := span{access: w.probe.Watch.Use.access(), direct: true}
	var size int64 = 1
	if s.access == breakpoint.Executes {
		s.addr, err = w.probe.Watch.What.Address(&w.frame)
	} else {
		s.addr, size, err = w.value.Memory()
	}
	s.size = int(size)
	switch {
	case err == nil && size <= 0:
		return nil, errSizeless
	case err == nil:
		all = append(all, s)
	case len(w.reads.spans) == 0, errors.Is(err, variable.ErrPlace) && w.probe.Watch.Use != Changes:
		return nil, err
	}
	for _, on := range w.reads.spans {
		if !on.has(&s) && !slices.Contains(all, on) {
			all = append(all, on)
		}
	}
	return all, nil
}

var errSizeless = errors.New("its size is not known: watch a part of it, or *(int *)&it")

// has reports whether a span has another in it: what was read to look at the value is not on the
// way to it.
func (s *span) has(other *span) bool {
	return s.addr <= other.addr && other.addr+abi.Addr(other.size) <= s.addr+abi.Addr(s.size)
}

// unwatch ends what is watched in the space of a task.
func (r *Run) unwatch(w *watched, task *trace.Task) {
	for _, b := range w.set {
		r.Set.Unwatch(task, b)
	}
	w.set, w.spans = nil, nil
}

// used handles a task that has used what is watched: the value, or a pointer on the way there.
func (r *Run) used(w *watched, h *breakpoint.Hit, direct bool) (trace.Mode, error) {
	p := w.probe
	if p.over() {
		r.unwatch(w, h.Task)
		return trace.Default, nil
	}
	old := w.old
	w.look(h.Regs, h.Memory)
	if err := r.follow(w, h.Task); err != nil {
		r.unwatched(p, err)
	}
	changed := !w.value.Same(&old)
	w.old = w.value.Kept()
	if use := p.Watch.Use; direct && !use.told(changed) || !direct && !(changed && use == Changes) {
		return trace.Default, nil
	}
	at := behind(h)
	f := r.frameOf(at, r.scope(at, anyBody.calls))
	f.Outside = w.frame.Outside
	if !r.holds(p, f) {
		return trace.Default, nil
	}
	r.meet(p, h)
	if p.Watch.Use != Executes {
		r.hit.Value, r.hit.Old, r.hit.Changed = &w.value, &old, changed
	}
	return r.told(p, h, anyBody, f)
}

// unwatched tells why a probe watches nothing, once.
func (r *Run) unwatched(p *Probe, err error) {
	if p.unwatched == nil && r.Problem != nil {
		r.Problem(fmt.Errorf("%s is not watched: %w", p.Place.Text, err))
	}
	p.unwatched = err
}

// behind is a hit of a watch where its registers are: behind the instruction that was it, unless
// that has gone elsewhere.
func behind(h *breakpoint.Hit) *breakpoint.Hit {
	at := *h
	if pc := h.Regs.PC(); pc-h.Addr <= insn.MaxLen {
		at.Addr = pc
	}
	return &at
}
