package image

import (
	"bytes"
	"debug/buildinfo"
	"debug/elf"
	"encoding/binary"
)

// A lazyGoTable is a GoTable that is looked for once.
type lazyGoTable struct {
	known bool
	table *GoTable
}

// GoTable returns the file's table of Go's functions; nil if it has none. Stripping
// leaves the table in place, and it is found without the section headers too.
func (f *File) GoTable() *GoTable {
	if !f.golang.known {
		f.golang = lazyGoTable{known: true, table: f.findGoTable()}
	}
	return f.golang.table
}

func (f *File) findGoTable() *GoTable {
	if f.elf.ByteOrder != binary.LittleEndian {
		return nil
	}
	for _, name := range []string{".gopclntab", ".data.rel.ro.gopclntab"} {
		if data, addr, err := f.Section(name); err == nil {
			if t := f.goTable(data, addr); t != nil {
				return t
			}
		}
	}
	if len(f.elf.Sections) > 0 {
		return nil
	}
	for _, p := range f.elf.Progs {
		if p.Type == elf.PT_LOAD && p.Flags&elf.PF_X == 0 {
			if t := f.searchGoTable(p); t != nil {
				return t
			}
		}
	}
	return nil
}

// goTable returns the table in data, complete with what the runtime's moduledata and
// the relocations say.
func (f *File) goTable(data []byte, addr uint64) *GoTable {
	if layoutOf(data) == nil {
		return nil
	}
	all := f.relativeRelocations()
	t := newGoTable(f, relocated(data, addr, all), addr)
	if t == nil {
		return nil
	}
	if t.layout.header > 2 {
		t.text, _ = t.word(goPreamble + 2*t.ptr)
	}
	t.findModule(all)
	if t.layout.entry == 0 || t.text != 0 {
		return t
	}
	if _, t.text, _ = f.Section(".text"); t.text == 0 {
		return nil
	}
	return t
}

// searchGoTable looks for the table in a segment.
func (f *File) searchGoTable(p *elf.Prog) *GoTable {
	data, err := readFull(f.r, p.Off, p.Filesz)
	if err != nil {
		return nil
	}
	for i := range goLayouts {
		magic := binary.LittleEndian.AppendUint32(nil, goLayouts[i].magic)
		for at := range occurrences(data, magic) {
			if (p.Vaddr+uint64(at))%4 != 0 {
				continue
			}
			if t := f.goTable(data[at:], p.Vaddr+uint64(at)); t != nil && t.module != 0 {
				return t
			}
		}
	}
	return nil
}

// maxOccurrences is how many places are looked at for what may begin there.
const maxOccurrences = 64

// occurrences yields where a pattern occurs in data; only the first such places.
func occurrences(data, pattern []byte) func(yield func(int) bool) {
	return func(yield func(int) bool) {
		from := 0
		for range maxOccurrences {
			i := bytes.Index(data[from:], pattern)
			if i < 0 || !yield(from+i) {
				return
			}
			from += i + 1
		}
	}
}

// goModuleWords is how many words of moduledata are looked at.
const goModuleWords = 48

// findModule looks for the runtime's moduledata of the table: its first word is the
// table's address. The loader may have to put it there.
func (t *GoTable) findModule(all []relocation) {
	for _, r := range all {
		if r.value == t.addr && t.isModule(r.addr, all) {
			return
		}
	}
	pattern := binary.LittleEndian.AppendUint64(nil, t.addr)[:t.ptr]
	for _, p := range t.file.elf.Progs {
		if p.Type != elf.PT_LOAD || p.Flags&elf.PF_W == 0 {
			continue
		}
		data, err := readFull(t.file.r, p.Off, p.Filesz)
		if err != nil {
			continue
		}
		for at := range occurrences(data, pattern) {
			if t.isModule(p.Vaddr+uint64(at), all) {
				return
			}
		}
	}
}

// isModule reports whether moduledata lies at the address and takes from it what the
// table does not say itself. The second word leads to the names of the functions, in all
// formats with parts; in the first format it is the table once more.
func (t *GoTable) isModule(addr uint64, all []relocation) bool {
	module := make([]byte, goModuleWords*t.ptr)
	if n, err := t.file.ReadMem(module, addr); err != nil {
		module = module[:n]
	}
	module = relocated(module, addr, all)
	word := func(i int) uint64 {
		v, _ := number(module, uint64(i*t.ptr), t.ptr)
		return v
	}
	if t.layout.header == 0 || word(0) != t.addr || word(1) != t.addr+uint64(len(t.data)-len(t.names)) {
		return false
	}
	t.module = addr
	if text := word(t.layout.text); t.layout.entry != 0 && t.file.load(text) != nil {
		t.text = text
	}
	if tree := word(t.layout.tree); t.layout.tree != 0 && t.file.load(tree) != nil {
		t.tree = tree
	}
	return true
}

// goBSS is the number of the words of moduledata that bound the data that is zero at
// first and has pointers.
const goBSS = 28

// Variables returns where the program's variables lie that have pointers and no initial
// value.
func (t *GoTable) Variables() (start, end uint64, ok bool) {
	if t.module == 0 {
		return 0, 0, false
	}
	module := make([]byte, goModuleWords*t.ptr)
	if n, err := t.file.ReadMem(module, t.module); err != nil {
		module = module[:n]
	}
	module = relocated(module, t.module, t.file.relativeRelocations())
	start, _ = number(module, uint64(goBSS*t.ptr), t.ptr)
	end, ok = number(module, uint64((goBSS+1)*t.ptr), t.ptr)
	return start, end, ok && start < end
}

// GoVersion is the version of Go that the program was built with, such as "go1.26.1";
// empty if it does not say.
func (f *File) GoVersion() string {
	info, err := buildinfo.Read(f.r)
	if err != nil {
		return ""
	}
	return info.GoVersion
}
