package decode

import (
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// The words in which decoders describe structures. They mean what they mean in the table of
// system calls; a word that a single subsystem uses stands in its file.

var (
	u8     = syscalls.Bits{Width: 1, Form: value.Unsigned}
	u16    = syscalls.Bits{Width: 2, Form: value.Unsigned}
	u32    = syscalls.Bits{Width: 4, Form: value.Unsigned}
	u64    = syscalls.Bits{Width: 8, Form: value.Unsigned}
	s32    = syscalls.Bits{Width: 4}
	x8     = syscalls.Bits{Width: 1, Form: value.Hex}
	x16    = syscalls.Bits{Width: 2, Form: value.Hex}
	x32    = syscalls.Bits{Width: 4, Form: value.Hex}
	x64    = syscalls.Bits{Width: 8, Form: value.Hex}
	addr64 = syscalls.Bits{Width: 8, Form: value.Address} // an address under every ABI
	uid    = syscalls.Bits{Width: 4, Form: value.Unsigned, None: true}
	fd     = syscalls.FD{}
	pid    = syscalls.PID{}
)

// oneOf is an integer that has names; one without is just a number.
func oneOf(w syscalls.Width, set *uapi.Set) syscalls.Bits {
	return syscalls.Bits{Width: w, Form: value.Hex, Set: set}
}

// hidden is n bytes that are not shown.
func hidden(n int) syscalls.Type { return syscalls.If{Then: syscalls.Array{Elem: u8, Count: n}} }
