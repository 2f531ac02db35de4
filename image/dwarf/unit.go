package dwarf

import "sort"

// A Language is what a unit is written in: DW_LANG_*.
type Language uint16

// Languages whose names are written in their own way.
const (
	Go   Language = 0x16
	Rust Language = 0x1c
)

// scoped are the languages whose names begin with those of the scopes around them.
var scoped = map[Language]bool{
	0x04: true, 0x1a: true, 0x21: true, 0x2b: true, 0x3a: true, 0x3b: true, // C++
	0x11: true,                                                 // Objective C++
	0x08: true, 0x0e: true, 0x22: true, 0x23: true, 0x2d: true, // Fortran
	Rust: true,
}

// A unit is a part of .debug_info: a compiled file, or something that several share.
type unit struct {
	d         *Data
	in        *section // that it is in
	off, end  uint64   // in the section, header included
	first     uint64   // the first entry
	abbrevOff uint64
	version   uint16
	kind      uint8
	id        uint64 // of a unit that was split, or the signature of a type
	typeOff   uint64 // of the type, from off
	shape     shape
	data      []byte // from off to end; nil until an entry is read
	abbrevs   *abbrevs
	root      root
	rooted    bool
	tree      *tree
	outline   *tree
	parts     map[uint64]*tree // of entries that are passed in the outline
	arounds   int              // how often what is around one in those has been read
	table     *lines
	names     map[uint64]Name
	sought    bool  // what was split off
	split     *unit // nil if there is nothing
	skeleton  *unit // that this was split off; nil for any other unit
	contributions
}

// A root is what the first entry of a unit says of all of it.
type root struct {
	name, dir  string
	language   Language
	low        uint64
	code       pcs
	line       uint64
	hasLine    bool
	strOffsets uint64
	addrs      uint64
	rnglists   uint64
	loclists   uint64
	rangesBase uint64
	dwo        string // the file that has what was split off; empty for any other unit
	id         uint64
}

// Kinds of units that carry more in their header.
const (
	unitType      = 2
	unitSkeleton  = 4
	unitSplit     = 5
	unitSplitType = 6
)

// maxHeader is the size of the largest header of a unit.
const maxHeader = 40

// scan finds the units. Only their headers are read.
func (d *Data) scan() []*unit {
	if d.scanned {
		return d.units
	}
	d.scanned = true
	for off := uint64(0); off < d.info.size; {
		u := d.known[off]
		if u == nil {
			u = d.header(&d.info, off)
		}
		if u == nil {
			d.fail(errShort)
			break
		}
		if u.readable() {
			d.units = append(d.units, u)
		}
		off = u.end
	}
	return d.units
}

// unitAt returns the unit that begins at an offset; nil if none does. Before scan, only
// its own header is read.
func (d *Data) unitAt(off uint64) *unit {
	if u, ok := d.known[off]; ok || off >= d.info.size {
		return u
	}
	if d.scanned {
		i := sort.Search(len(d.units), func(i int) bool { return d.units[i].off >= off })
		if i < len(d.units) && d.units[i].off == off {
			return d.units[i]
		}
		return nil
	}
	u := d.header(&d.info, off)
	if u != nil && !u.readable() {
		u = nil
	}
	if d.known == nil {
		d.known = map[uint64]*unit{}
	}
	d.known[off] = u
	return u
}

// header reads the header of the unit at an offset of a section; nil if there is none.
func (d *Data) header(in *section, off uint64) *unit {
	c := &cursor{data: in.page(off)}
	if len(c.data) < maxHeader {
		c.data = in.bytes(off, min(maxHeader, in.size-off))
	}
	n := c.length()
	start := off + uint64(c.pos)
	if c.bad || n > in.size-start {
		return nil
	}
	u := &unit{d: d, in: in, off: off, end: start + n, version: c.u16()}
	u.shape = shape{wide: c.wide, old: u.version == 2}
	if u.version >= 5 {
		u.kind, u.shape.addrSize = c.u8(), c.u8()
		u.abbrevOff = c.offset()
	} else {
		u.abbrevOff = c.offset()
		u.shape.addrSize = c.u8()
	}
	if in == &d.types.section {
		u.kind = unitType
	}
	switch u.kind {
	case unitSkeleton, unitSplit:
		u.id = c.u64()
	case unitType, unitSplitType:
		u.id = c.u64()
		u.typeOff = c.offset()
	}
	u.first = off + uint64(c.pos)
	if c.bad || u.first > u.end || u.shape.addrSize > 8 {
		u.version = 0
	}
	return u
}

