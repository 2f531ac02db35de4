package decode

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/mem"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/value"
)

const (
	maxDepth = 12      // structures within structures
	maxElems = 1 << 14 // elements of all arrays of one half of a call
	maxBytes = 1 << 24 // memory read for one half of a call
)

// context is where decoding stands: in which call, at its entry or its exit, and
// among which siblings.
type context struct {
	c     *Call
	a     *value.Arena
	abi   *abi.ABI
	m     mem.Reader
	exit  bool
	index int      // of the parameter
	args  []string // of the Custom type
	scope scope
	part  part
	depth int
	elems int    // array elements that may still be decoded
	bytes int    // memory that may still be read
	buf   []byte // room for a string being read
	bpf   bpfData
	nl    netlinkContext
}

// part is which fields of structures are decoded.
type part uint8

const (
	whole  part = iota
	wish        // those that the kernel reads
	answer      // those that it fills in
)

// begin prepares for one half of a call.
func (x *context) begin(c *Call, m mem.Reader, exit bool) {
	x.c, x.a, x.abi, x.m, x.exit = c, &c.arena, c.ABI, m, exit
	x.depth, x.elems, x.bytes, x.args = 0, maxElems, maxBytes, nil
}

// moment tells when a parameter is decoded.
type moment uint8

const (
	now   moment = iota
	later        // at exit
	never        // it is not there
)

// param decodes a parameter from its word.
func (x *context) param(t syscalls.Type, w uint64) (value.Value, moment) {
	switch t := t.(type) {
	case syscalls.If:
		if !x.holds(&t) {
			return nil, never
		}
		return x.param(t.Then, w)
	case syscalls.Switch:
		return x.param(x.choose(&t), w)
	case syscalls.Wide:
		if x.abi.Word == 8 {
			return x.param(t.Then, w)
		}
	case syscalls.Tagged:
		return x.param(x.tagged(&t, w), w)
	case syscalls.Pad:
		return nil, never
	case syscalls.Pointer:
		if t.Dir != syscalls.In && !x.exit {
			return nil, later
		}
	}
	v := x.scalar(t, w)
	if v != nil {
		return v, now
	}
	if x.exit {
		return nil, never
	}
	return nil, later
}

// scalar decodes what a register or an integer in memory holds.
func (x *context) scalar(t syscalls.Type, w uint64) value.Value {
	switch t := t.(type) {
	case syscalls.Bits:
		return x.bits(&t, w)
	case syscalls.FD:
		return x.fd(t, w)
	case syscalls.PID:
		return x.pid(t, w)
	case syscalls.Pointer:
		return x.pointer(&t, w)
	case syscalls.Custom:
		return x.custom(&t, w)
	case syscalls.If:
		if x.holds(&t) {
			return x.scalar(t.Then, w)
		}
		return nil
	case syscalls.Switch:
		return x.scalar(x.choose(&t), w)
	}
	return x.a.Int(w, x.abi.Word, value.Hex)
}

func (x *context) bits(t *syscalls.Bits, w uint64) value.Value {
	n := t.Width.Bytes(x.abi)
	w = truncate(w, n)
	switch {
	case t.None && w == truncate(^uint64(0), n):
		return x.a.Int(w, n, value.Signed)
	case t.Set == nil:
		return x.a.Int(w, n, t.Form)
	}
	set := t.Set.For(x.abi)
	if set.Unknown == "" && !set.Flags {
		if _, ok := set.Find(w); !ok {
			return x.a.Int(w, n, t.Form)
		}
	}
	return x.a.Flags(w, n, set)
}

// truncate drops the bits of v above n bytes.
func truncate(v uint64, n int) uint64 {
	if n >= 8 {
		return v
	}
	return v & (1<<(8*n) - 1)
}

// pointer decodes an address and what it points to.
func (x *context) pointer(t *syscalls.Pointer, w uint64) value.Value {
	at := abi.Addr(w)
	if !t.Full {
		at = abi.Addr(x.abi.TruncateWord(w))
	}
	if at == 0 || t.Elem == nil || x.depth >= maxDepth || x.exit && t.Dir == syscalls.Out && x.c.Result.Failed {
		return x.a.Ptr(at, nil)
	}
	x.depth++
	defer x.leave()
	if t.Dir == syscalls.InOut && x.exit {
		switch elem := t.Elem.(type) {
		case syscalls.Bits:
			return x.changed(&elem, at)
		case *syscalls.Record:
			return x.completed(elem, at)
		case syscalls.Exchange:
			return x.exchanged(&elem, at)
		}
	}
	switch v := x.memory(t.Elem, at).(type) {
	case nil:
		if !x.exit {
			return nil
		}
		return x.a.Ptr(at, nil)
	case *value.Lost:
		return v
	default:
		return x.a.Ptr(at, v)
	}
}

func (x *context) leave() { x.depth-- }

// memory decodes what lies at an address; nil when that cannot be done.
func (x *context) memory(t syscalls.Type, at abi.Addr) value.Value {
	switch t := t.(type) {
	case syscalls.Str:
		return x.str(t, at)
	case syscalls.Buf:
		return x.octets(&t, at)
	case syscalls.Custom:
		return x.custom(&t, uint64(at))
	case syscalls.Switch:
		return x.memory(x.choose(&t), at)
	case syscalls.If:
		if x.holds(&t) {
			return x.memory(t.Then, at)
		}
		return nil
	}
	if t, ok := t.(syscalls.Array); ok {
		n := uint64(t.Count)
		if t.Len != "" {
			n, _ = x.ref(t.Len)
		}
		return x.array(t.Elem, n, at)
	}
	if x.c.mode.Opaque {
		return x.a.Lost(at)
	}
	if t, ok := t.(*syscalls.Record); ok {
		return x.recordAt(t, at)
	}
	return x.behind(t, at)
}

// behind decodes a scalar behind a pointer.
func (x *context) behind(t syscalls.Type, at abi.Addr) value.Value {
	w, ok := x.load(at, t.Size(x.abi))
	if !ok {
		return x.a.Lost(at)
	}
	return x.scalar(t, w)
}

// one is an array of one element.
func (x *context) one(v value.Value) value.Value {
	return x.a.Array(append(x.a.Values(1), v), false, value.List)
}

// holds reports whether the parameter of an If is there.
func (x *context) holds(t *syscalls.If) bool {
	on, _ := x.sibling(t.On)
	if t.Any != 0 {
		return on&t.Any != 0
	}
	for _, v := range t.Values {
		if on == v {
			return true
		}
	}
	return false
}

// choose returns the type a Switch stands for.
func (x *context) choose(t *syscalls.Switch) syscalls.Type {
	on, _ := x.sibling(t.On)
	return t.Of(on)
}
