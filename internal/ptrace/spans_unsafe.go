package ptrace

import (
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/trapline/trapline/mem"
)

// maxIovecs is the kernel's UIO_MAXIOV.
const maxIovecs = 1024

// ReadSpans fills the Data of spans from the memory of a task, many with each call, and
// shortens that of a span at the first page that cannot be read. The error is that of a
// task whose memory cannot be read at all.
func ReadSpans(tid int, spans []mem.Span) error {
	var ours [maxIovecs]syscall.Iovec
	var theirs [maxIovecs]remote
	for len(spans) > 0 {
		n := min(len(spans), maxIovecs)
		for i, s := range spans[:n] {
			ours[i] = syscall.Iovec{Base: unsafe.SliceData(s.Data), Len: uint64(len(s.Data))}
			theirs[i] = remote{s.Addr, uint64(len(s.Data))}
		}
		got, _, errno := syscall.Syscall6(unix.SYS_PROCESS_VM_READV, uintptr(tid), uintptr(unsafe.Pointer(&ours)), uintptr(n), uintptr(unsafe.Pointer(&theirs)), uintptr(n), 0)
		if errno != 0 && errno != syscall.EFAULT {
			return failure("read memory of", tid, errno)
		}
		if errno != 0 {
			got = 0
		}
		spans = spans[settle(spans[:n], int(got)):]
	}
	return nil
}

// settle shortens the span at which a read of got bytes ended, and returns how many are
// done with it.
func settle(spans []mem.Span, got int) int {
	for i := range spans {
		if got < len(spans[i].Data) {
			spans[i].Data = spans[i].Data[:got]
			return i + 1
		}
		got -= len(spans[i].Data)
	}
	return len(spans)
}
