// Package value is the decoded form of system call arguments: a tree of named
// values. Text, JSON, filters and rewriting are all readers of this tree, so it
// says what a value is and never how it looks.
//
// The set of kinds is closed; a reader switches over them. Nodes are built in an
// Arena and stay valid until it is reset.
package value

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/uapi"
)

// A Value is one node of a decoded argument: *Int, *Flags, *Or, *FD, *PID, *Str,
// *Ptr, *Struct, *Array, *Macro, *Change, *Note, *Item or *Lost.
type Value interface{ value() }

// Form is how people write a number.
type Form uint8

const (
	Signed   Form = iota // decimal, sign-extended from Int.Size
	Unsigned             // decimal
	Hex                  // 0x1f
	Octal                // 0644; zero is 0
	OctalMin             // octal of at least three digits, as mode bits are written: 0644, 000
	Address              // hexadecimal, NULL for zero
	HexFull              // hexadecimal, padded to Int.Size
	HexAlt               // hexadecimal of 2*Int.Size characters with its 0x, as C's %#08x: 0x001234, 00000000
	Char                 // a character: 'x', '\x1f'
	Kibi                 // decimal; a multiple of 1024 above it as one: 8192*1024
)

// Int is a number without names.
type Int struct {
	Bits uint64
	Size uint8 // width in bytes: 1, 2, 4 or 8
	Form Form
}

// Flags is a number with names: one constant of Set, or a union of its bits when
// Set.Flags is true.
type Flags struct {
	Bits uint64
	Size uint8
	Set  *uapi.Set
}

// Or is several values that share one word, written A|B: S_IFREG|0644,
// CLONE_VM|SIGCHLD. A part that is zero and not alone is not written, except an
// Int, which always is.
type Or struct{ Parts []Value }

// Str is bytes of the tracee: a path, a NUL-terminated string or a buffer.
type Str struct {
	Bytes []byte
	// More is true when the tracee's string goes on after Bytes.
	More bool
	// Path is true for a string that is never abbreviated because it names something.
	Path bool
	// Abstract is true for the name of a socket outside the file system: the kernel
	// tells it by a leading NUL, people by an @.
	Abstract bool
	// NUL is true if the last byte is a NUL that only ends a text.
	NUL bool
	// Binary is true for bytes that are no text: each is written \x1f.
	Binary bool
}

// Ptr is an address with what it points to; To is nil when that is not decoded.
type Ptr struct {
	Addr abi.Addr
	To   Value
}

// Struct is named fields in order. More is true when fields were left out.
type Struct struct {
	Fields []Field
	More   bool
}

// A Field is a named value.
type Field struct {
	Name  string
	Value Value
}

// Array is a sequence. More is true when elements were left out.
type Array struct {
	Elems []Value
	More  bool
	Style Style
	// Words, if not nil, is the words of memory whose bits are the members.
	Words *Array
}

// Style tells the sequences that people write differently apart.
type Style uint8

const (
	List    Style = iota // [a, b]
	Members              // [a b]: members of a set: signals, descriptors
	Absent               // ~[a b]: the set of all but these
)

// Macro is a value that C builds by a macro: makedev(0x8, 0x1), htons(80). Number, if not
// nil, is what it stands for.
type Macro struct {
	Name   string
	Args   []Value
	Number Value
}

// Change is a value the kernel changed, before and after. Apart is true when
// Before is shown at entry and After only when the call has ended.
type Change struct {
	Before, After Value
	Apart         bool
}

// Note is a value with an explanation of it: 0x7ffe8 /* 20 vars */. Meaning is true for one
// that stands in the place of a name: 1193 /* 1000 Hz */.
type Note struct {
	Of      Value
	Text    string
	Meaning bool
}

// Item is an element of a sequence whose positions have a meaning: [SK_MEMINFO_DROPS]=0.
type Item struct{ Index, Of Value }

// Lost is what could not be read, at its address.
type Lost struct{ Addr abi.Addr }

func (*Int) value()    {}
func (*Flags) value()  {}
func (*Or) value()     {}
func (*FD) value()     {}
func (*PID) value()    {}
func (*Str) value()    {}
func (*Ptr) value()    {}
func (*Struct) value() {}
func (*Array) value()  {}
func (*Macro) value()  {}
func (*Change) value() {}
func (*Note) value()   {}
func (*Item) value()   {}
func (*Lost) value()   {}
