package variable

import (
	"fmt"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/mem"
	"github.com/trapline/trapline/unwind"
)

// A Frame is a function that a task is in: the innermost one.
type Frame struct {
	Scope  *Scope
	Regs   *abi.Regs
	Memory mem.Reader
	CFA    func() abi.Addr // see unwind.Frame; called when it is needed
	Bias   uint64          // of the file's addresses
	// Vector returns one of the processor's vector registers, in which floating-point numbers
	// are; it may be nil.
	Vector func(n int) ([]byte, error)
}

// Get returns the value of a variable.
func (f *Frame) Get(v *Variable) Value {
	value := f.locate(v)
	if value.err == nil && value.typ.Kind == Reference {
		return value.deref()
	}
	return value
}

// locate finds the value of a variable, or the pointer that a reference is.
func (f *Frame) locate(v *Variable) Value {
	value := Value{frame: f, typ: f.Scope.unit.info.typeAt(v.typ)}
	switch c := v.constant.(type) {
	case int64:
		return value.bytes(number(uint64(c), value.typ.size()))
	case []byte:
		return value.bytes(c)
	}
	if v.location == nil {
		value.err = unwind.ErrAbsent
		return value
	}
	pieces, err := f.Scope.locator(f).Locate(f.Scope.unit.location(v.location, f.Scope.addr))
	switch {
	case err != nil:
		value.err = err
	case len(pieces) == 0:
		value.err = unwind.ErrAbsent
	case len(pieces) == 1 && pieces[0].Kind == unwind.InMemory && pieces[0].Size == 0:
		value.addr, value.placed = pieces[0].Addr, true
	default:
		return f.join(value, pieces)
	}
	return value
}

// join puts together a value that is in pieces.
func (f *Frame) join(v Value, pieces []unwind.Piece) Value {
	size := v.typ.size()
	if size < 0 || size > maxValue {
		v.err = errSize
		return v
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
		b := make([]byte, n)
		_, err := f.Memory.ReadMem(b, p.Addr)
		return b, err
	case unwind.InRegister:
		if v, ok := unwind.Register(f.Regs, p.Register); ok {
			return number(v, n), nil
		}
		return f.vector(p.Register, n)
	case unwind.IsValue:
		return number(p.Value, n), nil
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

// number is the low n bytes of a word.
func number(v uint64, n int64) []byte {
	b := make([]byte, max(n, 0))
	for i := range min(len(b), 8) {
		b[i] = byte(v >> (8 * i))
	}
	return b
}

// fit returns n bytes, the first of which are b's.
func fit(b []byte, n int64) []byte {
	return append(make([]byte, 0, n), append(b[:min(int64(len(b)), n)], make([]byte, max(n-int64(len(b)), 0))...)...)
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

func (f *Frame) all(variables []Variable) (all []Argument) {
	for i := range variables {
		all = append(all, Argument{variables[i].Name, f.Get(&variables[i])})
	}
	return all
}

// Returned is what a function has returned, by the registers behind its return; its Frame's
// Scope is that of the function. There is none of a function that returns nothing.
func (f *Frame) Returned() []Argument {
	s := f.Scope
	if s.unit.golang {
		return f.goResults()
	}
	if s.returns == nil {
		return nil
	}
	v := Value{frame: f, typ: s.returns}
	return []Argument{{"", f.result(v)}}
}

// result is the value that a C function has returned, by the psABI: in rax and rdx, in xmm0, or
// in memory where rax points to.
func (f *Frame) result(v Value) Value {
	size := v.typ.size()
	a := f.Regs.ABI
	first := f.Regs.Values[a.Result]
	switch v.typ.Kind {
	case Float:
		if a.Word == 4 || size > 8 {
			v.err = errFloat
			return v
		}
		b, err := f.vector(xmm0AMD64, size)
		if v.err = err; err == nil {
			return v.bytes(b)
		}
		return v
	case Struct, Array:
		switch small := size <= int64(2*a.Word) && a.Word == 8; {
		case small && v.typ.hasFloats(0):
			v.err = errFloat
			return v
		case !small:
			v.addr, v.placed = abi.Addr(first), true
			return v
		}
	}
	second, _ := unwind.Register(f.Regs, map[int]int{4: 2, 8: 1}[a.Word]) // edx, rdx
	b := number(first, int64(a.Word))
	return v.bytes(fit(append(b, number(second, int64(a.Word))...), size))
}

// hasFloats reports whether a type is, or has in it, floating-point numbers, which are returned
// in vector registers.
func (t *Type) hasFloats(depth int) bool {
	switch {
	case t.Kind == Float:
		return true
	case depth >= maxDepth:
		return false
	case t.Kind == Array:
		return t.Elem().hasFloats(depth + 1)
	}
	for _, m := range t.members {
		if t.info.typeAt(m.typ).hasFloats(depth + 1) {
			return true
		}
	}
	return false
}

// goRegs are the registers in which Go's functions return integers and pointers, on amd64, by
// their DWARF numbers: rax rbx rcx rdi rsi r8 r9 r10 r11.
var goRegs = []int{0, 3, 2, 5, 4, 8, 9, 10, 11}

// goResults returns the results of a Go function, by its internal ABI (abi-internal.md): each
// word of them is in a register of its own.
func (f *Frame) goResults() (all []Argument) {
	next := 0
	for i := range f.Scope.Results {
		r := &f.Scope.Results[i]
		v := Value{frame: f, typ: f.Scope.unit.info.typeAt(r.typ)}
		v, next = f.goResult(v, next)
		all = append(all, Argument{r.Name, v})
	}
	return all
}

func (f *Frame) goResult(v Value, next int) (Value, int) {
	word := int64(f.Regs.ABI.Word)
	words := (v.typ.size() + word - 1) / word
	if f.Regs.ABI != abi.AMD64 || v.typ.hasFloats(0) || next < 0 || next+int(words) > len(goRegs) || !v.typ.wordwise(word) {
		v.err = errResult
		return v, -1
	}
	var b []byte
	for i := range int(words) {
		reg, _ := unwind.Register(f.Regs, goRegs[next+i])
		b = append(b, number(reg, word)...)
	}
	return v.bytes(b[:v.typ.size()]), next + int(words)
}

// wordwise reports whether each word of a type is one member.
func (t *Type) wordwise(word int64) bool {
	if t.Kind != Struct {
		return t.size() <= word
	}
	for _, m := range t.members {
		if t.info.typeAt(m.typ).size() != word {
			return false
		}
	}
	return true
}
