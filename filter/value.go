package filter

import (
	"time"

	"github.com/trapline/trapline/value"
)

// Kind is what a value is. Several together are the kinds it may have.
type Kind uint8

const (
	Bool Kind = 1 << iota
	Int
	Text // a string or the bytes of a buffer
	Time // a duration
)

// String is how messages call a value of the kind.
func (k Kind) String() string {
	switch k {
	case Bool:
		return "a condition"
	case Int:
		return "a number"
	case Text:
		return "a string"
	case Time:
		return "a duration"
	}
	return "a value"
}

// A Value is what a part of an expression is worth. The zero Value is one that is not
// there: memory that cannot be read, a parameter that the call lacks.
type Value struct {
	Kind Kind
	// Bits are a number of Size bytes, or of no certain size if that is zero, to be read
	// with a sign if Signed is true, or a duration in nanoseconds.
	Bits   uint64
	Size   uint8
	Signed bool
	// Bytes are a string. They are valid until the scene looks at its next expression.
	Bytes []byte

	domain domain
	mask   uint64 // of a constant: the bits of a word that hold one of several
}

// Missing reports whether the value is not there.
func (v *Value) Missing() bool { return v.Kind == 0 }

// Duration is the value of a duration.
func (v *Value) Duration() time.Duration { return time.Duration(v.Bits) }

func integerOf(bits uint64, size int, signed bool) Value {
	v := Value{Kind: Int, Bits: value.Truncate(bits, uint8(size)), Size: uint8(size), Signed: signed}
	if signed {
		v.Bits = uint64(value.Extend(bits, uint8(size)))
	}
	return v
}

// literal is a number as it is written: of either sign.
func literal(bits uint64) Value { return Value{Kind: Int, Bits: bits, Signed: bits>>63 == 0} }

func textOf(b []byte) Value { return Value{Kind: Text, Bytes: b} }

func timeOf(d time.Duration) Value { return Value{Kind: Time, Bits: uint64(d), Size: 8, Signed: true} }

// negative reports whether a number is below zero.
func (v *Value) negative() bool { return v.Signed && v.Bits>>63 != 0 }

// below compares two numbers as numbers, whatever their sizes and signs.
func below(a, b *Value) bool {
	if a.negative() != b.negative() {
		return a.negative()
	}
	return a.Bits < b.Bits
}

// same reports whether two numbers are equal. One that is written may have either sign:
// -1 and 0xffffffff are the same to an int.
func same(a, b *Value) bool {
	if a.negative() == b.negative() && a.Bits == b.Bits {
		return true
	}
	return a.Size != 0 && b.Size == 0 && fits(b, a.Size) && value.Truncate(a.Bits^b.Bits, a.Size) == 0 ||
		b.Size != 0 && a.Size == 0 && fits(a, b.Size) && value.Truncate(a.Bits^b.Bits, b.Size) == 0
}

// fits reports whether a number can be written in size bytes, with a sign or without.
func fits(v *Value, size uint8) bool {
	if v.negative() {
		return value.Extend(v.Bits, size) == int64(v.Bits)
	}
	return value.Truncate(v.Bits, size) == v.Bits
}

// holdsBits reports whether x has the bits of y. Of those that are one of several values it
// has that value; no bits at all it has when it is zero.
func holdsBits(x, y *Value) bool {
	size := x.Size
	if size == 0 {
		size = y.Size
	}
	want, mask := value.Truncate(y.Bits, size), value.Truncate(y.mask, size)
	if mask != 0 && (x.Bits^want)&mask != 0 {
		return false
	}
	want &^= mask
	if want == 0 && mask == 0 {
		return value.Truncate(x.Bits, size) == 0
	}
	return x.Bits&want == want
}

// truth is what a condition may come to: it can be true, it can be false. Neither of them
// is the case when it is about something that is not there, both when only the exit tells.
type truth uint8

const (
	nobody  truth = 0
	yes     truth = 1
	no      truth = 2
	pending truth = 3
)

func truthOf(holds bool) truth {
	if holds {
		return yes
	}
	return no
}

func (t truth) not() truth            { return t>>1 | t<<1&no }
func (t truth) and(other truth) truth { return t&other&yes | (t|other)&no }
func (t truth) or(other truth) truth  { return (t|other)&yes | t&other&no }

// Node is the value as trees of decoded calls have it; nil when it is missing.
func (v *Value) Node() value.Value {
	switch v.Kind {
	case Bool, Int, Time:
		size := v.Size
		if size == 0 {
			size = 8
		}
		form := value.Unsigned
		if v.Signed {
			form = value.Signed
		}
		return &value.Int{Bits: v.Bits, Size: size, Form: form}
	case Text:
		return &value.Str{Bytes: v.Bytes}
	}
	return nil
}
