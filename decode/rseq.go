package decode

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/value"
)

// rseqLeast is the size of struct rseq in its first version.
const rseqLeast = 32

// rseq decodes struct rseq, of which the program has as many bytes as the sibling
// says; the others are zero.
func rseq(x *context, w uint64) value.Value {
	if x.arg(0) < rseqLeast {
		return x.a.Lost(abi.Addr(w))
	}
	size := syscalls.Rseq.Size(x.abi)
	b := x.a.Bytes(size)[:size]
	clear(b)
	n := min(x.arg(0), uint64(size))
	got := x.read(abi.Addr(w), int(n))
	if got == nil || x.c.mode.Opaque {
		return x.a.Lost(abi.Addr(w))
	}
	copy(b, got)
	return x.record(syscalls.Rseq, b, abi.Addr(w))
}
