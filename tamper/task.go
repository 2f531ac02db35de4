package tamper

import (
	"math/rand/v2"
	"time"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/edit"
	"github.com/trapline/trapline/filter"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/trace"
)

// A task is what a Handler knows of one task of the program.
type task struct {
	key      uint64 // its place in the tree
	children uint64
	sharing  bool // the call at hand makes a task that runs in the same memory meanwhile

	counts map[countKey]uint64 // of rules that count per thread
	random map[int]*rand.Rand

	call     edit.Call
	busy     bool // rules are about the call at hand
	entered  time.Time
	decided  []decision
	late     map[*set]bool // those that have to wait for the exit
	answer   *answered
	running  bool // another call runs in the place of the program's
	marks    trace.Tampering
	changes  []trace.Change
	request  *abi.Call // for scratch memory, which is being made
	at       place     // of the call at hand
	deferred place     // where decided waits for its call to be made again
	borrowed bool      // because of request; otherwise the kernel restarts it
}

// countKey is what a rule counts on its own.
type countKey struct {
	rule int
	nr   uint64
	abi  *abi.ABI
}

// A decision is that a rule may be applied to the call at hand.
type decision struct {
	rule  *Rule
	index int
	memo  filter.Memo // of one that waits for the exit
	fires bool        // it does not wait
}

// answered is the result that a call is to have.
type answered struct{ result abi.Result }

// A place is where in the program a call is made.
type place struct {
	set    bool
	nr     uint64
	pc, sp abi.Addr
}

func placeOf(e *trace.SyscallEnter) place {
	return place{true, e.Call.NR, e.PC, e.SP}
}

// canSet reports at the entry whether a value can be set, and notes whether that has to wait
// for the exit.
func (t *task) canSet(s *set) bool {
	path, scene := s.name.Path(), &t.call.Scene
	if path == nil {
		t.late[s] = true
		return true
	}
	p, _ := scene.Call.LocateWord(path)
	pointer, _ := p.Type.(syscalls.Pointer)
	if t.late[s] = p.Answer() || pointer.Dir == syscalls.Out; t.late[s] {
		return true
	}
	v := s.value.EvalFor(scene, s.name)
	return !v.Missing() && t.call.Has(path)
}

// idle forgets the call at hand.
func (t *task) idle() {
	t.busy, t.request = false, nil
	t.decided = t.decided[:0]
	clear(t.late)
}
