package capture

import (
	"cmp"
	"slices"
	"sort"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/procfs"
)

// Entries of the auxiliary vector.
const (
	auxProgramHeaders = 3  // AT_PHDR
	auxVDSO           = 33 // AT_SYSINFO_EHDR
)

// coreMaps puts the mappings of a core together, from its segments and the files that its
// notes name. Debuggers write no segments for what they leave out: that may be code.
func coreMaps(loads []segment, n *coreNotes) (maps []procfs.Mapping) {
	slices.SortStableFunc(n.files, func(a, b mapped) int { return cmp.Compare(a.Start, b.Start) })
	files := n.disjointFiles()
	for _, s := range loads {
		for at := s.Start; at < s.End; {
			m := procfs.Mapping{Start: at, End: s.End, Perm: s.perm}
			of(&m, files)
			maps = append(maps, m)
			at = m.End
		}
	}
	for _, f := range files {
		for _, gap := range gaps(f.Range, loads) {
			maps = append(maps, procfs.Mapping{
				Start: gap.Start, End: gap.End, Perm: procfs.Readable | procfs.Executable,
				Offset: f.offset + uint64(gap.Start-f.Start), Path: f.path,
			})
		}
	}
	slices.SortFunc(maps, func(a, b procfs.Mapping) int { return cmp.Compare(a.Start, b.Start) })
	if vdso := find(maps, abi.Addr(n.auxv[auxVDSO])); vdso != nil && vdso.Path == "" {
		vdso.Path = "[vdso]"
	}
	return maps
}

// disjointFiles are the files without those that overlap one before.
func (n *coreNotes) disjointFiles() []mapped {
	var end abi.Addr
	return slices.DeleteFunc(n.files, func(f mapped) bool {
		if f.Start < end {
			return true
		}
		end = f.End
		return false
	})
}

// of gives a mapping the file at its start, and lets it end where that does or another
// begins.
func of(m *procfs.Mapping, files []mapped) {
	i := sort.Search(len(files), func(i int) bool { return files[i].End > m.Start })
	if i == len(files) {
		return
	}
	f := &files[i]
	if f.Start > m.Start {
		m.End = min(m.End, f.Start)
		return
	}
	m.End = min(m.End, f.End)
	m.Path, m.Offset = f.path, f.offset+uint64(m.Start-f.Start)
}

// gaps are the parts of a range that no segment has.
func gaps(r Range, loads []segment) (gaps []Range) {
	i := sort.Search(len(loads), func(i int) bool { return loads[i].End > r.Start })
	for _, s := range loads[i:] {
		if s.Start >= r.End {
			break
		}
		if s.Start > r.Start {
			gaps = append(gaps, Range{r.Start, s.Start})
		}
		r.Start = s.End
	}
	if r.Start < r.End {
		gaps = append(gaps, r)
	}
	return gaps
}

// rename gives the mappings of one file another path.
func rename(maps []procfs.Mapping, from, to string) {
	for i := range maps {
		if maps[i].Path == from {
			maps[i].Path = to
		}
	}
}
