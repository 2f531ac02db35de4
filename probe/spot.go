package probe

import (
	"github.com/trapline/trapline/breakpoint"
	"github.com/trapline/trapline/image"
)

// A spot is an address that a probe's function was found at.
type spot struct {
	file *image.File
	addr uint64
}

// A body is what code at a spot belongs to.
type body struct {
	calls  int // how many inlined calls the function that was found is in, itself included
	inline bool
	picks  bool // it is a resolver
}

// anyBody is what code belongs to that no function was looked for at: whatever lies there.
var anyBody = body{calls: -1}

// find returns the addresses of the probe in a file, and notes which functions are there.
func (p *Probe) find(f *image.File) ([]uint64, error) {
	found, err := p.Place.find(f)
	addrs := make([]uint64, len(found))
	for i := range found {
		l := &found[i]
		if addrs[i] = l.Addr; p.Place.Function != "" {
			addrs[i] = f.Body(l.Addr)
			b := bodyOf(l)
			if b.picks = f.IsResolver(l.Addr); b.picks {
				p.resolvers = append(p.resolvers, spot{f, l.Addr})
			}
			p.note(spot{f, addrs[i]}, b)
		}
	}
	if p.Found += len(addrs); len(addrs) == 0 && p.Place.in(f.Name) {
		p.without = append(p.without, f)
	}
	return addrs, err
}

func (p *Probe) note(at spot, b body) {
	if p.bodies == nil {
		p.bodies = map[spot]body{}
	}
	p.bodies[at] = b
}

// bodyOf says of what a function's code is a part. A call may be inlined right where the function
// begins that was looked for.
func bodyOf(l *image.Location) body {
	last := len(l.Places) - 1
	if last < 0 || l.Places[last].Offset == 0 && l.Places[last].Function == l.Function {
		return body{}
	}
	for i := range l.Places {
		if l.Places[i].Function == l.Function {
			return body{calls: last - i, inline: l.Places[i].Inlined}
		}
	}
	return body{calls: last, inline: l.Places[0].Inlined}
}

// places are what a file says of the address of a hit.
func (r *Run) places(h *breakpoint.Hit) []image.Place {
	at, ok := spotOf(h)
	if !ok {
		return nil
	}
	found, known := r.lines[at]
	if !known {
		found = at.file.Places(nil, at.addr)
		r.lines[at] = found
	}
	return found
}

// spotOf is where a hit is; ok is false in a file that cannot be read.
func spotOf(h *breakpoint.Hit) (at spot, ok bool) {
	f, err := h.Module.File()
	return spot{f, uint64(h.Addr) - h.Module.Bias()}, err == nil
}

// body says of what the code at a hit is a part.
func (p *Probe) body(h *breakpoint.Hit) body {
	if at, ok := spotOf(h); ok {
		if b, ok := p.bodies[at]; ok {
			return b
		}
	}
	return anyBody
}

// within leaves out calls that are inlined where the function begins.
func (b body) within(places []image.Place) []image.Place {
	if skip := len(places) - 1 - b.calls; b.calls >= 0 && skip > 0 {
		return places[skip:]
	}
	return places
}
