package decode

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/value"
)

// sockFprog decodes a seccomp filter.
func sockFprog(x *context, w uint64) value.Value {
	return x.filterAt(abi.Addr(w), x.seccompInstruction)
}

// filterAt decodes struct sock_fprog, whose instructions are shown when everything is
// asked for.
func (x *context) filterAt(head abi.Addr, instruction func([]byte) value.Value) value.Value {
	b := x.read(head, 2*x.abi.Word)
	if b == nil || x.c.mode.Opaque {
		return x.a.Lost(head)
	}
	n, at := integer(b, 0, 2), abi.Addr(integer(b, x.abi.Word, x.abi.Word))
	var filter value.Value = x.a.Ptr(at, nil)
	if x.c.mode.Verbose {
		filter = x.pointed(uint64(at), func(at abi.Addr) value.Value {
			return x.program(at, n, filterInstruction, instruction)
		})
	}
	return x.a.Struct(append(x.a.Fields(2),
		value.Field{Name: "len", Value: x.a.Int(n, 2, value.Unsigned)},
		value.Field{Name: "filter", Value: filter}), false)
}
