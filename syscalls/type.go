package syscalls

import (
	"maps"
	"slices"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// A Type says what a parameter, a field or a result is. The set is closed: Bits,
// FD, PID, Str, Buf, Inet, Record, Union, Pointer, Array, Exchange, If, Wide, Tagged, Switch, Rest,
// Pad, Custom. Inet and Union are met in plain types only.
type Type interface {
	// Size is the number of bytes the type takes in memory under the ABI; zero when
	// that is not fixed or the type never lies in memory.
	Size(a *abi.ABI) int
	// Align is its alignment in a structure under the ABI.
	Align(a *abi.ABI) int
}

// Width is the size of an integer: a number of bytes, or a C type whose size the
// ABI decides.
type Width int8

const (
	Long       Width = -1 // C long: ABI.Word
	KernelLong Width = -2 // __kernel_long_t: ABI.KernelLong
	OldDevice  Width = -3 // __kernel_old_dev_t: a long on x86-64
)

// Bytes returns the width in bytes under the ABI.
func (w Width) Bytes(a *abi.ABI) int {
	switch w {
	case Long:
		return a.Word
	case KernelLong:
		return a.KernelLong
	case OldDevice:
		switch a {
		case abi.I386:
			return 2
		case abi.ARM64:
			return 4
		}
		return a.Word
	}
	return int(w)
}

func (w Width) align(a *abi.ABI) int {
	if n := w.Bytes(a); n < 8 {
		return n
	}
	return a.Align64
}

// Bits is an integer: a plain number in the given form or, when Set is not nil,
// a constant of the set or a union of them.
type Bits struct {
	Width Width
	Form  value.Form
	Set   *uapi.Set
	// None is true when all ones mean no value and are written -1.
	None bool
	// Enum is the part of the word that holds one of several values, beside the bits of
	// Set; nil for most.
	Enum *Enum
	// BigEndian is true for a number in network order.
	BigEndian bool
}

// Enum is the bits of a word, those of Mask, that hold one constant of Set: the access
// mode in the flags of open.
type Enum struct {
	Mask uint64
	Set  *uapi.Set
}

func (b Bits) Size(a *abi.ABI) int  { return b.Width.Bytes(a) }
func (b Bits) Align(a *abi.ABI) int { return b.Width.align(a) }

// FD is a file descriptor; when At is true AT_FDCWD may stand in for one.
type FD struct {
	At bool
	// Of names the sibling that tells whose descriptor it is, a process or, as PIDFD, a
	// descriptor that refers to one. Empty: the caller's.
	Of, PIDFD string
	// Bare is true for one of which strace tells no more than the number.
	Bare bool
}

func (FD) Size(*abi.ABI) int  { return 4 }
func (FD) Align(*abi.ABI) int { return 4 }

// PID is the id of a process or a thread or, when Group is true, of a process group or a
// session. Values of Set, if it is not nil, have names instead. Bare is true for one of
// which strace tells no more than the number.
type PID struct {
	Group, Bare bool
	Set         *uapi.Set
}

func (PID) Size(*abi.ABI) int  { return 4 }
func (PID) Align(*abi.ABI) int { return 4 }

// Str is a NUL-terminated string; it is the target of a Pointer or, with Room, a
// field. A path is never shortened.
type Str struct {
	Path bool
	Room int // bytes it takes as a field, which need not end with a NUL
	Len  Ref // of a field: how many bytes count, a NUL aside; empty: all
	// Whole is true of a field whose last byte is shown even if it is no NUL.
	Whole bool
	// Abstract is true where a leading NUL is part of the string: the name of a socket
	// outside the file system. As a value it is an @.
	Abstract bool
}

func (t Str) Size(*abi.ABI) int { return t.Room }
func (Str) Align(*abi.ABI) int  { return 1 }

// Buf is bytes of a length that another parameter or the result gives, or of Count; it is
// the target of a Pointer or, with Count, a field. Binary is true for what is no text.
type Buf struct {
	Len    Ref
	Count  int
	Binary bool
}

func (t Buf) Size(*abi.ABI) int { return t.Count }
func (Buf) Align(*abi.ABI) int  { return 1 }

// A Ref names the sibling parameter or field that holds a count. Result means the
// call's result.
type Ref string

// Result refers to what the call returned.
const Result Ref = "="

// Record is a C structure. Fields are laid out by the rules of the ABI or, if Packed is
// true, without gaps.
type Record struct {
	Name   string // the C tag, without "struct"
	Fields []Param
	Packed bool
	// Order, if not nil, is the fields that are shown, in the order in which they are.
	Order []string
	// Partial is true when there is always more to it than is shown.
	Partial bool
}

func (r *Record) Size(a *abi.ABI) int {
	end := r.Offset(a, len(r.Fields))
	return alignUp(end, r.Align(a))
}

func (r *Record) Align(a *abi.ABI) int {
	most := 1
	if r.Packed {
		return most
	}
	for i := range r.Fields {
		most = max(most, r.Fields[i].Type.Align(a))
	}
	return most
}

// Offset returns where field i lies or, for the number of fields, where the last one ends.
func (r *Record) Offset(a *abi.ABI, i int) int {
	end := 0
	for n := range r.Fields {
		if !r.Packed {
			end = alignUp(end, r.Fields[n].Type.Align(a))
		}
		if n == i {
			break
		}
		end += r.Fields[n].Type.Size(a)
	}
	return end
}

func alignUp(n, align int) int { return (n + align - 1) / align * align }

// Dir is the direction data flows through a pointer, as seen from the program.
type Dir uint8

const (
	In    Dir = iota // read by the kernel: decoded at entry
	Out              // written by the kernel: decoded at exit, if the call succeeded
	InOut            // both
)

// Pointer is an address of an Elem.
type Pointer struct {
	Elem Type
	Dir  Dir
	// Full is true for one that takes eight bytes whatever a word takes.
	Full bool
}

func (t Pointer) Size(a *abi.ABI) int {
	if t.Full {
		return 8
	}
	return a.Word
}

func (t Pointer) Align(a *abi.ABI) int {
	if t.Full {
		return a.Align64
	}
	return a.Word
}

// Array is Count elements, or as many as the sibling Len says; it is the target
// of a Pointer or a field. A field with both has room for Count elements, one with
// Len alone follows the structure.
type Array struct {
	Elem  Type
	Count int
	Len   Ref
	// Ended, with neither of these, is true for one that ends before a zero.
	Ended bool
	// Filled is true for buffers, each an address and a length, that the kernel fills one
	// after another with as many bytes as the result says.
	Filled bool
	// More is true for a field that may be there in part, and in which a Len above Count is
	// shown as elements left out.
	More bool
}

func (t Array) Size(a *abi.ABI) int {
	if t.More {
		return 0
	}
	return t.Count * t.Elem.Size(a)
}

func (t Array) Align(a *abi.ABI) int { return t.Elem.Align(a) }

// Exchange is what lies behind an InOut pointer where the kernel reads one thing and
// leaves another: Before => After. If Joined is true both are records and are shown as one,
// even if the call failed; a field of both is shown as changed.
type Exchange struct {
	Before, After Type
	Joined        bool
}

func (t Exchange) Size(a *abi.ABI) int  { return max(t.Before.Size(a), t.After.Size(a)) }
func (t Exchange) Align(a *abi.ABI) int { return t.Before.Align(a) }

// If is a parameter that is there only when the sibling On has any bit of Any
// (or, with Any zero, equals one of Values).
type If struct {
	On     string
	Any    uint64
	Values []uint64
	Then   Type
}

func (t If) Size(a *abi.ABI) int  { return t.Then.Size(a) }
func (t If) Align(a *abi.ABI) int { return t.Then.Align(a) }

// Wide is Then under an ABI whose words have 64 bits; under others the word is shown as it is.
type Wide struct{ Then Type }

func (t Wide) Size(a *abi.ABI) int  { return t.Then.Size(a) }
func (t Wide) Align(a *abi.ABI) int { return t.Then.Align(a) }

// Tagged is a pointer to what begins with an integer that tells what kind of pointer it is.
type Tagged struct {
	Width Width
	Cases map[uint64]Type
	Else  Type
}

func (Tagged) Size(a *abi.ABI) int  { return a.Word }
func (Tagged) Align(a *abi.ABI) int { return a.Word }

// Switch is a parameter or field whose type the sibling On decides. Mask selects the bits of
// it that count; zero means all.
type Switch struct {
	On    string
	Mask  uint64
	Cases map[uint64]Type
	Else  Type
}

// Of returns the type for a value of the sibling.
func (t *Switch) Of(on uint64) Type {
	if t.Mask != 0 {
		on &= t.Mask
	}
	if chosen, ok := t.Cases[on]; ok {
		return chosen
	}
	return t.Else
}

func (t Switch) Size(a *abi.ABI) int  { return t.Else.Size(a) }
func (t Switch) Align(a *abi.ABI) int { return t.Else.Align(a) }

// Rest stands last in a parameter list and is replaced by the parameters that the
// sibling On decides. Mask selects the bits of it that count; zero means all.
type Rest struct {
	On    string
	Mask  uint64
	Cases map[uint64][]Param
	// Ops, if true, means that On is a command of ioctl, whose many cases are not in Cases.
	Ops  bool
	Else []Param
}

// Case returns the parameters for a value of the sibling under the ABI.
func (t *Rest) Case(a *abi.ABI, on uint64) []Param {
	if t.Mask != 0 {
		on &= t.Mask
	}
	if found, ok := t.Cases[on]; ok {
		return found
	}
	if t.Ops {
		if found := opParams(a, on); found != nil {
			return found
		}
	}
	return t.Else
}

// EachCase calls yield with each value that has parameters of its own.
func (t *Rest) EachCase(a *abi.ABI, yield func(on uint64, found []Param)) {
	for _, on := range slices.Sorted(maps.Keys(t.Cases)) {
		yield(on, t.Cases[on])
	}
	if t.Ops {
		eachOp(a, yield)
	}
}

func (*Rest) Size(*abi.ABI) int  { return 0 }
func (*Rest) Align(*abi.ABI) int { return 1 }

// Pad is a register that the ABIs On pass for nothing and the others do not pass
// at all: the high half of an offset that fits the low one. It is never shown.
type Pad struct{ On []*abi.ABI }

func (Pad) Size(*abi.ABI) int  { return 0 }
func (Pad) Align(*abi.ABI) int { return 1 }

// Has reports whether the ABI passes the register.
func (t Pad) Has(a *abi.ABI) bool {
	for _, on := range t.On {
		if on == a {
			return true
		}
	}
	return false
}

// Registers returns how many argument registers a parameter of type t takes.
func Registers(t Type, a *abi.ABI) int {
	switch t := t.(type) {
	case Pad:
		if !t.Has(a) {
			return 0
		}
	case *Rest:
		return 0
	default:
		if t.Size(a) > a.Reg {
			return 2
		}
	}
	return 1
}

// Custom names a decoder for what no data describes. In a parameter list or
// with a Width it receives the integer; as the target of a Pointer or as a field
// of Bytes bytes it receives the address. Args name the siblings it reads.
type Custom struct {
	Name  string
	Args  []string
	Width Width // of the integer, when it is one
	Bytes int   // of the structure, when it is a field
	Even  int   // the alignment of that, when it is not a word's
}

func (c Custom) Size(a *abi.ABI) int {
	if c.Width != 0 {
		return c.Width.Bytes(a)
	}
	return c.Bytes
}

func (c Custom) Align(a *abi.ABI) int {
	switch {
	case c.Width != 0:
		return c.Width.align(a)
	case c.Even != 0:
		return c.Even
	}
	return a.Word
}
