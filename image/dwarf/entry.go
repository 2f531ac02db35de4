package dwarf

import (
	"encoding/binary"
	"iter"
	"slices"
)

// An Entry describes something: a function, a variable, a type. Two of one Data that are equal
// are the same one.
type Entry struct {
	Tag    Tag
	unit   *unit
	off    uint64
	abbrev *abbrev
}

// At returns the entries of the function that an address lies in and of the calls that are
// inlined there, the innermost last; none where no function is known.
func (d *Data) At(addr uint64) (all []Entry) {
	for _, u := range d.unitsAt(addr) {
		t := u.codeAt(addr)
		in := t.innermost(addr)
		for n := 0; in >= 0 && n < maxInlined; n++ {
			if e := u.entry(t.calls[in].entry); e.Valid() {
				all = append(all, e)
			}
			in = t.calls[in].parent
		}
		if len(all) > 0 {
			break
		}
	}
	slices.Reverse(all)
	return all
}

// Units returns the entries of all units that have code or something to share.
func (d *Data) Units() iter.Seq[Entry] {
	return func(yield func(Entry) bool) {
		seen := map[*Data]bool{}
		for _, u := range d.scan() {
			full := u.full()
			if e := full.top(); e.Valid() && !u.isType() && !yield(e) {
				return
			}
			if seen[full.d] {
				continue
			}
			seen[full.d] = true
			for _, t := range full.d.typeUnits() {
				if e := t.top(); e.Valid() && !yield(e) {
					return
				}
			}
		}
	}
}

// top is the entry of the unit itself; none if it cannot be read.
func (u *unit) top() Entry { return u.entry(u.first) }

// entry returns the entry at an offset; none if there is none.
func (u *unit) entry(off uint64) Entry {
	_, a := u.enter(off)
	if a == nil {
		return Entry{}
	}
	return Entry{a.tag, u, off, a}
}

// Valid reports whether there is an entry.
func (e Entry) Valid() bool { return e.unit != nil }

// HasKids reports whether entries may be in the entry.
func (e Entry) HasKids() bool { return e.Valid() && e.abbrev.children }

// Unit is the entry of the unit that the entry is in.
func (e Entry) Unit() Entry { return e.unit.top() }

// Language is what the unit is written in.
func (e Entry) Language() Language { return e.unit.about().language }

// Kids returns the entries in an entry.
func (e Entry) Kids() iter.Seq[Entry] {
	return func(yield func(Entry) bool) {
		if !e.HasKids() {
			return
		}
		for k := e.unit.entry(e.behind()); k.Valid() && yield(k); {
			k = k.unit.entry(k.end())
		}
	}
}

// maxImports is how many units one imports.
const maxImports = 1 << 12

// Declared returns the entries in a unit, and those in the units that it imports.
func (e Entry) Declared() iter.Seq[Entry] {
	return func(yield func(Entry) bool) { e.declared(map[Entry]bool{}, yield) }
}

func (e Entry) declared(seen map[Entry]bool, yield func(Entry) bool) bool {
	if seen[e] || len(seen) == maxImports {
		return true
	}
	seen[e] = true
	for k := range e.Kids() {
		if k.Tag == TagImportedUnit {
			if !k.Ref(AttrImport).declared(seen, yield) {
				return false
			}
		} else if !yield(k) {
			return false
		}
	}
	return true
}

// behind is the offset behind the entry's own values.
func (e Entry) behind() uint64 {
	c := e.unit.at(e.off)
	c.uleb()
	e.unit.skip(c, e.abbrev)
	return e.unit.offset(c)
}

// end is the offset behind the entry and those in it.
func (e Entry) end() uint64 {
	u, c := e.unit, e.unit.at(e.off)
	c.uleb()
	after := u.skip(c, e.abbrev)
	if !e.abbrev.children {
		return u.offset(c)
	}
	if after > e.off {
		return after
	}
	for depth := 1; depth > 0 && !c.done(); {
		a := u.abbrevs.get(c.uleb())
		switch {
		case a == nil:
			depth--
			continue
		case a.children:
			depth++
		}
		u.skip(c, a)
	}
	return u.offset(c)
}

