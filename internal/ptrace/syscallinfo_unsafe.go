package ptrace

import (
	"errors"
	"syscall"
	"unsafe"
)

// The kinds of SyscallInfo.Op.
const (
	OpNone    = 0 // the stop is not about a system call
	OpEntry   = 1
	OpExit    = 2
	OpSeccomp = 3 // EventSeccomp: a seccomp filter answered RET_TRACE
)

// SyscallInfo is what PTRACE_GET_SYSCALL_INFO tells about a stop. Its fields up to
// reserved2 are struct ptrace_syscall_info of <linux/ptrace.h>, so that the kernel
// can fill it in place.
type SyscallInfo struct {
	Op       uint8
	reserved uint8
	flags    uint16
	Arch     uint32 // AUDIT_ARCH_*
	PC, SP   uint64

	// At entry and for seccomp.
	NR      uint64
	Args    [6]uint64
	RetData uint32 // for seccomp: the filter's SECCOMP_RET_DATA

	reserved2 uint32

	// At exit.
	RVal    int64
	IsError bool
}

const syscallInfoSize = unsafe.Offsetof(SyscallInfo{}.RVal)

// GetSyscallInfo asks what system call the stopped task is in. Linux 5.3.
func GetSyscallInfo(tid int, i *SyscallInfo) error {
	if _, err := getSyscallInfo.with(tid, syscallInfoSize, unsafe.Pointer(i)); err != nil {
		return err
	}
	i.RVal, i.IsError = 0, false
	switch i.Op {
	case OpNone:
		i.NR, i.Args = 0, [6]uint64{} // the kernel left them as they were
	case OpExit:
		i.splitExit()
	}
	return nil
}

// splitExit moves the result from where the kernel's union has it, over NR and the
// first byte of Args.
func (i *SyscallInfo) splitExit() {
	i.RVal, i.IsError = int64(i.NR), uint8(i.Args[0]) != 0
	i.NR, i.Args = 0, [6]uint64{}
}

// SetSyscallInfo changes number and arguments at entry or for seccomp, the result
// at exit. Op and Arch must be what GetSyscallInfo told; PC and SP are ignored. ESRCH
// says that the task is not in that stop any more. Linux 6.16.
func SetSyscallInfo(tid int, i *SyscallInfo) error {
	raw := *i
	if i.Op == OpExit {
		raw.joinExit()
	}
	_, err := setSyscallInfo.with(tid, syscallInfoSize, unsafe.Pointer(&raw))
	if errors.Is(err, syscall.EINVAL) { // Op is another by now: SIGKILL has sent it on to its exit
		return failure(setSyscallInfo.name, tid, syscall.ESRCH)
	}
	return err
}

func (i *SyscallInfo) joinExit() {
	i.NR, i.Args = uint64(i.RVal), [6]uint64{}
	if i.IsError {
		i.Args[0] = 1
	}
}