// readable reports whether the unit is of a version that is known.
func (u *unit) readable() bool { return u.version >= 2 && u.version <= 5 }

// unitOf returns the unit that has the entry at an offset; nil if none has.
func (d *Data) unitOf(off uint64) *unit {
	units := d.scan()
	i := sort.Search(len(units), func(i int) bool { return units[i].end > off })
	if i < len(units) && off >= units[i].first {
		return units[i]
	}
	return nil
}

// open reads the unit's entries and abbreviations. It reports whether they are there.
func (u *unit) open() bool {
	if u.data == nil {
		u.data = u.in.bytes(u.off, u.end-u.off)
		u.abbrevs = u.d.readAbbrevs(u.abbrevOff, u.shape)
		if u.data == nil {
			u.data = []byte{}
			u.d.fail(errShort)
		}
	}
	return len(u.data) > 0
}

// at returns a cursor at an entry of the unit.
func (u *unit) at(off uint64) *cursor {
	if !u.open() || off < u.first || off >= u.end {
		return &cursor{bad: true}
	}
	return &cursor{data: u.data, pos: int(off - u.off), wide: u.shape.wide}
}

// enter returns a cursor at the values of the entry at an offset, and its abbreviation: nil if
// there is no entry.
func (u *unit) enter(off uint64) (*cursor, *abbrev) {
	c := u.at(off)
	return c, u.abbrevs.get(c.uleb())
}

// offset is where in the section the cursor stands.
func (u *unit) offset(c *cursor) uint64 { return u.off + uint64(c.pos) }

// each reads the values of an entry.
func (u *unit) each(c *cursor, a *abbrev, use func(Attr, value)) {
	for i := range a.fields {
		f := &a.fields[i]
		v := c.value(f, u.shape)
		if c.bad {
			return
		}
		use(f.attr, v)
	}
}

// skip passes the values of an entry. It returns where the next entry is that is not in this
// one, if it has entries in it and says so, and else zero.
func (u *unit) skip(c *cursor, a *abbrev) (after uint64) {
	if a.size >= 0 && !a.children {
		c.take(uint64(a.size))
		return 0
	}
	for i := range a.fields {
		switch f := &a.fields[i]; {
		case f.attr == AttrSibling:
			after = u.sibling(c.value(f, u.shape))
		case f.size >= 0:
			c.take(uint64(f.size))
		default:
			c.read(f.form, u.shape)
		}
	}
	return after
}

// sibling is the offset that a value of DW_AT_sibling is; zero if it is not in the unit.
func (u *unit) sibling(v value) uint64 {
	if to, off := u.refer(v); to == u {
		return off
	}
	return 0
}

// attributes reads the values of the entry at an offset; none if there is no entry.
func (u *unit) attributes(off uint64, use func(Attr, value)) {
	u.about()
	if c, a := u.enter(off); a != nil {
		u.each(c, a, use)
	}
}

// headSize is how much of a unit is read for its first entry, which is rarely longer.
const headSize = 1024

// about returns what the first entry says.
func (u *unit) about() *root {
	if u.rooted {
		return &u.root
	}
	u.rooted = true
	n := min(u.end-u.off, headSize)
	if !u.readRoot(u.in.bytes(u.off, n)) && n < u.end-u.off {
		u.root = root{}
		u.readRoot(u.in.bytes(u.off, u.end-u.off))
	}
	return &u.root
}

// readRoot reads the first entry from the beginning of the unit. It reports whether all
// of it is there.
func (u *unit) readRoot(data []byte) bool {
	if u.first-u.off > uint64(len(data)) {
		return false
	}
	c := &cursor{data: data, pos: int(u.first - u.off), wide: u.shape.wide}
	a := u.d.firstAbbrev(u.abbrevOff, u.shape, c.uleb())
	if a == nil {
		return true
	}
	u.defaults()
	var late []func()
	u.each(c, a, func(at Attr, v value) {
		if !u.root.set(at, v) {
			late = append(late, func() { u.setLate(at, v) })
		}
	})
	for _, set := range late {
		set()
	}
	return !c.bad
}

