package variable

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/image/dwarf"
)

// ErrPlace is the error for what is computed, or in registers.
var ErrPlace = errors.New("it is not in memory")

// Why there is no value.
var (
	errSize   = errors.New("too large")
	errFloat  = errors.New("floating-point results are not found here")
	errResult = errors.New("this kind of result is not found")
	errNull   = errors.New("a null pointer")
)

// maxValue is how large a value is at most.
const maxValue = 1 << 20

// A Value is what is in a variable, or what an expression comes to. It is valid as long as the
// task is stopped.
type Value struct {
	frame    *Frame
	typ      *Type // nil for a number or text of an expression
	addr     abi.Addr
	placed   bool   // it is in memory, at addr
	bits     int64  // how many bytes at addr a bit field is in
	data     []byte // otherwise; or what was read of it
	num      int64  // of an expression
	unsigned int64  // the bytes that num has if it has no sign; zero if it has one
	text     string // of an expression, if isText
	isText   bool
	float    float64
	isReal   bool
	implied  *implied // it points there and has no bytes
	err      error
}

// An implied pointer is nowhere, but what it points to is.
type implied struct {
	entry  dwarf.Entry
	offset int64
}

// errImplied is what there is of such a pointer besides.
var errImplied = errors.New("synthetic pointer")

// target is what the pointer points to.
func (p *implied) target(v *Value) Value {
	to := Variable{entry: p.entry}
	whole := v.frame.locate(&to)
	if whole.implied != nil {
		return whole
	}
	return whole.within(Value{frame: v.frame, typ: v.frame.settle(v.typ.Elem(), 0)}, p.offset)
}

// Err is why there is no value; nil if there is one.
func (v *Value) Err() error { return v.err }

func (v Value) bytes(b []byte) Value {
	v.data, v.placed = b, false
	return v
}

// failed is the value of what went wrong.
func failed(form string, args ...any) Value { return Value{err: fmt.Errorf(form, args...)} }

// raw returns the bytes of the value.
func (v *Value) raw() ([]byte, error) {
	if v.err != nil {
		return nil, v.err
	}
	if v.implied != nil {
		return nil, errImplied
	}
	if !v.placed || v.data != nil {
		return v.data, nil
	}
	if v.typ.Kind == Function {
		return number(uint64(v.addr), v.typ.size()), nil // what C takes it for
	}
	size := v.typ.size()
	if size < 0 || size > maxValue {
		return nil, errSize
	}
	b := v.frame.room(size)
	if _, err := v.frame.Memory.ReadMem(b, v.addr); err != nil {
		return nil, fmt.Errorf("%s cannot be read", v.addr)
	}
	return b, nil
}

// Memory returns where the value is.
func (v *Value) Memory() (addr abi.Addr, size int64, err error) {
	switch {
	case v.err != nil:
		return 0, 0, v.err
	case v.bits > 0:
		return v.addr, v.bits, nil
	case !v.placed:
		return 0, 0, ErrPlace
	}
	return v.addr, v.typ.size(), nil
}

// Kept is the value as it is now, to be shown when its memory has changed.
func (v *Value) Kept() Value {
	if v.typ == nil {
		return *v
	}
	b, err := v.raw()
	kept := v.bytes(b)
	kept.err = err
	return kept
}

// Same reports whether two values of one expression are the same.
func (v *Value) Same(other *Value) bool {
	if v.typ == nil || other.typ == nil {
		return (v.err == nil) == (other.err == nil) && v.num == other.num && v.text == other.text && v.float == other.float
	}
	a, err := v.raw()
	b, wrong := other.raw()
	return (err == nil) == (wrong == nil) && bytes.Equal(a, b)
}

// integer returns the value as a number.
func (v *Value) integer() (int64, error) {
	if v.err != nil {
		return 0, v.err
	}
	if v.typ == nil {
		if v.isText {
			return 0, errors.New("text is no number")
		}
		if v.isReal {
			return int64(v.float), nil
		}
		return v.num, nil
	}
	var b []byte
	if v.typ.Kind != Struct && v.typ.Kind != Array {
		var err error
		if b, err = v.raw(); err != nil {
			return 0, err
		}
	}
	switch v.typ.Kind {
	case Enum, Char, Int:
		return v.typ.number(b), nil
	case Float:
		f, err := v.typ.real(b)
		return int64(f), err
	case Uint, Bool, Pointer, Reference, Function:
		return int64(little(b, len(b))), nil
	case Array:
		if v.placed {
			return int64(v.addr), nil
		}
	case Struct:
		if in, ok := v.wrapped(); ok {
			return in.integer()
		}
		if kind, _, ok := v.halves(); ok {
			return int64(kind), nil // nil if it is zero
		}
	}
	return 0, fmt.Errorf("a %s is no number", v.typ)
}

