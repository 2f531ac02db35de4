package image

import (
	"bytes"
	"debug/elf"
	"slices"
)

// Data is a variable as a symbol has it.
type Data struct {
	Addr, Size uint64
	Thread     bool // each thread has its own; Addr is where in its block
}

// FindData returns the variables that symbols call by that name, each address once.
func (f *File) FindData(name string) []Data { return remembered(&f.data, name, f.findData) }

// remembered is what is found by a name. A table is gone through once for each, as the same ones are
// asked for at every hit of a breakpoint.
func remembered[T any](known *map[string][]T, name string, find func(string) []T) []T {
	found, ok := (*known)[name]
	if !ok {
		if *known == nil {
			*known = map[string][]T{}
		}
		found = find(name)
		(*known)[name] = found
	}
	return found
}

func (f *File) findData(name string) (found []Data) {
	add := func(f *File, table string) bool {
		t, err := f.symtab(table, SymTab)
		if err == nil {
			found = t.data(found, name)
		}
		return err == nil
	}
	if !add(f, ".symtab") {
		add(f, ".dynsym")
	}
	if debug := f.DebugFile(); debug != f {
		add(debug, ".symtab")
	}
	return found
}

// data appends the variables of that name.
func (t *symtab) data(found []Data, name string) []Data {
	step, decode, _ := t.file.symbolForm()
	names, err := t.file.content(t.strings)
	if err != nil {
		return found
	}
	for raw := t.raw[:min(len(t.raw), maxSymbols*step)]; len(raw) >= step; raw = raw[step:] {
		s := decode(raw)
		if s.isData() && isAt(names, s.name, name) {
			found = addData(found, &s)
		}
	}
	return found
}

// isAt reports whether a section of strings has a name at an offset, perhaps with a version.
func isAt(strings []byte, at uint32, name string) bool {
	if uint64(at)+uint64(len(name)) >= uint64(len(strings)) {
		return false
	}
	text := strings[at:]
	end := text[len(name)]
	return (end == 0 || end == '@') && bytes.Equal(text[:len(name)], []byte(name))
}

// isData reports whether the symbol names a variable that the file has.
func (s *symbol) isData() bool {
	if s.section == uint16(elf.SHN_UNDEF) {
		return false
	}
	switch s.kind() {
	case elf.STT_OBJECT, elf.STT_COMMON, elf.STT_TLS:
		return true
	}
	return false
}

func addData(found []Data, s *symbol) []Data {
	if slices.ContainsFunc(found, func(d Data) bool { return d.Addr == s.addr }) {
		return found
	}
	return append(found, Data{s.addr, s.size, s.kind() == elf.STT_TLS})
}
