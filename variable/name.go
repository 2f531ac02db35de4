package variable

import (
	"iter"
	"slices"
	"strings"

	"github.com/trapline/trapline/image/dwarf"
)

// A named is an entry that has a name outside of functions.
type named struct {
	entry dwarf.Entry
	scope string // what stands before its name, as shop::Order::
}

// The tags of what names are looked up for.
var (
	variableTags = []dwarf.Tag{dwarf.TagVariable, dwarf.TagMember}
	functionTags = []dwarf.Tag{dwarf.TagSubprogram}
	constantTags = []dwarf.Tag{dwarf.TagEnumerator}
	typeTags     = []dwarf.Tag{dwarf.TagStructure, dwarf.TagClass, dwarf.TagUnion, dwarf.TagEnum, dwarf.TagTypedef, dwarf.TagBase}
	namedTags    = slices.Concat(variableTags, functionTags, constantTags, typeTags)
)

// outer calls use for each entry that has a name outside of functions, as long as that wants more.
func outer(all iter.Seq[dwarf.Entry], scope string, depth int, use func(n named, name string) bool) bool {
	for e := range all {
		isNamed := slices.Contains(namedTags, e.Tag) && (e.Tag != dwarf.TagMember || e.Flag(dwarf.AttrExternal))
		if !isNamed && e.Tag != dwarf.TagNamespace && e.Tag != dwarf.TagModule {
			continue
		}
		before, name := scope, e.Name()
		switch {
		case scope == "" && e.Language() == dwarf.Go:
			before, name = cutScope(name)
		case e.Tag == dwarf.TagVariable && e.Has(dwarf.AttrSpecification):
			before = strings.TrimSuffix(e.Qualified(), name)
		}
		if isNamed && name != "" && !use(named{e, before}, name) {
			return false
		}
		if e.Tag == dwarf.TagSubprogram || depth == maxDepth {
			continue
		}
		if name != "" && scopes(e) {
			before += name + "::"
		}
		if !outer(e.Kids(), before, depth+1, use) {
			return false
		}
	}
	return true
}

// scopes reports whether names in an entry have its name before theirs.
func scopes(e dwarf.Entry) bool {
	switch e.Tag {
	case dwarf.TagEnum:
		return e.Flag(dwarf.AttrEnumClass) || e.Language() == dwarf.Rust
	case dwarf.TagNamespace:
		return !e.Flag(dwarf.AttrExportSymbols) // it is no inline one
	}
	return true
}

// cutScope cuts the scopes off a name: of C++ and Rust, or the package of Go.
func cutScope(name string) (scope, last string) {
	at := strings.LastIndexAny(name, ":.") + 1
	if strings.ContainsAny(name, "[({<") {
		at = 0 // those of what is in brackets
	}
	return name[:at], name[at:]
}

// nearest returns the best of the entries of a name: one with the scopes that are asked for, of a
// scope that the function is in, and not only a declaration.
func nearest(all []named, asked, function string, tags []dwarf.Tag) (best dwarf.Entry, ok bool) {
	most := -1
	for _, n := range all {
		if !slices.Contains(tags, n.entry.Tag) || !isIn(n.scope, asked) || n.isElsewhere() {
			continue
		}
		near := 0
		if strings.HasPrefix(function, n.scope) {
			near = 2*len(n.scope) + 2
		}
		if !n.entry.Flag(dwarf.AttrDeclaration) {
			near++
		}
		if near > most {
			best, most, ok = n.entry, near, true
		}
	}
	return best, ok
}

// isElsewhere reports whether the entry only says that there is such a variable.
func (n *named) isElsewhere() bool {
	isVariable := slices.Contains(variableTags, n.entry.Tag)
	return isVariable && n.entry.Flag(dwarf.AttrDeclaration) && !n.entry.Has(dwarf.AttrConstValue)
}

// isIn reports whether a scope is the one that is asked for, of which outer ones may be left out.
func isIn(scope, asked string) bool {
	if outermost, ok := strings.CutPrefix(asked, "::"); ok {
		return scope == outermost
	}
	rest, ok := strings.CutSuffix(scope, asked)
	return ok && (asked == "" || rest == "" || strings.ContainsAny(rest[len(rest)-1:], ":./"))
}