// isFloat reports whether the value is a floating-point number.
func (v *Value) isFloat() bool {
	if v.typ == nil {
		return v.isReal
	}
	return v.typ.Kind == Float
}

// number returns the value as a floating-point number.
func (v *Value) number() (float64, error) {
	if v.typ == nil && v.isReal {
		return v.float, v.err
	}
	if v.typ != nil && v.isFloat() {
		b, err := v.raw()
		if err != nil {
			return 0, err
		}
		return v.typ.real(b)
	}
	n, err := v.integer()
	return float64(n), err
}

// deref returns what a pointer points to.
func (v *Value) deref() Value {
	if v.err != nil {
		return *v
	}
	if v.typ == nil {
		return failed("it is no pointer")
	}
	switch v.typ.Kind {
	case Pointer, Reference:
	case Array:
		return v.index(0)
	case Struct:
		if in, ok := v.wrapped(); ok && in.err == nil && in.typ.Kind != Pointer {
			return in
		} else if ok {
			return in.deref()
		}
		return failed("a %s is no pointer", v.typ)
	default:
		return failed("a %s is no pointer", v.typ)
	}
	if v.implied != nil {
		return v.implied.target(v)
	}
	addr, err := v.integer()
	switch to := v.typ.Elem(); {
	case err != nil:
		return Value{err: err}
	case to.Kind == Void:
		return failed("a pointer to anything")
	case to.Kind == Function:
		return Value{frame: v.frame, typ: to}.bytes(number(uint64(addr), to.Size))
	case addr == 0:
		return Value{err: errNull}
	default:
		return Value{frame: v.frame, typ: v.frame.settle(to, 0), addr: abi.Addr(v.frame.Regs.ABI.TruncateWord(uint64(addr))), placed: true}
	}
}

// field returns a member of a structure, or of the one that a pointer points to.
func (v *Value) field(name string) Value {
	if v.err != nil || v.typ == nil {
		return failed("it has no member %s", name)
	}
	if v.typ.Kind == Pointer || v.typ.Kind == Reference {
		to := v.deref()
		if to.err != nil {
			return to
		}
		return to.field(name)
	}
	if in, _, ok := v.variantOf(); ok {
		return in.field(name)
	}
	if in, ok := v.dynamic(); ok {
		return in.field(name)
	}
	if v.typ.tupled() && name[0] >= '0' && name[0] <= '9' {
		name = "__" + name
	}
	found := v.member(name)
	if found.err == nil || v.typ.Kind != Struct {
		return found
	}
	if in, ok := v.wrapped(); ok {
		return in.field(name)
	}
	if g, ok := v.frame.static(v.typ, name); ok {
		return g
	}
	return found
}

// own looks a name up among the members of a structure itself.
func (v *Value) own(name string) Value {
	if m := v.typ.member(name); m != nil {
		return v.part(m)
	}
	return failed("a %s has no member %s", v.typ, name)
}

// both returns two members of a structure itself, if it has them.
func (v *Value) both(names [2]string) (first, second Value, ok bool) {
	one, other := v.typ.member(names[0]), v.typ.member(names[1])
	if one == nil || other == nil {
		return first, second, false
	}
	first, second = v.part(one), v.part(other)
	return first, second, first.err == nil && second.err == nil
}

// member looks a name up in a structure, and in its bases and members that have none.
func (v *Value) member(name string) Value {
	left := steps(maxSteps)
	if found, ok := v.search(name, &left); ok {
		return found
	}
	if v.typ.Kind == Struct {
		return failed("%s has no member %s", v.typ, name)
	}
	return failed("a %s has no member %s", v.typ, name)
}

func (v *Value) search(name string, left *steps) (found Value, ok bool) {
	if m := v.typ.member(name); m != nil {
		if found = v.part(m); found.err == nil {
			return found, true
		}
	}
	for i := range v.typ.members {
		m := &v.typ.members[i]
		if !m.base && m.name != "" && !m.embedded || !left.spend() {
			continue
		}
		part := v.part(m)
		if part.err != nil {
			continue
		}
		if found, ok = part.search(name, left); ok {
			return found, true
		}
	}
	return found, false
}

