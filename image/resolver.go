package image

import (
	"debug/elf"
	"encoding/binary"
	"slices"
)

// IsResolver reports whether what begins at an address is no function itself, but chooses one of
// several when the program starts (STT_GNU_IFUNC), as memcpy does by the processor.
func (f *File) IsResolver(addr uint64) bool {
	return slices.ContainsFunc(f.symbolNames().tables, func(t *symtab) bool {
		return slices.ContainsFunc(t.beginningAt(addr), func(s symbol) bool { return s.kind() == elf.STT_GNU_IFUNC })
	})
}

// irelative is the type of the relocation that has the loader call a resolver, on amd64.
const irelative = 37

// Chosen returns the addresses of words in which the loader keeps what a resolver has chosen, for
// the file's own use.
func (f *File) Chosen(resolver uint64) (words []uint64) {
	if f.elf.Machine != elf.EM_X86_64 {
		return nil
	}
	for _, s := range f.elf.Sections {
		if s.Type != elf.SHT_RELA || s.Flags&elf.SHF_ALLOC == 0 {
			continue
		}
		const entry = 24
		data, _ := f.content(s)
		for ; len(data) >= entry; data = data[entry:] {
			o := binary.LittleEndian
			if o.Uint32(data[8:]) == irelative && o.Uint64(data[16:]) == resolver {
				words = append(words, o.Uint64(data))
			}
		}
	}
	return words
}
