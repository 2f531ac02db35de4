package dwarf

// Location returns the expression for where something is while the code at an address runs; nil
// if it is nowhere then.
func (e Entry) Location(at Attr, addr uint64) []byte {
	e, v, ok := e.find(at)
	if !ok {
		return nil
	}
	u := e.unit
	switch {
	case v.isBlock():
		return v.text
	case v.form == formLoclistx:
		size := u.shape.offsetSize()
		rel, ok := u.d.loclists.word(u.root.loclists+v.n*uint64(size), size)
		if !ok {
			return nil
		}
		return u.location(&u.d.loclists, u.root.loclists+rel, addr, u.newLocation)
	case v.form != formSecOffset && v.form != formData4 && v.form != formData8:
		return nil
	case u.version >= 5:
		return u.location(&u.d.loclists, u.contributions.lists+v.n, addr, u.newLocation)
	case u.skeleton != nil:
		return u.location(&u.d.loc, u.contributions.lists+v.n, addr, u.gnuLocation)
	}
	return u.location(&u.d.loc, v.n, addr, u.oldLocation)
}

// A located is an entry of a list of locations. One that only says what others are relative to
// is of no code.
type located struct {
	Span
	expr []byte
}

// maxLocations is how many entries of a list are looked at.
const maxLocations = 1 << 14

// location looks an address up in a list. read reads an entry, and reports whether others follow.
func (u *unit) location(s *section, off, addr uint64, read func(*cursor, *uint64) (located, bool)) (expr []byte) {
	s.parse(off, func(c *cursor) {
		base := u.low()
		for range maxLocations {
			l, more := read(c, &base)
			if c.bad || !more {
				return
			}
			if l.Contains(addr) {
				expr = l.expr
				return
			}
		}
	})
	return expr
}

// oldLocation reads an entry of .debug_loc: a pair of addresses relative to a base.
func (u *unit) oldLocation(c *cursor, base *uint64) (l located, more bool) {
	size := int(u.shape.addrSize)
	last := ^uint64(0) >> (64 - 8*size)
	low, high := c.word(size), c.word(size)
	switch {
	case low == 0 && high == 0:
		return l, false
	case low == last:
		*base = high
		return l, true
	}
	l.Span = Span{(*base + low) & last, (*base + high) & last}
	l.expr = c.take(uint64(c.u16()))
	return l, true
}

// Kinds of entries of .debug_loclists that .debug_rnglists has not, or by another number.
const (
	lleDefault     = 5
	lleBaseAddress = 6
	lleViewPair    = 9
)

// newLocation reads an entry of .debug_loclists: a range as in .debug_rnglists, and an expression.
func (u *unit) newLocation(c *cursor, base *uint64) (l located, more bool) {
	switch kind := c.u8(); kind {
	case lleViewPair:
		c.uleb()
		c.uleb()
		return l, true
	case lleDefault:
		l.High = ^uint64(0)
	default:
		based := kind == rleBaseAddressx || kind == lleBaseAddress
		if kind > lleDefault {
			kind--
		}
		l.Span, more = u.rangeEntry(c, kind, base)
		if !more || based {
			return l, more
		}
	}
	l.expr = c.take(c.uleb())
	return l, true
}

// gnuLocation reads an entry of .debug_loc.dwo, as gcc and clang split DWARF 4: it is like one of
// .debug_loclists, but for the sizes of its numbers.
func (u *unit) gnuLocation(c *cursor, base *uint64) (l located, more bool) {
	switch kind := c.u8(); kind {
	case rleBaseAddressx:
		_, more = u.rangeEntry(c, kind, base)
		return l, more
	case rleStartxEndx:
		l.Span, _ = u.rangeEntry(c, kind, base)
	case rleStartxLength:
		low, ok := u.indexed(c.uleb())
		c.bad = c.bad || !ok
		l.Span = Span{low, low + uint64(c.u32())}
	case rleOffsetPair:
		l.Span = Span{*base + uint64(c.u32()), *base + uint64(c.u32())}
	default:
		return l, false
	}
	l.expr = c.take(uint64(c.u16()))
	return l, true
}
