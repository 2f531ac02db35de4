package breakpoint

import (
	"slices"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/image"
	"github.com/trapline/trapline/procfs"
	"github.com/trapline/trapline/trace"
)

// rendezvous is the function that the dynamic linker calls before and after it changes what is
// mapped, for the sake of debuggers (see <link.h>).
const rendezvous = "_dl_debug_state"

// findLinker finds that function in a dynamic linker.
func findLinker(f *image.File) []uint64 { return f.FindSymbol(rendezvous) }

// linked is told that a dynamic linker has changed, or is about to change, what is mapped.
func (s *Set) linked(h *Hit) (trace.Mode, error) {
	if sp := s.spaces[h.Task]; sp != nil {
		s.refresh(sp, h.Task)
	}
	return trace.Default, nil
}

// linker returns the module of the dynamic linker: what the kernel has mapped as such, or the
// program, which may be one itself.
func (sp *space) linker(maps []procfs.Mapping) *image.Module {
	auxv, err := procfs.Auxv(sp.pid, sp.word())
	if err != nil {
		return nil
	}
	base := auxv.Base
	if base == 0 {
		base = auxv.Entry
	}
	i := slices.IndexFunc(maps, func(m procfs.Mapping) bool { return m.Contains(base) })
	if i < 0 {
		return nil
	}
	for _, module := range sp.image.Modules() {
		if same(&module.Mapping, &maps[i]) {
			return module
		}
	}
	return nil
}

// same reports whether two mappings are of the same file.
func same(a, b *procfs.Mapping) bool {
	return a.Inode == b.Inode && a.Major == b.Major && a.Minor == b.Minor
}

// word is the size of a pointer in the space.
func (sp *space) word() int {
	for _, module := range sp.image.Modules() {
		if file, err := module.File(); err == nil && file.ABI() != nil {
			return file.ABI().Word
		}
	}
	return abi.Native.Word
}
