package stack

import (
	"slices"
	"sort"
	"time"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/capture"
	"github.com/trapline/trapline/mem"
	"github.com/trapline/trapline/procfs"
	"github.com/trapline/trapline/unwind"
)

// A Goroutine is the stack of a goroutine. Its Thread has the frames; the TID is that of
// the thread that runs it, zero for none.
type Goroutine struct {
	Thread
	ID      uint64
	Status  string        // running, runnable, syscall, waiting, ...
	Reason  string        // why it waits
	Parent  uint64        // the goroutine that created it; zero if unknown
	Created *Frame        // where that was; nil if unknown
	Locked  bool          // to its thread
	Waits   time.Duration // how long it has waited, at least; zero if unknown
}

// maxGoStack is how much of a goroutine's stack is copied, and maxCStack of one that Go's
// threads have for C.
const (
	maxGoStack = 1 << 20
	maxCStack  = 256 << 10
)

// FindGo looks for the goroutines of a process that runs and has that memory. While or
// WhileThreads is to be called when it is captured.
func (r *Resolver) FindGo(maps []procfs.Mapping, memory mem.Reader) (err error) {
	r.meet(&capture.Process{Maps: maps})
	r.golang, err = unwind.Goroutines(r.space, memory)
	return err
}

// While is for capture.Options: it lists the goroutines while the process is frozen and
// asks for their stacks.
func (r *Resolver) While(p *capture.Process) []capture.Range {
	r.goroutines, r.goErr = r.golang.List(p.Memory)
	r.listed = true
	if r.Clock != nil {
		r.now = r.Clock()
	}
	stacks := r.WhileThreads(p)
	for i := range r.goroutines {
		g := &r.goroutines[i]
		if g.Has(g.SP) {
			stacks = append(stacks, upward(g.SP, g.High, maxGoStack))
		}
	}
	return stacks
}

func upward(from, end, most abi.Addr) capture.Range {
	return capture.Range{Start: from, End: from + min(end-from, most)}
}

// WhileThreads is While for those who look at threads only: it asks for what leads from one
// of the stacks of a thread of Go's to another, and for those that the thread is not on.
func (r *Resolver) WhileThreads(p *capture.Process) (ranges []capture.Range) {
	r.threads = map[int]unwind.GoThread{}
	for i := range p.Threads {
		t := &p.Threads[i]
		golang, ok := r.golang.Thread(p.Memory, t.TID)
		if !ok {
			continue
		}
		r.threads[t.TID] = golang
		for _, at := range []abi.Addr{golang.M, golang.G, golang.G0} {
			ranges = append(ranges, upward(at, at+unwind.GoStruct, unwind.GoStruct))
		}
		ranges = append(ranges, goStack(&golang, t), schedulerStack(&golang, p.Maps))
	}
	return ranges
}

// goStack is the part of its goroutine's stack that a thread may be in: from the lowest of
// what points there. Not only the stack pointer may: code that has left that stack keeps in
// some register where it was.
func goStack(golang *unwind.GoThread, t *capture.Thread) capture.Range {
	from := golang.High
	for _, v := range append(t.Regs.Values[:], uint64(golang.SP)) {
		if at := abi.Addr(v); golang.Low <= at && at < from {
			from = at
		}
	}
	if from == golang.High {
		from = golang.Low
	}
	return upward(from, golang.High, maxGoStack)
}

// schedulerStack is the part of the scheduler's stack that is below the goroutine's. One
// that is not from Go's own heap is C's: Go does not know where it ends.
func schedulerStack(golang *unwind.GoThread, maps []procfs.Mapping) capture.Range {
	i := sort.Search(len(maps), func(i int) bool { return maps[i].End > golang.Scheduler })
	switch {
	case i == len(maps) || !maps[i].Contains(golang.Scheduler):
		return capture.Range{}
	case maps[i].Contains(golang.Low) && golang.Top > golang.Scheduler:
		return upward(golang.Scheduler, golang.Top, maxCStack)
	}
	return upward(golang.Scheduler, maps[i].End, maxCStack)
}

// goroutinesOf walks the stacks of goroutines that are not the runtime's own.
func (r *Resolver) goroutinesOf(u *unwind.Unwinder, threads []Thread) []Goroutine {
	all := []Goroutine{}
	for i := range r.goroutines {
		if g := &r.goroutines[i]; !g.System {
			all = append(all, r.goroutine(u, g, threads))
		}
	}
	return all
}

func (r *Resolver) goroutine(u *unwind.Unwinder, g *unwind.Goroutine, threads []Thread) Goroutine {
	named := Goroutine{ID: g.ID, Status: g.Status, Reason: g.Reason, Parent: g.Parent, Locked: g.Locked}
	if since := time.Duration(g.Since); since > 0 && r.now > since {
		named.Waits = r.now - since
	}
	if g.Created != 0 && g.ID != 1 {
		named.Created = r.created(g.Created)
	}
	if t := threadOn(threads, g); t != nil {
		named.Thread = *t
		return named
	}
	named.TID, named.ABI = g.Thread, g.Regs().ABI
	if g.Has(g.SP) {
		var err error
		u.Limit = r.limit()
		r.walk, err = u.WalkGoroutine(r.walk[:0], g)
		r.finish(&named.Thread, err)
	}
	return named
}

// threadOn returns the thread that is on the goroutine's stack, or in C that it has called:
// that tells more than what the runtime has noted down of the goroutine. It returns nil if
// there is none, as when the thread's scheduler has left the goroutine.
func threadOn(threads []Thread, g *unwind.Goroutine) *Thread {
	for i := range threads {
		t := &threads[i]
		if t.TID == g.Thread && slices.ContainsFunc(t.Frames, func(f Frame) bool { return g.Has(f.CFA - 1) }) {
			return t
		}
	}
	return nil
}

// created is where a go statement is.
func (r *Resolver) created(pc abi.Addr) *Frame {
	f := unwind.Frame{PC: pc, Call: true, Module: r.space.At(pc)}
	return &Frame{Frame: f, Places: r.names.Of(&f)}
}
