package breakpoint

import (
	"errors"
	"io"
	"io/fs"
	"maps"
	"slices"
	"sort"
	"syscall"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/image"
	"github.com/trapline/trapline/internal/ptrace"
	"github.com/trapline/trapline/procfs"
	"github.com/trapline/trapline/trace"
)

// A space is the memory that some tasks share, and what is planted in it.
type space struct {
	pid       int // of a task that runs in it
	tasks     int
	over      int // how often a task has come to a breakpoint that was over
	image     *image.Space
	mapped    []mapped
	memory    *ptrace.MemFile // nil until it is needed
	arenas    []*arena
	copies    []*copied // by where they are
	bySite    map[abi.Addr]*copied
	planted   map[abi.Addr]bool // by Plant: what other processes of the file need not have
	registers registers
	forked    bool     // and not told of yet
	gateway   abi.Addr // an instruction that makes a system call; zero until it is needed
}

// A mapped is the code of a file in a space.
type mapped struct {
	module *image.Module
	plan   *plan
}

// A place is a site in a space.
type place struct {
	addr abi.Addr
	site *site
	mapped
}

// at returns the site at an address; its site is nil where there is none.
func (sp *space) at(addr abi.Addr) place {
	m, ok := mappedAt(sp.mapped, addr)
	if !ok {
		return place{}
	}
	return place{addr, m.plan.sites[uint64(addr)-m.module.Bias()], m}
}

// mappedAt returns which of what is mapped, in ascending order, has an address.
func mappedAt(all []mapped, addr abi.Addr) (m mapped, ok bool) {
	i := sort.Search(len(all), func(i int) bool { return all[i].module.End > addr })
	if i == len(all) || !all[i].module.Contains(addr) {
		return mapped{}, false
	}
	return all[i], true
}

// attached gives a task that is attached to the space of its process.
func (s *Set) attached(task *trace.Task) {
	sp := s.sibling(task)
	if sp == nil {
		sp = s.newSpace(task)
	}
	s.enter(task, sp)
}

// joined plants breakpoints in a process all of whose threads are traced now.
func (s *Set) joined(task *trace.Task) {
	if sp := s.spaces[task]; sp != nil {
		s.refresh(sp, task)
	}
}

// newSpace returns the space of a task, without anything.
func (s *Set) newSpace(task *trace.Task) *space {
	return &space{
		pid:     task.TID(),
		image:   image.NewSpace(nil, s.Cache.Running(task.TID())),
		bySite:  map[abi.Addr]*copied{},
		planted: map[abi.Addr]bool{},
	}
}

// sibling returns the space of another thread of the task's process.
func (s *Set) sibling(task *trace.Task) *space {
	if sp := s.spaces[task]; sp != nil {
		return sp
	}
	for other, sp := range s.spaces {
		if other.TGID() == task.TGID() {
			return sp
		}
	}
	return nil
}

// enter puts a task into a space, and out of the one it was in.
func (s *Set) enter(task *trace.Task, sp *space) {
	if s.spaces[task] == sp {
		return
	}
	sp.tasks++
	s.gone(task)
	s.spaces[task] = sp
	if sp.watching() {
		s.unarmed[task] = true
	}
}

// gone takes a task out of its space.
func (s *Set) gone(task *trace.Task) {
	sp := s.spaces[task]
	delete(s.spaces, task)
	delete(s.passing, task)
	delete(s.held, task)
	delete(s.steps, task)
	delete(s.unarmed, task)
	if sp == nil {
		return
	}
	if sp.tasks--; sp.tasks > 0 {
		return
	}
	if sp.memory != nil {
		sp.memory.Close()
	}
	if s.Ended != nil {
		s.Ended(sp.image)
	}
}

// forked gives a new task its space: its parent's, or one like it.
func (s *Set) forked(parent, child *trace.Task) {
	sp := s.spaces[parent]
	if sp == nil {
		return
	}
	if child.TGID() != parent.TGID() && !shared(parent, child) {
		sp = sp.fork(s, child.TID())
		if s.left {
			s.report(sp, sp.clear())
		}
	}
	s.enter(child, sp)
}

// shared reports whether a child runs in its parent's memory. One that is gone runs nowhere.
func shared(parent, child *trace.Task) bool {
	same, err := child.SharesMemory(parent)
	return err == nil && same
}

// fork returns a copy of the space, as fork(2) has made one of the memory.
func (sp *space) fork(s *Set, pid int) *space {
	child := *sp
	child.pid, child.tasks, child.memory, child.forked = pid, 0, nil, true
	child.registers = registers{}
	child.image = sp.image.Fork(s.Cache.Running(pid))
	child.mapped = slices.Clone(sp.mapped)
	child.copies = slices.Clone(sp.copies)
	child.bySite = maps.Clone(sp.bySite)
	child.planted = maps.Clone(sp.planted)
	child.arenas = nil
	for _, a := range sp.arenas {
		b := *a
		child.arenas = append(child.arenas, &b)
	}
	return &child
}

// born sees to a new task: to one whose parent has not told of it, having been killed, and to one
// with a copy of its parent's memory.
func (s *Set) born(task *trace.Task) {
	switch sp := s.spaces[task]; {
	case sp == nil:
		s.attached(task)
		s.joined(task)
	case sp.forked && len(sp.mapped) == 0: // before its parent was all there
		sp.forked = false
		s.refresh(sp, task)
	case sp.forked:
		sp.forked = false
		s.loaded(task, sp)
	}
}

// loaded tells what a space has come to have.
func (s *Set) loaded(task *trace.Task, sp *space) {
	if s.Loaded != nil && !s.left {
		s.Loaded(task, sp.image)
	}
}

// executed gives a task that runs a new program a new space.
func (s *Set) executed(task *trace.Task, e *trace.Exec) {
	if e.Superseded != nil {
		s.gone(e.Superseded)
	}
	s.gone(task)
	s.enter(task, s.newSpace(task))
	s.joined(task)
}

// refresh plants breakpoints in what the space has come to map.
func (s *Set) refresh(sp *space, task *trace.Task) {
	sp.pid = task.TID()
	mappings, err := procfs.Maps(sp.pid)
	if err != nil {
		return // it is dying
	}
	sp.image.Refresh(mappings)
	old := sp.mapped
	sp.mapped = nil
	linker := sp.linker(mappings)
	for _, module := range sp.image.Modules() {
		if known, _ := mappedAt(old, module.Start); known.module == module {
			sp.mapped = append(sp.mapped, known)
			continue
		}
		file, err := module.File()
		if err != nil || module.Inode == 0 {
			continue
		}
		m := mapped{module, s.plan(file)}
		if module == linker && !m.plan.has(s.linker) {
			m.plan.find(s.linker)
		}
		sp.mapped = append(sp.mapped, m)
		sp.forget(m.module)
		s.report(sp, s.settle(sp, m))
	}
	s.loaded(task, sp)
}

// settle plants breakpoints in what a space has come to map; when the run is over, it takes
// out those that a child of fork has inherited.
func (s *Set) settle(sp *space, m mapped) error {
	if s.left {
		return sp.edit(m, (*site).restore)
	}
	return sp.plant(m)
}

// mem returns the space's memory, in which even text can be written.
func (sp *space) mem() (*ptrace.MemFile, error) {
	if sp.memory == nil {
		f, err := ptrace.OpenMem(sp.pid)
		if err != nil {
			return nil, err
		}
		sp.memory = f
	}
	return sp.memory, nil
}

// gone reports whether an error says that a process has ended.
func gone(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ESRCH) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}
