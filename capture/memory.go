package capture

import (
	"errors"
	"fmt"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/internal/ptrace"
	"github.com/trapline/trapline/mem"
	"github.com/trapline/trapline/procfs"
)

// ErrNotCopied is the error for memory that the process has but nobody has copied: it has
// changed since.
var ErrNotCopied = errors.New("this memory was not copied")

// A memory is a process's memory: all of it while it is frozen; then what was copied and
// what the process itself cannot write. That is read from the process as long as it
// lives: code is the same in the file, but data was relocated. After its end the files
// must do.
type memory struct {
	copied spans
	maps   []procfs.Mapping
	live   *ptrace.MemFile
	files  files
	frozen bool
}

// thaw says that the process has gone on and only these copies hold.
func (m *memory) thaw(copied spans) { m.copied, m.frozen = copied, false }

// ReadMem implements mem.Reader.
func (m *memory) ReadMem(p []byte, addr abi.Addr) (int, error) {
	return readPieces(p, addr, m.piece)
}

// readPieces fills p by calls of piece, each of which reads a byte at least or fails.
func readPieces(p []byte, addr abi.Addr, piece func([]byte, abi.Addr) (int, error)) (int, error) {
	for n := 0; n < len(p); {
		got, err := piece(p[n:], addr+abi.Addr(n))
		if n += got; err != nil {
			return n, fmt.Errorf("capture: read %d bytes at %s: %w", len(p), addr, err)
		}
	}
	return len(p), nil
}

// piece reads from one place, and at least a byte if there is no error.
func (m *memory) piece(p []byte, addr abi.Addr) (int, error) {
	if n := m.copied.read(p, addr); n > 0 {
		return n, nil
	}
	in := find(m.maps, addr)
	if in == nil {
		return 0, mem.ErrUnmapped
	}
	if !m.frozen && in.Perm&procfs.Writable != 0 {
		return 0, ErrNotCopied
	}
	p = p[:min(uint64(len(p)), uint64(in.End-addr))]
	n, err := m.live.ReadMem(p, addr)
	if n > 0 {
		return n, nil
	}
	if ptrace.Gone(err) && in.Inode != 0 {
		return m.files.read(p, in, addr)
	}
	return 0, err
}

// Close closes what the memory is read from.
func (m *memory) Close() error {
	return errors.Join(m.live.Close(), m.files.Close())
}
