package decode

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// uringCustom names the decoders of io_uring.
func uringCustom(name string) custom {
	switch name {
	case "uringParams":
		return uringParams
	case "uringSigset":
		return uringSigset
	case "uringArg":
		return uringArg
	case "uringRing":
		return uringRing
	case "uringOperation":
		return uringOperation
	case "uringProbe":
		return uringProbe
	case "uringFDs":
		return uringFDs
	case "uringNewFDs":
		return uringNewFDs
	case "uringNewFD":
		return uringNewFD
	case "uringIovecs":
		return uringIovecs
	case "uringTags":
		return uringTags
	case "uringRestriction":
		return uringRestriction
	case "uringFiles":
		return uringFiles
	case "uringBuffers":
		return uringBuffers
	case "uringFilesReplaced":
		return uringFilesReplaced
	case "uringFilesUpdate":
		return uringFilesUpdate
	case "uringBuffersUpdate":
		return uringBuffersUpdate
	case "uringWorkers":
		return uringWorkers
	case "uringQuery":
		return uringQuery
	case "uringEntry":
		return uringEntry
	case "uringFile":
		return uringFile
	}
	return nil
}

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
	f := append(x.a.Fields(11),
		value.Field{Name: "flags", Value: x.a.Flags(flags, 4, uapi.UringSetup)},
		value.Field{Name: "sq_thread_cpu", Value: x.a.Int(integer(b, 12, 4), 4, value.Hex)},
		value.Field{Name: "sq_thread_idle", Value: x.a.Int(integer(b, 16, 4), 4, value.Unsigned)})
	if flags&uringAttach != 0 {
		f = append(f, value.Field{Name: "wq_fd", Value: x.descriptor(int32(integer(b, 24, 4)))})
	}
	if !zeros(b[28:40]) {
		f = append(f, value.Field{Name: "resv", Value: x.elements(x32, 3, b[28:40], abi.Addr(w)+28)})
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

// uringSigset decodes the signal set to wait with, of as many bytes as the sibling says.
func uringSigset(x *context, w uint64) value.Value { return x.sigsetOf(abi.Addr(w), x.arg(0)) }

func (x *context) sigsetOf(at abi.Addr, size uint64) value.Value {
	if size < uint64(x.abi.Word) || size > sigsetSize {
		return x.a.Lost(at)
	}
	return x.sigsetAt(at, int(size))
}
