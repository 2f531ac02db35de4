package decode

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// lsmCustom names the decoders of security attributes.
func lsmCustom(name string) custom {
	switch name {
	case "lsmContext":
		return lsmContext
	case "lsmSelf":
		return lsmSelf
	case "lsmSize":
		return lsmSize
	}
	return nil
}

// lsmHeader is the size of struct lsm_ctx; the context follows it.
const lsmHeader = 32

// lsmContext decodes struct lsm_ctx; its argument is the size of all of it.
func lsmContext(x *context, w uint64) value.Value {
	v, _ := x.lsmContext(abi.Addr(w), x.arg(0))
	return v
}

// lsmNames are the modules as a context has them, where an unknown one is a bare number.
var lsmNames = &uapi.Set{Name: uapi.LSMs.Name, Sorted: uapi.LSMs.Sorted, Consts: uapi.LSMs.Consts}

// lsmSelf decodes what lsm_get_self_attr gives: contexts or, when a single one is asked
// for, first the module of that.
func lsmSelf(x *context, w uint64) value.Value {
	const single = 1
	at := abi.Addr(w)
	_, sized := x.load(abi.Addr(x.arg(0)), 4)
	asked := x.arg(2)&single != 0 && at != 0 && sized && !x.c.mode.Opaque
	switch {
	case x.exit && (at == 0 || x.c.Result.Failed):
		return x.a.Ptr(at, nil)
	case x.exit:
		return lsmContexts(x, w)
	case !asked:
		return nil
	}
	b := x.read(at, lsmHeader)
	if b == nil {
		return x.a.Lost(at)
	}
	f := append(x.a.Fields(1), value.Field{Name: "id", Value: x.a.Flags(integer(b, 0, 8), 8, lsmNames)})
	change := x.a.Change(x.a.Struct(f, false), nil)
	change.Apart = true
	return change
}

// lsmSize decodes a size that the kernel changes even when it fails.
func lsmSize(x *context, w uint64) value.Value {
	after, ok := x.load(abi.Addr(w), 4)
	if !x.exit {
		x.keep(after, ok)
		return nil
	}
	before, had := x.kept()
	switch {
	case !had || x.c.mode.Opaque:
		return x.a.Lost(abi.Addr(w))
	case !ok || before == after:
		return x.a.Int(before, 4, value.Unsigned)
	}
	return x.a.Change(x.a.Int(before, 4, value.Unsigned), x.a.Int(after, 4, value.Unsigned))
}

// lsmContexts decodes contexts one behind the other; its arguments are the address
// of their size and their number.
func lsmContexts(x *context, w uint64) value.Value {
	at := abi.Addr(w)
	room, ok := x.load(abi.Addr(x.arg(0)), 4)
	if !ok || room < lsmHeader {
		return x.a.Lost(at)
	}
	elems, more := x.a.Values(4), false
	for i := uint64(0); i < x.arg(1) && room >= lsmHeader; i++ {
		if more = len(elems) >= x.limit(); more {
			break
		}
		v, n := x.lsmContext(at, room)
		elems = append(elems, v)
		if n < lsmHeader || n > room {
			break
		}
		at, room = at+abi.Addr(n), room-n
	}
	return x.a.Array(elems, more, value.List)
}

// lsmContext decodes the context at an address, in so many bytes at most, and
// returns the bytes that it says it takes.
func (x *context) lsmContext(at abi.Addr, room uint64) (v value.Value, n uint64) {
	b := x.read(at, lsmHeader)
	if b == nil || room < lsmHeader || x.c.mode.Opaque {
		return x.a.Lost(at), 0
	}
	n = integer(b, 16, 8)
	size := integer(b, 24, 8)
	f := append(x.a.Fields(5),
		value.Field{Name: "id", Value: x.a.Flags(integer(b, 0, 8), 8, lsmNames)},
		value.Field{Name: "flags", Value: x.a.Int(integer(b, 8, 8), 8, value.Hex)},
		value.Field{Name: "len", Value: x.a.Int(n, 8, value.Unsigned)},
		value.Field{Name: "ctx_len", Value: x.a.Int(size, 8, value.Unsigned)})
	if shown := min(size, room-lsmHeader); shown > 0 && n > lsmHeader {
		f = append(f, value.Field{Name: "ctx", Value: x.hexBuffer(at+lsmHeader, shown)})
	}
	return x.a.Struct(f, false), n
}
