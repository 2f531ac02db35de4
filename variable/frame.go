package variable

import (
	"fmt"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/image"
	"github.com/trapline/trapline/mem"
	"github.com/trapline/trapline/unwind"
)

// A Frame is a function that a task is in: the innermost one.
type Frame struct {
	Scope  *Scope
	Regs   *abi.Regs
	Memory mem.Reader
	// Symbol names the function that begins at an address; it may be nil.
	Symbol func(addr abi.Addr) string
	CFA    func() abi.Addr // see unwind.Frame; called when it is needed
	Bias   uint64          // of the file's addresses
	Space  *image.Space    // what is mapped; it may be nil
	// Vector returns one of the processor's vector registers, in which floating-point numbers
	// are; it may be nil.
	Vector func(n int) ([]byte, error)
	// Top returns the number with 80 bits on top of the x87's stack; it may be nil.
	Top func() ([]byte, error)
	// Outside is where names are looked for that Scope does not know.
	Outside []File

	locator unwind.Locator
	store   []byte     // of the bytes of values
	listed  []Argument // of variables and results
}

// Get returns the value of a variable.
func (f *Frame) Get(v *Variable) Value {
	value := f.locate(v)
	if value.err == nil && (value.typ.Kind == Reference || v.moved) {
		return value.deref()
	}
	return value
}

// locate finds the value of a variable, or the pointer that a reference is.
func (f *Frame) locate(v *Variable) Value {
	v.settle(f.Scope)
	value := Value{frame: f, typ: f.settle(v.typ, 0)}
	if v.constant != nil {
		return value.bytes(fit(v.constant, max(min(v.typ.size(), maxValue), 0)))
	}
	if v.location == nil {
		value.err = unwind.ErrAbsent
		return value
	}
	pieces, err := f.Scope.locator(f, v).Locate(v.location)
	switch {
	case err != nil:
		value.err = err
	case len(pieces) == 0:
		value.err = unwind.ErrAbsent
	case len(pieces) == 1 && pieces[0].Kind == unwind.InMemory && pieces[0].Size == 0:
		value.addr, value.placed = pieces[0].Addr, true
	case len(pieces) == 1 && pieces[0].Kind == unwind.IsPointer:
		value.implied = &implied{v.entry.Far(pieces[0].Entry), pieces[0].Offset}
	default:
		return f.join(value, pieces)
	}
	return value
}

// moved returns where a virtual base of an object is, which the object itself tells.
func (f *Frame) moved(v *Value, m *member) (abi.Addr, error) {
	if !v.placed {
		return 0, ErrPlace
	}
	l := unwind.Locator{Regs: f.Regs, Memory: f.Memory, Bias: f.Bias}
	pieces, err := l.Locate(m.at, uint64(v.addr))
	switch {
	case err != nil:
		return 0, fmt.Errorf("a virtual base at %s cannot be found: %w", v.addr, err)
	case len(pieces) != 1 || pieces[0].Kind != unwind.InMemory:
		return 0, ErrPlace
	}
	return pieces[0].Addr, nil
}

// static returns a member of a class that all its objects have in common.
func (f *Frame) static(t *Type, name string) (v Value, ok bool) {
	if f == nil || f.Scope == nil {
		return v, false
	}
	g, ok := f.Scope.global(t.Name + "::" + name)
	if !ok {
		return v, false
	}
	return f.Get(g), true
}

// join puts together a value that is in pieces.
func (f *Frame) join(v Value, pieces []unwind.Piece) Value {
	size := v.typ.size()
	if size < 0 || size > maxValue {
		v.err = errSize
		return v
	}
	if len(pieces) == 1 && pieces[0].Size == 0 {
		b, err := f.read(&pieces[0], size)
		if err != nil {
			v.err = err
			return v
		}
		return v.bytes(b)
	}
	var data []byte
	for i := range pieces {
		p := &pieces[i]
		n := int64(p.Size)
		if n == 0 || n > size {
			n = size - int64(len(data))
		}
		b, err := f.read(p, max(n, 0))
		if err != nil {
			v.err = err
			return v
		}
		data = append(data, b...)
	}
	return v.bytes(data)
}

// read returns the bytes of a piece.
func (f *Frame) read(p *unwind.Piece, n int64) ([]byte, error) {
	switch p.Kind {
	case unwind.InMemory:
		b := f.room(n)
		_, err := f.Memory.ReadMem(b, p.Addr)
		return b, err
	case unwind.InRegister:
		if v, ok := unwind.Register(f.Regs, p.Register); ok {
			return f.word(v, n), nil
		}
		return f.vector(p.Register, n)
	case unwind.IsValue:
		return f.word(p.Value, n), nil
	case unwind.IsBytes:
		return fit(p.Bytes, n), nil
	}
	return nil, unwind.ErrAbsent
}

// The DWARF numbers of the first vector registers.
const (
	xmm0AMD64 = 17
	xmm0I386  = 21
)

// vector returns the low bytes of a vector register by its DWARF number.
func (f *Frame) vector(n int, size int64) ([]byte, error) {
	first := xmm0AMD64
	if f.Regs.ABI == abi.I386 {
		first = xmm0I386
	}
	if f.Vector == nil || n < first || n >= first+16 {
		return nil, fmt.Errorf("register %d is not known", n)
	}
	b, err := f.Vector(n - first)
	return fit(b, size), err
}

// fit returns n bytes, the first of which are b's.
func fit(b []byte, n int64) []byte {
	fitted := make([]byte, n)
	copy(fitted, b)
	return fitted
}

// Argument is a named value.
type Argument struct {
	Name  string
	Value Value
}

// Arguments returns the values of the function's parameters.
func (f *Frame) Arguments() []Argument { return f.all(f.Scope.Parameters) }

// Locals returns the values of the variables that are in scope, of those with the same name
// the innermost.
func (f *Frame) Locals() []Argument {
	var shown []Variable
	last := map[string]int{}
	for i, v := range f.Scope.Locals {
		last[v.Name] = i
	}
	for i, v := range f.Scope.Locals {
		if last[v.Name] == i {
			shown = append(shown, v)
		}
	}
	return f.all(shown)
}

func (f *Frame) all(variables []Variable) []Argument {
	first := len(f.listed)
	for i := range variables {
		f.listed = append(f.listed, Argument{variables[i].Name, f.Get(&variables[i])})
	}
	return f.listed[first:]
}
