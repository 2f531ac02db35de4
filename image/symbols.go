package image

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"sort"
)

// A symtab is one table of symbols: those of code, by ascending address.
type symtab struct {
	file    *File // that has the table; the addresses are those of every file it speaks of
	from    Source
	strings *elf.Section
	symbols []symbol
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
	t := &symtab{file: f, from: from, strings: f.elf.Sections[s.Link]}
	t.symbols = byAddress(f.codeSymbols(raw))
	return t, nil
}

// codeSymbols decodes the symbols of a table that name code.
func (f *File) codeSymbols(raw []byte) []symbol {
	code := f.codeSections()
	size, decode := elf.Sym64Size, symbol64
	if f.elf.Class == elf.ELFCLASS32 {
		size, decode = elf.Sym32Size, symbol32
	}
	symbols := make([]symbol, 0, min(len(raw)/size, maxSymbols))
	for ; len(raw) >= size && len(symbols) < maxSymbols; raw = raw[size:] {
		s := decode(raw[:size])
		if int(s.section) < len(code) && code[s.section] && s.namesCode() {
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

func symbol64(raw []byte) symbol {
	o := binary.LittleEndian
	return symbol{
		name: o.Uint32(raw), info: raw[4], section: o.Uint16(raw[6:]),
		addr: o.Uint64(raw[8:]), size: o.Uint64(raw[16:]),
	}
}

func symbol32(raw []byte) symbol {
	o := binary.LittleEndian
	return symbol{
		name: o.Uint32(raw), addr: uint64(o.Uint32(raw[4:])), size: uint64(o.Uint32(raw[8:])),
		info: raw[12], section: o.Uint16(raw[14:]),
	}
}

// namesCode reports whether a symbol of a section with code is what its name suggests.
func (s *symbol) namesCode() bool {
	switch elf.SymType(s.info & 0xf) {
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
	section := t.file.codeSection(addr)
	end := sort.Search(len(t.symbols), func(i int) bool { return t.symbols[i].addr > addr })
	var label *symbol
	for i := end - 1; i >= max(0, end-maxSteps); i-- {
		s := &t.symbols[i]
		switch {
		case s.section != section || t.marker(s):
		case s.size == 0:
			if label == nil {
				label = t.alias(i, addr)
			}
		case s.contains(addr):
			return t.alias(i, addr)
		case i > 0 && t.symbols[i-1].contains(addr):
		default:
			return label
		}
	}
	return label
}

// alias is the one that debuggers name of the symbols at one address, of which i is the
// last in the table: the last by name of those that will do as well.
func (t *symtab) alias(i int, addr uint64) *symbol {
	found := &t.symbols[i]
	best, name := found, ""
	for j := i - 1; j >= 0 && i-j < maxAliases && t.symbols[j].addr == found.addr; j-- {
		s := &t.symbols[j]
		if s.section != found.section || (s.size == 0) != (found.size == 0) || s.size > 0 && !s.contains(addr) || t.marker(s) {
			continue
		}
		if name == "" {
			name = t.name(best)
		}
		if other := t.name(s); other > name {
			best, name = s, other
		}
	}
	return best
}

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
	size := uint64(elf.Sym64Size)
	if f.elf.Class == elf.ELFCLASS32 {
		size = elf.Sym32Size
	}
	var name [4]byte // the first word of a symbol
	f.r.ReadAt(name[:], int64(table.Offset+uint64(index)*size))
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
