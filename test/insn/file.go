package main

import (
	"debug/elf"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/trapline/trapline/abi"
)

// A file is a program whose code is looked at.
type file struct {
	path string
	abi  *abi.ABI
	elf  *elf.File
	code []section
	// starts are the addresses at which objdump sees instructions; true where it is sure.
	starts map[uint64]bool
}

// A section is a run of code.
type section struct {
	addr uint64
	data []byte
}

func open(path string) (*file, error) {
	e, err := elf.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	f := &file{path: path, elf: e, abi: abi.AMD64}
	if e.Class == elf.ELFCLASS32 {
		f.abi = abi.I386
	}
	for _, s := range e.Sections {
		if s.Type != elf.SHT_PROGBITS || s.Flags&elf.SHF_EXECINSTR == 0 {
			continue
		}
		data, err := s.Data()
		if err != nil {
			return nil, fmt.Errorf("read %s of %s: %w", s.Name, path, err)
		}
		f.code = append(f.code, section{s.Addr, data})
	}
	return f, nil
}

// at returns the code from an address on.
func (f *file) at(addr uint64) []byte {
	for _, s := range f.code {
		if addr >= s.addr && addr-s.addr < uint64(len(s.data)) {
			return s.data[addr-s.addr:]
		}
	}
	return nil
}

// debug opens the file that has f's symbols and lines: f itself, or the one of its build id.
func (f *file) debug() *elf.File {
	if note := f.elf.Section(".note.gnu.build-id"); note != nil {
		if data, err := note.Data(); err == nil && len(data) > 18 {
			id := hex.EncodeToString(data[16:])
			if e, err := elf.Open(filepath.Join("/usr/lib/debug/.build-id", id[:2], id[2:]+".debug")); err == nil {
				return e
			}
		}
	}
	return f.elf
}

// writeVDSO copies the vDSO of this process to a file.
func writeVDSO() (string, error) {
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		return "", err
	}
	var start, end int64
	for line := range strings.Lines(string(maps)) {
		if strings.Contains(line, "[vdso]") {
			if _, err := fmt.Sscanf(line, "%x-%x", &start, &end); err != nil {
				return "", err
			}
		}
	}
	m, err := os.Open("/proc/self/mem")
	if err != nil {
		return "", err
	}
	defer m.Close()
	image := make([]byte, end-start)
	if _, err := m.ReadAt(image, start); err != nil {
		return "", fmt.Errorf("read the vDSO: %w", err)
	}
	path := filepath.Join(os.TempDir(), "insn-vdso.so")
	return path, os.WriteFile(path, image, 0o600)
}
