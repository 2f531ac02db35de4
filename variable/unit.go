package variable

import (
	"iter"
	"strings"

	"github.com/trapline/trapline/image/dwarf"
)

// A unit is a compiled file: what can be named anywhere in it.
type unit struct {
	info *Info
	top  dwarf.Entry
	// What has a name outside of all functions; nil until it is needed.
	globals   map[string][]*Variable
	constants map[string]int64 // those of enumerations
	externs   map[string]*Type // what is declared here and defined elsewhere
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
	if u.globals == nil {
		u.globals, u.constants, u.externs = map[string][]*Variable{}, map[string]int64{}, map[string]*Type{}
		u.declare(u.top.Declared(), 0)
	}
}

// declare notes what entries declare.
func (u *unit) declare(entries iter.Seq[dwarf.Entry], depth int) {
	for e := range entries {
		switch e.Tag {
		case dwarf.TagVariable:
			u.define(e)
		case dwarf.TagEnum:
			for _, c := range u.info.typeAt(e).consts {
				u.constants[c.name] = c.value
			}
		case dwarf.TagNamespace, dwarf.TagModule:
			if depth < maxDepth {
				u.declare(e.Kids(), depth+1)
			}
		}
		if len(u.globals)+len(u.constants) >= maxNames {
			return
		}
	}
}

// define notes a variable under its name, with and without its scopes or the path of its package.
func (u *unit) define(e dwarf.Entry) {
	v, ok := newVariable(e)
	if !ok {
		if v.Name != "" {
			u.externs[v.Name] = u.info.typeAt(e.Ref(dwarf.AttrType))
		}
		return
	}
	names := []string{v.Name}
	if full := e.Qualified(); full != v.Name {
		names = append(names, full)
	}
	if i := strings.LastIndexByte(v.Name, '/'); i >= 0 && u.golang() {
		names = append(names, v.Name[i+1:])
	}
	for _, name := range names {
		u.globals[name] = append(u.globals[name], &v)
	}
}
