package unwind

import "github.com/trapline/trapline/abi"

// A birth says how a thread begins: the numbers of the calls that make one, and where the
// number is while it has not run yet.
type birth struct {
	clone, clone3 uint64
	number        int // index in abi.Regs
}

var births = map[*abi.ABI]birth{
	abi.AMD64: {56, 435, abi.AMD64.NR},
	abi.X32:   {abi.X32.NRBit + 56, abi.X32.NRBit + 435, abi.X32.NR},
	abi.I386:  {120, 435, abi.I386.NR},
	abi.ARM64: {220, 435, 8},
}

// hasBegun reports whether a task has those registers because it is new, and on a stack on
// which nobody has called it. Its frame pointer is that of the thread which made it. Only
// clone can leave the stack as it is: it is given the stack pointer.
func hasBegun(r *abi.Regs) bool {
	b, known := births[r.ABI]
	if !known || r.Values[r.ABI.Result] != 0 {
		return false
	}
	switch r.Values[b.number] {
	case b.clone3:
		return true
	case b.clone:
		return uint64(r.SP()) == r.Values[r.ABI.Args[1]]
	}
	return false
}
