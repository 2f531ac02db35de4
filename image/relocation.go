package image

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"sort"
)

// A relocation is a word that the loader sets to an address of the file.
type relocation struct {
	addr, value uint64
}

// relativeType is the type of such relocations by machine.
var relativeType = map[elf.Machine]uint32{
	elf.EM_X86_64:  uint32(elf.R_X86_64_RELATIVE),
	elf.EM_AARCH64: uint32(elf.R_AARCH64_RELATIVE),
}

// relativeRelocations are the file's words that the loader sets and whose content is not
// in place already, by address. A file that is damaged has none.
func (f *File) relativeRelocations() []relocation {
	kind, known := relativeType[f.elf.Machine]
	addr, size := f.dynamic(elf.DT_RELA), f.dynamic(elf.DT_RELASZ)
	if !known || addr == 0 || f.elf.Class != elf.ELFCLASS64 {
		return nil
	}
	p := f.load(addr)
	if p == nil {
		return nil
	}
	const entry = 24
	data, err := readFull(f.r, p.Off+(addr-p.Vaddr), min(size, p.Filesz-(addr-p.Vaddr)))
	if err != nil {
		return nil
	}
	var all []relocation
	for ; len(data) >= entry; data = data[entry:] {
		if binary.LittleEndian.Uint32(data[8:]) == kind {
			all = append(all, relocation{binary.LittleEndian.Uint64(data), binary.LittleEndian.Uint64(data[16:])})
		}
	}
	if !sort.SliceIsSorted(all, func(i, j int) bool { return all[i].addr < all[j].addr }) {
		sort.Slice(all, func(i, j int) bool { return all[i].addr < all[j].addr })
	}
	return all
}

// dynamic is the value of an entry of the dynamic segment; zero if there is none.
func (f *File) dynamic(tag elf.DynTag) uint64 {
	for _, p := range f.elf.Progs {
		if p.Type != elf.PT_DYNAMIC {
			continue
		}
		const entry, maxEntries = 16, 1024
		data, err := readFull(f.r, p.Off, min(p.Filesz, entry*maxEntries))
		if err != nil {
			return 0
		}
		for ; len(data) >= entry; data = data[entry:] {
			if elf.DynTag(binary.LittleEndian.Uint64(data)) == tag {
				return binary.LittleEndian.Uint64(data[8:])
			}
		}
	}
	return 0
}

// relocated returns data, which lies at an address, as the loader leaves it in a file
// that is loaded where it says.
func relocated(data []byte, addr uint64, all []relocation) []byte {
	i := sort.Search(len(all), func(i int) bool { return all[i].addr >= addr })
	copied := false
	for ; i < len(all) && all[i].addr-addr < uint64(len(data)); i++ {
		at := all[i].addr - addr
		if uint64(len(data))-at < 8 {
			break
		}
		if !copied {
			data, copied = bytes.Clone(data), true
		}
		binary.LittleEndian.PutUint64(data[at:], all[i].value)
	}
	return data
}
