package unwind

import (
	"errors"
	"fmt"
)

// What is wrong with call frame information.
var (
	errTruncated = errors.New("call frame information ends early")
	errNoFDE     = errors.New("call frame information is not where the index says")
)

// A section is call frame information: .eh_frame or .debug_frame.
type section struct {
	addr  uint64 // of the section
	debug bool   // it is a .debug_frame
	word  int    // the size of a pointer
	bases bases
	// read returns the bytes at an address of the section: n or more, fewer at the end.
	read func(addr uint64, n int) []byte
	cies map[uint64]parsedCIE // by address
}

// A cie is what many functions have in common.
type cie struct {
	pointers  encoding // of an FDE's
	sized     bool     // an FDE has augmentation data
	signal    bool     // they are trampolines of signals
	word      int
	codeAlign uint64
	dataAlign int64
	ra        int // the register that has the return address
	program   []byte
}

// A parsedCIE is a CIE, or what is wrong with it.
type parsedCIE struct {
	cie *cie
	err error
}

// An fde says how to unwind from the code of one function.
type fde struct {
	*cie
	start, end uint64
	program    []byte
	next       uint64 // the address of the entry that follows
}

// An entry is the header of a CIE or FDE.
type entry struct {
	cursor        // what is behind the header
	cie    uint64 // the address of an FDE's CIE
	isCIE  bool
	next   uint64 // the address of the entry that follows; zero at the end of the section
}

// glance is how much of an entry is read before its length is known; most fit.
const glance = 256

// maxEntry bounds the length of an entry: a function of many megabytes does not need it.
const maxEntry = 4 << 20

// entry reads the header at an address. Every entry is longer than nothing, so that one
// after the other leads to the end.
func (s *section) entry(addr uint64) (entry, error) {
	c := cursor{rest: s.read(addr, glance), addr: addr}
	if len(c.rest) < 4 {
		return entry{}, nil
	}
	length, wide := c.uint(4), false
	if length == 0xffffffff {
		length, wide = c.uint(8), true
	}
	if length == 0 {
		return entry{}, nil
	}
	if length > maxEntry || c.bad {
		return entry{}, fmt.Errorf("entry at %#x: %w", addr, errTruncated)
	}
	if uint64(len(c.rest)) < length {
		c.rest = s.read(c.addr, int(length))
	}
	e := entry{cursor: c, next: c.addr + length}
	if uint64(len(e.rest)) < length {
		return entry{}, fmt.Errorf("entry at %#x: %w", addr, errTruncated)
	}
	e.rest = e.rest[:length]
	s.id(&e, wide)
	return e, nil
}

// id reads what distinguishes a CIE from an FDE. In .eh_frame it is the distance back to the
// CIE, or zero; in .debug_frame the CIE's offset, or all ones.
func (s *section) id(e *entry, wide bool) {
	if !s.debug {
		at := e.addr
		id := e.uint(4)
		e.isCIE, e.cie = id == 0, at-id
		return
	}
	size := 4
	if wide {
		size = 8
	}
	id := e.int(size)
	e.isCIE, e.cie = id == -1, s.addr+uint64(id)
	if size == 4 {
		e.cie = s.addr + uint64(uint32(id))
	}
}

// fde reads the FDE at an address.
func (s *section) fde(addr uint64) (fde, error) {
	e, err := s.entry(addr)
	if err != nil {
		return fde{}, err
	}
	if e.next == 0 || e.isCIE {
		return fde{}, fmt.Errorf("entry at %#x: %w", addr, errNoFDE)
	}
	return s.parseFDE(e)
}

func (s *section) parseFDE(e entry) (fde, error) {
	c, err := s.cie(e.cie)
	if err != nil {
		return fde{}, err
	}
	f := fde{cie: c, next: e.next}
	f.start = e.pointer(c.pointers&^indirect, c.word, s.bases)
	f.end = f.start + e.pointer(c.pointers&format, c.word, s.bases)
	if c.sized {
		e.block()
	}
	f.program = e.rest
	if e.bad || f.end < f.start {
		return fde{}, fmt.Errorf("entry before %#x: %w", e.next, errTruncated)
	}
	return f, nil
}

// cie returns the CIE at an address.
func (s *section) cie(addr uint64) (*cie, error) {
	c, known := s.cies[addr]
	if !known {
		c.cie, c.err = s.readCIE(addr)
		s.cies[addr] = c
	}
	return c.cie, c.err
}

func (s *section) readCIE(addr uint64) (*cie, error) {
	e, err := s.entry(addr)
	if err != nil {
		return nil, err
	}
	if e.next == 0 || !e.isCIE {
		return nil, fmt.Errorf("no CIE at %#x", addr)
	}
	return s.parseCIE(e)
}

func (s *section) parseCIE(e entry) (*cie, error) {
	c := &cie{word: s.word}
	version := e.byte()
	if version != 1 && version != 3 && version != 4 {
		return nil, fmt.Errorf("CIE before %#x: unknown version %d", e.next, version)
	}
	augmentation := e.text()
	if augmentation == "eh" {
		e.uint(s.word)
		augmentation = ""
	}
	if version == 4 {
		c.word = int(e.byte())
		e.byte() // the size of a segment selector
	}
	c.codeAlign = e.uleb()
	c.dataAlign = e.sleb()
	if version == 1 {
		c.ra = int(e.byte())
	} else {
		c.ra = int(e.uleb() & 0xffff)
	}
	if err := s.augment(c, &e, augmentation); err != nil {
		return nil, fmt.Errorf("CIE before %#x: %w", e.next, err)
	}
	c.program = e.rest
	if e.bad || c.word != 4 && c.word != 8 {
		return nil, fmt.Errorf("CIE before %#x: %w", e.next, errTruncated)
	}
	return c, nil
}

// augment reads what the letters of a CIE's augmentation stand for. Their data has a
// length, so that an unknown letter only ends the reading.
func (s *section) augment(c *cie, e *entry, letters string) error {
	if letters == "" {
		return nil
	}
	if letters[0] != 'z' {
		return fmt.Errorf("unknown augmentation %q", letters)
	}
	c.sized = true
	addr := e.addr
	data := cursor{rest: e.block()}
	data.addr = e.addr - uint64(len(data.rest))
	if e.addr == addr {
		return errTruncated
	}
	for _, letter := range letters[1:] {
		switch letter {
		case 'R':
			c.pointers = encoding(data.byte())
		case 'P':
			data.pointer(encoding(data.byte())&^indirect, c.word, s.bases)
		case 'L':
			data.byte()
		case 'S':
			c.signal = true
		case 'B', 'G': // return addresses are signed with the key B; the stack is tagged
		default:
			return nil
		}
	}
	if data.bad {
		return errTruncated
	}
	return nil
}
