package syscalls

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// The words rows are written in. A word that several subsystems use stands here;
// one that a single subsystem uses stands in its file.

type (
	params = []Param
	fields = []Param
)

// Numbers.
var (
	num    = Bits{Width: 4}                                // int
	unum   = Bits{Width: 4, Form: value.Unsigned}          // unsigned int
	hex    = Bits{Width: 4, Form: value.Hex}               // unsigned int, written 0x1f
	long   = Bits{Width: Long}                             // long
	ulong  = Bits{Width: Long, Form: value.Unsigned}       // unsigned long
	lhex   = Bits{Width: Long, Form: value.Hex}            // unsigned long, written 0x1f
	klong  = Bits{Width: KernelLong}                       // __kernel_long_t
	kulong = Bits{Width: KernelLong, Form: value.Unsigned} // __kernel_ulong_t
	size   = ulong                                         // size_t
	addr   = Bits{Width: Long, Form: value.Address}        // an address that is not followed
	off    = Bits{Width: KernelLong}                       // off_t
	off64  = Bits{Width: 8}                                // loff_t
	s16    = Bits{Width: 2}
	u8     = Bits{Width: 1, Form: value.Unsigned}
	u16    = Bits{Width: 2, Form: value.Unsigned}
	u32    = unum
	u64    = Bits{Width: 8, Form: value.Unsigned}
	s64    = Bits{Width: 8}
	x8     = Bits{Width: 1, Form: value.Hex}
	x16    = Bits{Width: 2, Form: value.Hex}
	x32    = hex
	x64    = Bits{Width: 8, Form: value.Hex}
	mode   = Bits{Width: 2, Form: value.OctalMin} // permission bits
)

// Descriptors, names and identities.
var (
	fd    = FD{}
	dirfd = FD{At: true}
	path  = Pointer{Elem: Str{Path: true}}
	str   = Pointer{Elem: Str{}}
	pid   = PID{}
	pgid  = PID{Group: true}
	uid   = Bits{Width: 4, Form: value.Unsigned, None: true}
	gid   = uid
)

// Results.
var (
	zero    = num  // zero or an error
	count   = num  // a number of things
	ssize   = long // a number of bytes
	address = addr // where something was mapped
	nothing = num  // the call does not return
)

// Records that many subsystems share.
var (
	timespec   = &Record{Name: "timespec", Fields: fields{{Name: "tv_sec", Type: klong}, {Name: "tv_nsec", Type: kulong}}}
	timespec64 = &Record{Name: "__kernel_timespec", Fields: fields{{Name: "tv_sec", Type: s64}, {Name: "tv_nsec", Type: u64}}}
	timeval    = &Record{Name: "timeval", Fields: fields{{Name: "tv_sec", Type: klong}, {Name: "tv_usec", Type: kulong}}}
)

// flags and enum are ints with names; flagsOf and enumOf have another width.
func flags(set *uapi.Set) Bits            { return Bits{Width: 4, Set: set} }
func enum(set *uapi.Set) Bits             { return Bits{Width: 4, Set: set} }
func flagsOf(w Width, set *uapi.Set) Bits { return Bits{Width: w, Set: set} }
func enumOf(w Width, set *uapi.Set) Bits  { return Bits{Width: w, Set: set} }

// in, out and inout are pointers to t.
func in(t Type) Pointer    { return Pointer{Elem: t, Dir: In} }
func out(t Type) Pointer   { return Pointer{Elem: t, Dir: Out} }
func inout(t Type) Pointer { return Pointer{Elem: t, Dir: InOut} }

// bytes is a buffer whose length n names; it stands behind a pointer.
func bytes(n Ref) Buf { return Buf{Len: n} }

// array is as many elements as n names, list a fixed number.
func array(elem Type, n Ref) Array         { return Array{Elem: elem, Len: n} }
func list(elem Type, count int) Array      { return Array{Elem: elem, Count: count} }
func record(name string, f fields) *Record { return &Record{Name: name, Fields: f} }

// showing is the record with only these fields shown, in this order.
func (r *Record) showing(order ...string) *Record {
	c := *r
	c.Order = order
	return &c
}

// exchange is a pointer to what the kernel reads, where it leaves something else.
func exchange(before, after Type) Pointer { return inout(Exchange{Before: before, After: after}) }

// custom is a word that the decoder of that name reads, with the siblings it needs.
func custom(name string, args ...string) Custom {
	return Custom{Name: name, Args: args, Width: Long}
}

// customOf is a custom integer of another width than long.
func customOf(w Width, name string, args ...string) Custom {
	return Custom{Name: name, Args: args, Width: w}
}

// customField is a field of n bytes that the decoder of that name reads.
func customField(n int, name string, args ...string) Custom {
	return Custom{Name: name, Args: args, Bytes: n}
}

// with is a parameter there only when the sibling on has one of the bits.
func with(t Type, on string, bits uint64) If { return If{On: on, Any: bits, Then: t} }

// anyBit stands for all bits: with it, a sibling that is not zero is enough.
const anyBit = 1<<64 - 1

// when is a parameter there only when the sibling on is one of values.
func when(t Type, on string, values ...uint64) If { return If{On: on, Values: values, Then: t} }

// split64 is the register that a 64-bit offset passed in halves leaves unused
// where it fits one.
var split64 = Pad{On: []*abi.ABI{abi.AMD64, abi.ARM64}}
