package unwind

import (
	"debug/elf"

	"github.com/trapline/trapline/image"
)

// A table is the call frame information of a file. It keeps the rows it has computed:
// a tracer walks over the same places again and again.
type table struct {
	*machine
	file   *image.File
	frames source // .eh_frame
	debug  source // .debug_frame; read when .eh_frame does not know an address
	looked bool   // for .debug_frame
	rows   map[uint64]cached
	runner runner
}

// A source is a section with its index; there is no section where index is nil.
type source struct {
	section
	index
}

// A cached is a row, or what hinders from having one; both nil where there is none.
type cached struct {
	row *row
	err error
}

// maxRows bounds how many rows are kept.
const maxRows = 1 << 16

// tableOf returns the table of a file; nil for an unknown machine.
func tableOf(f *image.File) *table {
	t, known := f.Unwind.(*table)
	if !known {
		t = newTable(f)
		f.Unwind = t
	}
	return t
}

// newTable prepares the table of a file.
func newTable(f *image.File) *table {
	m := machineOf(f.ABI())
	if m == nil {
		return nil
	}
	t := &table{machine: m, file: f, rows: map[uint64]cached{}}
	t.runner.arm = m.link >= 0
	t.frames = ehFrame(f, m.abi.Word)
	return t
}

// row returns how to unwind from an address of the file; nil if nothing says so.
func (t *table) row(addr uint64, e *effort) (*row, error) {
	c, known := t.rows[addr]
	if !known {
		if len(t.rows) == maxRows {
			clear(t.rows)
		}
		if c.row, c.err = t.search(addr, e); c.err == errEffort {
			return nil, c.err
		}
		t.rows[addr] = c
	}
	return c.row, c.err
}

// search is row without what is kept.
func (t *table) search(addr uint64, e *effort) (*row, error) {
	w, err := t.in(&t.frames, addr, e)
	if w != nil {
		return w, nil
	}
	if !t.looked {
		t.looked = true
		t.debug = debugFrame(t.file, t.frames.word)
	}
	if w, debugErr := t.in(&t.debug, addr, e); w != nil || debugErr != nil {
		return w, debugErr
	}
	return nil, err
}

// in looks an address up in a section.
func (t *table) in(s *source, addr uint64, e *effort) (*row, error) {
	if s.index == nil {
		return nil, nil
	}
	at, ok := s.find(addr)
	if !ok {
		return nil, nil
	}
	f, err := s.fde(at)
	if err != nil || addr < f.start || addr >= f.end {
		return nil, err
	}
	if !e.spend(len(f.cie.program) + len(f.program)) {
		return nil, errEffort
	}
	if err := t.runner.run(&f, &s.section, addr); err != nil {
		return nil, err
	}
	return newRow(&t.runner.rules, &f), nil
}

// ehFrame finds .eh_frame by the segment of its index, which stripping leaves, or by
// its name.
func ehFrame(f *image.File, word int) source {
	s := source{section: section{word: word, cies: map[uint64]parsedCIE{}}}
	s.read = reader(f)
	if addr, size, ok := f.Segment(elf.PT_GNU_EH_FRAME); ok {
		h, frames, err := parseHeader(readAll(f, addr, size), addr, word)
		s.addr = frames
		if err == nil {
			s.index = h
			return s
		}
	}
	if data, addr, err := f.Section(".eh_frame"); err == nil {
		s.addr, s.read = addr, bytesAt(data, addr)
	}
	if s.addr != 0 {
		s.index = newScan(&s.section)
	}
	return s
}

// debugFrame finds .debug_frame in the file or in its separate debug file.
func debugFrame(f *image.File, word int) source {
	s := source{section: section{word: word, debug: true, cies: map[uint64]parsedCIE{}}}
	data, _, err := f.Section(".debug_frame")
	if err != nil {
		data, _, err = f.DebugFile().Section(".debug_frame")
	}
	if err == nil {
		s.read = bytesAt(data, 0)
		s.index = newScan(&s.section)
	}
	return s
}

// reader reads a file's memory. What it returns is kept by rows.
func reader(f *image.File) func(uint64, int) []byte {
	return func(addr uint64, n int) []byte {
		return readAll(f, addr, uint64(n))
	}
}

// readAll reads size bytes, or as many as there are, without room for more.
func readAll(f *image.File, addr, size uint64) []byte {
	const most = 1 << 20
	var data []byte
	for uint64(len(data)) < size {
		part := make([]byte, min(size-uint64(len(data)), most))
		n, err := f.ReadMem(part, addr+uint64(len(data)))
		data = append(data, part[:n]...)
		if err != nil || n == 0 {
			break
		}
	}
	return data
}

// bytesAt reads a section that is in memory, from addr on.
func bytesAt(data []byte, start uint64) func(uint64, int) []byte {
	return func(addr uint64, n int) []byte {
		if addr < start || addr-start >= uint64(len(data)) {
			return nil
		}
		return data[addr-start:]
	}
}
