package image

import "bytes"

// A GoFunc is a function in a GoTable.
type GoFunc struct {
	Entry, End uint64
	t          *GoTable
	record     []byte
}

// Name is the function's name as Go's own dumps have it.
func (f *GoFunc) Name() string { return f.t.name(f.field(goNameAt)) }

func (t *GoTable) name(offset uint32) string { return cstring(t.names, uint64(offset)) }

// named reports whether that is the name, without making a string of it.
func (f *GoFunc) named(name string) bool {
	offset := uint64(f.field(goNameAt))
	if offset > uint64(len(f.t.names)) {
		return false
	}
	rest, ok := bytes.CutPrefix(f.t.names[offset:], []byte(name))
	return ok && len(rest) > 0 && rest[0] == 0
}

// field is a number in the function's record.
func (f *GoFunc) field(offset int) uint32 {
	v, _ := u32(f.record, uint64(offset))
	return v
}

// StackSize is how far the stack pointer is, at the address, below where it was when
// the function was called: behind the return address where the call pushes one. The
// table of an assembly function may not know.
func (f *GoFunc) StackSize(addr uint64) (size uint64, ok bool) {
	if f.field(goStackAt) == 0 {
		return 0, false
	}
	v, _, ok := f.value(f.field(goStackAt), addr)
	return uint64(v), ok && v >= 0
}

// The runtime's flags of a function. Those before Go 1.17 have none.
const (
	goTopFrame = 1 << iota // nothing calls it
	goSPWrite              // it sets the stack pointer in a way that StackSize does not know
)

// IsTop reports whether the runtime calls this the outermost function of a stack.
func (f *GoFunc) IsTop() bool { return f.flags()&goTopFrame != 0 }

// SetsStack reports whether the function moves the stack pointer to another stack.
func (f *GoFunc) SetsStack() bool { return f.flags()&goSPWrite != 0 }

// flags lie three bytes before the end of the fixed part of the record.
func (f *GoFunc) flags() byte {
	at := f.t.layout.fixed - 3
	if at < 0 || at >= len(f.record) {
		return 0
	}
	return f.record[at]
}

// line returns the file and line of an address of the function.
func (f *GoFunc) line(addr uint64) (file string, line int) {
	n, _, ok := f.value(f.field(goLineAt), addr)
	if !ok || n < 0 {
		return "", 0
	}
	i, _, ok := f.value(f.field(goFileAt), addr)
	if !ok || i < 0 {
		return "", 0
	}
	return f.fileName(uint32(i)), int(n)
}

// fileName is that of the i-th file of the function's unit; in the first format of the
// table, of all of it.
func (f *GoFunc) fileName(i uint32) string {
	index := uint64(i)
	if f.t.layout.header > 0 {
		index += uint64(f.field(goUnitAt))
	}
	offset, ok := u32(f.t.units, 4*index)
	if !ok || offset == ^uint32(0) {
		return ""
	}
	return cstring(f.t.files, uint64(offset))
}

// value looks an address up in one of the function's tables: each step of it says by
// how much the value changes and for how many bytes of code it then holds. It also
// returns where the value begins to hold.
func (f *GoFunc) value(table uint32, addr uint64) (v int32, from uint64, ok bool) {
	if table == 0 || uint64(table) >= uint64(len(f.t.values)) {
		return 0, 0, false
	}
	b, pc := f.t.values[table:], f.Entry
	v = -1
	for i := range maxGoSteps {
		change, rest, ok := varint(b)
		if !ok || change == 0 && i > 0 {
			break
		}
		length, rest, ok := varint(rest)
		if !ok {
			break
		}
		v += int32(change>>1) ^ -int32(change&1)
		b, from, pc = rest, pc, pc+uint64(length)*f.t.min
		if addr < pc {
			return v, from, true
		}
	}
	return 0, 0, false
}

// varint reads a number of seven bits a byte.
func varint(b []byte) (v uint32, rest []byte, ok bool) {
	for i, c := range b[:min(len(b), 5)] {
		v |= uint32(c&0x7f) << (7 * i)
		if c < 0x80 {
			return v, b[i+1:], true
		}
	}
	return 0, nil, false
}
