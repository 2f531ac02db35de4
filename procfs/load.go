package procfs

import (
	"bytes"
	"fmt"
	"os"
	"syscall"
)

// A LoadFile is /proc/loadavg held open: asking allocates nothing.
type LoadFile struct {
	fd  int
	buf [128]byte
}

// OpenLoad opens /proc/loadavg.
func OpenLoad() (*LoadFile, error) {
	const name = "/proc/loadavg"
	fd, err := syscall.Open(name, syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("procfs: %w", &os.PathError{Op: "open", Path: name, Err: err})
	}
	return &LoadFile{fd: fd}, nil
}

// Runnable returns how many threads of the machine run or could run now, the
// caller among them.
func (f *LoadFile) Runnable() (int, error) {
	n, err := syscall.Pread(f.fd, f.buf[:], 0)
	if err != nil {
		return 0, fmt.Errorf("procfs: read loadavg: %w", err)
	}
	return parseRunnable(f.buf[:n])
}

// Close closes the file.
func (f *LoadFile) Close() error { return syscall.Close(f.fd) }

// parseRunnable takes the first half of the fourth field: "0.20 0.18 0.12 1/80 11206".
func parseRunnable(raw []byte) (int, error) {
	f := fields{rest: bytes.TrimLeft(raw, blanks)}
	f.skip(3)
	runnable := int(f.number(f.until("/"), 10))
	return runnable, f.failed("loadavg")
}
