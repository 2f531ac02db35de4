package dwarf

import (
	"cmp"
	"slices"
	"sort"
)

// A reach is a range of addresses that a unit has code for.
type reach struct {
	Span
	unit *unit
}

// unitsAt returns the units that have code at an address: one, unless the linker folded
// functions of several into one.
func (d *Data) unitsAt(addr uint64) (found []*unit) {
	d.makeIndex()
	i := sort.Search(len(d.index), func(i int) bool { return d.index[i].Low > addr })
	for n := 0; i > 0 && n < maxOverlap; n++ {
		i--
		if d.index[i].Contains(addr) {
			found = append(found, d.index[i].unit)
		}
	}
	return found
}

// makeIndex finds which unit has which addresses: from .debug_aranges, and for units that
// it does not mention, as some compilers write none, from their first entry.
func (d *Data) makeIndex() {
	if d.indexed {
		return
	}
	d.indexed = true
	mentioned := d.readAranges()
	var spans []Span
	for _, u := range d.scan() {
		if mentioned[u] {
			continue
		}
		spans = u.reach(spans[:0])
		for _, s := range spans {
			d.index = append(d.index, reach{s, u})
		}
	}
	slices.SortStableFunc(d.index, func(a, b reach) int { return cmp.Compare(a.Low, b.Low) })
}

// reach appends the addresses that the unit has code for to buf.
func (u *unit) reach(buf []Span) []Span {
	r := u.about()
	if r.code.hasList || r.code.hasHigh || !r.hasLine {
		return r.code.spans(u, buf)
	}
	if !r.code.hasLow {
		return buf
	}
	for _, s := range u.code().starts {
		buf = append(buf, s.Span)
	}
	return buf
}

// readAranges adds what .debug_aranges has to the index, and returns the units it is about.
func (d *Data) readAranges() map[*unit]bool {
	mentioned := map[*unit]bool{}
	data := d.aranges.whole()
	for pos := 0; pos < len(data); {
		c := &cursor{data: data[pos:]}
		n := c.length()
		if c.bad || n > uint64(len(c.data)-c.pos) {
			d.fail(errShort)
			break
		}
		end := c.pos + int(n)
		c.data = c.data[:end]
		pos += end
		if u := d.arangesOf(c); u != nil && d.addAranges(c, u) {
			mentioned[u] = true
		}
	}
	return mentioned
}

// arangesOf reads the rest of a header; nil if the unit is not there.
func (d *Data) arangesOf(c *cursor) *unit {
	c.u16() // the version, 2 in all of DWARF
	off := c.offset()
	addrSize, segmentSize := c.u8(), c.u8()
	units := d.scan()
	i := sort.Search(len(units), func(i int) bool { return units[i].off >= off })
	if c.bad || i == len(units) || units[i].off != off || addrSize != units[i].shape.addrSize || segmentSize != 0 {
		return nil
	}
	return units[i]
}

// addAranges reads pairs of address and length, which are aligned to their size. It
// reports whether there was one.
func (d *Data) addAranges(c *cursor, u *unit) bool {
	size := int(u.shape.addrSize)
	if size == 0 {
		return false
	}
	pair := 2 * size
	c.take(uint64((pair - c.pos%pair) % pair))
	before := len(d.index)
	for !c.done() {
		addr, n := c.word(size), c.word(size)
		if addr == 0 && n == 0 {
			break
		}
		if addr != 0 && addr+n > addr {
			d.index = append(d.index, reach{Span{addr, addr + n}, u})
		}
	}
	return len(d.index) > before
}
