package procfs

import (
	"bytes"
	"fmt"
	"os"
	"syscall"
)

// CPU returns the CPU that a thread runs on or ran on last.
func CPU(tid int) (int, error) {
	f, err := OpenStat(tid)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	return f.CPU()
}

// A StatFile is /proc/tid/stat held open, for those who ask often: asking
// allocates nothing.
type StatFile struct {
	fd  int
	buf [1024]byte // longer than the longest line
}

// OpenStat opens /proc/tid/stat.
func OpenStat(tid int) (*StatFile, error) {
	name := file(tid, "stat")
	fd, err := syscall.Open(name, syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("procfs: %w", &os.PathError{Op: "open", Path: name, Err: err})
	}
	return &StatFile{fd: fd}, nil
}

// CPU returns the CPU that the thread runs on or ran on last. Once the thread is
// gone the error is ESRCH.
func (f *StatFile) CPU() (int, error) {
	n, err := syscall.Pread(f.fd, f.buf[:], 0)
	if err != nil {
		return 0, fmt.Errorf("procfs: read stat: %w", err)
	}
	return parseProcessor(f.buf[:n])
}

// Close closes the file.
func (f *StatFile) Close() error { return syscall.Close(f.fd) }

// parseProcessor takes one field from /proc/pid/stat.
func parseProcessor(raw []byte) (int, error) {
	_, _, tail, ok := splitStat(raw)
	if !ok {
		return 0, fmt.Errorf("procfs: stat: %w", errNoComm)
	}
	f := fields{rest: bytes.TrimLeft(tail, blanks)}
	f.skip(36) // state to exit_signal
	cpu := f.integer()
	return cpu, f.failed("stat")
}
