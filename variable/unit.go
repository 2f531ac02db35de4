package variable

import "github.com/trapline/trapline/image/dwarf"

// A unit is a compiled file: what can be named anywhere in it.
type unit struct {
	info *Info
	top  dwarf.Entry
	// What has a name outside of all functions; nil until it is needed.
	globals   map[string][]*Variable
	constants map[string]int64 // those of enumerations
}

// unit returns the unit that an entry is in.
func (info *Info) unit(e dwarf.Entry) *unit {
	top := e.Unit()
	u := info.units[top]
	if u == nil {
		u = &unit{info: info, top: top}
		info.units[top] = u
	}
	return u
}

// golang reports whether the unit is written in Go.
func (u *unit) golang() bool { return u.top.Language() == dwarf.Go }

// maxNames is how many names of a unit are known.
const maxNames = 1 << 16

// read finds the names of the unit.
func (u *unit) read() {
	if u.globals != nil {
		return
	}
	u.globals, u.constants = map[string][]*Variable{}, map[string]int64{}
	for e := range u.top.Declared() {
		if len(u.globals)+len(u.constants) >= maxNames {
			break
		}
		switch e.Tag {
		case dwarf.TagVariable:
			if v, ok := newVariable(e); ok {
				u.globals[v.Name] = append(u.globals[v.Name], &v)
			}
		case dwarf.TagEnum:
			for _, c := range u.info.typeAt(e).consts {
				u.constants[c.name] = c.value
			}
		}
	}
}
