package decode

import (
	"strconv"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/value"
)

// userDescSize is the size of struct user_desc, a segment of x86.
const userDescSize = 16

// segmentBits are the bits of the last word of struct user_desc, from the lowest.
var segmentBits = [...]struct {
	name string
	bits int
}{
	{"seg_32bit", 1}, {"contents", 2}, {"read_exec_only", 1},
	{"limit_in_pages", 1}, {"seg_not_present", 1}, {"useable", 1}, {"lm", 1},
}

// userDesc decodes a struct user_desc.
func userDesc(x *context, w uint64) value.Value {
	b := x.read(abi.Addr(w), userDescSize)
	if b == nil || x.c.mode.Opaque {
		return x.a.Lost(abi.Addr(w))
	}
	f := append(x.a.Fields(3+len(segmentBits)),
		value.Field{Name: "entry_number", Value: x.entryNumber(b)},
		value.Field{Name: "base_addr", Value: x.a.Int(integer(b, 4, 4), 4, value.HexAlt)},
		value.Field{Name: "limit", Value: x.a.Int(integer(b, 8, 4), 4, value.HexAlt)})
	word := integer(b, 12, 4)
	for _, s := range segmentBits[:x.segmentBits()] {
		f = append(f, value.Field{Name: s.name, Value: x.a.Int(word&(1<<s.bits-1), 1, value.Unsigned)})
		word >>= s.bits
	}
	return x.a.Struct(f, false)
}

// segmentBits is how many of the bits there are: lm is there in 64-bit mode only.
func (x *context) segmentBits() int {
	if x.abi == abi.I386 {
		return len(segmentBits) - 1
	}
	return len(segmentBits)
}

// entryNumber is -1 where the kernel is to choose one.
func (x *context) entryNumber(b []byte) value.Value {
	nr := integer(b, 0, 4)
	if nr == 1<<32-1 {
		return x.a.Int(nr, 4, value.Signed)
	}
	return x.a.Int(nr, 4, value.Unsigned)
}

// threadArea decodes what get_thread_area has found; if it found nothing, the
// entry that was asked for.
func threadArea(x *context, w uint64) value.Value {
	if !x.c.Result.Failed {
		return userDesc(x, w)
	}
	b := x.read(abi.Addr(w), 4)
	if b == nil {
		return x.a.Lost(abi.Addr(w))
	}
	f := append(x.a.Fields(1), value.Field{Name: "entry_number", Value: x.entryNumber(b)})
	return x.a.Struct(f, true)
}

// threadAreaEntry decodes the entry that set_thread_area has taken.
func threadAreaEntry(x *context, _ uint64) value.Value {
	nr, ok := x.load(abi.Addr(x.arg(0)), 4)
	if !ok || x.c.mode.Opaque {
		return nil
	}
	b := append(x.a.Bytes(32), "entry_number="...)
	return x.remark(text(strconv.AppendUint(b, nr, 10)))
}
