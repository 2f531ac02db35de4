package ptrace

import (
	"syscall"
	"unsafe"
)

// Flags for Wait.
const (
	NoHang   = syscall.WNOHANG
	AllTypes = syscall.WALL        // children of every kind, cloned ones too
	NoThread = syscall.WNOTHREAD   // not those of our other threads
	All      = AllTypes | NoThread // what a tracer waits with
)

// Wait collects a change of state of the child pid, of any with pid -1. With
// NoHang it does not wait: PID is zero when there is nothing to collect. usage,
// when it is not nil, receives the resources the child's process has used.
func Wait(pid, flags int, usage *syscall.Rusage) (Status, error) {
	var raw uint32
	n, _, errno := syscall.Syscall6(syscall.SYS_WAIT4, uintptr(pid), uintptr(unsafe.Pointer(&raw)), uintptr(flags), uintptr(unsafe.Pointer(usage)), 0, 0)
	if errno != 0 {
		return Status{}, failure("wait for", pid, errno)
	}
	return Status{int(n), raw}, nil
}

// Poll is Wait with All and NoHang. It never sleeps and stays out of the Go
// scheduler.
func Poll(pid int, usage *syscall.Rusage) (Status, error) {
	var raw uint32
	n, _, errno := syscall.RawSyscall6(syscall.SYS_WAIT4, uintptr(pid), uintptr(unsafe.Pointer(&raw)), All|NoHang, uintptr(unsafe.Pointer(usage)), 0, 0)
	if errno != 0 {
		return Status{}, failure("wait for", pid, errno)
	}
	return Status{int(n), raw}, nil
}

// Peek is Poll that leaves what it tells to be told again. Until a task that has stopped is
// resumed, the kernel still has the signal that it was stopped for, and delivers it if we are
// killed; one that has ended is still there for Poll or its parent to collect.
func Peek(pid int) (Status, error) {
	const pPID, options = 1, syscall.WEXITED | syscall.WSTOPPED | syscall.WNOWAIT | All | NoHang
	var info struct { // siginfo_t of SIGCHLD
		signo, errno, code, _ int32
		pid, uid, status      int32
		_                     [100]byte
	}
	_, _, errno := syscall.RawSyscall6(syscall.SYS_WAITID, pPID, uintptr(pid), uintptr(unsafe.Pointer(&info)), options, 0, 0)
	if errno != 0 || info.pid == 0 {
		return Status{}, failure("wait for", pid, errno)
	}
	raw := uint32(info.status)
	switch info.code {
	case 1: // CLD_EXITED
		raw <<= 8
	case 3: // CLD_DUMPED
		raw |= dumped
	case 4: // CLD_TRAPPED
		raw = raw<<8 | stopped
	}
	return Status{int(info.pid), raw}, nil
}

// HasChildren reports whether the calling thread has started a child that nobody
// has waited for, or traces anything. It waits for nothing.
func HasChildren() bool {
	const pAll, options = 0, syscall.WEXITED | syscall.WSTOPPED | syscall.WNOHANG | syscall.WNOWAIT | All
	_, _, errno := syscall.RawSyscall6(syscall.SYS_WAITID, pAll, 0, 0, options, 0, 0)
	return errno != syscall.ECHILD
}
