package survey

import (
	"cmp"
	"slices"
	"sort"

	"github.com/trapline/trapline/image"
)

// named returns the functions that only symbols name, for the rows that are in none of those
// that debug information tells of: what an assembler made, and what a compiler did whose
// .dwo file is not there.
func (c *charting) named(functions []*image.Function) (more []*image.Function) {
	known := spans(functions)
	var last *image.Function
	start := uint64(0)
	for _, r := range c.rows {
		if r.High <= r.Low || within(known, r.Low) {
			continue
		}
		at, _ := c.file.SymbolStart(r.Low)
		if last == nil || at != start || last.Ranges[0].High != r.Low {
			p, _ := c.file.Symbol(r.Low)
			last, start = &image.Function{Name: p.Function, File: r.File, Line: r.Line, Ranges: []image.Range{{Low: r.Low}}}, at
			more = append(more, last)
		}
		last.Ranges[0].High = r.High
	}
	return more
}

// spans are the ranges of functions by address.
func spans(functions []*image.Function) (all []image.Range) {
	for _, g := range functions {
		all = append(all, g.Ranges...)
	}
	slices.SortFunc(all, func(a, b image.Range) int { return cmp.Compare(a.Low, b.Low) })
	return all
}

// within reports whether an address is in one of the ranges. Of those that begin before it, one is
// looked at: functions do not overlap.
func within(ranges []image.Range, addr uint64) bool {
	i := sort.Search(len(ranges), func(i int) bool { return ranges[i].Low > addr })
	return i > 0 && addr < ranges[i-1].High
}
