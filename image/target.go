package image

import (
	"debug/elf"
	"encoding/binary"
)

// A target says what the dynamic linker writes into a word.
type target struct {
	slot   uint64
	kind   uint32
	table  uint32 // index of the section with the symbol
	symbol uint32 // index in the table
	addend uint64
}

// jumps reports whether the word will be the address of the symbol.
func (t *target) jumps(m elf.Machine) bool {
	switch m {
	case elf.EM_X86_64:
		return t.kind == uint32(elf.R_X86_64_JMP_SLOT) || t.kind == uint32(elf.R_X86_64_GLOB_DAT)
	case elf.EM_386:
		return t.kind == uint32(elf.R_386_JMP_SLOT) || t.kind == uint32(elf.R_386_GLOB_DAT)
	}
	return t.kind == uint32(elf.R_AARCH64_JUMP_SLOT) || t.kind == uint32(elf.R_AARCH64_GLOB_DAT)
}

// resolves reports whether the word will be what the function at the addend returns.
func (t *target) resolves(m elf.Machine) bool {
	switch m {
	case elf.EM_X86_64:
		return t.kind == uint32(elf.R_X86_64_IRELATIVE)
	case elf.EM_386:
		return t.kind == uint32(elf.R_386_IRELATIVE)
	}
	return t.kind == uint32(elf.R_AARCH64_IRELATIVE)
}

// targets returns what reads a relocation of a section of that type and how many
// bytes it takes.
func (f *File) targets(t elf.SectionType) (read func([]byte) target, size int) {
	wide := f.elf.Class == elf.ELFCLASS64
	switch {
	case wide && t == elf.SHT_RELA:
		return target64, 24
	case wide:
		return target64, 16
	case t == elf.SHT_RELA:
		return target32, 12
	}
	return target32, 8
}

func target64(raw []byte) target {
	o := binary.LittleEndian
	info := o.Uint64(raw[8:])
	t := target{slot: o.Uint64(raw), kind: uint32(info), symbol: uint32(info >> 32)}
	if len(raw) >= 24 {
		t.addend = o.Uint64(raw[16:])
	}
	return t
}

func target32(raw []byte) target {
	o := binary.LittleEndian
	info := o.Uint32(raw[4:])
	t := target{slot: uint64(o.Uint32(raw)), kind: info & 0xff, symbol: info >> 8}
	if len(raw) >= 12 {
		t.addend = uint64(o.Uint32(raw[8:]))
	}
	return t
}
