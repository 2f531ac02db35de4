package image

import (
	"sort"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/procfs"
)

// A Space is the address space of a process: which file is mapped where.
type Space struct {
	modules []*Module // executable mappings, ascending
	open    Opener
}

// An Opener opens the file of a mapping: that of a running process through /proc, that
// of a core by its path.
type Opener func(procfs.Mapping) (*File, error)

// NewSpace returns the space of those mappings. Files are opened when they are first
// needed.
func NewSpace(maps []procfs.Mapping, open Opener) *Space {
	s := &Space{open: open}
	s.Refresh(maps)
	return s
}

// Load returns the space of a running process. Where there are several processes, or one
// is looked at again and again, a Cache does it with less work.
func Load(pid int) (*Space, error) { return new(Cache).Load(pid) }

// Refresh makes the space that of the mappings as they are now. Modules whose mappings are
// unchanged stay, with their files.
func (s *Space) Refresh(maps []procfs.Mapping) {
	old := s.modules
	s.modules = make([]*Module, 0, len(old))
	r := replacer{open: s.open, maps: maps}
	for i := range maps {
		m := r.look(i)
		if m.Perm&procfs.Executable == 0 {
			continue
		}
		for len(old) > 0 && old[0].Start < m.Start {
			old = old[1:]
		}
		if len(old) > 0 && old[0].Mapping == m {
			s.modules = append(s.modules, old[0])
		} else {
			s.modules = append(s.modules, &Module{Mapping: m, open: s.open})
		}
	}
}

// Fork returns a copy of the space, for a process that fork(2) has made: files that are known
// are shared, others opened as the Opener does.
func (s *Space) Fork(open Opener) *Space { return &Space{modules: s.modules, open: open} }

// At returns the module that has code at the address; nil if none has.
func (s *Space) At(addr abi.Addr) *Module {
	i := sort.Search(len(s.modules), func(i int) bool { return s.modules[i].End > addr })
	if i < len(s.modules) && s.modules[i].Contains(addr) {
		return s.modules[i]
	}
	return nil
}

// Modules are the executable mappings in ascending order.
func (s *Space) Modules() []*Module { return s.modules }

// A Module is an executable mapping and the file it is of.
type Module struct {
	procfs.Mapping
	open   Opener
	opened bool
	file   *File
	err    error
	bias   uint64
}

// File returns the file. It is opened by the first call; every later one returns
// the same.
func (m *Module) File() (*File, error) {
	if !m.opened {
		m.opened = true
		if m.file, m.err = m.open(m.Mapping); m.err == nil {
			m.bias = m.file.biasOf(&m.Mapping)
		}
	}
	return m.file, m.err
}

// Bias is what is added to the file's addresses to get the process's. It is zero
// until File has returned the file.
func (m *Module) Bias() uint64 { return m.bias }

// Places is File.Places for an address of the process.
func (m *Module) Places(buf []Place, addr abi.Addr) []Place {
	f, err := m.File()
	if err != nil {
		return buf
	}
	return f.Places(buf, uint64(addr)-m.bias)
}

// Symbol is File.Symbol for an address of the process.
func (m *Module) Symbol(addr abi.Addr) (Place, bool) {
	f, err := m.File()
	if err != nil {
		return Place{}, false
	}
	return f.Symbol(uint64(addr) - m.bias)
}