// own returns a value that the entry itself has.
func (e Entry) own(at Attr) (found value, ok bool) {
	if !e.Valid() || !e.abbrev.has(at) {
		return found, false
	}
	e.unit.attributes(e.off, func(a Attr, v value) {
		if a == at {
			found, ok = v, true
		}
	})
	return found, ok
}

// has reports whether entries of the abbreviation have an attribute.
func (a *abbrev) has(at Attr) bool {
	for i := range a.fields {
		if a.fields[i].attr == at {
			return true
		}
	}
	return false
}

// find returns a value of the entry, or of the one that it is an instance or the definition of,
// and the entry that has it.
func (e Entry) find(at Attr) (Entry, value, bool) {
	for range maxReferences {
		v, ok := e.own(at)
		if ok || at == AttrDeclaration || !e.Valid() {
			return e, v, ok
		}
		e = e.Origin()
	}
	return e, value{}, false
}

// Origin is the entry that an entry is an instance or the definition of; none for others.
func (e Entry) Origin() Entry {
	for _, at := range []Attr{AttrAbstractOrigin, AttrSpecification} {
		if v, ok := e.own(at); ok {
			return e.unit.referred(v)
		}
	}
	return Entry{}
}

// referred is the entry that a value refers to.
func (u *unit) referred(v value) Entry {
	if to, off := u.refer(v); to != nil {
		return to.entry(off)
	}
	return Entry{}
}

// Text returns the string that a value is.
func (e Entry) Text(at Attr) string {
	if e, v, ok := e.find(at); ok {
		return e.unit.text(v)
	}
	return ""
}

// Name is what the source calls it.
func (e Entry) Name() string { return e.Text(AttrName) }

// Qualified is Name with the names of the scopes it is in.
func (e Entry) Qualified() string {
	n := e.unit.name(e.off)
	return n.Qualified()
}

// Flag reports whether a value is there and not zero.
func (e Entry) Flag(at Attr) bool {
	_, v, ok := e.find(at)
	return ok && v.n != 0
}

// Int returns the number that a value is.
func (e Entry) Int(at Attr) (n int64, ok bool) {
	_, v, ok := e.find(at)
	return int64(v.n), ok && v.isNumber()
}

// Address returns the address that a value is.
func (e Entry) Address(at Attr) (addr uint64, ok bool) {
	e, v, ok := e.find(at)
	if !ok {
		return 0, false
	}
	return e.unit.address(v)
}

// Ref returns the entry that a value refers to; none if it refers to nothing.
func (e Entry) Ref(at Attr) Entry {
	if e, v, ok := e.find(at); ok {
		return e.unit.referred(v)
	}
	return Entry{}
}

// Bytes returns a value that is constant: bytes, or a number or a string as it is in memory.
func (e Entry) Bytes(at Attr) (b []byte, ok bool) {
	e, v, ok := e.find(at)
	switch {
	case !ok:
		return nil, false
	case v.isBlock() || v.form == formData16:
		return v.text, true
	case v.isNumber():
		return binary.LittleEndian.AppendUint64(nil, v.n), true
	}
	text := e.unit.text(v)
	return []byte(text), text != ""
}

// Spans are the code that the entry describes.
func (e Entry) Spans() []Span {
	var p pcs
	e.unit.attributes(e.off, func(at Attr, v value) {
		if at == AttrLowPC || at == AttrHighPC || at == AttrRanges {
			p.set(e.unit, at, v)
		}
	})
	return p.spans(e.unit, nil)
}

// Covers reports whether the code that the entry describes is at an address.
func (e Entry) Covers(addr uint64) bool {
	for _, s := range e.Spans() {
		if s.Contains(addr) {
			return true
		}
	}
	return false
}

// Far returns the entry at an offset in all units.
func (e Entry) Far(off uint64) Entry {
	return e.unit.referred(value{form: formRefAddr, n: off})
}

// Indexed returns an address by its number in .debug_addr.
func (e Entry) Indexed(i uint64) (addr uint64, ok bool) { return e.unit.indexed(i) }

// Has reports whether there is a value.
func (e Entry) Has(at Attr) bool {
	_, _, ok := e.find(at)
	return ok
}
