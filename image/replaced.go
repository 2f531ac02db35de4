package image

import (
	"debug/elf"
	"slices"
	"strings"

	"github.com/trapline/trapline/procfs"
)

// Some programs move their code to large pages: where a file's code was mapped, anonymous
// memory has it then.

// hugeName is what /proc calls anonymous memory of large pages that were asked for.
const hugeName = "/anon_hugepage (deleted)"

// A replacer says what such memory has replaced.
type replacer struct {
	open  Opener
	maps  []procfs.Mapping
	below *procfs.Mapping // the last one of a file, so far
	above int             // where the search for the next one is
}

// look is called for each mapping in ascending order. It returns the mapping, or for memory
// between mappings of one file the one whose code ought to be there.
func (r *replacer) look(i int) procfs.Mapping {
	m := &r.maps[i]
	if isOfFile(m) {
		r.below = m
		return *m
	}
	if m.Perm&procfs.Executable == 0 || m.Path != "" && m.Path != hugeName || r.below == nil {
		return *m
	}
	for r.above = max(r.above, i); r.above < len(r.maps) && !isOfFile(&r.maps[r.above]); r.above++ {
	}
	if r.above == len(r.maps) || !sameFile(r.below, &r.maps[r.above]) {
		return *m
	}
	return r.between(*m)
}

// between is what a mapping has replaced that lies between two of a file.
func (r *replacer) between(m procfs.Mapping) procfs.Mapping {
	f, err := r.open(*r.below)
	if err != nil {
		return m
	}
	addr := uint64(m.Start) - f.biasOf(r.below)
	i := slices.IndexFunc(f.elf.Progs, func(p *elf.Prog) bool {
		return p.Type == elf.PT_LOAD && p.Flags&elf.PF_X != 0 && overlap(addr, uint64(m.End-m.Start), p.Vaddr, p.Filesz) > 0
	})
	if i < 0 {
		return m
	}
	code, b := f.elf.Progs[i], r.below
	m.Path, m.Inode, m.Major, m.Minor = b.Path, b.Inode, b.Major, b.Minor
	m.Offset = addr - (code.Vaddr - code.Off)
	return m
}

// isOfFile reports whether a mapping is of a file that has a path.
func isOfFile(m *procfs.Mapping) bool {
	return strings.HasPrefix(m.Path, "/") && m.Path != hugeName
}

func sameFile(a, b *procfs.Mapping) bool {
	return a.Path == b.Path && a.Inode == b.Inode && a.Major == b.Major && a.Minor == b.Minor
}
