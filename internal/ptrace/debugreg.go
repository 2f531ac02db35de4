package ptrace

import (
	"syscall"

	"github.com/trapline/trapline/abi"
)

// debugRegs is where struct user has x86's debug registers, DR0 to DR7.
const debugRegs = 848

// DebugReg reads one of the task's debug registers. On x86.
func DebugReg(tid, n int) (uint64, error) {
	if abi.Native.Arch != "x86" {
		return 0, failure(peekUser.name, tid, syscall.ENOTSUP)
	}
	return PeekUser(tid, debugRegs+uintptr(n)*8)
}

// SetDebugReg changes one of the task's debug registers. EINVAL is an address that cannot be
// watched, ENOSPC that others watch too much. On x86.
func SetDebugReg(tid, n int, v uint64) error {
	if abi.Native.Arch != "x86" {
		return failure(pokeUser.name, tid, syscall.ENOTSUP)
	}
	return PokeUser(tid, debugRegs+uintptr(n)*8, v)
}
