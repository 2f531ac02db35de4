package image

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"math"
	"sort"
)

// A symtab is one table of symbols: those of code, by ascending address. Sorting all of a
// large table takes longer than looking a few addresses up should, so that at first only
// what is around an address is sorted.
type symtab struct {
	file    *File // that has the table; the addresses are those of every file it speaks of
	from    Source
	strings *elf.Section
	raw     []byte              // the table as the file has it, until all of it is sorted
	parts   map[uint64][]symbol // those of two windows, by the number of the second
	symbols []symbol            // all, once raw is nil
}

// A symbol names code.
type symbol struct {
	addr, size uint64
	name       uint32 // offset in the table's strings
	section    uint16 // index of the section it is in
	info       byte   // type and binding, as the file has them
}

// maxSymbols is how many symbols of a table are looked at; the largest programs have
// some millions.
const maxSymbols = 16 << 20

// maxName is how long a symbol's name may be. Longer ones are cut off.
const maxName = 64 << 10

// symtab reads the table of that name, without the names. A file that has none
// or a broken one has no symbols.
func (f *File) symtab(name string, from Source) (*symtab, error) {
	s := f.header(name)
	if s == nil {
		return nil, f.errorf("%s: %w", name, errNoSection)
	}
	if int(s.Link) >= len(f.elf.Sections) {
		return nil, f.errorf("%s: no strings", name)
	}
	raw, err := f.content(s)
	if err != nil {
		return nil, f.errorf("%s: %w", name, err)
	}
	return &symtab{file: f, from: from, strings: f.elf.Sections[s.Link], raw: raw}, nil
}

const (
	// windowSize is how many addresses are looked up in the same part of a table.
	windowSize = 1 << 17
	// maxParts is how many parts there are before all of the table is sorted.
	maxParts = 16
)

// around returns symbols in ascending order: those of a window of addresses or more before
// an address, and some after it. It reports whether these are all there are.
func (t *symtab) around(addr uint64) (symbols []symbol, all bool) {
	n := addr / windowSize
	symbols, known := t.parts[n]
	switch {
	case known:
		return symbols, false
	case t.raw == nil || len(t.parts) == maxParts:
		return t.sorted(), true
	case t.parts == nil:
		t.parts = map[uint64][]symbol{}
	}
	symbols = byAddress(t.decode((n-min(n, 1))*windowSize, 2*windowSize))
	t.parts[n] = symbols
	return symbols, false
}

// sorted returns all symbols in ascending order.
func (t *symtab) sorted() []symbol {
	if t.raw != nil {
		t.symbols = byAddress(t.decode(0, math.MaxUint64))
		t.raw, t.parts = nil, nil
	}
	return t.symbols
}

// decode returns the symbols that name code at one of size addresses from start on.
func (t *symtab) decode(start, size uint64) []symbol {
	code := t.file.codeSections()
	step, decode, addr := t.file.symbolForm()
	raw := t.raw[:min(len(t.raw), maxSymbols*step)]
	const usual = 256 // addresses for each symbol, or more
	symbols := make([]symbol, 0, min(uint64(len(raw)/step), size/usual))
	for ; len(raw) >= step; raw = raw[step:] {
		if addr(raw)-start >= size {
			continue
		}
		if s := decode(raw); int(s.section) < len(code) && code[s.section] && s.namesCode() {
			symbols = append(symbols, s)
		}
	}
	return symbols
}

// codeSections tells by its index whether a section has code.
func (f *File) codeSections() []bool {
	code := make([]bool, len(f.elf.Sections))
	for i, s := range f.elf.Sections {
		code[i] = s.Flags&elf.SHF_EXECINSTR != 0
	}
	return code
}

// IsCode reports whether the address lies in a section with code.
func (f *File) IsCode(addr uint64) bool { return f.codeSection(addr) != 0 }

// codeSection is the index of the section whose code is at the address; zero, which is
// that of no section, if none is.
func (f *File) codeSection(addr uint64) uint16 {
	for i, s := range f.elf.Sections {
		if s.Flags&elf.SHF_EXECINSTR != 0 && addr-s.Addr < s.Size {
			return uint16(i)
		}
	}
	return 0
}

// symbolForm says how large the file's symbols are, and what reads one, or only its address.
func (f *File) symbolForm() (size int, decode func([]byte) symbol, addr func([]byte) uint64) {
	if f.elf.Class == elf.ELFCLASS32 {
		return elf.Sym32Size, symbol32, addr32
	}
	return elf.Sym64Size, symbol64, addr64
}

func addr64(raw []byte) uint64 { return binary.LittleEndian.Uint64(raw[8:]) }

func addr32(raw []byte) uint64 { return uint64(binary.LittleEndian.Uint32(raw[4:])) }

func symbol64(raw []byte) symbol {
	o := binary.LittleEndian
	return symbol{
		name: o.Uint32(raw), info: raw[4], section: o.Uint16(raw[6:]),
		addr: addr64(raw), size: o.Uint64(raw[16:]),
	}
}

func symbol32(raw []byte) symbol {
	o := binary.LittleEndian
	return symbol{
		name: o.Uint32(raw), addr: addr32(raw), size: uint64(o.Uint32(raw[8:])),
		info: raw[12], section: o.Uint16(raw[14:]),
	}
}

// kind is what the symbol names.
func (s *symbol) kind() elf.SymType { return elf.SymType(s.info & 0xf) }

// namesCode reports whether a symbol of a section with code is what its name suggests.
func (s *symbol) namesCode() bool {
	switch s.kind() {
	case elf.STT_SECTION, elf.STT_FILE, elf.STT_TLS:
		return false
	}
	return s.name != 0
}

