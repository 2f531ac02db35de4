package cli

import (
	"os"
	"runtime"
	"syscall"
	"unsafe"
)

// die ends this process by a signal, without a core file, so that whoever waits
// for it sees what became of the program.
func die(sig syscall.Signal) {
	syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{})
	defaultAction(sig)
	// To this very thread: it does not come back from the call then. Another one
	// might take its time to die while this one goes on to exit.
	runtime.LockOSThread()
	syscall.Tgkill(syscall.Getpid(), syscall.Gettid(), sig)
	// Not reached unless the signal is one that ends nothing.
	os.Exit(128 + int(sig))
}

// defaultAction takes Go's handler off a signal. signal.Reset is not enough: the
// runtime handles some signals in its own way.
func defaultAction(sig syscall.Signal) {
	var action struct { // the kernel's struct sigaction, all zero: SIG_DFL
		handler  uintptr
		flags    uint64
		restorer uintptr
		mask     uint64
	}
	syscall.RawSyscall6(syscall.SYS_RT_SIGACTION, uintptr(sig), uintptr(unsafe.Pointer(&action)), 0,
		unsafe.Sizeof(action.mask), 0, 0)
}
