package procfs

import (
	"fmt"
	"os"
	"syscall"
)

// held is a file held open for those who ask often: reading it anew allocates
// nothing.
type held struct{ fd int }

func hold(path string) (held, error) {
	fd, err := syscall.Open(path, syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
	if err != nil {
		return held{}, fmt.Errorf("procfs: %w", &os.PathError{Op: "open", Path: path, Err: err})
	}
	return held{fd}, nil
}

// read reads the file from its beginning, as much of it as buf has room for.
func (h held) read(buf []byte) ([]byte, error) {
	n, err := syscall.Pread(h.fd, buf, 0)
	if err != nil {
		return nil, fmt.Errorf("procfs: read: %w", err)
	}
	return buf[:n], nil
}

// Close closes the file.
func (h held) Close() error { return syscall.Close(h.fd) }
