package image

import "strings"

// Numbers of the tables of a function that tell about inlined calls.
const (
	goInlineIndex = 2 // of values: the call that an address lies in
	goInlineTree  = 3 // of pointers: the calls
)

// maxInlined is how many calls are inlined into each other.
const maxInlined = 256

// goPlaces appends to buf what Go's line table knows about the address: the inlined
// calls it lies in, the innermost first, and the function. It reports whether the table
// knows the address.
func (f *File) goPlaces(buf []Place, addr uint64) ([]Place, bool) {
	t := f.GoTable()
	if t == nil {
		return buf, false
	}
	fn, ok := t.Func(addr)
	if !ok {
		return buf, false
	}
	at := addr
	for range maxInlined {
		call, ok := fn.inlined(at)
		if !ok {
			break
		}
		file, line := fn.line(at)
		buf = append(buf, Place{
			Function: withoutTypes(call.name), Offset: at - call.from, File: file, Line: line, Inlined: true, From: PCLNTab,
		})
		at = call.parent
	}
	file, line := fn.line(at)
	name := fn.Name()
	return append(buf, Place{
		Function: goName(name), Symbol: name, Offset: addr - fn.Entry, File: file, Line: line, From: PCLNTab,
	}), true
}

// goName is a function's name as people read it: the table has C++ too, where Go's linker
// linked it.
func goName(name string) string {
	if demangled := Demangle(name); demangled != name {
		return demangled
	}
	return withoutTypes(name)
}

// withoutTypes is the name as Go's own dumps print it: the linker's has the shapes of
// the types that a generic function was compiled for.
func withoutTypes(name string) string {
	from, to := strings.IndexByte(name, '['), strings.LastIndexByte(name, ']')
	if from < 0 || to < from {
		return name
	}
	return name[:from] + "[...]" + name[to+1:]
}

// A goCall is an inlined call.
type goCall struct {
	name   string
	from   uint64 // where this piece of its code begins
	parent uint64 // an address with the line of the call
}

// inlined returns the innermost inlined call that has code at the address.
func (f *GoFunc) inlined(addr uint64) (c goCall, ok bool) {
	tree, ok := f.tree()
	if !ok {
		return c, false
	}
	i, from, ok := f.value(f.table(goInlineIndex), addr)
	if !ok || i < 0 {
		return c, false
	}
	layout := &f.t.layout.call
	entry := make([]byte, layout.size)
	if _, err := f.t.file.ReadMem(entry, tree+uint64(i)*uint64(layout.size)); err != nil {
		return c, false
	}
	name, _ := u32(entry, uint64(layout.name))
	parent, _ := u32(entry, uint64(layout.parent))
	return goCall{name: f.t.name(name), from: from, parent: f.Entry + uint64(parent)}, true
}

// table is the offset of the i-th table of values that follows the record.
func (f *GoFunc) table(i uint32) uint32 {
	if i >= f.field(goTables) {
		return 0
	}
	return f.field(f.t.layout.fixed + 4*int(i))
}

// tree is where the function's inline tree lies.
func (f *GoFunc) tree() (addr uint64, ok bool) {
	layout := f.t.layout
	if layout.fixed == 0 || len(f.record) < layout.fixed || f.record[layout.fixed-1] <= goInlineTree {
		return 0, false
	}
	tables := uint64(layout.fixed) + 4*uint64(f.field(goTables))
	if layout.tree == 0 {
		aligned := (tables + uint64(f.t.ptr) - 1) &^ uint64(f.t.ptr-1)
		addr, ok = number(f.record, aligned+goInlineTree*uint64(f.t.ptr), f.t.ptr)
		return addr, ok && addr != 0
	}
	offset, ok := u32(f.record, tables+4*goInlineTree)
	return f.t.tree + uint64(offset), ok && f.t.tree != 0 && offset != ^uint32(0)
}
