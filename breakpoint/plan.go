package breakpoint

import (
	"maps"
	"slices"

	"github.com/trapline/trapline/image"
	"github.com/trapline/trapline/insn"
)

// A plan is where to stop in one file, whichever processes map it.
type plan struct {
	file  *image.File
	sites map[uint64]*site // by the file's addresses
	order []*site          // by address; nil until it is needed again
}

// A site is an address with breakpoints.
type site struct {
	addr        uint64 // as the file has it
	breakpoints []*Breakpoint
	first       byte // of the instruction, once it is known
	known       bool
	own         bool       // the instruction is the program's own breakpoint
	decoded     *insn.Inst // the instruction, where it was hit last
}

// plan returns where to stop in a file.
func (s *Set) plan(file *image.File) *plan {
	p := s.plans[file]
	if p == nil {
		p = &plan{file: file, sites: map[uint64]*site{}}
		s.plans[file] = p
		for _, b := range s.breakpoints {
			p.find(b)
		}
	}
	return p
}

// find adds a breakpoint where it says.
func (p *plan) find(b *Breakpoint) {
	for _, addr := range b.Find(p.file) {
		p.add(addr, b)
	}
}

// add adds a breakpoint at an address.
func (p *plan) add(addr uint64, b *Breakpoint) *site {
	at := p.sites[addr]
	if at == nil {
		at = &site{addr: addr}
		p.sites[addr] = at
		p.order = nil
	}
	if !slices.Contains(at.breakpoints, b) {
		at.breakpoints = append(at.breakpoints, b)
	}
	return at
}

// has reports whether a breakpoint has been looked for in the file and found.
func (p *plan) has(b *Breakpoint) bool {
	for _, at := range p.sites {
		if slices.Contains(at.breakpoints, b) {
			return true
		}
	}
	return false
}

// ordered returns the sites by address.
func (p *plan) ordered() []*site {
	if p.order == nil {
		p.order = make([]*site, 0, len(p.sites))
		for _, addr := range slices.Sorted(maps.Keys(p.sites)) {
			p.order = append(p.order, p.sites[addr])
		}
	}
	return p.order
}

// forget takes away a breakpoint that is Once and has been hit.
func (at *site) forget(b *Breakpoint) {
	at.breakpoints = slices.DeleteFunc(slices.Clone(at.breakpoints), func(other *Breakpoint) bool { return other == b })
}
