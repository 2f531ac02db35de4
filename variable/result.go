package variable

import (
	"math"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/unwind"
)

// Returned is what a function has returned, by the registers behind its return; its Frame's
// Scope is that of the function. There is none of a function that returns nothing.
func (f *Frame) Returned() []Argument {
	s := f.Scope
	if s.Go() {
		return f.goResults()
	}
	if s.returns == nil {
		return nil
	}
	v := Value{frame: f, typ: s.returns}
	f.listed = append(f.listed, Argument{"", f.result(v)})
	return f.listed[len(f.listed)-1:]
}

// result is the value that a C function has returned, by the psABI: in rax and rdx, in xmm0 and
// xmm1, on the x87's stack, or in memory where rax points to.
func (f *Frame) result(v Value) Value {
	a, size := f.Regs.ABI, v.typ.size()
	first := f.Regs.Values[a.Result]
	aggregate := v.typ.Kind == Struct || v.typ.Kind == Array
	switch {
	case v.typ.Kind == Unknown, size < 0, !aggregate && size > 2*8:
		v.err = errResult
		return v
	case v.typ.Kind == Float && (a.Word == 4 || size > 8):
		return f.top(v)
	case aggregate && (a.Word == 4 || size > 2*8 || v.typ.unregistered()):
		v.addr, v.placed = abi.Addr(first), true
		return v
	case a.Word == 4:
		second, _ := unwind.Register(f.Regs, edx)
		return v.bytes(fit(append(number(first, 4), number(second, 4)...), size))
	}
	return f.inRegisters(v, size)
}

// The DWARF numbers of the second registers of results.
const (
	edx = 2
	rdx = 1
)

// inRegisters is a result of up to two words, each in the next vector register if it has nothing
// but floating-point numbers, and in the next general one otherwise.
func (f *Frame) inRegisters(v Value, size int64) Value {
	data := f.room(size)
	general, vectors := [...]int{0, rdx}, 0
	for at := int64(0); at < size; at += 8 {
		if !v.typ.floats(at, at+8) {
			word, _ := unwind.Register(f.Regs, general[at/8-int64(vectors)])
			copy(data[at:], f.word(word, 8))
			continue
		}
		b, err := f.vector(xmm0AMD64+vectors, 8)
		if err != nil {
			v.err = err
			return v
		}
		copy(data[at:], b)
		vectors++
	}
	return v.bytes(data)
}

// top is a result on the x87's stack, in the form of its type.
func (f *Frame) top(v Value) Value {
	if f.Top == nil {
		v.err = errFloat
		return v
	}
	b, err := f.Top()
	if v.err = err; err != nil {
		return v
	}
	n, special := extended.read(b)
	if n != nil {
		special, _ = n.Float64()
	}
	switch size := v.typ.size(); size {
	case 4:
		return v.bytes(number(uint64(math.Float32bits(float32(special))), size))
	case 8:
		return v.bytes(number(math.Float64bits(special), size))
	default:
		return v.bytes(fit(b, size))
	}
}

// floats reports whether a value has nothing but floating-point numbers in the bytes from low to
// below high.
func (t *Type) floats(low, high int64) bool {
	all, left := true, steps(maxSteps)
	t.scalars(0, &left, func(s *Type, at int64) {
		if at < high && at+s.size() > low {
			all = all && s.Kind == Float
		}
	})
	return all
}

// unregistered reports whether a value is returned in memory whatever its size: it has parts
// that vector and general registers do not hold, or C++ copies it by a function.
func (t *Type) unregistered() bool {
	left := steps(maxSteps)
	found := t.copied(&left)
	t.scalars(0, &left, func(s *Type, _ int64) { found = found || s.Kind == Float && s.size() > 8 })
	return found
}

// copied reports whether C++ copies or destroys a value by a function of its own.
func (t *Type) copied(left *steps) bool {
	if t.Kind != Struct || !left.spend() {
		return false
	}
	if t.special {
		return true
	}
	for _, m := range t.members {
		if t.info.typeAt(m.typ).copied(left) {
			return true
		}
	}
	return false
}

// maxScalars is how many elements of an array are looked at; what registers hold has fewer.
const maxScalars = 16

// scalars shows the parts of a value that have no parts, and where they are.
func (t *Type) scalars(at int64, left *steps, use func(*Type, int64)) {
	switch {
	case !left.spend():
	case t.Kind == Array:
		elem := t.Elem()
		for i := range min(t.Count, maxScalars) {
			elem.scalars(at+i*elem.size(), left, use)
		}
	case t.Kind == Struct:
		for _, m := range t.members {
			t.info.typeAt(m.typ).scalars(at+m.offset, left, use)
		}
	default:
		use(t, at)
	}
}

// goRegs are the registers in which Go's functions return integers and pointers, on amd64, by
// their DWARF numbers: rax rbx rcx rdi rsi r8 r9 r10 r11.
var goRegs = []int{0, 3, 2, 5, 4, 8, 9, 10, 11}

// goResults returns the results of a Go function, by its internal ABI (abi-internal.md): each
// part of them is in a register of its own, floating-point numbers in vector registers.
func (f *Frame) goResults() (all []Argument) {
	var used taken
	for i := range f.Scope.Results {
		r := &f.Scope.Results[i]
		v := Value{frame: f, typ: r.typ}
		all = append(all, Argument{r.Name, f.goResult(v, &used)})
	}
	return all
}

// taken counts the registers that results are in.
type taken struct {
	general, vectors int
	lost             bool // where the next ones are is not known
}

// maxGoVectors is how many vector registers have results.
const maxGoVectors = 15

func (f *Frame) goResult(v Value, used *taken) Value {
	size := v.typ.size()
	if f.Regs.ABI != abi.AMD64 || size > int64(8*(len(goRegs)+maxGoVectors)) || v.typ.Kind == Array && v.typ.Count > 1 {
		used.lost = true
	}
	data := make([]byte, max(min(size, maxValue), 0))
	if !used.lost {
		left := steps(maxSteps)
		v.typ.scalars(0, &left, func(s *Type, at int64) { f.goPart(s, data[min(max(at, 0), int64(len(data))):], used) })
	}
	if used.lost {
		v.err = errResult
		return v
	}
	return v.bytes(data)
}

// goPart reads one part of a result.
func (f *Frame) goPart(s *Type, to []byte, used *taken) {
	size := s.size()
	switch {
	case size > 8 || size > int64(len(to)):
		used.lost = true
	case s.Kind == Float && used.vectors < maxGoVectors:
		b, err := f.vector(xmm0AMD64+used.vectors, size)
		used.lost = used.lost || err != nil
		used.vectors++
		copy(to, b)
	case s.Kind != Float && used.general < len(goRegs):
		word, _ := unwind.Register(f.Regs, goRegs[used.general])
		used.general++
		copy(to, number(word, size))
	default:
		used.lost = true
	}
}
