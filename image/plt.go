package image

import (
	"cmp"
	"debug/elf"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
)

// pltSuffix ends the name of a function's entry in the PLT.
const pltSuffix = "@plt"

// A stub is an entry of the procedure linkage table: code that jumps to a function of
// another file.
type stub struct {
	addr, size uint64
	target     target // of the slot it jumps through
}

// maxStubs is how many entries of the PLT are looked at.
const maxStubs = 1 << 20

// plt are the sections of the PLT.
func (f *File) plt() (found []*elf.Section) {
	for _, s := range f.elf.Sections {
		if s.Flags&elf.SHF_EXECINSTR != 0 && (s.Name == ".plt" || strings.HasPrefix(s.Name, ".plt.")) {
			found = append(found, s)
		}
	}
	return found
}

// stubs returns the entries of the PLT in ascending order. The jump in each leads
// through a slot that a relocation fills, which names the function.
func (f *File) stubs() []stub {
	var stubs []stub
	slots := f.slots()
	if len(slots) == 0 {
		return nil
	}
	for _, s := range f.plt() {
		if code, err := f.content(s); err == nil && len(stubs) < maxStubs {
			stubs = f.appendStubs(stubs, s, code, slots)
		}
	}
	slices.SortFunc(stubs, func(a, b stub) int { return cmp.Compare(a.addr, b.addr) })
	return stubs
}

// appendStubs looks for the entries in a section of the PLT.
func (f *File) appendStubs(stubs []stub, s *elf.Section, code []byte, slots map[uint64]target) []stub {
	size := entrySize(s, f.elf.Machine)
	for at := 0; at+size <= len(code); at += size {
		addr := s.Addr + uint64(at)
		if slot, ok := f.jump(code[at:at+size], addr); ok {
			if target, ok := slots[slot]; ok {
				stubs = append(stubs, stub{addr, uint64(size), target})
			}
		}
	}
	return stubs
}

// entrySize is how long one entry is. What the section says of it is not always true:
// that of .plt on arm64 may be zero or, of an x86 linker with control-flow protection,
// that of the jumps in .plt.sec.
func entrySize(s *elf.Section, machine elf.Machine) int {
	if s.Name == ".plt.got" && machine != elf.EM_AARCH64 && (s.Entsize == 8 || s.Entsize == 16) {
		return int(s.Entsize)
	}
	return 16
}

// jump decodes an entry's jump and returns the slot with its target.
func (f *File) jump(code []byte, addr uint64) (slot uint64, ok bool) {
	switch f.elf.Machine {
	case elf.EM_X86_64:
		return jumpAMD64(code, addr)
	case elf.EM_386:
		return f.jumpI386(code)
	case elf.EM_AARCH64:
		return jumpARM64(code, addr)
	}
	return 0, false
}

// jumpAMD64 decodes jmp *slot(%rip), which endbr64 or a bnd prefix may come before.
func jumpAMD64(code []byte, addr uint64) (slot uint64, ok bool) {
	for i := 0; i <= 5 && i+6 <= len(code); i++ {
		if code[i] == 0xff && code[i+1] == 0x25 {
			disp := int32(binary.LittleEndian.Uint32(code[i+2:]))
			return addr + uint64(i) + 6 + uint64(int64(disp)), true
		}
	}
	return 0, false
}

// jumpI386 decodes jmp *slot and jmp *slot(%ebx), which endbr32 may come before. Position
// independent code has the address of .got.plt in ebx.
func (f *File) jumpI386(code []byte) (slot uint64, ok bool) {
	for i := 0; i <= 4 && i+6 <= len(code); i++ {
		if code[i] != 0xff {
			continue
		}
		value := binary.LittleEndian.Uint32(code[i+2:])
		switch code[i+1] {
		case 0x25:
			return uint64(value), true
		case 0xa3:
			return uint64(value + uint32(f.got())), true
		}
	}
	return 0, false
}

// got is the address that _GLOBAL_OFFSET_TABLE_ stands for on i386.
func (f *File) got() uint64 {
	for _, name := range []string{".got.plt", ".got"} {
		if s := f.elf.Section(name); s != nil {
			return s.Addr
		}
	}
	return 0
}

// jumpARM64 decodes adrp x16, page; ldr x17, [x16, #offset], which bti may come before.
func jumpARM64(code []byte, addr uint64) (slot uint64, ok bool) {
	for i := 0; i+8 <= len(code); i += 4 {
		adrp, ldr := binary.LittleEndian.Uint32(code[i:]), binary.LittleEndian.Uint32(code[i+4:])
		if adrp&0x9f00001f != 0x90000010 || ldr&0xffc003ff != 0xf9400211 {
			continue
		}
		pages := int32(adrp>>5&0x7ffff<<2|adrp>>29&3) << 11 >> 11
		page := (addr+uint64(i))&^0xfff + uint64(int64(pages)<<12)
		return page + uint64(ldr>>10&0xfff)*8, true
	}
	return 0, false
}

// slots are the relocations that fill words with addresses of functions, by the word.
func (f *File) slots() map[uint64]target {
	slots := map[uint64]target{}
	for _, s := range f.elf.Sections {
		if (s.Type == elf.SHT_REL || s.Type == elf.SHT_RELA) && s.Flags&elf.SHF_ALLOC != 0 {
			f.addSlots(slots, s)
		}
	}
	return slots
}

func (f *File) addSlots(slots map[uint64]target, s *elf.Section) {
	raw, err := f.content(s)
	if err != nil {
		return
	}
	read, size := f.targets(s.Type)
	for ; len(raw) >= size && len(slots) < maxStubs; raw = raw[size:] {
		if r := read(raw[:size]); r.jumps(f.elf.Machine) || r.resolves(f.elf.Machine) {
			r.table = s.Link
			slots[r.slot] = r
		}
	}
}

// stubName is the name of the function that an entry of the PLT calls, as gdb forms it.
func (f *File) stubName(s *stub) string {
	name := "*ABS*"
	switch t := &s.target; {
	case !t.resolves(f.elf.Machine):
		name = f.symbolName(t.table, t.symbol)
	case t.addend != 0:
		name += fmt.Sprintf("+%#x", t.addend)
	}
	return name + pltSuffix
}
