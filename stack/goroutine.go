package stack

import (
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
	Status  string // running, runnable, syscall, waiting, ...
	Reason  string // why it waits
	Parent  uint64 // the goroutine that created it; zero if unknown
	Created *Frame // where that was; nil if unknown
	Locked  bool   // to its thread
}

// maxGoStack is how much of a goroutine's stack is copied.
const maxGoStack = 1 << 20

// FindGo looks for the goroutines of a process that runs and has that memory. While is
// to be called when it is captured.
func (r *Resolver) FindGo(maps []procfs.Mapping, memory mem.Reader) (err error) {
	r.meet(&capture.Process{Maps: maps})
	r.golang, err = unwind.Goroutines(r.space, memory)
	return err
}

// While is for capture.Options: it lists the goroutines while the process is frozen and
// asks for their stacks.
func (r *Resolver) While(p *capture.Process) (stacks []capture.Range) {
	r.goroutines, r.goErr = r.golang.List(p.Memory)
	for i := range r.goroutines {
		g := &r.goroutines[i]
		if g.Low <= g.SP && g.SP < g.High {
			stacks = append(stacks, capture.Range{Start: g.SP, End: min(g.High, g.SP+maxGoStack)})
		}
	}
	return stacks
}

const (
	goStruct = 1 << 10 // more than the runtime's structure of a goroutine takes
	goBelow  = 1 << 10 // more than the way into C takes below where Go says it was left
)

// WhileThreads is While for those who look at threads only: a thread that Go has led into
// C goes on, outward, on the stack of its goroutine.
func (r *Resolver) WhileThreads(p *capture.Process) (stacks []capture.Range) {
	list, err := r.golang.List(p.Memory)
	if err != nil {
		return nil
	}
	for i := range list {
		g := &list[i]
		if g.Thread == 0 || g.Low > g.SP || g.SP >= g.High {
			continue
		}
		stacks = append(stacks,
			capture.Range{Start: max(g.Low, g.SP-min(g.SP, goBelow)), End: min(g.High, g.SP+maxGoStack)},
			capture.Range{Start: g.Addr, End: g.Addr + goStruct})
	}
	return stacks
}

// goroutinesOf walks the stacks of goroutines that are not the runtime's own.
func (r *Resolver) goroutinesOf(u *unwind.Unwinder, threads []Thread) []Goroutine {
	var all []Goroutine
	for i := range r.goroutines {
		if g := &r.goroutines[i]; !g.System {
			all = append(all, r.goroutine(u, g, threads))
		}
	}
	return all
}

func (r *Resolver) goroutine(u *unwind.Unwinder, g *unwind.Goroutine, threads []Thread) Goroutine {
	named := Goroutine{ID: g.ID, Status: g.Status, Reason: g.Reason, Parent: g.Parent, Locked: g.Locked}
	if g.Created != 0 {
		named.Created = r.created(g.Created)
	}
	if g.PC == 0 {
		for i := range threads {
			if threads[i].TID == g.Thread {
				named.Thread = threads[i]
			}
		}
		return named
	}
	var err error
	r.walk, err = u.WalkGoroutine(r.walk[:0], g)
	named.TID, named.ABI = g.Thread, g.Regs().ABI
	r.finish(&named.Thread, err)
	return named
}

// created is where a go statement is.
func (r *Resolver) created(pc abi.Addr) *Frame {
	f := unwind.Frame{PC: pc, Call: true, Module: r.space.At(pc)}
	return &Frame{Frame: f, Places: r.names.Of(&f)}
}
