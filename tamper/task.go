package tamper

import (
	"math/rand/v2"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/edit"
	"github.com/trapline/trapline/filter"
	"github.com/trapline/trapline/syscalls"
)

// A task is what a Handler knows of one task of the program.
type task struct {
	key      uint64 // its place in the tree
	children uint64

	counts map[countKey]uint64 // of rules that count per thread
	random map[int]*rand.Rand

	call    *edit.Call // the call at hand
	decided []decision
	late    map[*set]bool // those that have to wait for the exit
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

// begin takes up another call.
func (t *task) begin(c *edit.Call) {
	t.call = c
	t.decided = t.decided[:0]
	clear(t.late)
}
