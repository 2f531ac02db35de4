package dwarf

// A Span is a range of addresses; High is the first one behind it.
type Span struct{ Low, High uint64 }

// Contains reports whether an address lies in the span.
func (s Span) Contains(addr uint64) bool { return addr >= s.Low && addr < s.High }

// pcs collects the attributes that say which addresses an entry covers.
type pcs struct {
	low, high       uint64
	hasLow, hasHigh bool
	length          bool // high is relative to low
	list            value
	hasList         bool
}

// set takes an attribute if it is one of them.
func (p *pcs) set(u *unit, at Attr, v value) {
	switch at {
	case AttrLowPC:
		p.low, p.hasLow = u.address(v)
	case AttrHighPC:
		if p.high, p.hasHigh = u.address(v); !p.hasHigh {
			p.high, p.hasHigh, p.length = v.n, true, true
		}
	case AttrRanges:
		p.list, p.hasList = v, true
	}
}

// spans appends the ranges to buf, those of code that the linker dropped left out.
func (p *pcs) spans(u *unit, buf []Span) []Span {
	if p.hasList {
		return u.ranges(buf, p.list)
	}
	if !p.hasLow || !p.hasHigh {
		return buf
	}
	high := p.high
	if p.length {
		high += p.low
	}
	return keep(buf, Span{p.low, high})
}

// keep appends a range that has code. A linker leaves the functions it dropped at
// address 0, or at the end of all addresses.
func keep(buf []Span, s Span) []Span {
	if s.Low == 0 || s.Low >= s.High {
		return buf
	}
	return append(buf, s)
}

// ranges appends the ranges of a list to buf.
func (u *unit) ranges(buf []Span, v value) []Span {
	if s := u.skeleton; s != nil && u.version < 5 {
		return s.list(buf, &s.d.ranges, v.n+s.root.rangesBase, s.oldRanges)
	}
	if u.version < 5 {
		return u.list(buf, &u.d.ranges, v.n, u.oldRanges)
	}
	off := v.n
	if v.form == formRnglistx {
		size := u.shape.offsetSize()
		rel, ok := u.d.rnglists.word(u.root.rnglists+v.n*uint64(size), size)
		if !ok {
			return buf
		}
		off = u.root.rnglists + rel
	}
	return u.list(buf, &u.d.rnglists, off, u.newRanges)
}

// low is what ranges are relative to. What was split off leaves it to the skeleton.
func (u *unit) low() uint64 {
	if u.skeleton != nil {
		return u.skeleton.root.low
	}
	return u.root.low
}

// list reads a list of ranges and appends them to buf.
func (u *unit) list(buf []Span, s *section, off uint64, read func(*cursor, []Span) []Span) []Span {
	known := len(buf)
	if !s.parse(off, func(c *cursor) {
		c.wide = u.shape.wide
		buf = read(c, buf[:known])
	}) {
		u.d.fail(errShort)
	}
	return buf
}

// charge takes what a list used from the budget; it reports whether there was enough.
func (u *unit) charge(n int) bool {
	if u.d.rangeBudget.spend(n) {
		return true
	}
	u.d.fail(errBudget)
	return false
}

// oldRanges reads a list of .debug_ranges: pairs of addresses relative to a base.
func (u *unit) oldRanges(c *cursor, buf []Span) []Span {
	size := int(u.shape.addrSize)
	last := ^uint64(0) >> (64 - 8*size)
	base := u.low()
	for u.charge(2 * size) {
		low, high := c.word(size), c.word(size)
		switch {
		case c.bad || low == 0 && high == 0:
			return buf
		case low == last:
			base = high
		case low < high:
			buf = keep(buf, Span{(base + low) & last, (base + high) & last})
		}
	}
	return buf
}

// Kinds of entries of .debug_rnglists.
const (
	rleEnd          = 0
	rleBaseAddressx = 1
	rleStartxEndx   = 2
	rleStartxLength = 3
	rleOffsetPair   = 4
	rleBaseAddress  = 5
	rleStartEnd     = 6
	rleStartLength  = 7
)

// newRanges reads a list of .debug_rnglists.
func (u *unit) newRanges(c *cursor, buf []Span) []Span {
	base := u.low()
	for {
		start := c.pos
		s, again := u.rangeEntry(c, c.u8(), &base)
		if c.bad || !again || !u.charge(c.pos-start) {
			return buf
		}
		buf = keep(buf, s)
	}
}

// rangeEntry reads the rest of an entry of .debug_rnglists; an empty range if it is another
// base. It reports whether another follows.
func (u *unit) rangeEntry(c *cursor, kind uint8, base *uint64) (s Span, again bool) {
	size := int(u.shape.addrSize)
	indexed := func() uint64 {
		addr, ok := u.indexed(c.uleb())
		c.bad = c.bad || !ok
		return addr
	}
	switch kind {
	case rleBaseAddressx:
		*base = indexed()
	case rleStartxEndx:
		s = Span{indexed(), indexed()}
	case rleStartxLength:
		s.Low = indexed()
		s.High = s.Low + c.uleb()
	case rleOffsetPair:
		s = Span{*base + c.uleb(), *base + c.uleb()}
	case rleBaseAddress:
		*base = c.word(size)
	case rleStartEnd:
		s = Span{c.word(size), c.word(size)}
	case rleStartLength:
		s.Low = c.word(size)
		s.High = s.Low + c.uleb()
	default:
		return s, false
	}
	return s, true
}
