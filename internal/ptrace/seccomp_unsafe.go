package ptrace

import (
	"runtime"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// A filterProgram is struct sock_fprog of <linux/filter.h>.
type filterProgram struct {
	len    uint16
	filter *SockFilter
}

func programOf(filter []SockFilter) filterProgram {
	return filterProgram{uint16(len(filter)), unsafe.SliceData(filter)}
}

// CanFilter asks the kernel whether SetFilter would work and filters may answer
// RET_TRACE. Linux 4.14.
func CanFilter() bool {
	action := uint32(unix.SECCOMP_RET_TRACE)
	_, _, errno := syscall.RawSyscall(unix.SYS_SECCOMP, unix.SECCOMP_GET_ACTION_AVAIL, 0, uintptr(unsafe.Pointer(&action)))
	return errno == 0
}

// Filtered says whether the calling thread has a seccomp filter or is in strict mode.
func Filtered() bool {
	mode, _, _ := syscall.RawSyscall6(syscall.SYS_PRCTL, unix.PR_GET_SECCOMP, 0, 0, 0, 0, 0)
	return mode > 0
}

// SetFilter gives the calling thread, and with it all that it will start, a seccomp
// filter for good. Who has no CAP_SYS_ADMIN pays for it with no_new_privs.
func SetFilter(filter []SockFilter) error {
	p := programOf(filter)
	errno := p.install()
	runtime.KeepAlive(filter)
	return failure("filter the calls of", Gettid(), errno)
}

// install leaves the thread's speculation as it is: before Linux 5.16 a filter would
// slow it down.
//
//go:norace
//go:nosplit
func (p *filterProgram) install() syscall.Errno {
	errno := p.try()
	if errno == syscall.EACCES {
		syscall.RawSyscall6(syscall.SYS_PRCTL, unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0, 0)
		errno = p.try()
	}
	return errno
}

//go:norace
//go:nosplit
func (p *filterProgram) try() syscall.Errno {
	_, _, errno := syscall.RawSyscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, unix.SECCOMP_FILTER_FLAG_SPEC_ALLOW, uintptr(unsafe.Pointer(p)))
	return errno
}
