package image

import (
	"debug/elf"
	"encoding/binary"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/trapline/trapline/image/internal/inflate"
)

// An inflating is a compressed section that is decompressed as far as it is read: most
// look-ups need little of it.
type inflating struct {
	from  decompressor
	size  uint64 // of the data, as the section says
	limit uint64 // what the data may come to
	data  []byte // its beginning
	err   error  // why there is no more
	key   string // what it is kept as
	kept  *kept  // nil if it is not, or damaged
}

// A decompressor appends n bytes or a few more to what it has decompressed before.
type decompressor interface {
	Append(dst []byte, n int) ([]byte, error)
}

const (
	// inflateStep is the least that is decompressed at a time.
	inflateStep = 64 << 10
	// inflateRoom is how much room is made for data before there is any.
	inflateRoom = 16 << 20
)

// inflating returns a section that is compressed; nil for one that is not.
func (f *File) inflating(s *elf.Section) *inflating {
	const gnu = 12 // "ZLIB" and the size in eight bytes
	var head [gnu]byte
	if s.Flags&elf.SHF_COMPRESSED == 0 && (!strings.HasPrefix(s.Name, oldPrefix) || s.FileSize < gnu) {
		return nil
	}
	if _, err := f.r.ReadAt(head[:], int64(s.Offset)); err != nil {
		return nil
	}
	packed := func(header uint64) decompressor {
		return inflate.NewDecoder(io.NewSectionReader(f.r, int64(s.Offset+header), int64(s.FileSize-header)))
	}
	z := &inflating{size: s.Size}
	switch {
	case s.Flags&elf.SHF_COMPRESSED == 0:
		if string(head[:4]) != "ZLIB" {
			return nil
		}
		z.from, z.size = packed(gnu), binary.BigEndian.Uint64(head[4:])
	case elf.CompressionType(binary.LittleEndian.Uint32(head[:])) != elf.COMPRESS_ZLIB:
		z.from = reading{s.Open()}
	case f.elf.Class == elf.ELFCLASS32:
		z.from = packed(12)
	default:
		z.from = packed(24)
	}
	z.limit = min(expansion(s.FileSize), z.size)
	return z
}

// A reading decompresses what it reads.
type reading struct{ io.Reader }

// Append implements decompressor.
func (r reading) Append(dst []byte, n int) ([]byte, error) {
	dst = slices.Grow(dst, n)
	got, err := io.ReadFull(r, dst[len(dst):len(dst)+n])
	return dst[:len(dst)+got], err
}

// ReadAt implements io.ReaderAt.
func (z *inflating) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 || uint64(off)+uint64(len(p)) > z.limit {
		return 0, io.ErrUnexpectedEOF
	}
	if z.kept != nil {
		if n, err := z.kept.ReadAt(p, off); err == nil {
			return n, nil
		}
		z.kept = nil
	}
	z.more(int(off) + len(p))
	if int(off) >= len(z.data) {
		return 0, z.failure()
	}
	n := copy(p, z.data[off:])
	if n < len(p) {
		return n, z.failure()
	}
	return n, nil
}

// more decompresses until n bytes are there.
func (z *inflating) more(n int) {
	if z.data == nil {
		z.data = make([]byte, 0, min(z.limit, inflateRoom)+inflate.Spill)
	}
	for len(z.data) < n && z.err == nil {
		z.data, z.err = z.from.Append(z.data, max(n-len(z.data), inflateStep))
	}
}

func (z *inflating) failure() error {
	if z.err == nil || z.err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return z.err
}

// whole returns all of the data.
func (z *inflating) whole() ([]byte, error) {
	if z.size > z.limit {
		return nil, errors.New("too large when decompressed")
	}
	z.more(int(z.size))
	if uint64(len(z.data)) < z.size {
		return nil, z.failure()
	}
	return z.data[:z.size:z.size], nil
}
