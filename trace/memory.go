package trace

import (
	"errors"
	"syscall"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/internal/ptrace"
)

// ReadMem reads the task's memory; it implements mem.Reader. Only while the task
// is stopped, on the tracer's thread.
func (t *Task) ReadMem(p []byte, addr abi.Addr) (int, error) {
	n, err := ptrace.ReadMem(t.tid, p, addr)
	if err == nil || !forbidden(err) {
		return n, err
	}
	if err := t.openMem(); err != nil {
		return 0, err
	}
	return t.file.ReadMem(p, addr)
}

// WriteMem changes the task's memory, read-only text included; it implements
// mem.Writer. Only while the task is stopped, on the tracer's thread. Handlers
// should ask for a Write instead, so that what they do shows in the Action.
func (t *Task) WriteMem(p []byte, addr abi.Addr) (int, error) {
	n, err := ptrace.WriteMem(t.tid, p, addr)
	if err == nil {
		return n, nil
	}
	// process_vm_writev honours page protection; /proc/PID/mem does not.
	if err := t.openMem(); err != nil {
		return 0, err
	}
	return t.file.WriteAt(p, int64(addr))
}

// SharesMemory says whether two tasks run in the same memory, as threads do and a process
// made by vfork. Only while they are traced; it needs kcmp(2).
func (t *Task) SharesMemory(other *Task) (bool, error) {
	return ptrace.SharesMemory(t.tid, other.tid)
}

// openMem opens /proc/TID/mem for the program that the task runs now.
func (t *Task) openMem() error {
	if t.file != nil {
		return nil
	}
	file, err := ptrace.OpenMem(t.tid)
	if err == nil {
		t.file = file
	}
	return err
}

// closeMem gives up what openMem opened: the task is gone or runs a new program.
func (t *Task) closeMem() {
	if t.file != nil {
		t.file.Close()
		t.file = nil
	}
}

// forbidden says whether process_vm_readv is not to be had at all here, as under
// some container profiles.
func forbidden(err error) bool {
	return errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.ENOSYS)
}