// defaults are the bases of a unit that names none: behind the header of the first
// contribution to a section, or its own in a package.
func (u *unit) defaults() {
	u.root.strOffsets, u.root.rnglists, u.root.loclists = u.contributions.strOffsets, u.contributions.rnglists, u.contributions.lists
	if u.version >= 5 {
		size := uint64(u.shape.offsetSize())
		u.root.strOffsets += 2 * size
		u.root.rnglists += 4 + 2*size
		u.root.loclists += 4 + 2*size
	}
}

// set takes an attribute that can be understood by itself.
func (r *root) set(at Attr, v value) bool {
	switch at {
	case AttrLanguage:
		r.language = Language(v.n)
	case AttrStmtList:
		r.line, r.hasLine = v.n, true
	case AttrStrOffsetsBase:
		r.strOffsets = v.n
	case AttrAddrBase, AttrGNUAddrBase:
		r.addrs = v.n
	case AttrRnglistsBase:
		r.rnglists = v.n
	case AttrLoclistsBase:
		r.loclists = v.n
	case AttrGNURangesBase:
		r.rangesBase = v.n
	case AttrGNUDwoID:
		r.id = v.n
	default:
		return false
	}
	return true
}

// setLate takes an attribute whose value needs the bases that others give.
func (u *unit) setLate(at Attr, v value) {
	r := &u.root
	switch at {
	case AttrName:
		r.name = u.text(v)
	case AttrCompDir:
		r.dir = u.text(v)
	case AttrDwoName, AttrGNUDwoName:
		r.dwo = u.text(v)
	default:
		r.code.set(u, at, v)
		if at == AttrLowPC {
			r.low = r.code.low
		}
	}
}

// text returns the string that a value is.
func (u *unit) text(v value) string {
	switch v.form {
	case formString:
		return string(v.text)
	case formStrp:
		return u.d.str.string(v.n)
	case formLineStrp:
		return u.d.lineStr.string(v.n)
	case formGNUStrpAlt, formStrpSup:
		if alt := u.d.alt(); alt != nil {
			return alt.str.string(v.n)
		}
	case formStrx, formStrx1, formStrx2, formStrx3, formStrx4, formGNUStrIndex:
		size := u.shape.offsetSize()
		if off, ok := u.d.strOffsets.word(u.root.strOffsets+v.n*uint64(size), size); ok {
			return u.d.str.string(off)
		}
	}
	return ""
}

// shared is text for the names of files, which many units have in common: one string is
// made of them all. Strings that overlap are charged.
func (u *unit) shared(v value) string {
	if v.form != formStrp && v.form != formLineStrp {
		return u.text(v)
	}
	key := textKey{v.form, v.n}
	text, known := u.d.texts[key]
	if !known {
		text = u.text(v)
		if !u.d.textBudget.spend(len(text)) {
			u.d.fail(errBudget)
			text = ""
		}
		u.d.texts[key] = text
	}
	return text
}

// A textKey is where a string is.
type textKey struct {
	form form
	off  uint64
}

// alt is the file that several share the entries of; nil if there is none.
func (d *Data) alt() *Data {
	if d.alternate == nil {
		return nil
	}
	return d.alternate()
}

// address returns the address that a value is.
func (u *unit) address(v value) (addr uint64, ok bool) {
	switch v.form {
	case formAddr:
		return v.n, true
	case formAddrx, formAddrx1, formAddrx2, formAddrx3, formAddrx4, formGNUAddrIndex:
		return u.indexed(v.n)
	}
	return 0, false
}

// indexed returns an address by its number in .debug_addr, which a skeleton keeps.
func (u *unit) indexed(i uint64) (addr uint64, ok bool) {
	if u.skeleton != nil {
		u = u.skeleton
	}
	size := int(u.shape.addrSize)
	return u.d.addr.word(u.root.addrs+i*uint64(size), size)
}

// refer returns the unit and offset of the entry that a value refers to.
func (u *unit) refer(v value) (*unit, uint64) {
	d, off := u.d, v.n
	switch v.form {
	case formRef1, formRef2, formRef4, formRef8, formRefUdata:
		return u, u.off + off
	case formRefAddr:
	case formGNURefAlt, formRefSup4, formRefSup8:
		d = d.alt()
	case formRefSig8:
		return d.typeUnit(off)
	default:
		return nil, 0
	}
	if d == nil {
		return nil, 0
	}
	return d.unitOf(off), off
}
