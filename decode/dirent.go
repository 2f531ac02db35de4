package decode

import (
	"bytes"
	"strconv"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// A direntLayout is where the fields of a directory entry lie.
type direntLayout struct {
	word int  // the size of d_ino and d_off
	kind bool // d_type stands before the name, not in the last byte
}

// dirents decodes what getdents read.
func dirents(x *context, w uint64) value.Value {
	return x.dirents(direntLayout{x.abi.KernelLong, false}, abi.Addr(w))
}

// dirents64 decodes what getdents64 read.
func dirents64(x *context, w uint64) value.Value {
	return x.dirents(direntLayout{8, true}, abi.Addr(w))
}

func (x *context) dirents(l direntLayout, at abi.Addr) value.Value {
	n := min(x.c.Result.Value, maxRead)
	if n == 0 && x.c.mode.Verbose {
		return x.a.Array(nil, false, value.List)
	}
	b := x.read(at, int(n))
	if n > 0 && b == nil || x.c.mode.Opaque {
		return x.a.Lost(at)
	}
	if !x.c.mode.Verbose {
		return x.counted(at, l.count(b))
	}
	elems := x.a.Values(min(l.count(b), x.elems))
	for len(b) > 0 && len(elems) < cap(elems) {
		size := l.length(b)
		elems = append(elems, x.dirent(l, b[:size]))
		b = b[size:]
	}
	return x.a.Array(elems, len(b) > 0, value.List)
}

// counted is an address with the number of entries there.
func (x *context) counted(at abi.Addr, n int) value.Value {
	b := strconv.AppendInt(x.a.Bytes(32), int64(n), 10)
	b = append(b, " entries"...)
	return x.a.Note(x.a.Ptr(at, nil), text(b))
}

// head is the number of bytes before the name.
func (l direntLayout) head() int {
	if l.kind {
		return 2*l.word + 3
	}
	return 2*l.word + 2
}

// length returns the length of the entry that b begins with: all of b when there
// is no sense in what it says.
func (l direntLayout) length(b []byte) int {
	n := int(integer(b, 2*l.word, 2))
	if n <= l.head() || n > len(b) {
		return len(b)
	}
	return n
}

// count returns the number of entries in b.
func (l direntLayout) count(b []byte) int {
	n := 0
	for len(b) > l.head() {
		b = b[l.length(b):]
		n++
	}
	return n
}

func (x *context) dirent(l direntLayout, b []byte) value.Value {
	f := append(x.a.Fields(5),
		value.Field{Name: "d_ino", Value: x.a.Int(integer(b, 0, l.word), l.word, value.Unsigned)},
		value.Field{Name: "d_off", Value: x.a.Int(integer(b, l.word, l.word), l.word, value.Unsigned)},
		value.Field{Name: "d_reclen", Value: x.a.Int(integer(b, 2*l.word, 2), 2, value.Unsigned)})
	if len(b) <= l.head() {
		return x.a.Struct(f, true)
	}
	name, kind := b[l.head():], b[len(b)-1]
	if l.kind {
		kind = b[l.head()-1]
	}
	if end := bytes.IndexByte(name, 0); end >= 0 {
		name = name[:end]
	}
	text := x.a.Str(name, false)
	text.Path = true
	nameField := value.Field{Name: "d_name", Value: text}
	typeField := value.Field{Name: "d_type", Value: x.a.Flags(uint64(kind), 1, uapi.DirentTypes)}
	if l.kind {
		return x.a.Struct(append(f, typeField, nameField), false)
	}
	return x.a.Struct(append(f, nameField, typeField), false)
}
