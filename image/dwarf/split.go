package dwarf

import (
	"io"
	"iter"
)

// Splits returns the DWARF of the files that may have what was split off a unit, of which
// the file has a skeleton: those in a .dwo file, of which the skeleton names the directory
// it was made in and the path, and those in a package of such files.
type Splits func(dir, name string) iter.Seq[*Data]

// Split tells New where to look for what was split off.
func Split(files Splits) Option { return func(d *Data) { d.splits = files } }

// NewSplit returns the DWARF of a .dwo file or of a package of them.
func NewSplit(s Sections) *Data {
	d := New(func(name string) (io.ReaderAt, int64) { return s(name + ".dwo") })
	d.cuIndex, d.tuIndex = s.section(".debug_cu_index"), s.section(".debug_tu_index")
	d.splitBudget = allow(d.info.size)
	return d
}

// full returns the unit that has the entries: itself, or what was split off it.
func (u *unit) full() *unit {
	if u.d.splits == nil || u.about().dwo == "" {
		return u
	}
	if !u.sought {
		u.sought = true
		u.split = u.findSplit()
	}
	if u.split == nil {
		return u
	}
	return u.split
}

func (u *unit) findSplit() *unit {
	for d := range u.d.splits(u.root.dir, u.root.dwo) {
		if s := d.splitUnit(u.identity()); s != nil {
			s.skeleton = u
			return s
		}
	}
	return nil
}

// identity is the number that a skeleton and what was split off it have in common.
func (u *unit) identity() uint64 {
	if u.version >= 5 {
		return u.id
	}
	return u.about().id
}

// splitUnit returns the unit of that identity; nil if there is none.
func (d *Data) splitUnit(id uint64) *unit {
	at, ok := d.locate(id)
	if !ok {
		return nil
	}
	if u := d.header(&d.info, at.info); u != nil {
		return u.contribute(at)
	}
	return nil
}

// contributions are where the parts of a unit begin in the sections.
type contributions struct {
	info, abbrev, strOffsets, rnglists uint64
	lists                              uint64 // of locations
	hasTypes                           bool   // info is in .debug_types
}

// contribute gives a unit its contributions; nil if it cannot be read, or too often is.
func (u *unit) contribute(at contributions) *unit {
	if !u.readable() || !u.d.splitBudget.spend(int(u.end-u.off)) {
		return nil
	}
	u.contributions = at
	u.abbrevOff += at.abbrev
	return u
}

// locate returns those of the unit of that identity.
func (d *Data) locate(id uint64) (at contributions, ok bool) {
	if d.cuIndex.size > 0 {
		return d.cuIndex.packaged(id)
	}
	for _, u := range d.scan() {
		if u.kind != unitSplitType && u.identity() == id {
			return contributions{info: u.off}, true
		}
	}
	return contributions{}, false
}

// The index of a package is a header of four words, a hash table of identities and one of
// the numbers of their rows, and a table of offsets with a row for each unit, from one on.
// Row zero says which section a column is of.
const (
	indexHeader = 16
	columnInfo  = 1
	columnTypes = 2
	columnAbbr  = 3
	columnLists = 5
	columnStrs  = 6
	columnRange = 8
)

// packaged returns where a package has the unit of that identity, as its index says.
func (s *section) packaged(id uint64) (at contributions, ok bool) {
	row := s.row(id)
	if row == 0 {
		return at, false
	}
	return s.contribution(row)
}

// contribution returns what a row of an index says; ok is false if it does not say where the unit is.
func (s *section) contribution(row uint64) (at contributions, ok bool) {
	columns, slots := s.index(4), s.index(12)
	table := indexHeader + 12*slots
	for i := range min(columns, columnRange) {
		offset := s.index(table + 4*(columns*row+i))
		switch s.index(table + 4*i) {
		case columnInfo:
			at.info, ok = offset, true
		case columnTypes:
			at.info, at.hasTypes, ok = offset, true, true
		case columnLists:
			at.lists = offset
		case columnAbbr:
			at.abbrev = offset
		case columnStrs:
			at.strOffsets = offset
		case columnRange:
			at.rnglists = offset
		}
	}
	return at, ok
}

// row returns the row of a unit in an index; zero if there is none.
func (s *section) row(id uint64) uint64 {
	slots := s.index(12)
	slot, step := id&(slots-1), id>>32&(slots-1)|1
	for range min(slots, s.size) {
		found, ok := s.word(indexHeader+8*slot, 8)
		row := s.index(indexHeader + 8*slots + 4*slot)
		if !ok || row == 0 {
			break
		}
		if found == id {
			return row
		}
		slot = (slot + step) & (slots - 1)
	}
	return 0
}

// index returns a word of an index; zero behind its end.
func (s *section) index(off uint64) uint64 {
	v, _ := s.word(off, 4)
	return v
}
