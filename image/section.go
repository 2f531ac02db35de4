package image

import (
	"bytes"
	"compress/zlib"
	"debug/elf"
	"encoding/binary"
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

// header is the section of that name which has content; nil if there is none. A
// .debug_x may be called .zdebug_x: that was how compressed ones were marked.
func (f *File) header(name string) *elf.Section {
	old := ""
	if debug, ok := strings.CutPrefix(name, ".debug_"); ok {
		old = ".zdebug_" + debug
	}
	for _, s := range f.elf.Sections {
		if (s.Name == name || old != "" && s.Name == old) && s.Type != elf.SHT_NOBITS && s.FileSize > 0 {
			return s
		}
	}
	return nil
}

func (f *File) content(s *elf.Section) ([]byte, error) {
	if s.Flags&elf.SHF_COMPRESSED != 0 {
		return expand(s.Open(), s.FileSize)
	}
	raw, err := readFull(f.r, s.Offset, s.FileSize)
	if err == nil && strings.HasPrefix(s.Name, ".zdebug_") {
		return expandOld(raw)
	}
	return raw, err
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

// expand reads decompressed data of which the file has size bytes.
func expand(r io.Reader, size uint64) ([]byte, error) {
	limit := expansion(size)
	var data bytes.Buffer
	n, err := io.Copy(&data, io.LimitReader(r, int64(limit)+1))
	if err == nil && uint64(n) > limit {
		err = errors.New("too large when decompressed")
	}
	return data.Bytes(), err
}

// expansion is what compressed data of that size may come to.
func expansion(size uint64) uint64 { return min(size*maxExpansion+minExpanded, maxSection) }

// expandOld decompresses a .zdebug section: "ZLIB", the size in eight bytes, the data.
func expandOld(raw []byte) ([]byte, error) {
	const header = 12
	if len(raw) < header || string(raw[:4]) != "ZLIB" {
		return raw, nil
	}
	r, err := zlib.NewReader(bytes.NewReader(raw[header:]))
	if err != nil {
		return nil, err
	}
	data, err := expand(r, uint64(len(raw)))
	if err == nil && uint64(len(data)) != binary.BigEndian.Uint64(raw[4:]) {
		err = io.ErrUnexpectedEOF
	}
	return data, err
}