// part returns a member.
func (v *Value) part(m *member) Value {
	p := Value{frame: v.frame, typ: v.typ.info.typeAt(m.typ)}
	if m.bits > 0 {
		return v.bitField(m, p)
	}
	off := m.offset
	if m.at != nil {
		addr, err := v.frame.moved(v, m)
		if err != nil {
			return Value{err: err}
		}
		off = int64(addr - v.addr)
	}
	if p = v.within(p, off); p.err != nil {
		return p
	}
	if p.typ.Kind == Reference {
		return p.deref()
	}
	return p
}

// within is a part of the value from an offset on, of which the type is known.
func (v *Value) within(p Value, off int64) Value {
	if v.err != nil {
		return *v
	}
	if v.placed {
		p.addr, p.placed = v.addr+abi.Addr(off), true
	}
	size := p.typ.size()
	switch inside := off >= 0 && size >= 0 && off <= int64(len(v.data))-size; {
	case inside && v.data != nil:
		p.data = v.data[off : off+size]
	case !v.placed:
		return Value{err: errSize}
	}
	return p
}

// bitField returns a member that is some bits.
func (v *Value) bitField(m *member, p Value) Value {
	b, err := v.raw()
	if err != nil {
		return Value{err: err}
	}
	if m.bit < 0 || m.bit/8 >= int64(len(b)) || m.bits > 64 {
		return Value{err: errSize}
	}
	if v.placed {
		p.addr, p.bits = v.addr+abi.Addr(m.bit/8), (m.bit%8+m.bits+7)/8
	}
	low := uint(m.bit % 8)
	word := little(b[m.bit/8:], 8) >> low
	if rest := b[m.bit/8:]; len(rest) > 8 {
		word |= uint64(rest[8]) << (64 - low)
	}
	word <<= 64 - m.bits
	if p.typ.Kind == Int || !p.typ.positive && (p.typ.Kind == Enum || p.typ.Kind == Char) {
		return p.bytes(number(uint64(int64(word)>>(64-m.bits)), p.typ.size()))
	}
	return p.bytes(number(word>>(64-m.bits), p.typ.size()))
}

// index returns an element of an array, of a slice, or of what a pointer points to.
func (v *Value) index(i int64) Value {
	if v.err != nil {
		return *v
	}
	if v.typ == nil {
		return failed("it has no elements")
	}
	switch t := v.typ; t.Kind {
	case Array:
		if t.Count > 0 && (i < 0 || i >= t.Count) {
			return failed("it has %d elements", t.Count)
		}
		return v.element(t.Elem(), i)
	case Pointer:
		base := v.deref()
		if base.err != nil {
			return base
		}
		if _, _, ok := base.vec(); ok {
			return base.index(i) // Rust's reference to it
		}
		return base.element(base.typ, i)
	case Struct:
		if array, n, ok := v.slice(); ok {
			if i < 0 || i >= n {
				return failed("it has %d elements", n)
			}
			return array.index(i)
		}
	}
	return failed("a %s has no elements", v.typ)
}

// element returns the element of a type behind where the value begins.
func (v *Value) element(t *Type, i int64) Value {
	return v.within(Value{frame: v.frame, typ: t}, i*t.size())
}

// slice returns where the elements of Go's slices, Rust's and C++'s vectors are and how many
// there are.
func (v *Value) slice() (array Value, n int64, ok bool) {
	for _, names := range [][2]string{{"array", "len"}, {"data_ptr", "length"}, {"_M_array", "_M_len"}} {
		if array, count, ok := v.both(names); ok {
			if n, err := count.integer(); err == nil && n >= 0 {
				return array, n, true
			}
		}
	}
	if array, n, ok = v.vec(); ok {
		return array, n, true
	}
	if m := v.typ.member("_M_elems"); m != nil {
		if array = v.part(m); array.err == nil && array.typ.Kind == Array {
			return array, array.typ.Count, true
		}
	}
	return v.vector()
}

// vector returns where the elements of C++'s std::vector are and how many there are.
func (v *Value) vector() (array Value, n int64, ok bool) {
	if v.typ.template() != "vector" {
		return array, 0, false
	}
	impl := v.member("_M_impl")
	if impl.err != nil || impl.typ.Kind != Struct {
		return impl, 0, false
	}
	array, end := impl.member("_M_start"), impl.member("_M_finish")
	if array.err != nil || end.err != nil || array.typ.Kind != Pointer {
		return array, 0, false
	}
	first, err := array.integer()
	last, bad := end.integer()
	size := array.typ.Elem().size()
	if err != nil || bad != nil || size <= 0 || last < first {
		return array, 0, false
	}
	return array, (last - first) / size, true
}
