// Package dwarf reads what DWARF 2 to 5 says of code: functions, the calls inlined in
// them, and lines. It reads a unit when an address or a name leads to it, so that a
// large program costs what is asked of it.
//
// Only little-endian DWARF is read. Whatever it says is hostile: reads end at the end of
// their section, references are followed a limited number of times, and lists that many
// could point at are charged to a budget.
package dwarf

import (
	"errors"
	"io"
)

// Sections returns the content and size of a section by its name, such as
// .debug_info; nil if there is none.
type Sections func(name string) (io.ReaderAt, int64)

// A Data is the DWARF of a file. It belongs to one goroutine at a time.
type Data struct {
	info, str, lineStr, strOffsets, line          section
	abbrev, addr, ranges, rnglists, loc, loclists section
	aranges, cuIndex, tuIndex                     section
	types                                         struct {
		section
		units []*unit
	}
	alternate                           func() *Data
	splits                              Splits
	units                               []*unit
	scanned                             bool
	index                               []reach
	indexed, complete                   bool
	known                               map[uint64]*unit // read before scan, by offset; nil if bad
	typed                               bool             // types.units are known
	signatures                          map[uint64]*unit // of types; nil until one is needed
	abbrevs                             map[abbrevsKey]*abbrevs
	lines                               map[uint64]*lines
	abbrevBudget, rangeBudget           budget
	lineBudget, textBudget, splitBudget budget
	texts                               map[textKey]string
	err                                 error
}

// An Option is something that New is told of the file.
type Option func(*Data)

// Alternate gives the file that forms such as DW_FORM_GNU_ref_alt refer to; it is asked
// for when one does. It may return nil.
func Alternate(open func() *Data) Option { return func(d *Data) { d.alternate = open } }

// New returns the DWARF that is in those sections.
func New(s Sections, options ...Option) *Data {
	d := &Data{abbrevs: map[abbrevsKey]*abbrevs{}, lines: map[uint64]*lines{}, texts: map[textKey]string{}}
	for name, to := range map[string]*section{
		".debug_info": &d.info, ".debug_str": &d.str, ".debug_line_str": &d.lineStr,
		".debug_str_offsets": &d.strOffsets, ".debug_line": &d.line, ".debug_abbrev": &d.abbrev,
		".debug_addr": &d.addr, ".debug_ranges": &d.ranges, ".debug_rnglists": &d.rnglists,
		".debug_aranges": &d.aranges, ".debug_types": &d.types.section, ".debug_loc": &d.loc, ".debug_loclists": &d.loclists,
	} {
		*to = s.section(name)
	}
	d.abbrevBudget = allow(d.abbrev.size)
	d.rangeBudget = allow(d.ranges.size + d.rnglists.size)
	d.lineBudget = allow(d.line.size)
	d.textBudget = allow(d.str.size + d.lineStr.size)
	for _, option := range options {
		option(d)
	}
	return d
}

// section returns a section; an empty one if the file has none of that name.
func (s Sections) section(name string) section {
	if r, size := s(name); r != nil {
		return section{r: r, size: uint64(max(size, 0))}
	}
	return section{}
}

// Size is the size of .debug_info.
func (d *Data) Size() uint64 { return d.info.size }

// Err is the first thing found wrong with the DWARF that was read so far.
func (d *Data) Err() error { return d.err }

// fail remembers the first error.
func (d *Data) fail(err error) {
	if d.err == nil {
		d.err = err
	}
}

var (
	errShort  = errors.New("DWARF ends early")
	errBudget = errors.New("DWARF refers to the same data too often")
)

// A budget is how many bytes of a section may still be read. What is well formed is read
// about once; only lists that overlap are read without end.
type budget struct{ left uint64 }

func allow(size uint64) budget { return budget{8*size + 1<<16} }

// spend takes n bytes, or reports that there are none left.
func (b *budget) spend(n int) bool {
	if uint64(n) > b.left {
		b.left = 0
		return false
	}
	b.left -= uint64(n)
	return true
}
