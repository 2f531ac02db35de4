package capture

import (
	"debug/elf"
	"encoding/binary"
	"path/filepath"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/mem"
)

// auxProgramName is AT_EXECFN, of the auxiliary vector.
const auxProgramName = 31

// Limits of what is believed of the dynamic linker's memory.
const (
	maxObjects = 1 << 14
	maxPath    = 4096
	maxDynamic = 1024
)

// A linker finds out which files are mapped in a core that does not say: those of old
// kernels, of emulators, and of processes that have too many mappings. The program has its
// headers where the auxiliary vector says, and knows the dynamic linker's list of the others.
type linker struct {
	core  *Core
	notes *coreNotes
	known map[string]*elf.File // nil for what is none
	mem.Reader
}

// program is the path of the program, if the core says that much.
func (l *linker) program() string {
	path, ended, _ := mem.ReadString(l, nil, abi.Addr(l.notes.auxv[auxProgramName]), maxPath)
	if !ended || !filepath.IsAbs(string(path)) {
		return ""
	}
	return string(path)
}

// mapped lists the files that are mapped, given the program's path.
func (l *linker) mapped(program string) []mapped {
	e := l.open(program)
	if e == nil {
		return nil
	}
	bias, ok := l.bias(e)
	if !ok {
		return nil
	}
	all := loadsOf(e, program, bias)
	for _, p := range e.Progs {
		if p.Type == elf.PT_DYNAMIC {
			all = append(all, l.libraries(abi.Addr(p.Vaddr+bias))...)
		}
	}
	return all
}

// open opens an ELF file of the core's machine, once; nil if there is none.
func (l *linker) open(path string) *elf.File {
	e, known := l.known[path]
	if !known {
		e = l.read(path)
		l.known[path] = e
	}
	return e
}

func (l *linker) read(path string) *elf.File {
	root := l.core.Root
	if path == l.core.Program {
		root = ""
	}
	f, err := l.core.Files.OpenIn(root, path)
	if err != nil {
		return nil
	}
	e, err := elf.NewFile(f)
	if err != nil || e.Class != l.notes.layout.class || e.Machine != l.notes.layout.machine {
		return nil
	}
	return e
}

// bias is how far behind the program's own addresses it is loaded. Its segments' headers
// follow the file's.
func (l *linker) bias(e *elf.File) (bias uint64, ok bool) {
	size := uint64(binary.Size(elf.Header64{}))
	if e.Class == elf.ELFCLASS32 {
		size = uint64(binary.Size(elf.Header32{}))
	}
	for _, p := range e.Progs {
		if p.Type == elf.PT_LOAD && p.Off == 0 {
			return l.notes.auxv[auxProgramHeaders] - size - p.Vaddr, true
		}
	}
	return 0, false
}

// loadsOf are the parts of a file that are loaded, in whole pages.
func loadsOf(e *elf.File, path string, bias uint64) (parts []mapped) {
	for _, p := range e.Progs {
		start, end := (p.Vaddr+bias)&^(pageSize-1), p.Vaddr+bias+p.Filesz
		if p.Type == elf.PT_LOAD && p.Filesz > 0 && end > start {
			parts = append(parts, mapped{Range{abi.Addr(start), abi.Addr(end+pageSize-1) &^ (pageSize - 1)}, p.Off &^ (pageSize - 1), path})
		}
	}
	return parts
}

// libraries follows the dynamic linker's list, a struct link_map each: how far the library's
// addresses are off, its name, its dynamic section, and the next. It begins in r_debug, after
// a number.
func (l *linker) libraries(dynamic abi.Addr) (all []mapped) {
	word := abi.Addr(l.notes.layout.abi.Word)
	at := l.word(l.debug(dynamic) + word)
	for n := 0; at != 0 && n < maxObjects; n++ {
		bias, name := l.word(abi.Addr(at)), l.word(abi.Addr(at)+word)
		path, ended, _ := mem.ReadString(l, nil, abi.Addr(name), maxPath)
		if ended && filepath.IsAbs(string(path)) {
			if e := l.open(string(path)); e != nil {
				all = append(all, loadsOf(e, string(path), bias)...)
			}
		}
		at = l.word(abi.Addr(at) + 3*word)
	}
	return all
}

// debug is the address of struct r_debug, by the program's dynamic section.
func (l *linker) debug(dynamic abi.Addr) abi.Addr {
	word := abi.Addr(l.notes.layout.abi.Word)
	for n := abi.Addr(0); n < maxDynamic; n++ {
		switch at := dynamic + 2*n*word; elf.DynTag(l.word(at)) {
		case elf.DT_NULL:
			return 0
		case elf.DT_DEBUG:
			return abi.Addr(l.word(at + word))
		}
	}
	return 0
}

// word reads a word; zero where there is none.
func (l *linker) word(at abi.Addr) uint64 {
	b := make([]byte, l.notes.layout.abi.Word)
	if _, err := l.ReadMem(b, at); err != nil {
		return 0
	}
	return l.notes.layout.word(b)
}
