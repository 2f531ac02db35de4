// Package ptrace is the door to the kernel: ptrace requests, wait statuses,
// register sets, and the memory of another process.
//
// Every call that names a tracee must be made from the OS thread that seized it;
// the package neither knows nor checks which that is. Requests that the kernel
// answers at once bypass the Go scheduler. Those that can sleep (Wait, Seize, and
// whatever touches the tracee's memory) enter it, so that other goroutines run on.
//
// A request allocates only when it fails or returns a slice.
package ptrace

import (
	"errors"
	"strconv"
	"syscall"
)

// An Error is a request that the kernel refused.
type Error struct {
	Request string // what was attempted
	TID     int    // on whom
	Err     syscall.Errno
}

// Error formats the error as "ptrace: seize 4711: operation not permitted".
func (e *Error) Error() string {
	return "ptrace: " + e.Request + " " + strconv.Itoa(e.TID) + ": " + e.Err.Error()
}

// Unwrap returns the errno.
func (e *Error) Unwrap() error { return e.Err }

// Gone reports whether err says that the task is dead, dying or not stopped. Any
// request may meet it: SIGKILL ends a stopped task between two of them.
func Gone(err error) bool {
	if e, ok := err.(*Error); ok {
		return e.Err == syscall.ESRCH
	}
	return errors.Is(err, syscall.ESRCH)
}

// failure makes the error for an errno; zero is success.
func failure(request string, tid int, errno syscall.Errno) error {
	if errno == 0 {
		return nil
	}
	return &Error{request, tid, errno}
}

// A request is one ptrace request: its number and what errors call it.
type request struct {
	nr   uintptr
	name string
}

// do issues a request whose arguments are plain words.
func (r *request) do(tid int, addr, data uintptr) error {
	_, errno := rawPtrace(r.nr, tid, addr, data)
	return failure(r.name, tid, errno)
}

// The requests of <linux/ptrace.h>; SYSEMU and its like are of <asm/ptrace.h>. The
// names read on with "4711".
var (
	peekText         = request{0x1, "peek at text of"}
	peekData         = request{0x2, "peek at data of"}
	peekUser         = request{0x3, "peek at user area of"}
	pokeText         = request{0x4, "poke text of"}
	pokeData         = request{0x5, "poke data of"}
	pokeUser         = request{0x6, "poke user area of"}
	cont             = request{0x7, "continue"}
	singleStep       = request{0x9, "step"}
	detach           = request{0x11, "detach"}
	toSyscall        = request{0x18, "await system call of"}
	sysEmu           = request{0x1f, "emulate system call of"}
	sysEmuSingleStep = request{0x20, "step or emulate system call of"}
	setOptions       = request{0x4200, "set options of"}
	getEventMsg      = request{0x4201, "get event message of"}
	getSigInfo       = request{0x4202, "get signal information of"}
	setSigInfo       = request{0x4203, "set signal information of"}
	getRegSet        = request{0x4204, "get registers of"}
	setRegSet        = request{0x4205, "set registers of"}
	seize            = request{0x4206, "seize"}
	interrupt        = request{0x4207, "interrupt"}
	listen           = request{0x4208, "listen to"}
	peekSigInfo      = request{0x4209, "peek at signals of"}
	getSigMask       = request{0x420a, "get signal mask of"}
	setSigMask       = request{0x420b, "set signal mask of"}
	getSeccompFilter = request{0x420c, "get seccomp filter of"}
	getSyscallInfo   = request{0x420e, "get system call of"}
	getRseq          = request{0x420f, "get rseq configuration of"}
	setDispatch      = request{0x4210, "set system call user dispatch of"}
	getDispatch      = request{0x4211, "get system call user dispatch of"}
	setSyscallInfo   = request{0x4212, "set system call of"}
)
