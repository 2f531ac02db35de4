package decode

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/value"
)

// rtSigframe decodes the signal mask that rt_sigreturn restores. The kernel put
// it on the stack when it called the handler, at a fixed distance from where the
// stack pointer is when the handler has returned.
func rtSigframe(x *context, _ uint64) value.Value {
	return x.named("mask", x.sigsetAt(x.c.SP+rtMaskOffset(x.abi), sigsetSize))
}

// rtMaskOffset is the distance of uc_sigmask from the stack pointer: behind the
// siginfo_t and the pointers that the frame of i386 and arm64 begins with, in a
// struct ucontext.
func rtMaskOffset(a *abi.ABI) abi.Addr {
	switch a {
	case abi.I386:
		return 3*4 + 128 + 20 + 88 // sig, two pointers; siginfo; uc_flags .. uc_stack; sigcontext
	case abi.X32:
		return 24 + 256 // uc_flags .. uc_stack; sigcontext
	case abi.ARM64:
		return 128 + 40 // siginfo; uc_flags .. uc_stack
	}
	return 40 + 256
}

// Where struct sigframe_ia32, from its sigcontext on, has the mask.
const (
	oldMaskOffset   = 80       // sigcontext.oldmask: the first 32 signals
	extraMaskOffset = 88 + 624 // behind sigcontext and struct _fpstate_32: the rest
)

// sigframe decodes the signal mask that i386's sigreturn restores.
func sigframe(x *context, _ uint64) value.Value {
	low, ok1 := x.load(x.c.SP+oldMaskOffset, 4)
	high, ok2 := x.load(x.c.SP+extraMaskOffset, 4)
	if !ok1 || !ok2 || x.c.mode.Opaque {
		return x.a.Lost(x.c.SP)
	}
	return x.named("mask", x.signals(low|high<<32, sigsetSize))
}
