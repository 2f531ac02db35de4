package decode

import (
	"sync"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// teeCustom names the decoders of trusted execution environments.
func teeCustom(name string) custom {
	switch name {
	case "teeCall":
		return teeCall
	case "teeParams":
		return teeParams
	case "teeAttribute":
		return teeAttribute
	}
	return nil
}

// teeCalls are the structures of calls, by the number of the command.
var teeCalls = sync.OnceValue(func() map[uint64]*syscalls.Exchange {
	calls := map[uint64]*syscalls.Exchange{}
	for nr := range uint64(8) {
		calls[nr] = syscalls.TEECall(nr)
	}
	return calls
})

var teeParam = sync.OnceValue(syscalls.TEEParam)

// teeCall decodes the buffer of a call and, at exit, what the environment answered in it.
func teeCall(x *context, w uint64) value.Value {
	at, call := abi.Addr(w), teeCalls()[x.arg(0)&0xff]
	b := x.read(at, 16)
	if at == 0 || b == nil || x.c.mode.Opaque {
		return x.a.Ptr(at, nil)
	}
	buffer, size := abi.Addr(integer(b, 0, 8)), integer(b, 8, 8)
	if !x.exit {
		f := append(x.a.Fields(2), value.Field{Name: "buf_len", Value: x.a.Int(size, 8, value.Unsigned)},
			value.Field{Name: "buf_ptr", Value: x.teeHalf(call.Before, buffer, size)})
		x.keepValue(x.a.Struct(f, false))
		return nil
	}
	s, ok := x.keptValue().(*value.Struct)
	if !ok {
		return x.a.Ptr(at, nil)
	}
	_, shown := s.Fields[1].Value.(*value.Struct)
	if shown && !x.c.Result.Failed {
		s.Fields[1].Value = x.a.Change(s.Fields[1].Value, x.teeHalf(call.After, buffer, size))
	}
	return x.a.Ptr(at, s)
}

// teeHalf decodes a buffer of size bytes, which a structure and its parameters fill.
func (x *context) teeHalf(t syscalls.Type, at abi.Addr, size uint64) value.Value {
	const param, most = 32, 4096
	head := uint64(t.Size(x.abi))
	count, ok := x.load(at+abi.Addr(head)-4, 4)
	if at == 0 || !ok || size > most || size != head+count*param {
		return x.a.Ptr(at, nil)
	}
	return x.memory(t, at)
}

// teeParams decodes the parameters behind a structure.
func teeParams(x *context, w uint64) value.Value {
	n := x.arg(0)
	if n == 0 {
		return x.a.Ptr(0, nil)
	}
	return x.array(teeParam(), n, abi.Addr(w))
}

// teeAttribute decodes the type of a parameter, and whether it is one at all.
func teeAttribute(x *context, w uint64) value.Value {
	const meta = 0x100
	if w&meta != 0 && w < 2*meta {
		return x.a.Or(x.a.Flags(w&^meta, 8, uapi.TEEParameters), x.a.Macro("TEE_IOCTL_PARAM_ATTR_META"))
	}
	return x.a.Flags(w, 8, uapi.TEEParameters)
}
