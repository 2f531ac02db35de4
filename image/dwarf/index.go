package dwarf

import (
	"cmp"
	"slices"
	"sort"
)

// A reach is a range of addresses that a unit has code for.
type reach struct {
	Span
	off uint64 // of the unit
}

// unitsAt returns the units that have code at an address: one, unless the linker folded
// functions of several into one. What .debug_aranges says is believed: the other units
// are looked at only for an address that it does not have.
func (d *Data) unitsAt(addr uint64) []*unit {
	if !d.indexed {
		d.indexed = true
		d.readAranges()
		d.sortIndex()
	}
	found := d.indexedAt(addr)
	if len(found) == 0 && !d.complete {
		d.complete = true
		d.completeIndex()
		found = d.indexedAt(addr)
	}
	return found
}

func (d *Data) indexedAt(addr uint64) (found []*unit) {
	i := sort.Search(len(d.index), func(i int) bool { return d.index[i].Low > addr })
	for n := 0; i > 0 && n < maxOverlap; n++ {
		i--
		if !d.index[i].Contains(addr) {
			continue
		}
		if u := d.unitAt(d.index[i].off); u != nil {
			found = append(found, u.full())
		}
	}
	return found
}

// completeIndex adds the units that .debug_aranges does not mention, as some compilers
// write none: their first entry tells.
func (d *Data) completeIndex() {
	mentioned := map[uint64]bool{}
	for _, r := range d.index {
		mentioned[r.off] = true
	}
	var spans []Span
	for _, u := range d.scan() {
		if mentioned[u.off] {
			continue
		}
		spans = u.reach(spans[:0])
		for _, s := range spans {
			d.index = append(d.index, reach{s, u.off})
		}
	}
	d.sortIndex()
}

func (d *Data) sortIndex() {
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
	for _, s := range u.full().code().starts {
		buf = append(buf, s.Span)
	}
	return buf
}

// readAranges adds what .debug_aranges has to the index.
func (d *Data) readAranges() {
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
		d.addAranges(c)
	}
}

// addAranges reads the rest of a header and pairs of address and length, which are
// aligned to their size.
func (d *Data) addAranges(c *cursor) {
	c.u16() // the version, 2 in all of DWARF
	off := c.offset()
	size, segmentSize := int(c.u8()), c.u8()
	if c.bad || size == 0 || size > 8 || segmentSize != 0 {
		return
	}
	pair := 2 * size
	c.take(uint64((pair - c.pos%pair) % pair))
	for !c.done() {
		addr, n := c.word(size), c.word(size)
		if addr == 0 && n == 0 {
			break
		}
		if addr != 0 && addr+n > addr {
			d.index = append(d.index, reach{Span{addr, addr + n}, off})
		}
	}
}
