package image

import (
	"debug/elf"
	"errors"
	"io"
	"strings"
)

// Limits of what is read of a file. A section may be as large as those of the largest
// programs; a compressed one may grow as far as debug information ever does, so that a
// small file cannot fill the memory.
const (
	maxSection   = 2 << 30
	maxExpansion = 64
	minExpanded  = 1 << 20
)

// A section is what Section returns for a name.
type section struct {
	data []byte
	addr uint64
	err  error
}

// errNoSection is the error for a section that a file has not.
var errNoSection = errors.New("no such section")

// Section returns the content of the first section of that name, decompressed, and its
// address. It is read once; the caller must not change it.
func (f *File) Section(name string) (data []byte, addr uint64, err error) {
	s, known := f.sections[name]
	if !known {
		s = f.readSection(name)
		f.sections[name] = s
	}
	return s.data, s.addr, s.err
}

func (f *File) readSection(name string) section {
	s := f.header(name)
	if s == nil {
		return section{err: f.errorf("%s: %w", name, errNoSection)}
	}
	data, err := f.content(s)
	if err != nil {
		return section{err: f.errorf("%s: %w", name, err)}
	}
	return section{data: data, addr: s.Addr}
}

// HasSection reports whether the file has a section of that name and it is not empty.
func (f *File) HasSection(name string) bool { return f.header(name) != nil }

// oldPrefix begins the names of compressed sections as they were before SHF_COMPRESSED.
const oldPrefix = ".zdebug_"

// header is the section of that name which has content; nil if there is none. A
// .debug_x may be called .zdebug_x.
func (f *File) header(name string) *elf.Section {
	old := ""
	if debug, ok := strings.CutPrefix(name, ".debug_"); ok {
		old = oldPrefix + debug
	}
	for _, s := range f.elf.Sections {
		if (s.Name == name || old != "" && s.Name == old) && s.Type != elf.SHT_NOBITS && s.FileSize > 0 {
			return s
		}
	}
	return nil
}

func (f *File) content(s *elf.Section) ([]byte, error) {
	if z := f.inflating(s); z != nil {
		return z.whole()
	}
	return readFull(f.r, s.Offset, s.FileSize)
}

// readFull reads size bytes at an offset. That the last of them exists is seen before
// room for them is made.
func readFull(r io.ReaderAt, offset, size uint64) ([]byte, error) {
	if size > maxSection {
		return nil, errors.New("too large")
	}
	if size == 0 {
		return nil, nil
	}
	if _, err := r.ReadAt(make([]byte, 1), int64(offset+size-1)); err != nil {
		return nil, errors.New("lies beyond the end of the file")
	}
	data := make([]byte, size)
	if n, err := r.ReadAt(data, int64(offset)); n < len(data) {
		return nil, err
	}
	return data, nil
}

// expansion is what compressed data of that size may come to.
func expansion(size uint64) uint64 { return min(size*maxExpansion+minExpanded, maxSection) }
