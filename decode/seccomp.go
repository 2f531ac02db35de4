package decode

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/value"
)

// sockFprog decodes struct sock_fprog, a seccomp filter, whose instructions are
// shown when everything is asked for.
func sockFprog(x *context, w uint64) value.Value {
	b := x.read(abi.Addr(w), 2*x.abi.Word)
	if b == nil || x.c.mode.Opaque {
		return x.a.Lost(abi.Addr(w))
	}
	n, at := integer(b, 0, 2), abi.Addr(integer(b, x.abi.Word, x.abi.Word))
	var filter value.Value = x.a.Ptr(at, nil)
	if x.c.mode.Verbose {
		filter = x.pointed(uint64(at), func(at abi.Addr) value.Value { return x.filterProgram(at, n) })
	}
	return x.a.Struct(append(x.a.Fields(2),
		value.Field{Name: "len", Value: x.a.Int(n, 2, value.Unsigned)},
		value.Field{Name: "filter", Value: filter}), false)
}
