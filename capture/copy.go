package capture

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/internal/ptrace"
	"github.com/trapline/trapline/mem"
	"github.com/trapline/trapline/procfs"
)

// How much of a stack is copied.
const (
	redZone   = 128       // below the stack pointer, in use all the same
	fullStack = 8 << 20   // of one thread
	allStacks = 256 << 20 // of a process, before there are only shortStacks
	// shortStack is for memory that threads share, such as Go's heap, where the end of
	// the mapping is not the end of the stack; and for what exceeds allStacks.
	shortStack = 256 << 10
	lastStack  = 64 << 10
	nested     = 8 // signal handlers on alternate stacks, one within the other
)

// A copier copies memory of a frozen process.
type copier struct {
	memory *memory
	tid    int    // a thread that is stopped
	spans  spans  // copied, ascending, none overlaps another
	total  int    // bytes of them
	arena  []byte // where the copies are
}

// stacks copies the stacks with these stack pointers, and those that were interrupted
// by signal handlers on alternate stacks.
func (c *copier) stacks(sps []abi.Addr, a *abi.ABI) {
	for range nested {
		var want []Range
		for _, sp := range sps {
			if r, ok := c.stack(sp, sps); ok {
				want = append(want, r)
			}
		}
		fresh := c.ranges(want)
		if len(fresh) == 0 {
			return
		}
		sps = interrupted(a, fresh)
	}
}

// stack is the range of a stack that is in use.
func (c *copier) stack(sp abi.Addr, all []abi.Addr) (Range, bool) {
	maps := c.memory.maps
	i := at(maps, sp)
	if i == len(maps) || !maps[i].Contains(sp) {
		return Range{}, false
	}
	m := &maps[i]
	start := max(m.Start, (sp-min(sp, redZone))&^15)
	return Range{start, start + min(m.End-start, c.limit(i, all))}, true
}

// limit is how much of a stack in a mapping may be copied.
func (c *copier) limit(i int, sps []abi.Addr) abi.Addr {
	switch {
	case c.total > allStacks:
		return lastStack
	case c.shared(i, sps):
		return shortStack
	}
	return fullStack
}

// shared says whether several threads have their stacks in a mapping. A guard in front of
// it tells that it is the stack of one.
func (c *copier) shared(i int, sps []abi.Addr) bool {
	maps := c.memory.maps
	if i > 0 && maps[i-1].End == maps[i].Start && maps[i-1].Perm&^procfs.Shared == 0 {
		return false
	}
	n := 0
	for _, sp := range sps {
		if maps[i].Contains(sp) {
			n++
		}
	}
	return n > 1
}

// ranges copies what has not been copied of the ranges, and returns that.
func (c *copier) ranges(want []Range) []mem.Span {
	var fresh []mem.Span
	for _, r := range want {
		for _, gap := range c.spans.gaps(r) {
			s := mem.Span{Addr: gap.Start, Data: c.alloc(uint64(gap.End - gap.Start))}
			c.spans.insert(s)
			fresh = append(fresh, s)
		}
	}
	c.read(fresh)
	for _, s := range fresh {
		c.spans.shorten(s)
	}
	return fresh
}

// most bounds what is copied altogether, whatever is asked for.
const most = 2 * allStacks

// alloc returns memory for n bytes, or for fewer when there is too much already.
func (c *copier) alloc(n uint64) []byte {
	size := int(min(n, uint64(most-c.total)))
	if cap(c.arena)-len(c.arena) < size {
		c.arena = make([]byte, 0, max(size, 1<<20))
	}
	start := len(c.arena)
	c.arena = c.arena[:start+size]
	c.total += size
	return c.arena[start : start+size : start+size]
}

// read fills spans. Where process_vm_readv is not to be had, as under some container
// profiles, /proc/PID/mem is.
func (c *copier) read(fresh []mem.Span) {
	if ptrace.ReadSpans(c.tid, fresh) == nil {
		return
	}
	for i := range fresh {
		n, _ := c.memory.live.ReadMem(fresh[i].Data, fresh[i].Addr)
		fresh[i].Data = fresh[i].Data[:n]
	}
}
