package decode

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/value"
)

// sockFprog decodes struct sock_fprog, a program of the classic packet filter.
func sockFprog(x *context, w uint64) value.Value {
	b := x.read(abi.Addr(w), 2*x.abi.Word)
	if b == nil || x.c.mode.Opaque {
		return x.a.Lost(abi.Addr(w))
	}
	filter := x.a.Int(integer(b, x.abi.Word, x.abi.Word), x.abi.Word, value.Address)
	return x.a.Struct(append(x.a.Fields(2),
		value.Field{Name: "len", Value: x.a.Int(integer(b, 0, 2), 2, value.Unsigned)},
		value.Field{Name: "filter", Value: filter}), false)
}
