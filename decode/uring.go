package decode

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// paramsSize is the size of struct io_uring_params.
const paramsSize = 120

// uringAttach is IORING_SETUP_ATTACH_WQ: a descriptor of another ring is given.
const uringAttach = 1 << 5

// uringParams decodes struct io_uring_params, which is complete when the call has
// succeeded.
func uringParams(x *context, w uint64) value.Value {
	if !x.exit {
		return nil
	}
	b := x.read(abi.Addr(w), paramsSize)
	if b == nil || x.c.mode.Opaque {
		return x.a.Lost(abi.Addr(w))
	}
	flags := integer(b, 8, 4)
	f := append(x.a.Fields(10),
		value.Field{Name: "flags", Value: x.a.Flags(flags, 4, uapi.UringSetup)},
		value.Field{Name: "sq_thread_cpu", Value: x.a.Int(integer(b, 12, 4), 4, value.Hex)},
		value.Field{Name: "sq_thread_idle", Value: x.a.Int(integer(b, 16, 4), 4, value.Unsigned)})
	if flags&uringAttach != 0 {
		f = append(f, value.Field{Name: "wq_fd", Value: x.descriptor(int32(integer(b, 24, 4)))})
	}
	if x.c.Result.Failed {
		return x.a.Struct(f, false)
	}
	f = append(f,
		value.Field{Name: "sq_entries", Value: x.a.Int(integer(b, 0, 4), 4, value.Unsigned)},
		value.Field{Name: "cq_entries", Value: x.a.Int(integer(b, 4, 4), 4, value.Unsigned)},
		value.Field{Name: "features", Value: x.a.Flags(integer(b, 20, 4), 4, uapi.UringFeatures)},
		value.Field{Name: "sq_off", Value: x.uringOffsets(b[40:80], submission[:])},
		value.Field{Name: "cq_off", Value: x.uringOffsets(b[80:120], completion[:])})
	return x.a.Struct(f, false)
}

// The offsets of a ring's two queues, each of four bytes.
var (
	submission = [...]string{"head", "tail", "ring_mask", "ring_entries", "flags", "dropped", "array"}
	completion = [...]string{"head", "tail", "ring_mask", "ring_entries", "overflow", "cqes", "flags"}
)

func (x *context) uringOffsets(b []byte, names []string) value.Value {
	f := x.a.Fields(len(names) + 1)
	for i, name := range names {
		f = append(f, value.Field{Name: name, Value: x.a.Int(integer(b, 4*i, 4), 4, value.Unsigned)})
	}
	f = append(f, value.Field{Name: "user_addr", Value: x.a.Int(integer(b, 32, 8), 8, value.Hex)})
	return x.a.Struct(f, false)
}

// extArgSize is the size of what tells io_uring_enter how to wait.
const extArgSize = 24

// uringArg decodes the structure that tells io_uring_enter how to wait.
func uringArg(x *context, w uint64) value.Value {
	at := abi.Addr(w)
	b := x.read(at, extArgSize)
	if b == nil {
		return x.a.Lost(at)
	}
	f := append(x.a.Fields(4),
		value.Field{Name: "sigmask", Value: x.pointed(integer(b, 0, 8), func(at abi.Addr) value.Value { return x.sigsetOf(at, integer(b, 8, 4)) })},
		value.Field{Name: "sigmask_sz", Value: x.a.Int(integer(b, 8, 4), 4, value.Unsigned)},
		value.Field{Name: "min_wait_usec", Value: x.a.Int(integer(b, 12, 4), 4, value.Unsigned)},
		value.Field{Name: "ts", Value: x.pointed(integer(b, 16, 8), func(at abi.Addr) value.Value { return x.recordAt(timespec64, at) })})
	return x.a.Struct(f, false)
}

func (x *context) sigsetOf(at abi.Addr, size uint64) value.Value {
	if size < uint64(x.abi.Word) || size > sigsetSize {
		return x.a.Lost(at)
	}
	return x.sigsetAt(at, int(size))
}

// uringProbe decodes struct io_uring_probe: which operations a kernel has.
func uringProbe(x *context, w uint64) value.Value {
	at := abi.Addr(w)
	b := x.read(at, 16)
	if b == nil || x.c.mode.Opaque {
		return x.a.Lost(at)
	}
	n := min(integer(b, 1, 1), x.arg(0))
	f := append(x.a.Fields(4),
		value.Field{Name: "last_op", Value: x.a.Flags(integer(b, 0, 1), 1, uapi.UringOps)},
		value.Field{Name: "ops_len", Value: x.a.Int(integer(b, 1, 1), 1, value.Unsigned)},
		value.Field{Name: "ops", Value: x.array(probeOp, n, at+16)})
	return x.a.Struct(f, false)
}

var probeOp = &syscalls.Record{Name: "io_uring_probe_op", Fields: []syscalls.Param{
	{Name: "op", Type: syscalls.Bits{Width: 1, Set: uapi.UringOps}},
	{Name: "resv", Type: unseen(syscalls.Bits{Width: 1})},
	{Name: "flags", Type: syscalls.Bits{Width: 2, Set: uapi.UringProbeFlags}},
	{Name: "resv2", Type: unseen(syscalls.Bits{Width: 4})},
}}
