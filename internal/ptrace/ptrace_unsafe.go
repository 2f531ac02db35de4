package ptrace

import (
	"syscall"
	"unsafe"
)

// rawPtrace issues a request that does not sleep.
func rawPtrace(nr uintptr, tid int, addr, data uintptr) (uintptr, syscall.Errno) {
	r, _, errno := syscall.RawSyscall6(syscall.SYS_PTRACE, nr, uintptr(tid), addr, data, 0, 0)
	return r, errno
}

// with issues a request whose data is in our memory, and returns its result.
func (r *request) with(tid int, addr uintptr, data unsafe.Pointer) (int, error) {
	n, _, errno := syscall.RawSyscall6(syscall.SYS_PTRACE, r.nr, uintptr(tid), addr, uintptr(data), 0, 0)
	return int(n), failure(r.name, tid, errno)
}

// slowly is do for requests that may sleep in the kernel.
func (r *request) slowly(tid int, addr, data uintptr) error {
	_, _, errno := syscall.Syscall6(syscall.SYS_PTRACE, r.nr, uintptr(tid), addr, data, 0, 0)
	return failure(r.name, tid, errno)
}
