package dwarf

import (
	"cmp"
	"slices"
)

// Most of a unit is types, and functions that an address is not in. Where entries say where
// the next one is that is not in them, as gcc's do, those are passed, and only the function
// that an address is in is read as a whole.

// sketch returns the outline of the unit's tree, or all of it if that is known.
func (u *unit) sketch() *tree {
	if u.tree != nil {
		return u.tree
	}
	if u.outline == nil {
		u.about()
		r := u.reader(u.at(u.first))
		r.outline = true
		u.outline = r.read()
	}
	return u.outline
}

// codeAt returns a tree that has the function which the address lies in and all that is inlined in it.
func (u *unit) codeAt(addr uint64) *tree {
	t := u.sketch()
	in := t.function(addr)
	if in < 0 {
		return u.code()
	}
	if i, found := t.passedBy(t.calls[in].entry); found {
		return u.part(t.passed[i])
	}
	return t
}

// passing returns the entry that was passed and has the one at an offset in it.
func (t *tree) passing(off uint64) (s Span, ok bool) {
	i, found := t.passedBy(off)
	if found || i == 0 || !t.passed[i-1].Contains(off) {
		return s, false
	}
	return t.passed[i-1], true
}

// passedBy returns where in passed the entry at an offset is, or would be.
func (t *tree) passedBy(off uint64) (int, bool) {
	return slices.BinarySearchFunc(t.passed, off, func(s Span, off uint64) int { return cmp.Compare(s.Low, off) })
}

// part returns the tree of one entry of the unit.
func (u *unit) part(s Span) *tree {
	t := u.parts[s.Low]
	if t == nil {
		r := u.reader(u.within(s))
		t = r.read()
		if u.parts == nil {
			u.parts = map[uint64]*tree{}
		}
		u.parts[s.Low] = t
	}
	return t
}

// maxArounds is how often what is around an entry is read before all is.
const maxArounds = 32

// around returns the outline of one entry of the unit, with what is around another in it.
func (u *unit) around(s Span, off uint64) *tree {
	r := u.reader(u.within(s))
	r.outline, r.target = true, off
	return r.read()
}

// within returns a cursor at an entry that ends where the entry and all in it do.
func (u *unit) within(s Span) *cursor {
	c := u.at(s.Low)
	c.data = c.data[:s.High-u.off]
	return c
}
