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
		u.outline = u.read(u.at(u.first), true)
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

// around returns a tree that has the scopes around the entry at an offset.
func (u *unit) around(off uint64) *tree {
	t := u.sketch()
	if i, found := t.passedBy(off); !found && i > 0 && t.passed[i-1].Contains(off) {
		return u.code()
	}
	return t
}

// passedBy returns where in passed the entry at an offset is, or would be.
func (t *tree) passedBy(off uint64) (int, bool) {
	return slices.BinarySearchFunc(t.passed, off, func(s Span, off uint64) int { return cmp.Compare(s.Low, off) })
}

// part returns the tree of one entry of the unit.
func (u *unit) part(s Span) *tree {
	t := u.parts[s.Low]
	if t == nil {
		c := u.at(s.Low)
		c.data = c.data[:s.High-u.off]
		t = u.read(c, false)
		if u.parts == nil {
			u.parts = map[uint64]*tree{}
		}
		u.parts[s.Low] = t
	}
	return t
}
