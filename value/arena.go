package value

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/uapi"
)

// An Arena makes nodes and takes them all back at once, so that decoding a call
// allocates nothing once the arena has grown to the largest call it has seen.
// Nodes are valid until Reset. The zero Arena is ready; it is not safe for
// concurrent use.
type Arena struct {
	ints    slab[Int]
	flags   slab[Flags]
	ors     slab[Or]
	fds     slab[FD]
	pids    slab[PID]
	devices slab[Device]
	sockets slab[Socket]
	pidfds  slab[PIDFD]
	events  slab[EventFD]
	signals slab[SignalFD]
	strs    slab[Str]
	ptrs    slab[Ptr]
	structs slab[Struct]
	arrays  slab[Array]
	macros  slab[Macro]
	changes slab[Change]
	notes   slab[Note]
	items   slab[Item]
	losts   slab[Lost]
	values  run[Value]
	fields  run[Field]
	bytes   run[byte]
}

// Reset takes every node back.
func (a *Arena) Reset() {
	a.ints.reset()
	a.flags.reset()
	a.ors.reset()
	a.fds.reset()
	a.pids.reset()
	a.devices.reset()
	a.sockets.reset()
	a.pidfds.reset()
	a.events.reset()
	a.signals.reset()
	a.strs.reset()
	a.ptrs.reset()
	a.structs.reset()
	a.arrays.reset()
	a.macros.reset()
	a.changes.reset()
	a.notes.reset()
	a.items.reset()
	a.losts.reset()
	a.values.reset()
	a.fields.reset()
	a.bytes.reset()
}

func (a *Arena) Int(bits uint64, size int, form Form) *Int {
	n := a.ints.next()
	*n = Int{Bits: bits, Size: uint8(size), Form: form}
	return n
}

func (a *Arena) Flags(bits uint64, size int, set *uapi.Set) *Flags {
	n := a.flags.next()
	*n = Flags{Bits: bits, Size: uint8(size), Set: set}
	return n
}

// Or joins parts, which the node keeps.
func (a *Arena) Or(parts ...Value) *Or {
	n := a.ors.next()
	n.Parts = append(a.Values(len(parts)), parts...)
	return n
}

func (a *Arena) FD(num int32) *FD {
	n := a.fds.next()
	*n = FD{Num: num}
	return n
}

func (a *Arena) PID(num int32) *PID {
	n := a.pids.next()
	*n = PID{Num: num}
	return n
}

func (a *Arena) Device(d Device) *Device {
	n := a.devices.next()
	*n = d
	return n
}

func (a *Arena) Socket(s Socket) *Socket {
	n := a.sockets.next()
	*n = s
	return n
}

func (a *Arena) PIDFD(p PIDFD) *PIDFD {
	n := a.pidfds.next()
	*n = p
	return n
}

func (a *Arena) EventFD(e EventFD) *EventFD {
	n := a.events.next()
	*n = e
	return n
}

func (a *Arena) SignalFD(s SignalFD) *SignalFD {
	n := a.signals.next()
	*n = s
	return n
}

// Str makes a string of b, which the node keeps; take b from Bytes.
func (a *Arena) Str(b []byte, more bool) *Str {
	n := a.strs.next()
	*n = Str{Bytes: b, More: more}
	return n
}

func (a *Arena) Ptr(addr abi.Addr, to Value) *Ptr {
	n := a.ptrs.next()
	*n = Ptr{Addr: addr, To: to}
	return n
}

// Struct makes a structure of fields, which the node keeps; take them from Fields.
func (a *Arena) Struct(fields []Field, more bool) *Struct {
	n := a.structs.next()
	*n = Struct{Fields: fields, More: more}
	return n
}

// Array makes a sequence of elems, which the node keeps; take them from Values.
func (a *Arena) Array(elems []Value, more bool, style Style) *Array {
	n := a.arrays.next()
	*n = Array{Elems: elems, More: more, Style: style}
	return n
}

func (a *Arena) Macro(name string, args ...Value) *Macro {
	n := a.macros.next()
	*n = Macro{Name: name, Args: append(a.Values(len(args)), args...)}
	return n
}

func (a *Arena) Change(before, after Value) *Change {
	n := a.changes.next()
	*n = Change{Before: before, After: after}
	return n
}

func (a *Arena) Note(of Value, text string) *Note {
	n := a.notes.next()
	*n = Note{Of: of, Text: text}
	return n
}

func (a *Arena) Item(index, of Value) *Item {
	n := a.items.next()
	*n = Item{Index: index, Of: of}
	return n
}

// Meaning is a note that stands in the place of a name.
func (a *Arena) Meaning(of Value, text string) *Note {
	n := a.Note(of, text)
	n.Meaning = true
	return n
}

func (a *Arena) Lost(addr abi.Addr) *Lost {
	n := a.losts.next()
	n.Addr = addr
	return n
}

// Values returns an empty slice with room for n values.
func (a *Arena) Values(n int) []Value { return a.values.take(n) }

// Fields returns an empty slice with room for n fields.
func (a *Arena) Fields(n int) []Field { return a.fields.take(n) }

// Bytes returns an empty slice with room for n bytes.
func (a *Arena) Bytes(n int) []byte { return a.bytes.take(n) }

// A slab hands out single nodes whose addresses never move: it grows by blocks.
type slab[T any] struct {
	blocks [][]T
	block  int // the block in use
	used   int // nodes taken from it
}

const slabBlock = 16

func (s *slab[T]) next() *T {
	if s.used == slabBlock {
		s.block, s.used = s.block+1, 0
	}
	if s.block == len(s.blocks) {
		s.blocks = append(s.blocks, make([]T, slabBlock))
	}
	n := &s.blocks[s.block][s.used]
	s.used++
	return n
}

func (s *slab[T]) reset() { s.block, s.used = 0, 0 }

// A run hands out slices cut from one backing array. When that is full it starts
// a larger one; slices already handed out stay in the old one.
type run[T any] struct{ free, all []T }

func (r *run[T]) take(n int) []T {
	if n > len(r.free) {
		r.all = make([]T, max(2*len(r.all), n, 64))
		r.free = r.all
	}
	s := r.free[:0:n]
	r.free = r.free[n:]
	return s
}

func (r *run[T]) reset() { r.free = r.all }
