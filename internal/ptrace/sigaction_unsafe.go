package ptrace

import (
	"sync"
	"syscall"
	"unsafe"
)

// The flags of <asm/signal.h>, the same on amd64 and arm64.
const (
	saNoCldStop = 0x1
	saRestart   = 0x10000000
)

// sigaction is the kernel's struct sigaction of amd64 and arm64.
type sigaction struct {
	handler  uintptr
	flags    uint64
	restorer uintptr
	mask     uint64
}

// ClearRestart clears SA_RESTART in our own process's action for sig and keeps its
// handler, Go's, so that the signal interrupts a Wait. restore undoes that. The
// first signal.Notify for sig, which installs that handler, must have come before.
func ClearRestart(sig syscall.Signal) (restore func(), err error) {
	old, err := changeFlags(sig, 0, saRestart)
	if err != nil {
		return nil, err
	}
	return func() { changeFlags(sig, old&saRestart, 0) }, nil
}

// quiet counts those who want no SIGCHLD for stops.
var quiet struct {
	sync.Mutex
	users int
}

// SetNoCldStop says whether our own process is spared a SIGCHLD for every stop of
// a child or tracee; Wait reports them either way. The action's handler stays. Who
// has asked for it takes it back when done; it ends with the last.
func SetNoCldStop(on bool) (err error) {
	quiet.Lock()
	defer quiet.Unlock()
	switch {
	case on && quiet.users == 0:
		_, err = changeFlags(syscall.SIGCHLD, saNoCldStop, 0)
	case !on && quiet.users == 1:
		_, err = changeFlags(syscall.SIGCHLD, 0, saNoCldStop)
	}
	switch {
	case err != nil:
	case on:
		quiet.users++
	case quiet.users > 0:
		quiet.users--
	}
	return err
}

// changeFlags sets and clears flags of our action for sig. It returns the flags
// there were.
func changeFlags(sig syscall.Signal, set, clear uint64) (old uint64, err error) {
	var a sigaction
	if err := rtSigaction(sig, nil, &a); err != nil {
		return 0, err
	}
	old = a.flags
	a.flags = old&^clear | set
	if a.flags == old {
		return old, nil
	}
	return old, rtSigaction(sig, &a, nil)
}

func rtSigaction(sig syscall.Signal, set, old *sigaction) error {
	_, _, errno := syscall.RawSyscall6(syscall.SYS_RT_SIGACTION, uintptr(sig), uintptr(unsafe.Pointer(set)), uintptr(unsafe.Pointer(old)), unsafe.Sizeof(set.mask), 0, 0)
	return failure("change action of", syscall.Getpid(), errno)
}
