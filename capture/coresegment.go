package capture

import (
	"cmp"
	"debug/elf"
	"encoding/binary"
	"errors"
	"io"
	"slices"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/procfs"
)

// A segment is a part of a core.
type segment struct {
	Range  // of memory
	perm   procfs.Perm
	offset uint64 // in the file
	size   uint64 // in the file: less than the range has where the rest was left out
}

// A coreHeader is what the header of an ELF file says of segments.
type coreHeader struct {
	class    elf.Class
	machine  elf.Machine
	offset   uint64 // of the segments' headers
	number   uint64
	each     uint64 // the size of one
	sections uint64 // the offset of the sections' headers
}

func parseHeader(b []byte) (h coreHeader, err error) {
	h.class = elf.Class(b[elf.EI_CLASS])
	switch {
	case elf.Data(b[elf.EI_DATA]) != elf.ELFDATA2LSB:
		return h, errors.New("it is of a big-endian machine")
	case h.class == elf.ELFCLASS64:
		var e elf.Header64
		_, err = binary.Decode(b, binary.LittleEndian, &e)
		h.machine, h.offset, h.number, h.each, h.sections = elf.Machine(e.Machine), e.Phoff, uint64(e.Phnum), uint64(e.Phentsize), e.Shoff
	default:
		var e elf.Header32
		_, err = binary.Decode(b, binary.LittleEndian, &e)
		h.machine, h.offset, h.number, h.each, h.sections = elf.Machine(e.Machine), uint64(e.Phoff), uint64(e.Phnum), uint64(e.Phentsize), uint64(e.Shoff)
	}
	return h, err
}

// The size of a segment's header.
const (
	segmentSize64 = 56
	segmentSize32 = 32
)

// parse parses a segment's header.
func (h *coreHeader) parse(b []byte) (p elf.Prog64) {
	if h.class == elf.ELFCLASS64 {
		binary.Decode(b, binary.LittleEndian, &p)
		return p
	}
	var n elf.Prog32
	binary.Decode(b, binary.LittleEndian, &n)
	return elf.Prog64{
		Type: n.Type, Flags: n.Flags, Off: uint64(n.Off), Vaddr: uint64(n.Vaddr), Filesz: uint64(n.Filesz), Memsz: uint64(n.Memsz),
	}
}

var errNoHeaders = errors.New("it is damaged or cut off: the headers of its segments are not there")

// elsewhere is PN_XNUM: the number of segments is where a section has other things.
const elsewhere = 0xffff

// segments reads the headers of segments, many at once.
func (f *coreFile) segments(h *coreHeader) error {
	each := uint64(segmentSize64)
	if h.class == elf.ELFCLASS32 {
		each = segmentSize32
	}
	if h.number == elsewhere {
		h.number = f.numberOfSegments(h)
	}
	if h.each != each || h.offset > f.size || h.number*each > f.size-h.offset {
		return errNoHeaders
	}
	r := io.NewSectionReader(f.r, int64(h.offset), int64(h.number*each))
	buf := make([]byte, min(h.number, 1024)*each)
	for left := h.number * each; left > 0; left -= uint64(len(buf)) {
		buf = buf[:min(left, uint64(len(buf)))]
		if _, err := io.ReadFull(r, buf); err != nil {
			return err
		}
		for b := buf; len(b) > 0; b = b[each:] {
			f.add(h.parse(b))
		}
	}
	f.loads = disjoint(f.loads)
	return nil
}

// numberOfSegments is what the first section has in sh_info.
func (f *coreFile) numberOfSegments(h *coreHeader) uint64 {
	at := int64(h.sections) + 44
	if h.class == elf.ELFCLASS32 {
		at = int64(h.sections) + 28
	}
	var b [4]byte
	f.r.ReadAt(b[:], at)
	return uint64(binary.LittleEndian.Uint32(b[:]))
}

// perms are the permissions by the flags of segments.
var perms = map[elf.ProgFlag]procfs.Perm{
	elf.PF_R: procfs.Readable, elf.PF_W: procfs.Writable, elf.PF_X: procfs.Executable,
}

// add takes a segment's header. One that would end behind the last address is none.
func (f *coreFile) add(p elf.Prog64) {
	s := segment{offset: p.Off, size: p.Filesz}
	switch elf.ProgType(p.Type) {
	case elf.PT_NOTE:
		f.notes = append(f.notes, s)
	case elf.PT_LOAD:
		s.Range = Range{abi.Addr(p.Vaddr), abi.Addr(p.Vaddr + max(p.Memsz, p.Filesz))}
		for flag, perm := range perms {
			if elf.ProgFlag(p.Flags)&flag != 0 {
				s.perm |= perm
			}
		}
		if s.End > s.Start {
			f.loads = append(f.loads, s)
		}
	}
}

// disjoint sorts segments and leaves out those that overlap one before.
func disjoint(all []segment) []segment {
	slices.SortStableFunc(all, func(a, b segment) int { return cmp.Compare(a.Start, b.Start) })
	var end abi.Addr
	return slices.DeleteFunc(all, func(s segment) bool {
		if s.Start < end {
			return true
		}
		end = s.End
		return false
	})
}