// contains reports whether the address is within the symbol's size.
func (s *symbol) contains(addr uint64) bool { return addr-s.addr < s.size }

// byAddress sorts symbols digit by digit: a tenth of the time that comparing takes.
func byAddress(symbols []symbol) []symbol {
	const bits = 11
	var all uint64
	for i := range symbols {
		all |= symbols[i].addr
	}
	sorted := make([]symbol, len(symbols))
	for shift := 0; all>>shift != 0; shift += bits {
		var start [1<<bits + 1]int
		for i := range symbols {
			start[symbols[i].addr>>shift&(1<<bits-1)+1]++
		}
		for i := range start[1:] {
			start[i+1] += start[i]
		}
		for i := range symbols {
			digit := symbols[i].addr >> shift & (1<<bits - 1)
			sorted[start[digit]] = symbols[i]
			start[digit]++
		}
		symbols, sorted = sorted, symbols
	}
	return symbols
}

// How many symbols a lookup looks at, and how many of those at one address.
const (
	maxSteps   = 1024
	maxAliases = 64
)

// at returns the symbol that the address belongs to, as gdb chooses it: the last one
// that is not after it, but a symbol with a size rather than a label without; and none
// if the address is beyond the symbol's size and no label is between.
func (t *symtab) at(addr uint64) *symbol {
	symbols, all := t.around(addr)
	s, certain := t.among(symbols, addr)
	if !certain && !all {
		s, _ = t.among(t.sorted(), addr)
	}
	return s
}

// among is at for some of the table's symbols. It reports whether symbols before them do
// not matter.
func (t *symtab) among(symbols []symbol, addr uint64) (found *symbol, certain bool) {
	section := t.file.codeSection(addr)
	end := sort.Search(len(symbols), func(i int) bool { return symbols[i].addr > addr })
	for i := end - 1; i >= end-maxSteps; i-- {
		if i < 0 {
			return found, false
		}
		s := &symbols[i]
		switch {
		case s.section != section || t.marker(s):
		case s.size == 0:
			if found == nil {
				found = t.alias(symbols, i, addr)
			}
		case s.contains(addr):
			return t.alias(symbols, i, addr), true
		case i > 0 && symbols[i-1].contains(addr):
		default:
			return found, i > 0
		}
	}
	return found, true
}

// alias is the one that debuggers name of the symbols at one address, of which i is the
// last in the table: the last by name of those that will do as well, but the one before it
// if only that is known outside of its source file.
func (t *symtab) alias(symbols []symbol, i int, addr uint64) *symbol {
	found := &symbols[i]
	if i == 0 || symbols[i-1].addr != found.addr {
		return found
	}
	var last, before alias
	for j := i; j >= 0 && i-j < maxAliases && symbols[j].addr == found.addr; j-- {
		s := &symbols[j]
		if s.section != found.section || (s.size == 0) != (found.size == 0) || s.size > 0 && !s.contains(addr) || t.marker(s) {
			continue
		}
		switch a := (alias{s, t.name(s)}); {
		case last.symbol == nil || a.name > last.name:
			last, before = a, last
		case before.symbol == nil || a.name > before.name:
			before = a
		}
	}
	if b := before.symbol; b != nil && last.isLocal() && !b.isLocal() && b.size == last.size {
		return b
	}
	return last.symbol
}

// An alias is one of several symbols of the same code whose name has been read.
type alias struct {
	*symbol
	name string
}

// isLocal reports whether other source files cannot name the symbol.
func (s *symbol) isLocal() bool { return elf.SymBind(s.info>>4) == elf.STB_LOCAL }

// marker reports whether the symbol is not a name of code but a mark that a compiler
// left in it.
func (t *symtab) marker(s *symbol) bool {
	if s.info != byte(elf.STB_LOCAL)<<4|byte(elf.STT_NOTYPE) {
		return false
	}
	var start [2]byte
	t.file.r.ReadAt(start[:], int64(t.strings.Offset)+int64(s.name))
	return start == [2]byte{'.', 'L'} || start[0] == '$'
}

// name reads a symbol's name.
func (t *symtab) name(s *symbol) string { return t.file.stringAt(t.strings, uint64(s.name)) }

// symbolName reads the name of a symbol by the indices of its table's section and of it
// in the table.
func (f *File) symbolName(section, index uint32) string {
	if int(section) >= len(f.elf.Sections) {
		return ""
	}
	table := f.elf.Sections[section]
	if int(table.Link) >= len(f.elf.Sections) {
		return ""
	}
	size, _, _ := f.symbolForm()
	var name [4]byte // the first word of a symbol
	f.r.ReadAt(name[:], int64(table.Offset+uint64(index)*uint64(size)))
	return f.stringAt(f.elf.Sections[table.Link], uint64(binary.LittleEndian.Uint32(name[:])))
}

// stringAt reads a string of a section of strings.
func (f *File) stringAt(strings *elf.Section, at uint64) string {
	if at >= strings.FileSize {
		return ""
	}
	return f.text(strings.Offset+at, min(strings.FileSize-at, maxName))
}

// text reads the string that ends with a NUL or after max bytes.
func (f *File) text(offset, max uint64) string {
	const chunk = 128
	var text []byte
	for uint64(len(text)) < max {
		at := len(text)
		text = append(text, make([]byte, min(chunk+uint64(at), max-uint64(at)))...)
		n, err := f.r.ReadAt(text[at:], int64(offset)+int64(at))
		text = text[:at+n]
		if end := bytes.IndexByte(text[at:], 0); end >= 0 {
			return string(text[:at+end])
		}
		if err != nil {
			break
		}
	}
	return string(text)
}
