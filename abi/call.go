package abi

// MaxArgs is the largest number of registers that carry arguments.
const MaxArgs = 6

// A Call is a system call as the kernel sees it: a number and six words. NR
// includes the ABI's NRBit.
type Call struct {
	ABI  *ABI
	NR   uint64
	Args [MaxArgs]uint64
}

// A Result is what a system call returned. When Failed is true, Value is the
// negative errno, sign-extended; this includes the kernel's own ERESTART codes.
type Result struct {
	Value  uint64
	Failed bool
}

// Errno returns the error number of a failed call, and zero for any other.
func (r Result) Errno() int {
	if !r.Failed {
		return 0
	}
	return int(-int64(r.Value))
}
