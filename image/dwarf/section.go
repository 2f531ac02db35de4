package dwarf

import (
	"bytes"
	"io"

	"github.com/trapline/trapline/mem"
)

// pageSize is how much of a section is read at once where a few bytes are asked for.
const pageSize = 1 << 14

// A section is read in pieces: a unit at a time, or pages that are kept.
type section struct {
	r     io.ReaderAt
	size  uint64
	pages map[uint64][]byte
	all   []byte
}

// bytes returns n bytes from an offset on; nil if the section has fewer.
func (s *section) bytes(off, n uint64) []byte {
	if off > s.size || n > s.size-off {
		return nil
	}
	if s.all != nil {
		return s.all[off : off+n : off+n]
	}
	start := off &^ (pageSize - 1)
	if p := s.pages[start]; off+n <= start+uint64(len(p)) {
		return p[off-start : off-start+n : off-start+n]
	}
	return s.read(off, n)
}

// read reads n bytes. That the last exists is seen before much room for them is made.
func (s *section) read(off, n uint64) []byte {
	var last [1]byte
	if n == 0 {
		return []byte{}
	}
	if n > pageSize {
		if got, _ := s.r.ReadAt(last[:], int64(off+n-1)); got != 1 {
			return nil
		}
	}
	b := make([]byte, n)
	if got, _ := s.r.ReadAt(b, int64(off)); uint64(got) != n {
		return nil
	}
	return b
}

// whole returns all of a section that is small or needed in full.
func (s *section) whole() []byte {
	if s.all == nil && s.size > 0 {
		s.all = s.read(0, s.size)
	}
	return s.all
}

// page returns what follows an offset up to the end of its page.
func (s *section) page(off uint64) []byte {
	if off >= s.size {
		return nil
	}
	if s.all != nil {
		return s.all[off:]
	}
	start := off &^ (pageSize - 1)
	p, ok := s.pages[start]
	if !ok {
		if s.pages == nil {
			s.pages = map[uint64][]byte{}
		}
		p = s.read(start, min(pageSize, s.size-start))
		s.pages[start] = p
	}
	if p == nil {
		return nil
	}
	return p[off-start:]
}

// parse reads what is at an offset, however long it is: it calls use with more and more of
// what follows there until that is enough. It reports whether it was.
func (s *section) parse(off uint64, use func(*cursor)) bool {
	data := s.page(off)
	for n := uint64(4 * pageSize); data != nil; n *= 4 {
		c := &cursor{data: data}
		if use(c); !c.bad || uint64(len(data)) == s.size-off {
			return !c.bad
		}
		data = s.bytes(off, min(n, s.size-off))
	}
	return false
}

// maxString bounds a name. Those of templates reach some 10,000 bytes.
const maxString = 1 << 16

// string returns the string at an offset; an empty one if there is none.
func (s *section) string(off uint64) string {
	var text []byte
	for len(text) < maxString {
		p := s.page(off)
		if p == nil {
			return ""
		}
		if n := bytes.IndexByte(p, 0); n >= 0 {
			return string(append(text, p[:n]...))
		}
		text = append(text, p...)
		off += uint64(len(p))
	}
	return ""
}

// word returns the number of 1 to 8 bytes at an offset.
func (s *section) word(off uint64, size int) (uint64, bool) {
	p := s.page(off)
	if len(p) < size {
		if p = s.bytes(off, uint64(size)); p == nil {
			return 0, false
		}
	}
	return mem.Little(p[:size]), true
}
