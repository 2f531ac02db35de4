package ptrace

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// kcmpVM is KCMP_VM of <linux/kcmp.h>.
const kcmpVM = 1

// SharesMemory says whether two tasks have the same address space. A task that is gone
// shares it with none.
func SharesMemory(tid, other int) (bool, error) {
	order, _, errno := syscall.RawSyscall6(unix.SYS_KCMP, uintptr(tid), uintptr(other), kcmpVM, 0, 0, 0)
	if errno == syscall.ESRCH {
		return false, nil
	}
	return errno == 0 && order == 0, failure("compare memory", tid, errno)
}
