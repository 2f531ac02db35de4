// Package abi describes the machines a tracee can run on, as values.
//
// One Trapline binary traces programs of several ABIs side by side, so nothing
// here depends on the machine Trapline itself was built for: word sizes,
// alignments, register names and the trap instruction are data that any host
// can read and test. Only internal/ptrace moves registers.
package abi

import (
	"fmt"
	"runtime"
)

// Addr is an address in a tracee. It is never a pointer of ours.
type Addr uint64

// String formats the address the way the kernel and C print pointers.
func (a Addr) String() string { return fmt.Sprintf("%#x", uint64(a)) }

// An ABI is one system call convention of one machine.
//
// ABIs are compared by pointer; the values in this package are the only ones.
type ABI struct {
	// Name is the name used in output and in expressions: amd64, i386, x32 or arm64.
	Name string
	// Arch names the architecture whose UAPI headers apply: x86 or arm64.
	Arch string
	// Audit is the AUDIT_ARCH_* value that PTRACE_GET_SYSCALL_INFO reports.
	Audit uint32
	// Word is the size in bytes of a pointer and of a C long.
	Word int
	// KernelLong is the size in bytes of __kernel_long_t, which the kernel's own
	// structures use for times, offsets and sizes. It differs from Word on x32 only.
	KernelLong int
	// Reg is the size in bytes of a register that carries a system call argument.
	// A wider argument takes two registers, low half first.
	Reg int
	// Align64 is the alignment in bytes of a 64-bit integer inside a structure.
	Align64 int
	// NRBit is set in the numbers of this ABI's system calls (x32's
	// __X32_SYSCALL_BIT) and is zero elsewhere.
	NRBit uint64
	// Break is the breakpoint instruction.
	Break []byte
	// BreakAdjust is how far the program counter stands behind the breakpoint
	// instruction's start when the trap is reported.
	BreakAdjust int
	// CallSize is the size in bytes of the instruction that makes a system call.
	CallSize int
	// Regs are the general registers in the order of NT_PRSTATUS.
	Regs []Register
	// PC, SP and Result are the indexes in Regs of the program counter, the stack
	// pointer and the register that carries a system call's result.
	PC, SP, Result int
	// NR is the index in Regs of the register that carries the call's number while
	// it is stopped at entry; -1 where the kernel keeps it elsewhere (arm64:
	// NT_ARM_SYSTEM_CALL).
	NR int
	// ExecNR and RestartNR are the numbers of execve and restart_syscall.
	ExecNR, RestartNR uint64
	// Args are the indexes in Regs of the six argument registers.
	Args [6]int
}

// A Register is one general register as PTRACE_GETREGSET NT_PRSTATUS lays it out.
type Register struct {
	Name string
	Size int // in bytes
}

// All lists every ABI, in the order used in help and tables.
var All = []*ABI{AMD64, I386, X32, ARM64}

// Native is the ABI of the machine Trapline was built for; nil on one that has none
// here.
var Native, _ = Find(runtime.GOARCH)

// String returns the ABI's name.
func (a *ABI) String() string { return a.Name }

// Find returns the ABI of that name.
func Find(name string) (*ABI, bool) {
	for _, a := range All {
		if a.Name == name {
			return a, true
		}
	}
	return nil, false
}

// Of returns the ABI of a system call from the architecture and number that
// PTRACE_GET_SYSCALL_INFO reports. The kernel gives amd64 and x32 the same
// AUDIT_ARCH; bit 30 of the number tells them apart. It returns nil for an
// architecture Trapline does not know.
func Of(audit uint32, nr uint64) *ABI {
	switch audit {
	case AMD64.Audit:
		if nr&X32.NRBit != 0 && nr>>32 == 0 {
			return X32
		}
		return AMD64
	case I386.Audit:
		return I386
	case ARM64.Audit:
		return ARM64
	}
	return nil
}

// TruncateWord drops the bits of v that do not fit the ABI's word.
func (a *ABI) TruncateWord(v uint64) uint64 {
	if a.Word == 4 {
		return uint64(uint32(v))
	}
	return v
}

// TruncateReg drops the bits of v that do not fit the ABI's argument registers.
func (a *ABI) TruncateReg(v uint64) uint64 {
	if a.Reg == 4 {
		return uint64(uint32(v))
	}
	return v
}

func registers(size int, names ...string) []Register {
	regs := make([]Register, len(names))
	for i, name := range names {
		regs[i] = Register{name, size}
	}
	return regs
}
