package variable

import (
	"slices"
	"strings"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/image"
	"github.com/trapline/trapline/image/dwarf"
	"github.com/trapline/trapline/unwind"
)

// A File is one that a process has mapped, with the variables that are in no function.
type File struct {
	Image *image.File
	Info  *Info  // nil without debug information; its symbols are known then
	Bias  uint64 // of the file's addresses
	// Source, when not empty, is the end of the path of the only source file that counts.
	Source string
}

// outside looks a name up that the function does not know: in the other units of its file, then in
// the files that are outside.
func (f *Frame) outside(name string) Value {
	if f.Scope != nil {
		own := File{Image: f.Scope.unit.info.file, Info: f.Scope.unit.info, Bias: f.Bias}
		if v, ok := own.value(f, name); ok {
			return v
		}
	}
	for i := range f.Outside {
		if v, ok := f.Outside[i].value(f, name); ok {
			return v
		}
	}
	return Value{err: Unnamed(name)}
}

// Unnamed is the error for the name of a variable that is nowhere.
type Unnamed string

func (u Unnamed) Error() string { return "there is no variable " + string(u) + " here" }

// value returns the variable, or the function, that the file has by that name.
func (m *File) value(f *Frame, name string) (v Value, ok bool) {
	if m.Info != nil {
		if all := m.Info.globals(name, m.Source); len(all) > 0 {
			return m.one(f, name, all), true
		}
	}
	if m.Source != "" {
		return v, false
	}
	if data := m.Image.FindData(name); len(data) > 0 {
		if data[0].Thread {
			return failed("each thread has a %s of its own", name), true
		}
		return m.at(f, data[0].Addr, m.declaredAs(name, data[0].Size)), true
	}
	if addrs := m.Image.FindSymbol(name); len(addrs) > 0 {
		return m.at(f, addrs[0], &Type{Kind: Function, Name: name, Size: int64(f.Regs.ABI.Word)}), true
	}
	return v, false
}

// at is the value at an address of the file.
func (m *File) at(f *Frame, addr uint64, t *Type) Value {
	return Value{frame: f, typ: t, addr: abi.Addr(addr + m.Bias), placed: true}
}

// declaredAs is the type of a variable that another file defines, if a unit declares it.
func (m *File) declaredAs(name string, size uint64) *Type {
	if m.Info != nil {
		_, last := cutScope(name)
		for _, n := range m.Info.elsewhere(last) {
			if n.entry.Tag == dwarf.TagVariable && n.isElsewhere() {
				return m.Info.typeAt(n.entry.Ref(dwarf.AttrType))
			}
		}
	}
	return plainType(int64(size))
}

// plainType is what a variable is taken for of which only the size is known.
func plainType(size int64) *Type {
	switch size {
	case 1, 2, 4, 8:
		return &Type{Kind: Int, Size: size}
	}
	return &Type{Kind: Array, Count: size, to: &Type{Kind: Uint, Size: 1}}
}

// A global is a variable that is in no function.
type global struct {
	unit *unit
	*Variable
}

// one returns the value of the only variable of that name. Units that share a variable each
// have an entry of it.
func (m *File) one(f *Frame, name string, all []global) (found Value) {
	for i, g := range all {
		own := f.in(&Scope{unit: g.unit}, m.Bias)
		v := own.Get(g.Variable)
		switch {
		case unwind.Owned(g.location) && f.Space == nil:
			return failed("each thread has a %s of its own", name)
		case i > 0 && found.err == nil && v.err == nil && v.addr != found.addr:
			return failed("%s is in %s and in %s: put FILE: before it", name, all[0].unit.top.Name(), g.unit.top.Name())
		case i == 0 || found.err != nil:
			found = v
		}
	}
	return found
}

// A known name is one that has been looked for in all units of a source file, or of all.
type known struct{ name, source string }

// globals returns the variables of that name in the units of a source file; of all if it is empty.
// Those whose whole name that is count before those whose end it is, and these before one of a
// function.
func (info *Info) globals(name, source string) []global {
	if all, ok := info.known[known{name, source}]; ok {
		return all
	}
	var whole, ends []global
	asked, last := cutScope(name)
	for _, n := range info.elsewhere(last) {
		v, ok := newVariable(n.entry)
		if !ok || n.entry.Tag != dwarf.TagVariable || !isIn(n.scope, asked) || !from(n.entry.Unit(), source) {
			continue
		}
		if g := (global{info.unit(n.entry), &v}); n.scope == asked {
			whole = append(whole, g)
		} else {
			ends = append(ends, g)
		}
	}
	if len(whole) == 0 {
		whole = ends
	}
	if len(whole) == 0 && source == "" {
		whole = info.inFunction(name)
	}
	info.known[known{name, source}] = slices.Clip(whole)
	return whole
}

// inFunction returns a variable that a function has and that outlives its calls: function::name.
func (info *Info) inFunction(name string) []global {
	i := strings.LastIndex(name, "::")
	if i <= 0 {
		return nil
	}
	for _, addr := range info.file.FindSymbol(name[:i]) {
		scope, err := info.At(addr, 0)
		if err != nil {
			continue
		}
		for j := range scope.Locals {
			if v := &scope.Locals[j]; v.Name == name[i+2:] && unwind.Fixed(v.location) {
				return []global{{scope.unit, v}}
			}
		}
	}
	return nil
}

// from reports whether a unit is of a source file whose path ends so.
func from(top dwarf.Entry, source string) bool {
	rest, ok := strings.CutSuffix(top.Name(), source)
	return source == "" || ok && (rest == "" || rest[len(rest)-1] == '/')
}
