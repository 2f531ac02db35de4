package capture

import (
	"io"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/image"
	"github.com/trapline/trapline/procfs"
)

// A coreMemory is what was dumped and, where that was left out, what the files have that
// were mapped there. What could be written may have been other than in the file.
type coreMemory struct {
	dumped *coreFile
	maps   []procfs.Mapping
	open   image.Opener
}

// ReadMem implements mem.Reader.
func (m *coreMemory) ReadMem(p []byte, addr abi.Addr) (int, error) {
	return readPieces(p, addr, m.piece)
}

// piece reads from one place, and at least a byte if there is no error.
func (m *coreMemory) piece(p []byte, addr abi.Addr) (int, error) {
	n, err := m.dumped.piece(p, addr)
	if n > 0 {
		return n, nil
	}
	in := find(m.maps, addr)
	if in == nil || in.Path == "" || in.Perm&procfs.Writable != 0 {
		return 0, err
	}
	file, openErr := m.open(*in)
	if openErr != nil {
		return 0, openErr
	}
	p = p[:min(uint64(len(p)), uint64(in.End-addr))]
	n, err = file.ReadAt(p, int64(in.Offset+uint64(addr-in.Start)))
	if n > 0 {
		return n, nil
	}
	if err == io.EOF {
		err = errLeftOut
	}
	return 0, err
}
