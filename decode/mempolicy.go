package decode

import (
	"math"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// mempolicyFlags are the bits of a memory policy beside its mode.
const mempolicyFlags = 0xe000

// mempolicy decodes a memory policy: a mode and flags.
func mempolicy(x *context, w uint64) value.Value {
	flags := w & mempolicyFlags
	mode := x.a.Flags(w&^flags, x.abi.Word, uapi.MempolicyModes)
	_, known := uapi.MempolicyModes.Find(w &^ flags)
	switch {
	case flags == 0:
		return mode
	case !known:
		return x.a.Flags(w, x.abi.Word, uapi.MempolicyModeFlags)
	}
	return x.a.Or(mode, x.a.Flags(flags, x.abi.Word, uapi.MempolicyModeFlags))
}

// nodeWord is one word of a set of NUMA nodes.
var nodeWord = syscalls.Bits{Width: syscalls.Long, Form: value.HexAlt}

// nodemask decodes a set of NUMA nodes. Its sibling says how many bits it has,
// plus one.
func nodemask(x *context, w uint64) value.Value {
	bits, word := x.arg(0), uint64(8*x.abi.Word)
	switch {
	case bits == 0:
		return x.array(nodeWord, 0, abi.Addr(w))
	case bits == 1 || bits-2 > math.MaxUint64-word:
		return x.a.Lost(abi.Addr(w))
	}
	return x.array(nodeWord, (bits-2)/word+1, abi.Addr(w))
}

// nodemaskOut decodes a set of NUMA nodes that the kernel fills in. One of no bits is
// empty, whatever the kernel says.
func nodemaskOut(x *context, w uint64) value.Value {
	switch {
	case !x.exit:
		return nil
	case w == 0 || x.c.Result.Failed && x.arg(0) != 0:
		return x.a.Ptr(abi.Addr(w), nil)
	}
	return nodemask(x, w)
}
