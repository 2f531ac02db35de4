package syscalls

import (
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

var (
	sig = enum(uapi.Signals) // decimal when it has no name

	// handler is what a signal does: an address or one of three names.
	handler = Bits{Width: Long, Form: value.Address, Set: uapi.SignalHandlers}

	// siginfo is a siginfo_t.
	siginfo = Custom{Name: "siginfo", Bytes: 128}

	// waitInfo is where to put a siginfo_t, or nowhere.
	waitInfo = Switch{On: "info", Cases: map[uint64]Type{0: addr}, Else: out(siginfo)}
)

// sigaltstack is struct stack_t.
func sigaltstack() *Record {
	return record("stack_t", fields{
		{Name: "ss_sp", Type: addr},
		{Name: "ss_flags", Type: flags(uapi.SigaltstackFlags)},
		{Name: "ss_size", Type: size},
	})
}

// sigset is a kernel's sigset_t of as many bytes as the sibling n says.
func sigset(n string) Type { return Custom{Name: "sigset", Args: []string{n}} }

// sigaction is the kernel's own struct sigaction.
var sigaction = Custom{Name: "sigaction"}

// oldSigset is the sigset_t of the first Linux: one word.
var oldSigset = Custom{Name: "oldSigset"}

var signalCalls = lazy(func() []Syscall {
	return []Syscall{
		{Name: "rt_sigaction", Class: Signal, Ret: zero, Params: params{{Name: "signum", Type: sig}, {Name: "act", Type: in(sigaction)}, {Name: "oldact", Type: out(sigaction)}, {Name: "sigsetsize", Type: size}}},
		{Name: "rt_sigprocmask", Class: Signal, Ret: zero, Params: params{{Name: "how", Type: enum(uapi.SigprocmaskHow)}, {Name: "set", Type: in(sigset("sigsetsize"))}, {Name: "oldset", Type: out(sigset("sigsetsize"))}, {Name: "sigsetsize", Type: size}}},
		{Name: "rt_sigpending", Class: Signal, Ret: zero, Params: params{{Name: "set", Type: out(Custom{Name: "pendingSigset", Args: []string{"sigsetsize"}})}, {Name: "sigsetsize", Type: size}}},
		{Name: "rt_sigsuspend", Class: Signal, Ret: zero, Params: params{{Name: "set", Type: in(sigset("sigsetsize"))}, {Name: "sigsetsize", Type: size}}},
		{Name: "rt_sigtimedwait", Class: Signal, Ret: num, After: customOf(4, "signalName"), Params: params{{Name: "set", Type: in(sigset("sigsetsize"))}, {Name: "info", Type: waitInfo}, {Name: "timeout", Type: in(timespec)}, {Name: "sigsetsize", Type: size}}},
		{Name: "rt_sigtimedwait_time64", Class: Signal, Ret: num, After: customOf(4, "signalName"), Params: params{{Name: "set", Type: in(sigset("sigsetsize"))}, {Name: "info", Type: waitInfo}, {Name: "timeout", Type: in(timespec64)}, {Name: "sigsetsize", Type: size}}},
		{Name: "rt_sigqueueinfo", Class: Signal | Process, Ret: zero, Params: params{{Name: "tgid", Type: pid}, {Name: "signum", Type: sig}, {Name: "info", Type: in(siginfo)}}},
		{Name: "rt_tgsigqueueinfo", Class: Signal | Process, Ret: zero, Params: params{{Name: "tgid", Type: pid}, {Name: "tid", Type: pid}, {Name: "signum", Type: sig}, {Name: "info", Type: in(siginfo)}}},
		{Name: "rt_sigreturn", Class: Signal, Ret: num, Params: params{{Name: "sigmask", Type: custom("rtSigframe"), Reg: NoRegister}}},
		{Name: "sigaltstack", Class: Signal, Ret: zero, Params: params{{Name: "ss", Type: in(sigaltstack())}, {Name: "old_ss", Type: out(sigaltstack())}}},
		{Name: "pause", Class: Signal, Ret: num, Params: params{}},
		{Name: "kill", Class: Signal | Process, Ret: zero, Params: params{{Name: "pid", Type: pid}, {Name: "signum", Type: sig}}},
		{Name: "tkill", Class: Signal | Process, Ret: zero, Params: params{{Name: "tid", Type: pid}, {Name: "signum", Type: sig}}},
		{Name: "tgkill", Class: Signal | Process, Ret: zero, Params: params{{Name: "tgid", Type: pid}, {Name: "tid", Type: pid}, {Name: "signum", Type: sig}}},
		{Name: "pidfd_send_signal", Class: Desc | Signal | Process, Ret: zero, Params: params{{Name: "pidfd", Type: fd}, {Name: "signum", Type: sig}, {Name: "info", Type: in(siginfo)}, {Name: "flags", Type: flags(uapi.PidfdSignalFlags)}}},

		// The calls of the first Linux, whose signals fit one word.
		{Name: "signal", Class: Signal, Ret: lhex, After: custom("handlerName"), Params: params{{Name: "signum", Type: sig}, {Name: "handler", Type: handler}}},
		{Name: "sigaction", Class: Signal, Ret: zero, Params: params{{Name: "signum", Type: sig}, {Name: "act", Type: in(Custom{Name: "oldSigaction"})}, {Name: "oldact", Type: out(Custom{Name: "oldSigaction"})}}},
		{Name: "sigprocmask", Class: Signal, Ret: zero, Params: params{{Name: "how", Type: enum(uapi.SigprocmaskHow)}, {Name: "set", Type: in(oldSigset)}, {Name: "oldset", Type: out(oldSigset)}}},
		{Name: "sigpending", Class: Signal, Ret: zero, Params: params{{Name: "set", Type: out(oldSigset)}}},
		{Name: "sigsuspend", Class: Signal, Ret: zero, Params: params{{Name: "mask", Type: custom("sigmask"), Reg: 3}}},
		{Name: "sigreturn", Class: Signal, Ret: num, Params: params{{Name: "sigmask", Type: custom("sigframe"), Reg: NoRegister}}},
		{Name: "sgetmask", Class: Signal, Ret: hex, After: custom("mask"), Params: params{}},
		{Name: "ssetmask", Class: Signal, Ret: hex, After: custom("oldMask"), Params: params{{Name: "newmask", Type: custom("sigmask")}}},
	}
})
