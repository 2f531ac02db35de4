package ptrace

import (
	"syscall"
	"unsafe"
)

// SigInfoSize is the size of the kernel's siginfo_t.
const SigInfoSize = 128

// GetSigInfo reads the siginfo_t of the signal that stopped the task into buf,
// which must have SigInfoSize bytes. It has our own ABI's layout, whatever the
// task's. Other stops have one too: it tells what kind of stop it is.
func GetSigInfo(tid int, buf []byte) error {
	if len(buf) < SigInfoSize {
		return failure(getSigInfo.name, tid, syscall.EINVAL)
	}
	_, err := getSigInfo.with(tid, 0, unsafe.Pointer(unsafe.SliceData(buf)))
	return err
}

// SetSigInfo replaces the siginfo_t of the signal about to be delivered.
func SetSigInfo(tid int, buf []byte) error {
	if len(buf) < SigInfoSize {
		return failure(setSigInfo.name, tid, syscall.EINVAL)
	}
	_, err := setSigInfo.with(tid, 0, unsafe.Pointer(unsafe.SliceData(buf)))
	return err
}

// GetSigMask reads the set of signals the task blocks; bit 0 is signal 1.
func GetSigMask(tid int) (uint64, error) {
	var mask uint64
	_, err := getSigMask.with(tid, unsafe.Sizeof(mask), unsafe.Pointer(&mask))
	return mask, err
}

// SetSigMask replaces the set of signals the task blocks.
func SetSigMask(tid int, mask uint64) error {
	_, err := setSigMask.with(tid, unsafe.Sizeof(mask), unsafe.Pointer(&mask))
	return err
}

// A Queue says whose pending signals PeekSigInfo reads.
type Queue uint32

// The queues of pending signals.
const (
	TaskQueue    Queue = 0 // those sent to the thread
	ProcessQueue Queue = 1 // those sent to its process
)

// PeekSigInfo copies pending signals, from the index from on, into buf without
// taking them from the queue: as many siginfo_t as fit and are there. It returns
// their number.
func PeekSigInfo(tid int, q Queue, from int, buf []byte) (int, error) {
	// struct ptrace_peeksiginfo_args
	args := struct {
		off   uint64
		flags uint32
		nr    int32
	}{uint64(from), uint32(q), int32(len(buf) / SigInfoSize)}
	n, _, errno := syscall.RawSyscall6(syscall.SYS_PTRACE, peekSigInfo.nr, uintptr(tid),
		uintptr(unsafe.Pointer(&args)), uintptr(unsafe.Pointer(unsafe.SliceData(buf))), 0, 0)
	if errno != 0 {
		return 0, failure(peekSigInfo.name, tid, errno)
	}
	return int(n), nil
}

// GetEventMsg reads what a stop's event is about: the new task's id for EventFork
// and its like, the former thread id for EventExec, the wait status for EventExit,
// the filter's data for EventSeccomp.
func GetEventMsg(tid int) (uint64, error) {
	var msg uint64 // unsigned long
	_, err := getEventMsg.with(tid, 0, unsafe.Pointer(&msg))
	return msg, err
}

// Tgkill sends a signal to one thread.
func Tgkill(tgid, tid int, sig syscall.Signal) error {
	_, _, errno := syscall.RawSyscall(sysTgkill, uintptr(tgid), uintptr(tid), uintptr(sig))
	return failure("signal", tid, errno)
}
