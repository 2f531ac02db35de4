// Package survey finds which lines of the programs that run have code, and which of them ran,
// by breakpoints that are taken out when they are hit.
//
// What is planted is not lines but basic blocks, by the program's own code: a line runs when a
// block does that has a part of it. Of blocks that only go on with the lines of those before
// them none is planted, so that there are about as many breakpoints as lines. An address is
// planted only if the code around it shows that an instruction begins there.
package survey

import (
	"github.com/trapline/trapline/breakpoint"
	"github.com/trapline/trapline/cover"
	"github.com/trapline/trapline/image"
	"github.com/trapline/trapline/trace"
)

// A Survey fills a profile. It belongs to the tracer's thread.
type Survey struct {
	Profile *cover.Profile
	// Looks says whether a program or library is looked at; all are if it is nil.
	Looks func(file string) bool
	// Takes says whether a source counts; all do if it is nil.
	Takes func(path string) bool
	// Blocks has each block looked at, so that lines tell how many of their blocks ran.
	Blocks bool
	// Progress, when not nil, is told how many of a file's functions have been looked at.
	Progress func(done, all int)

	charts map[*image.File]*chart
	hits   int
}

// Breakpoint returns the breakpoint that fills the profile: once for each address, or each
// time when the profile counts.
func (s *Survey) Breakpoint() *breakpoint.Breakpoint {
	s.charts = map[*image.File]*chart{}
	return &breakpoint.Breakpoint{Find: s.find, Hit: s.hit, Once: !s.Profile.Counted}
}

// Points is how many places there are in the files that were looked at.
func (s *Survey) Points() (n int) {
	for _, c := range s.charts {
		n += len(c.points)
	}
	return n
}

// Hits is how many breakpoints have been hit.
func (s *Survey) Hits() int { return s.hits }

// find charts a file.
func (s *Survey) find(f *image.File) []uint64 {
	c := &chart{}
	if s.Looks == nil || s.Looks(f.Name) {
		c = s.chart(f)
	}
	s.charts[f] = c
	addrs := make([]uint64, 0, len(c.points))
	for addr := range c.points {
		addrs = append(addrs, addr)
	}
	return addrs
}

// hit notes that a block runs.
func (s *Survey) hit(h *breakpoint.Hit) (trace.Mode, error) {
	file, err := h.Module.File()
	if err != nil {
		return trace.Default, nil
	}
	if p := s.charts[file].points[uint64(h.Addr)-h.Module.Bias()]; p != nil {
		s.hits++
		p.run(s.Profile.Counted)
	}
	return trace.Default, nil
}
