package variable

import "github.com/trapline/trapline/image/dwarf"

// A unit is a compiled file: what can be named anywhere in it.
type unit struct {
	info      *Info
	top       dwarf.Entry
	names     map[string][]named // by the name without scopes; nil until one is needed
	variables map[dwarf.Entry]*Variable
}

// unit returns the unit that an entry is in.
func (info *Info) unit(e dwarf.Entry) *unit {
	top := e.Unit()
	u := info.units[top]
	if u == nil {
		u = &unit{info: info, top: top, variables: map[dwarf.Entry]*Variable{}}
		info.units[top] = u
	}
	return u
}

// golang reports whether the unit is written in Go.
func (u *unit) golang() bool { return u.top.Language() == dwarf.Go }

// maxNames is how many names of a unit are known.
const maxNames = 1 << 18

// read finds what has a name in the unit.
func (u *unit) read() {
	if u.names != nil {
		return
	}
	u.names = map[string][]named{}
	n := 0
	outer(u.top.Declared(), "", 0, func(found named, name string) bool {
		n++
		u.names[name] = append(u.names[name], found)
		return n < maxNames
	})
}

// find returns the entry of the unit that a name means in a function.
func (u *unit) find(name, function string, tags []dwarf.Tag) (dwarf.Entry, bool) {
	u.read()
	asked, last := cutScope(name)
	return nearest(u.names[last], asked, function, tags)
}

// findAny is find, for all units if there is nothing in this one.
func (u *unit) findAny(name, function string, tags []dwarf.Tag) (dwarf.Entry, bool) {
	if e, ok := u.find(name, function, tags); ok {
		return e, true
	}
	return u.info.find(name, function, tags)
}

// find returns the entry of all units that a name means in a function.
func (info *Info) find(name, function string, tags []dwarf.Tag) (dwarf.Entry, bool) {
	asked, last := cutScope(name)
	return nearest(info.elsewhere(last), asked, function, tags)
}

// maxElsewhere is how many entries of one name are looked at.
const maxElsewhere = 64

// elsewhere returns the entries of a name in all units.
func (info *Info) elsewhere(last string) []named {
	all, known := info.names[last]
	if known {
		return all
	}
	for top := range info.data.Units() {
		more := outer(top.Kids(), "", 0, func(found named, name string) bool {
			if name == last {
				all = append(all, found)
			}
			return len(all) < maxElsewhere
		})
		if !more {
			break
		}
	}
	info.names[last] = all
	return all
}
