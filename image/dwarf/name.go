package dwarf

import (
	"sort"
	"strings"
)

// A Name is what a function is called.
type Name struct {
	Plain    string // without its scopes
	Linkage  string // as the linker knows it, where that is another
	Language Language
	unit     *unit // that has the entry whose scopes they are
	off      uint64
}

// Qualified is the name with its scopes, as the source has it: ns::class::name<args>.
func (n *Name) Qualified() string {
	if n.Plain == "" || !scoped[n.Language] || n.unit == nil {
		return n.Plain
	}
	return n.unit.prefix(n.off) + n.Plain
}

// maxReferences is how often a name is looked for in another entry: an inlined call
// refers to an abstract function, and that to its declaration.
const maxReferences = 16

// name returns what the entry at an offset is called.
func (u *unit) name(off uint64) Name {
	if known, ok := u.names[off]; ok {
		return known
	}
	n := u.follow(off)
	if u.names == nil {
		u.names = map[uint64]Name{}
	}
	u.names[off] = n
	return n
}

// follow follows the entry at an offset to those that have its names.
func (u *unit) follow(off uint64) Name {
	n := Name{Language: u.about().language, unit: u, off: off}
	for i := 0; i < maxReferences && n.unit != nil; i++ {
		var p part
		p.read(n.unit, n.off)
		if n.Plain == "" {
			n.Plain = p.name
		}
		if n.Linkage == "" {
			n.Linkage = p.linkage
		}
		if p.unit == nil {
			break
		}
		n.unit, n.off = p.unit, p.off
	}
	return n
}

// A part is what one entry says of a name, and the entry that says more.
type part struct {
	name, linkage string
	unit          *unit
	off           uint64
}

func (p *part) read(u *unit, off uint64) {
	u.attributes(off, func(at Attr, v value) {
		switch at {
		case AttrName:
			p.name = u.text(v)
		case AttrLinkageName, AttrMIPSLinkageName:
			p.linkage = u.text(v)
		case AttrAbstractOrigin, AttrSpecification:
			p.unit, p.off = u.refer(v)
		}
	})
}

// maxScopes bounds how deep names are nested.
const maxScopes = 64

// prefix is what is written before the name of the entry at an offset.
func (u *unit) prefix(off uint64) string {
	var names []string
	t := u.sketch()
	switch s, passed := t.passing(off); {
	case passed && u.arounds == maxArounds:
		t = u.code()
	case passed:
		u.arounds++
		names, off = u.scopes(names, u.around(s, off), off), s.Low
	}
	names = u.scopes(names, t, off)
	var b strings.Builder
	for i := len(names) - 1; i >= 0; i-- {
		b.WriteString(names[i] + "::")
	}
	return b.String()
}

// scopes appends the names of the scopes around the entry at an offset, the innermost first.
func (u *unit) scopes(names []string, t *tree, off uint64) []string {
	for i := t.scope(off); i >= 0 && len(names) < maxScopes; i = t.scopes[i].parent {
		var p part
		p.read(u, t.scopes[i].entry)
		if p.name == "" && u.isNamespace(t.scopes[i].entry) {
			p.name = "(anonymous namespace)"
		}
		if p.name != "" {
			names = append(names, p.name)
		}
	}
	return names
}

// isNamespace reports whether the entry at an offset is a namespace.
func (u *unit) isNamespace(off uint64) bool {
	_, a := u.enter(off)
	return a != nil && a.tag == TagNamespace
}

// scope returns the innermost scope that has the entry at an offset; negative if none.
func (t *tree) scope(off uint64) int32 {
	i := int32(sort.Search(len(t.scopes), func(i int) bool { return t.scopes[i].entry >= off })) - 1
	for i >= 0 && t.scopes[i].end <= off {
		i = t.scopes[i].parent
	}
	return i
}
