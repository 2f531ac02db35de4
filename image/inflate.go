package image

import (
	"io"
	"slices"
)

// An inflating is a compressed section that is decompressed as far as it is read: most
// look-ups need little of it.
type inflating struct {
	r     io.Reader // of the decompressed data
	limit uint64    // what the data may come to
	data  []byte    // its beginning
	err   error     // why there is no more
}

// inflateStep is the least that is decompressed at a time.
const inflateStep = 64 << 10

// ReadAt implements io.ReaderAt.
func (z *inflating) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 || uint64(off)+uint64(len(p)) > z.limit {
		return 0, io.ErrUnexpectedEOF
	}
	for len(z.data) < int(off)+len(p) && z.err == nil {
		z.more()
	}
	if int(off) >= len(z.data) {
		return 0, z.failure()
	}
	n := copy(p, z.data[off:])
	if n < len(p) {
		return n, z.failure()
	}
	return n, nil
}

func (z *inflating) more() {
	z.data = slices.Grow(z.data, inflateStep)
	var n int
	n, z.err = io.ReadFull(z.r, z.data[len(z.data):len(z.data)+inflateStep])
	z.data = z.data[:len(z.data)+n]
}

func (z *inflating) failure() error {
	if z.err == nil || z.err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return z.err
}
