package capture

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sort"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/mem"
)

// A coreFile is a core: an ELF file with a segment for each range of memory, and notes. It
// is the memory that was dumped. Nothing but its headers and notes is read before it is
// asked for.
type coreFile struct {
	r      io.ReaderAt
	size   uint64 // of the file
	layout *coreLayout
	notes  []segment
	loads  []segment // of memory, ascending, none overlaps another
}

// Why memory that a process had is not in its core.
var (
	errLeftOut = errors.New("this memory was left out of the core")
	errCutOff  = errors.New("the core is cut off before this memory")
)

// packed are what compressed files begin with, and what is made of them.
var packed = []struct{ magic, name, undo string }{
	{"\x28\xb5\x2f\xfd", "zstd", "zstd -d"},
	{"\x1f\x8b", "gzip", "gzip -dk"},
	{"\xfd7zXZ\x00", "xz", "xz -dk"},
	{"\x04\x22\x4d\x18", "lz4", "lz4 -d"},
	{"BZh", "bzip2", "bzip2 -dk"},
}

// readCore reads the headers of a core.
func readCore(r io.ReaderAt, size int64) (*coreFile, error) {
	f := &coreFile{r: r, size: uint64(size)}
	head := make([]byte, binary.Size(elf.Header64{}))
	n, err := r.ReadAt(head, 0)
	if err != nil && err != io.EOF {
		return nil, err
	}
	if err := refuse(head[:n]); err != nil {
		return nil, err
	}
	h, err := parseHeader(head)
	if err != nil {
		return nil, err
	}
	if f.layout = layoutOf(&h); f.layout == nil {
		return nil, fmt.Errorf("it is of a machine that is not supported: %v, %v", h.machine, h.class)
	}
	return f, f.segments(&h)
}

// refuse says of a file that is no core what it is.
func refuse(head []byte) error {
	for _, p := range packed {
		if bytes.HasPrefix(head, []byte(p.magic)) {
			return fmt.Errorf("it is compressed; decompress it first, with %s", p.undo)
		}
	}
	switch {
	case len(head) == 0:
		return errors.New("it is empty: the kernel could not write it, or not all of it")
	case !bytes.HasPrefix(head, []byte(elf.ELFMAG)):
		return errors.New("it is no core: it is no ELF file")
	case len(head) < binary.Size(elf.Header64{}):
		return errors.New("it is cut off within its header")
	case elf.Type(binary.LittleEndian.Uint16(head[16:])) != elf.ET_CORE:
		return errors.New("it is no core but a program or a library")
	}
	return nil
}

// missing is how many bytes of its segments the file should have and has not.
func (f *coreFile) missing() (n uint64) {
	for _, s := range f.loads {
		n += s.size - min(s.size, f.size-min(f.size, s.offset))
	}
	return n
}

// ReadMem implements mem.Reader.
func (f *coreFile) ReadMem(p []byte, addr abi.Addr) (int, error) {
	return readPieces(p, addr, f.piece)
}

// piece reads from one segment, and at least a byte if there is no error.
func (f *coreFile) piece(p []byte, addr abi.Addr) (int, error) {
	i := sort.Search(len(f.loads), func(i int) bool { return f.loads[i].End > addr })
	if i == len(f.loads) || f.loads[i].Start > addr {
		return 0, mem.ErrUnmapped
	}
	s := &f.loads[i]
	skip := uint64(addr - s.Start)
	if skip >= s.size {
		return 0, errLeftOut
	}
	p = p[:min(uint64(len(p)), s.size-skip)]
	at := s.offset + skip
	if at < skip || at >= f.size {
		return 0, errCutOff
	}
	n, err := f.r.ReadAt(p, int64(at))
	if n > 0 {
		err = nil
	}
	return n, err
}
