package image

import (
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/procfs"
)

// A File is an ELF file. Addresses given to its methods are those the file itself
// speaks of; a Module turns a process's into them.
type File struct {
	// Name is what errors call the file: the path by which it was found.
	Name string
	// Unwind is where package unwind keeps what it made of the file's tables.
	Unwind   any
	root     string // the directory that Name is in as / is for the process; empty for ours
	elf      *elf.File
	r        io.ReaderAt
	cache    *Cache // that opened it, or the file that it is a debug file of; nil if none did
	sections map[string]section
	separate *File // has the debug information; the file itself if no other has
	debug    debug
	golang   lazyGoTable
	names    *names
	// What was looked for among symbols, by name.
	data map[string][]Data
	code map[string][]uint64
}

// Open opens an ELF file by its path.
func Open(path string) (*File, error) {
	r, err := openRegular("", path)
	if err != nil {
		return nil, fmt.Errorf("image: %w", err)
	}
	f, err := NewFile(path, r)
	if err != nil {
		r.Close()
	}
	return f, err
}

// NewFile returns the ELF file that r reads.
func NewFile(name string, r io.ReaderAt) (*File, error) {
	e, err := elf.NewFile(r)
	if err != nil {
		return nil, fmt.Errorf("image: %s: %w", name, err)
	}
	if e.Data != elf.ELFDATA2LSB {
		return nil, fmt.Errorf("image: %s: big-endian", name)
	}
	return &File{Name: name, elf: e, r: r, sections: map[string]section{}}, nil
}

// errorf is an error about the file.
func (f *File) errorf(format string, args ...any) error {
	return fmt.Errorf("image: %s: "+format, append([]any{f.Name}, args...)...)
}

// ABI returns the ABI that the file's code is for; nil for an unknown machine.
func (f *File) ABI() *abi.ABI {
	switch f.elf.Machine {
	case elf.EM_X86_64:
		if f.elf.Class == elf.ELFCLASS32 {
			return abi.X32
		}
		return abi.AMD64
	case elf.EM_386:
		return abi.I386
	case elf.EM_AARCH64:
		return abi.ARM64
	}
	return nil
}

// Places appends to buf where the address lies: the function and line, and before it
// the calls that are inlined there, the innermost first. It appends nothing for an
// address that nothing is known about. Of Go's code its own table tells as much as DWARF,
// which takes longer to read.
func (f *File) Places(buf []Place, addr uint64) []Place {
	buf, known := f.goPlaces(buf, addr)
	if !known {
		buf, known = f.dwarfPlaces(buf, addr)
	}
	if !known {
		buf = f.symbolPlaces(buf, addr)
	}
	return buf
}

// errNotLoaded is the error for an address that no segment of the file is loaded at.
var errNotLoaded = errors.New("nothing is loaded at this address")

// ReadMem fills p with what the file's segments have from the address on. It returns
// how many leading bytes there are; the error is non-nil when that is fewer than len(p).
func (f *File) ReadMem(p []byte, addr uint64) (int, error) {
	n := 0
	for n < len(p) {
		s := f.load(addr + uint64(n))
		if s == nil {
			return n, f.errorf("read %d bytes at %#x: %w", len(p), addr, errNotLoaded)
		}
		skip := addr + uint64(n) - s.Vaddr
		want := min(uint64(len(p)-n), s.Filesz-skip)
		got, err := f.r.ReadAt(p[n:n+int(want)], int64(s.Off+skip))
		n += got
		if uint64(got) < want {
			return n, f.errorf("read %d bytes at %#x: %w", len(p), addr, err)
		}
	}
	return n, nil
}

// load is the segment whose content is loaded at the address; nil if none is.
func (f *File) load(addr uint64) *elf.Prog {
	for _, p := range f.elf.Progs {
		if p.Type == elf.PT_LOAD && addr >= p.Vaddr && addr-p.Vaddr < p.Filesz {
			return p
		}
	}
	return nil
}

// Segment returns where the first segment of a type lies, such as PT_GNU_EH_FRAME.
func (f *File) Segment(t elf.ProgType) (addr, size uint64, ok bool) {
	for _, p := range f.elf.Progs {
		if p.Type == t {
			return p.Vaddr, p.Filesz, true
		}
	}
	return 0, 0, false
}

// ThreadBlock returns how far before what a thread's register points to the program's block of
// each thread begins, as x86 has it; ok is false for a file without one.
func (f *File) ThreadBlock() (size uint64, ok bool) {
	for _, p := range f.elf.Progs {
		if p.Type == elf.PT_TLS {
			align := max(p.Align, 1)
			first := -p.Vaddr & (align - 1)
			return (p.Memsz-first+align-1)&^(align-1) + first, true
		}
	}
	return 0, false
}

// ThreadOffset returns where in the file's block of each thread something is of which debug
// information tells an offset; gcc tells an address of the file where it splits debug information.
func (f *File) ThreadOffset(off uint64) uint64 {
	for _, p := range f.elf.Progs {
		if p.Type == elf.PT_TLS && off >= p.Vaddr && off-p.Vaddr < p.Memsz {
			return off - p.Vaddr
		}
	}
	return off
}

// bias is what is added to the file's addresses where size bytes of it from an offset
// on are mapped at start. A mapping begins at a page, whose size is the kernel's choice;
// a page may hold the end of one segment and the beginning of the next. So it is of the
// segment that most of it overlaps, and of one with code if the mapping has code, and only then.
func (f *File) biasOf(m *procfs.Mapping) uint64 {
	start, offset, size := uint64(m.Start), m.Offset, uint64(m.End-m.Start)
	code := m.Perm&procfs.Executable != 0

	var best *elf.Prog
	var most uint64
	for _, p := range f.elf.Progs {
		if p.Type != elf.PT_LOAD {
			continue
		}
		common := overlap(offset, size, p.Off, p.Filesz)
		better := common > most
		if best != nil && (p.Flags^best.Flags)&elf.PF_X != 0 {
			better = common > 0 && (p.Flags&elf.PF_X != 0) == code
		}
		if better {
			best, most = p, common
		}
	}
	if best == nil {
		return 0
	}
	return start - offset - (best.Vaddr - best.Off)
}

// overlap is how many bytes two ranges have in common.
func overlap(a, asize, b, bsize uint64) uint64 {
	if a > b {
		a, asize, b, bsize = b, bsize, a, asize
	}
	if b-a >= asize {
		return 0
	}
	return min(asize-(b-a), bsize)
}

// IsProgram reports whether the file is a program rather than a library. A library may have an
// interpreter, too, as libc has.
func (f *File) IsProgram() bool {
	flags, _ := f.elf.DynValue(elf.DT_FLAGS_1)
	names, _ := f.elf.DynString(elf.DT_SONAME)
	return f.elf.Type == elf.ET_EXEC || len(flags) > 0 && flags[0]&uint64(elf.DF_1_PIE) != 0 ||
		len(names) == 0 && slices.ContainsFunc(f.elf.Progs, func(p *elf.Prog) bool { return p.Type == elf.PT_INTERP })
}
