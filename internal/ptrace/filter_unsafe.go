package ptrace

import (
	"syscall"
	"unsafe"
)

// A SockFilter is one instruction of a classic BPF program, struct sock_filter of
// <linux/filter.h>.
type SockFilter struct {
	Code   uint16
	JT, JF uint8
	K      uint32
}

// maxFilter is the kernel's BPF_MAXINSNS.
const maxFilter = 4096

// GetSeccompFilter returns a seccomp filter of the task; index 0 is the one it
// installed first. Past the last: ENOENT. It needs CAP_SYS_ADMIN and a kernel with
// CONFIG_CHECKPOINT_RESTORE, and we ourselves must have no filter.
func GetSeccompFilter(tid, index int) ([]SockFilter, error) {
	n, err := getSeccompFilter.with(tid, uintptr(index), nil)
	if err != nil {
		return nil, err
	}
	if n <= 0 || n > maxFilter {
		return nil, failure(getSeccompFilter.name, tid, syscall.EOVERFLOW)
	}
	program := make([]SockFilter, n)
	_, err = getSeccompFilter.with(tid, uintptr(index), unsafe.Pointer(unsafe.SliceData(program)))
	return program, err
}
