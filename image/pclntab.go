package image

import (
	"bytes"
	"encoding/binary"
	"iter"
	"sort"
)

// Limits of what one look-up reads of a table.
const (
	maxGoName  = 64 << 10
	maxGoSteps = 1 << 20
)

// A GoTable is Go's table of functions and lines, pclntab, which every Go program
// carries because its runtime needs it. Nothing of it is parsed before it is asked for.
type GoTable struct {
	layout *goLayout
	ptr    int    // bytes of a pointer
	min    uint64 // the smallest instruction
	addr   uint64
	data   []byte
	text   uint64 // what the functions' addresses are relative to
	tree   uint64 // what the offsets of inline trees are relative to; zero if unknown
	file   *File
	module uint64 // where the runtime's moduledata lies; zero if not found

	count                                  int // of functions
	names, units, files, values, functions []byte
}

// A goLayout is what differs between the formats of the table.
type goLayout struct {
	magic uint32
	// header is how many words the header has before the five offsets of the parts; zero
	// for the first format, which has no parts.
	header int
	// entry is the size of an address in the list of functions and at the start of each
	// one's record; zero for that of a pointer.
	entry int
	// fixed is the size of the record of a function after its address, up to the list of
	// tables that follows; zero if the format has no inline trees that are read.
	fixed int
	// call describes an entry of an inline tree.
	call struct{ size, name, parent int }
	// tree is the number of the word of moduledata that inline trees are relative to.
	tree int
	text int
}

// goLayouts are the formats, as the runtime's symtab.go has had them.
var goLayouts = []goLayout{
	{magic: 0xfffffffb}, // Go 1.2 to 1.15
	{magic: 0xfffffffa, header: 2, fixed: 36, call: inlined19, text: 22},
	{magic: 0xfffffff0, header: 3, entry: 4, fixed: 36, call: inlined19, text: 22, tree: 38},
	{magic: 0xfffffff1, header: 3, entry: 4, fixed: 40, call: inlined20, text: 22, tree: 40},
}

var (
	inlined19 = struct{ size, name, parent int }{20, 12, 16} // up to Go 1.19
	inlined20 = struct{ size, name, parent int }{16, 4, 8}
)

// Offsets in the record of a function, after its address.
const (
	goNameAt  = 0
	goStackAt = 12
	goFileAt  = 16
	goLineAt  = 20
	goTables  = 24 // how many tables of values follow the record
	goUnitAt  = 28
)

// goPreamble is the part of the header that all formats have.
const goPreamble = 8

// layoutOf returns the format of the table that b begins with; nil if it is none.
func layoutOf(b []byte) *goLayout {
	if len(b) < goPreamble || b[4] != 0 || b[5] != 0 {
		return nil
	}
	if quantum, ptr := b[6], b[7]; quantum != 1 && quantum != 2 && quantum != 4 || ptr != 4 && ptr != 8 {
		return nil
	}
	for i := range goLayouts {
		if goLayouts[i].magic == binary.LittleEndian.Uint32(b) {
			return &goLayouts[i]
		}
	}
	return nil
}

// newGoTable returns the table in data, which lies at an address; nil if it is none.
func newGoTable(f *File, data []byte, addr uint64) *GoTable {
	layout := layoutOf(data)
	if layout == nil {
		return nil
	}
	t := &GoTable{layout: layout, file: f, data: data, addr: addr, min: uint64(data[6]), ptr: int(data[7])}
	count, ok := t.word(goPreamble)
	if !ok || count == 0 || count > uint64(len(data))/uint64(2*t.entry()) {
		return nil
	}
	t.count = int(count)
	if !t.parts() {
		return nil
	}
	return t
}

// parts finds the parts of the table.
func (t *GoTable) parts() bool {
	if t.layout.header == 0 {
		return t.oldParts()
	}
	for i, part := range []*[]byte{&t.names, &t.units, &t.files, &t.values, &t.functions} {
		offset, ok := t.word(goPreamble + (t.layout.header+i)*t.ptr)
		if !ok || offset >= uint64(len(t.data)) {
			return false
		}
		*part = t.data[offset:]
	}
	return t.count < len(t.functions)/(2*t.entry())
}

// oldParts finds them in the first format: offsets are from the start of the table, and
// that of the list of files follows the list of functions.
func (t *GoTable) oldParts() bool {
	t.names, t.values, t.files = t.data, t.data, t.data
	t.functions = t.data[min(goPreamble+t.ptr, len(t.data)):]
	files, ok := u32(t.functions, uint64((2*t.count+1)*t.ptr))
	if !ok || uint64(files) >= uint64(len(t.data)) {
		return false
	}
	t.units = t.data[files:]
	return true
}

// entry is the size of an address in the list of functions.
func (t *GoTable) entry() int {
	if t.layout.entry != 0 {
		return t.layout.entry
	}
	return t.ptr
}

// word returns the pointer-sized number at an offset of the table.
func (t *GoTable) word(offset int) (uint64, bool) { return number(t.data, uint64(offset), t.ptr) }

// number returns the little-endian number of size bytes at an offset.
func number(b []byte, offset uint64, size int) (uint64, bool) {
	if offset > uint64(len(b)) || uint64(len(b))-offset < uint64(size) {
		return 0, false
	}
	if size == 4 {
		return uint64(binary.LittleEndian.Uint32(b[offset:])), true
	}
	return binary.LittleEndian.Uint64(b[offset:]), true
}

// u32 is number for four bytes.
func u32(b []byte, offset uint64) (uint32, bool) {
	v, ok := number(b, offset, 4)
	return uint32(v), ok
}

// cstring returns the string at an offset of b, up to its NUL.
func cstring(b []byte, offset uint64) string {
	if offset >= uint64(len(b)) {
		return ""
	}
	b = b[offset:]
	b = b[:min(len(b), maxGoName)]
	if end := bytes.IndexByte(b, 0); end >= 0 {
		return string(b[:end])
	}
	return ""
}

// start is the address of the i-th function; that of number count is where the last
// one ends.
func (t *GoTable) start(i int) uint64 {
	v, _ := number(t.functions, uint64(i*2*t.entry()), t.entry())
	return t.text + v
}

// Func returns the function that has code at the address.
func (t *GoTable) Func(addr uint64) (f GoFunc, ok bool) {
	if addr < t.start(0) || addr >= t.start(t.count) {
		return f, false
	}
	i := sort.Search(t.count, func(i int) bool { return t.start(i+1) > addr })
	return t.function(i)
}

func (t *GoTable) function(i int) (f GoFunc, ok bool) {
	if i >= t.count {
		return f, false
	}
	record, _ := number(t.functions, uint64(i*2*t.entry()+t.entry()), t.entry())
	base := t.functions
	if t.layout.header == 0 {
		base = t.data
	}
	if record >= uint64(len(base)) {
		return f, false
	}
	f = GoFunc{t: t, Entry: t.start(i), End: t.start(i + 1), record: base[record:]}
	f.record = f.record[min(t.entry(), len(f.record)):]
	_, ok = u32(f.record, goTables)
	return f, ok && f.Entry < f.End
}

// all returns the functions that can be read.
func (t *GoTable) all() iter.Seq[GoFunc] {
	return func(yield func(GoFunc) bool) {
		for i := range t.count {
			if f, ok := t.function(i); ok && !yield(f) {
				return
			}
		}
	}
}

// Named returns the function of that name. It looks at every one.
func (t *GoTable) Named(name string) (GoFunc, bool) {
	for f := range t.all() {
		if f.named(name) {
			return f, true
		}
	}
	return GoFunc{}, false
}
