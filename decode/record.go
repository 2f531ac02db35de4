package decode

import (
	"math"
	"slices"
	"strconv"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/mem"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/value"
)

// maxRead is the most bytes that one structure or array may take.
const maxRead = 1 << 20

// read returns n bytes at an address, or nil when not all of them can be read.
func (x *context) read(at abi.Addr, n int) []byte {
	b := x.readSome(at, n)
	if len(b) < n {
		return nil
	}
	return b
}

// readSome returns as many of n bytes at an address as can be read.
func (x *context) readSome(at abi.Addr, n int) []byte {
	if n <= 0 || n > maxRead || n > x.bytes {
		return nil
	}
	x.bytes -= n
	b := x.a.Bytes(n)[:n]
	got, _ := x.m.ReadMem(b, at)
	return b[:min(max(got, 0), n)]
}

// load returns the integer of n bytes at an address.
func (x *context) load(at abi.Addr, n int) (uint64, bool) {
	b := x.read(at, n)
	return integer(b, 0, n), b != nil
}

// integer returns the little-endian integer of n bytes at b[at:]; zero when b is
// too short.
func integer(b []byte, at, n int) uint64 {
	if at < 0 || at+n > len(b) {
		return 0
	}
	return mem.Little(b[at : at+n])
}

// recordAt decodes the structure at an address.
func (x *context) recordAt(r *syscalls.Record, at abi.Addr) value.Value {
	b := x.read(at, r.Size(x.abi))
	if b == nil {
		return x.a.Lost(at)
	}
	return x.record(r, b, at)
}

// record decodes the structure that b holds and that lies at an address.
func (x *context) record(r *syscalls.Record, b []byte, at abi.Addr) value.Value {
	outer := x.scope
	x.scope = scope{params: r.Fields, data: b}
	s := x.a.Struct(x.a.Fields(len(r.Fields)), r.Partial && x.part != wish)
	if r.Order != nil {
		for _, name := range r.Order {
			i, off := x.place(name)
			x.member(s, &r.Fields[i], b, off, at)
		}
		x.scope = outer
		return s
	}
	end := 0
	for i := range r.Fields {
		f := &r.Fields[i]
		end = alignUp(end, f.Type.Align(x.abi))
		x.member(s, f, b, end, at)
		end += f.Type.Size(x.abi)
	}
	x.scope = outer
	return s
}

// member adds a field to s, if this half of the call shows it.
func (x *context) member(s *value.Struct, f *syscalls.Param, b []byte, off int, at abi.Addr) {
	outer := x.part
	switch {
	case outer == wish && f.Out || outer == answer && !f.Out:
		return
	case f.Spare && zeros(b[min(off, len(b)):min(off+f.Type.Size(x.abi), len(b))]):
		return
	case f.Verbose && !x.c.mode.Verbose && !x.reason(f.Or):
		s.More = true
		return
	case outer == answer:
		x.part = whole
	}
	v := x.element(f.Type, b, off, at)
	x.part = outer
	if inner, ok := v.(*value.Struct); ok && f.Name == "" {
		x.merge(s, inner)
	} else if v != nil {
		s.Fields = append(s.Fields, value.Field{Name: f.Name, Value: v})
	}
}

// reason reports whether the sibling of that name, if there is one, is not zero.
func (x *context) reason(name string) bool {
	v, _ := x.sibling(name)
	return name != "" && v != 0
}

// merge adds the fields of inner to s.
func (x *context) merge(s, inner *value.Struct) {
	room := len(s.Fields) + len(inner.Fields) + len(x.scope.params)
	s.Fields = append(append(x.a.Fields(room), s.Fields...), inner.Fields...)
	s.More = s.More || inner.More
}

// element decodes the field or array element of type t at b[off:], where b lies
// at an address; nil when it is not shown.
func (x *context) element(t syscalls.Type, b []byte, off int, at abi.Addr) value.Value {
	n := t.Size(x.abi)
	if off+n > len(b) || x.depth >= maxDepth {
		return nil
	}
	switch t := t.(type) {
	case *syscalls.Record:
		x.depth++
		defer x.leave()
		return x.record(t, b[off:off+n], at+abi.Addr(off))
	case syscalls.Array:
		return x.members(&t, b[off:off+n], at+abi.Addr(off))
	case syscalls.Str:
		b = x.sized(t.Len, b[off:off+n])
		switch {
		case t.Path:
			return x.label(b)
		case t.Whole:
			return x.wholeRoom(b)
		}
		return x.room(b)
	case syscalls.Buf:
		return x.octets(&t, at+abi.Addr(off))
	case syscalls.If:
		if !x.holds(&t) {
			return nil
		}
		return x.element(t.Then, b, off, at)
	case syscalls.Switch:
		return x.element(x.choose(&t), b, off, at)
	case syscalls.Custom:
		if t.Width == 0 {
			return x.custom(&t, uint64(at)+uint64(off))
		}
	case syscalls.Pad:
		return nil
	}
	return x.scalar(t, integer(b, off, n))
}

