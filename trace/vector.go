package trace

import (
	"fmt"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/internal/ptrace"
)

// The layout of struct user_fpregs_struct: what FXSAVE stores.
const (
	fpRegsSize = 512
	xmmOffset  = 160
	xmmSize    = 16
	st0Offset  = 32
	st0Size    = 10 // an extended number
)

// The layout of struct user_i387_ia32_struct: what FNSAVE stores.
const (
	fpRegs32Size = 108
	st032Offset  = 28
)

// Vector returns the processor's vector register of that number, its low 16 bytes: xmm0 to xmm15.
// On x86, of 64-bit code. Only while the task is stopped.
func (t *Task) Vector(n int) ([]byte, error) {
	if abi.Native != abi.AMD64 || n < 0 || n > 15 {
		return nil, fmt.Errorf("trace: vector register %d of %d: not on this machine", n, t.tid)
	}
	var buf [fpRegsSize]byte
	got, err := ptrace.GetRegSet(t.tid, ptrace.NTPrFPReg, buf[:])
	if err != nil {
		return nil, err
	}
	at := xmmOffset + n*xmmSize
	if got < at+xmmSize {
		return nil, fmt.Errorf("trace: vector register %d of %d: not in 32-bit code", n, t.tid)
	}
	return buf[at : at+xmmSize], nil
}

// Top returns the number on top of the x87's stack, with 80 bits: where x86 functions return
// long double and, in 32-bit code, all floating-point numbers. Only while the task is stopped.
func (t *Task) Top() ([]byte, error) {
	if abi.Native != abi.AMD64 {
		return nil, fmt.Errorf("trace: floating-point stack of %d: not on this machine", t.tid)
	}
	var buf [fpRegsSize]byte
	got, err := ptrace.GetRegSet(t.tid, ptrace.NTPrFPReg, buf[:])
	switch {
	case err != nil:
		return nil, err
	case got == fpRegs32Size:
		return buf[st032Offset : st032Offset+st0Size], nil
	}
	return buf[st0Offset : st0Offset+st0Size], nil
}
