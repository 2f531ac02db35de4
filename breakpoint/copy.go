package breakpoint

import (
	"bytes"
	"errors"
	"maps"
	"slices"
	"sort"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/image"
	"github.com/trapline/trapline/insn"
	"github.com/trapline/trapline/procfs"
	"github.com/trapline/trapline/trace"
)

// A copied is the instruction of a site, to be run at another address of the same space.
type copied struct {
	site  abi.Addr
	moved insn.Moved
}

// slot is the room for a copied instruction.
const slot = insn.MaxMoved

// An arena is a range of a space that we have mapped, for copies.
type arena struct {
	addr abi.Addr
	used int // slots
}

const arenaSize = 16 * pageSize

func (sp *space) hasCopies() bool { return len(sp.copies) > 0 }

// copyAt returns the copy that an address is in; nil if it is in none.
func (sp *space) copyAt(addr abi.Addr) *copied {
	i := sort.Search(len(sp.copies), func(i int) bool { return sp.copies[i].moved.Addr+slot > addr })
	if i < len(sp.copies) && sp.copies[i].moved.Addr <= addr {
		return sp.copies[i]
	}
	return nil
}

// copy returns the copy of a site's instruction, made by the first call.
func (s *Set) copy(task *trace.Task, sp *space, at place, i *insn.Inst) (*copied, error) {
	if c := sp.bySite[at.addr]; c != nil {
		return c, nil
	}
	a, err := sp.near(task, at)
	if err != nil {
		return nil, err
	}
	moved, err := i.Move(a.addr + abi.Addr(a.used*slot))
	if err != nil {
		return nil, err
	}
	memory, err := sp.mem()
	if err != nil {
		return nil, err
	}
	if _, err := memory.WriteAt(moved.Code, int64(moved.Addr)); err != nil {
		return nil, err
	}
	a.used++
	return sp.keep(&copied{at.addr, moved}), nil
}

// keep notes a copy.
func (sp *space) keep(c *copied) *copied {
	i := sort.Search(len(sp.copies), func(i int) bool { return sp.copies[i].moved.Addr > c.moved.Addr })
	sp.copies = slices.Insert(sp.copies, i, c)
	sp.bySite[c.site] = c
	return c
}

// forget forgets what was planted and copied of what was mapped where a module is now.
func (sp *space) forget(m *image.Module) {
	maps.DeleteFunc(sp.planted, func(addr abi.Addr, _ bool) bool { return m.Contains(addr) })
	sp.copies = slices.DeleteFunc(sp.copies, func(c *copied) bool {
		stale := m.Contains(c.site)
		if stale {
			delete(sp.bySite, c.site)
		}
		return stale
	})
}

// reach is how far an instruction's operand may be from it.
const reach = 1<<31 - 1<<20

// near returns an arena with room for a copy, within reach of the file that a site is in.
func (sp *space) near(task *trace.Task, at place) (*arena, error) {
	for _, a := range sp.arenas {
		if a.used < arenaSize/slot && distance(a.addr, at.addr) < reach {
			return a, nil
		}
	}
	addr, err := sp.mapArena(task, at)
	if err != nil {
		return nil, err
	}
	a := &arena{addr: addr}
	sp.arenas = append(sp.arenas, a)
	return a, nil
}

func distance(a, b abi.Addr) abi.Addr { return max(a, b) - min(a, b) }

var (
	errFilter    = errors.New("a seccomp filter may kill a task for a call that is not its own")
	errNoRoom    = errors.New("no room for copies of instructions within reach")
	errNoGateway = errors.New("no instruction that makes a system call")
)

// mapArena has the task map memory for copies of instructions.
func (sp *space) mapArena(task *trace.Task, at place) (abi.Addr, error) {
	if s, err := procfs.Status(task.TID()); err != nil || s.Seccomp != procfs.SeccompOff {
		return 0, errFilter
	}
	maps, err := procfs.Maps(task.TID())
	if err != nil {
		return 0, err
	}
	addr, ok := gapBelow(maps, at.addr)
	if !ok || distance(addr, at.addr) > reach {
		return 0, errNoRoom
	}
	regs, err := task.Regs()
	if err != nil {
		return 0, err
	}
	if sp.gateway == 0 {
		sp.gateway = sp.findGateway(regs.ABI)
	}
	if sp.gateway == 0 {
		return 0, errNoGateway
	}
	call := mapCall(regs.ABI, addr)
	r, err := task.Do(&call, sp.gateway)
	switch {
	case err != nil:
		return 0, err
	case r.Failed:
		return 0, errNoRoom
	case abi.Addr(r.Value) != addr:
		return 0, errNoRoom
	}
	return addr, nil
}

// gapBelow returns where an arena fits between mappings, as close below an address as can be.
// Below, because it is upwards that the heap grows.
func gapBelow(maps []procfs.Mapping, addr abi.Addr) (abi.Addr, bool) {
	i := sort.Search(len(maps), func(i int) bool { return maps[i].Start > addr })
	for i--; i >= 0; i-- {
		end := abi.Addr(lowest)
		if i > 0 {
			end = max(end, maps[i-1].End+guard)
		}
		if maps[i].Start > end+arenaSize+guard {
			return maps[i].Start - guard - arenaSize, true
		}
	}
	return 0, false
}

const (
	lowest = 1 << 16       // below that nothing may be mapped
	guard  = 16 * pageSize // to the mappings around, which may be a stack or a heap
)

// The arguments of mmap(2).
const (
	protRX    = 1 | 4
	mapFlags  = 0x2 | 0x20 | 0x100000 // MAP_PRIVATE, MAP_ANONYMOUS, MAP_FIXED_NOREPLACE
	mmapAMD64 = 9
	mmap2I386 = 192
)

// mapCall is the system call that maps an arena.
func mapCall(a *abi.ABI, addr abi.Addr) abi.Call {
	c := abi.Call{ABI: a, NR: mmapAMD64, Args: [6]uint64{uint64(addr), arenaSize, protRX, mapFlags, ^uint64(0)}}
	if a == abi.I386 {
		c.NR, c.Args[4] = mmap2I386, 1<<32-1
	}
	return c
}

// findGateway returns the address of an instruction that makes a system call, in the vDSO or
// wherever its bytes are; zero if they are nowhere.
func (sp *space) findGateway(a *abi.ABI) abi.Addr {
	code := []byte{0x0F, 0x05} // syscall
	if a == abi.I386 {
		code = []byte{0xCD, 0x80} // int 0x80
	}
	modules := sp.image.Modules()
	for i := len(modules) - 1; i >= 0; i-- { // the vDSO is behind all others
		if addr := sp.search(modules[i], code); addr != 0 {
			return addr
		}
	}
	return 0
}

// search returns where in a module's code some bytes are; zero if they are nowhere.
func (sp *space) search(m *image.Module, code []byte) abi.Addr {
	memory, err := sp.mem()
	if err != nil {
		return 0
	}
	text := make([]byte, min(uint64(m.End-m.Start), maxSearch))
	n, _ := memory.ReadAt(text, int64(m.Start))
	if i := bytes.Index(text[:n], code); i >= 0 {
		return m.Start + abi.Addr(i)
	}
	return 0
}

// maxSearch is how much of a module is searched.
const maxSearch = 4 << 20