// wholeRoom decodes a string in a field, all of it if it has no NUL.
func (x *context) wholeRoom(b []byte) value.Value {
	if slices.Contains(b, 0) {
		return x.room(b)
	}
	return x.a.Str(b[:min(len(b), max(x.c.mode.Strings, 0))], true)
}

// octets decodes the bytes of a buffer at an address.
func (x *context) octets(t *syscalls.Buf, at abi.Addr) value.Value {
	n := uint64(t.Count)
	if t.Len != "" {
		if n, _ = x.ref(t.Len); t.Count > 0 {
			n = min(n, uint64(t.Count))
		}
	}
	if t.Binary {
		return x.hexBuffer(at, n)
	}
	return x.buffer(at, n)
}

// sized returns the bytes of a string in a field that its length lets count, and the
// one behind them, which may end it.
func (x *context) sized(r syscalls.Ref, b []byte) []byte {
	if r == "" || len(b) == 0 {
		return b
	}
	return b[:min(x.quantity(r), uint64(len(b)-1))+1]
}

// quantity returns the count that a field holds, zero when it is negative.
func (x *context) quantity(r syscalls.Ref) uint64 {
	i, at := x.place(string(r))
	if i < 0 {
		n, _ := x.ref(r)
		return n
	}
	size := x.scope.params[i].Type.Size(x.abi)
	n := integer(x.scope.data, at, size)
	if t, ok := x.scope.params[i].Type.(syscalls.Bits); ok && t.Form == value.Signed {
		return uint64(max(signed(n, size), 0))
	}
	return n
}

// members decodes an array that is a field, which b holds unless it follows the structure.
func (x *context) members(t *syscalls.Array, b []byte, at abi.Addr) value.Value {
	if t.Len == "" {
		return x.elements(t.Elem, t.Count, b, at)
	}
	n := x.quantity(t.Len)
	if t.Count == 0 {
		return x.array(t.Elem, n, at)
	}
	if t.More {
		return x.mostOf(t, n, at)
	}
	return x.elements(t.Elem, int(min(n, uint64(t.Count))), b, at)
}

// mostOf decodes n elements of an array that may end before its Count.
func (x *context) mostOf(t *syscalls.Array, n uint64, at abi.Addr) value.Value {
	v := x.array(t.Elem, min(n, uint64(t.Count)), at)
	if list, ok := v.(*value.Array); ok && n > uint64(t.Count) && !isCut(list) {
		list.More = true
	}
	return v
}

// isCut reports whether the last elements of an array cannot be read.
func isCut(list *value.Array) bool {
	last := len(list.Elems) - 1
	if last < 0 {
		return false
	}
	_, cut := list.Elems[last].(*value.Note)
	return cut
}

// array decodes n elements at an address.
func (x *context) array(elem syscalls.Type, n uint64, at abi.Addr) value.Value {
	if n == 0 {
		return x.a.Array(nil, false, value.List)
	}
	size := elem.Size(x.abi)
	if size <= 0 || x.c.mode.Opaque || n > (math.MaxUint64-uint64(at))/uint64(size) {
		return x.a.Lost(at)
	}
	limit := min(n, uint64(x.limit()), uint64(maxRead/size))
	b := x.readSome(at, int(max(limit, 1))*size) // one that is not shown must be there too
	whole := len(b) / size
	if whole == 0 {
		return x.a.Lost(at)
	}
	list := x.elements(elem, whole, b, at)
	if uint64(whole) < limit {
		list.Elems = append(list.Elems, x.cut(at+abi.Addr(whole*size)))
	} else if n > limit {
		list.More = true
	}
	return list
}

// cut stands for the elements from an address on, which cannot be read.
func (x *context) cut(at abi.Addr) value.Value {
	b := strconv.AppendUint(append(x.a.Bytes(18), "0x"...), uint64(at), 16)
	return x.a.Note(x.a.Macro("..."), text(b))
}

// limit is how many elements of an array may be shown.
func (x *context) limit() int {
	if x.c.mode.Verbose {
		return x.elems
	}
	return min(x.elems, max(x.c.mode.Strings, 0))
}

// elements decodes n elements that b holds and that lie at an address.
func (x *context) elements(elem syscalls.Type, n int, b []byte, at abi.Addr) *value.Array {
	shown := min(n, x.limit())
	size := elem.Size(x.abi)
	x.elems -= shown
	values := x.a.Values(shown + 1)
	for i := range shown {
		if v := x.element(elem, b, i*size, at); v != nil {
			values = append(values, v)
		}
	}
	return x.a.Array(values, shown < n, value.List)
}

// changed decodes an integer that the kernel may have changed.
func (x *context) changed(t *syscalls.Bits, at abi.Addr) value.Value {
	before, had := x.kept()
	after, ok := x.load(at, t.Size(x.abi))
	switch {
	case x.c.mode.Opaque || !had && !ok:
		return x.a.Lost(at)
	case had && (x.c.Result.Failed || !ok || after == before):
		return x.a.Ptr(at, x.bits(t, before))
	case !had:
		return x.a.Ptr(at, x.bits(t, after))
	}
	return x.a.Ptr(at, x.a.Change(x.bits(t, before), x.bits(t, after)))
}

func alignUp(n, align int) int { return (n + align - 1) / align * align }
