package decode

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// mempolicyFlags are the bits of a memory policy beside its mode.
const mempolicyFlags = 0xe000

// mempolicy decodes a memory policy: a mode and flags.
func mempolicy(x *context, w uint64) value.Value {
	mode := x.a.Flags(w&^mempolicyFlags, 4, uapi.MempolicyModes)
	if w&mempolicyFlags == 0 {
		return mode
	}
	return x.a.Or(mode, x.a.Flags(w&mempolicyFlags, 4, uapi.MempolicyModeFlags))
}

// nodeWord is one word of a set of NUMA nodes.
var nodeWord = syscalls.Bits{Width: syscalls.Long, Form: value.HexAlt}

// nodemask decodes a set of NUMA nodes. Its sibling says how many bits it has,
// plus one.
func nodemask(x *context, w uint64) value.Value {
	bits := x.arg(0)
	switch bits {
	case 0:
		return x.array(nodeWord, 0, abi.Addr(w))
	case 1:
		return x.a.Lost(abi.Addr(w))
	}
	word := uint64(8 * x.abi.Word)
	return x.array(nodeWord, (bits-2)/word+1, abi.Addr(w))
}
