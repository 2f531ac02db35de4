package ptrace

import (
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/trapline/trapline/abi"
)

const sysTgkill = unix.SYS_TGKILL

// remote is struct iovec for memory that is not ours.
type remote struct {
	base abi.Addr
	len  uint64
}

// ReadMem reads the task's memory into p. It returns how many leading bytes it
// read, with an error when that is fewer than len(p): it ends at the first page
// that cannot be read.
func ReadMem(tid int, p []byte, addr abi.Addr) (int, error) {
	return transfer(unix.SYS_PROCESS_VM_READV, "read memory of", tid, p, addr)
}

// WriteMem is ReadMem in the other direction. It cannot write what the task
// itself could not; MemFile can.
func WriteMem(tid int, p []byte, addr abi.Addr) (int, error) {
	return transfer(unix.SYS_PROCESS_VM_WRITEV, "write memory of", tid, p, addr)
}

func transfer(nr uintptr, name string, tid int, p []byte, addr abi.Addr) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	ours := syscall.Iovec{Base: unsafe.SliceData(p), Len: uint64(len(p))}
	theirs := remote{addr, uint64(len(p))}
	n, _, errno := syscall.Syscall6(nr, uintptr(tid), uintptr(unsafe.Pointer(&ours)), 1, uintptr(unsafe.Pointer(&theirs)), 1, 0)
	switch {
	case errno != 0:
		return 0, failure(name, tid, errno)
	case int(n) < len(p):
		return int(n), failure(name, tid, syscall.EFAULT)
	}
	return int(n), nil
}

// transferAt is pread or pwrite, as nr says.
func transferAt(nr uintptr, fd int, p []byte, off int64) (int, syscall.Errno) {
	n, _, errno := syscall.Syscall6(nr, uintptr(fd), uintptr(unsafe.Pointer(unsafe.SliceData(p))), uintptr(len(p)), uintptr(off), 0, 0)
	return int(n), errno
}
