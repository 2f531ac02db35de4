package ptrace

import (
	"unsafe"

	"github.com/trapline/trapline/abi"
)

// Dispatch is struct ptrace_sud_config of <linux/ptrace.h>: how a task has its own
// system calls turned into SIGSYS, as prctl(PR_SET_SYSCALL_USER_DISPATCH) told the
// kernel. Calls from Len bytes at Offset are exempt.
type Dispatch struct {
	Mode     uint64 // zero for off
	Selector abi.Addr
	Offset   abi.Addr
	Len      uint64
}

// GetDispatch asks for the task's system call user dispatch. Linux 6.4.
func GetDispatch(tid int) (Dispatch, error) {
	var d Dispatch
	_, err := getDispatch.with(tid, unsafe.Sizeof(d), unsafe.Pointer(&d))
	return d, err
}

// SetDispatch replaces it. Linux 6.4.
func SetDispatch(tid int, d Dispatch) error {
	_, err := setDispatch.with(tid, unsafe.Sizeof(d), unsafe.Pointer(&d))
	return err
}
