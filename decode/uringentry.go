package decode

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

const (
	uringEntrySize = 64 // of struct io_uring_sqe
	uringWideSize  = 128
)

// Operations whose entries strace shows in another way than the rest.
const (
	uringNop        = 0
	uringAccept     = 13
	uringMsgRing    = 40
	uringInstall    = 54
	uringNop128     = 63
	uringCommand128 = 64
)

// uringSends are the operations whose ioprio is flags, uringReads those that may have
// attributes, a bit each.
const (
	uringSends = 1<<9 | 1<<10 | 1<<26 | 1<<27 | 1<<47 | 1<<48 | 1<<58
	uringReads = 1<<1 | 1<<2 | 1<<4 | 1<<5 | 1<<9 | 1<<10 | 1<<22 | 1<<23 | 1<<26 | 1<<27 | 1<<47 | 1<<49 | 1<<58 | 1<<60 | 1<<61
)

func among(op uint64, set uint64) bool { return op < 64 && set>>op&1 != 0 }

// uringOpNumbers names operations where their numbers are decimal.
var uringOpNumbers = &uapi.Set{Name: "io_uring operation numbers", Unknown: uapi.UringOps.Unknown, Sorted: uapi.UringOps.Sorted, Consts: uapi.UringOps.Consts}

// uringEntry decodes struct io_uring_sqe with the names its fields have for most operations.
func uringEntry(x *context, w uint64) value.Value {
	b := x.read(abi.Addr(w), uringEntrySize)
	if b == nil || x.c.mode.Opaque {
		return x.a.Lost(abi.Addr(w))
	}
	op := uint64(b[0])
	f := x.a.Fields(16)
	f = append(f,
		value.Field{Name: "opcode", Value: x.a.Flags(op, 1, uringOpNumbers)},
		value.Field{Name: "flags", Value: x.a.Flags(uint64(b[1]), 1, uapi.UringEntryFlags)},
		value.Field{Name: "ioprio", Value: x.uringPriority(op, integer(b, 2, 2))},
		value.Field{Name: "fd", Value: x.descriptor(int32(integer(b, 4, 4)))})
	for _, p := range [...]struct {
		name string
		at   int
	}{{"off", 8}, {"addr", 16}} {
		f = append(f, value.Field{Name: p.name, Value: x.a.Int(integer(b, p.at, 8), 8, value.Hex)})
	}
	f = append(f, value.Field{Name: "len", Value: x.a.Int(integer(b, 24, 4), 4, value.Unsigned)})
	name, set := uringFlagsOf(op)
	f = append(f, value.Field{Name: name, Value: x.scalar(syscalls.Bits{Width: 4, Form: value.Hex, Set: set}, integer(b, 28, 4))},
		value.Field{Name: "user_data", Value: x.a.Int(integer(b, 32, 8), 8, value.Hex)},
		value.Field{Name: "buf_index", Value: x.a.Int(integer(b, 40, 2), 2, value.Hex)},
		value.Field{Name: "personality", Value: x.a.Int(integer(b, 42, 2), 2, value.Unsigned)},
		value.Field{Name: "file_index", Value: x.a.Int(integer(b, 44, 4), 4, value.Hex)})
	return x.a.Struct(x.uringTail(f, abi.Addr(w), op, b), false)
}

func (x *context) uringPriority(op, w uint64) value.Value {
	switch {
	case among(op, uringSends):
		return x.a.Flags(w, 2, uapi.UringSendFlags)
	case op == uringAccept:
		return x.a.Flags(w, 2, uapi.UringAcceptFlags)
	}
	return x.a.Int(w, 2, value.Unsigned)
}

// uringFlagsOf returns the name of an operation's flags and the names in them.
func uringFlagsOf(op uint64) (string, *uapi.Set) {
	switch op {
	case uringNop, uringNop128:
		return "nop_flags", uapi.UringNopFlags
	case uringMsgRing:
		return "msg_ring_flags", uapi.UringMessageFlags
	case uringInstall:
		return "install_fd_flags", uapi.UringInstallFlags
	}
	return "rw_flags", nil
}

// uringTail adds what the last words of an entry and those behind it are.
func (x *context) uringTail(f []value.Field, at abi.Addr, op uint64, b []byte) []value.Field {
	if mask := integer(b, 56, 8); mask != 0 && among(op, uringReads) {
		return append(f,
			value.Field{Name: "attr_type_mask", Value: x.a.Flags(mask, 8, uapi.UringAttributes)},
			value.Field{Name: "attr_ptr", Value: x.a.Ptr(abi.Addr(integer(b, 48, 8)), nil)})
	}
	f = append(f, value.Field{Name: "optval", Value: x.a.Int(integer(b, 48, 8), 8, value.Hex)})
	if op == uringNop128 || op == uringCommand128 {
		command := x.array(x8, uringWideSize-uringEntrySize, at+uringEntrySize)
		f = append(f, value.Field{Name: "cmd", Value: command})
	}
	return f
}
