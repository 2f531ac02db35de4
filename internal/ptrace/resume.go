package ptrace

import "syscall"

// Interrupt stops a seized task; the stop is reported as EventStop. A task inside
// a system call is woken from it.
func Interrupt(tid int) error { return interrupt.do(tid, 0, 0) }

// Listen leaves a task in group-stop but lets SIGCONT end it.
func Listen(tid int) error { return listen.do(tid, 0, 0) }

// Cont resumes a task until something other than a system call stops it, and
// delivers sig to it if that is not zero.
func Cont(tid int, sig syscall.Signal) error { return cont.do(tid, 0, uintptr(sig)) }

// Syscall resumes a task until its next system call's entry or exit.
func Syscall(tid int, sig syscall.Signal) error { return toSyscall.do(tid, 0, uintptr(sig)) }

// SysEmu resumes a task until its next system call's entry; that call will not run.
func SysEmu(tid int, sig syscall.Signal) error { return sysEmu.do(tid, 0, uintptr(sig)) }

// SysEmuSingleStep is SingleStep, but a system call stops at entry and will not run.
func SysEmuSingleStep(tid int, sig syscall.Signal) error {
	return sysEmuSingleStep.do(tid, 0, uintptr(sig))
}

// SingleStep resumes a task for one instruction.
func SingleStep(tid int, sig syscall.Signal) error { return singleStep.do(tid, 0, uintptr(sig)) }

// Detach lets a stopped task go on untraced.
func Detach(tid int, sig syscall.Signal) error { return detach.do(tid, 0, uintptr(sig)) }
