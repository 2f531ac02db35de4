package tamper

import (
	"fmt"
	"math/rand/v2"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/edit"
	"github.com/trapline/trapline/trace"
)

// A Changer applies rules, all that match a call in their order; where two set the same the
// later one wins.
type Changer struct {
	rules  []*Rule
	seed   uint64
	tasks  map[*trace.Task]*task
	traced func(*trace.Task, abi.Call) bool
	roots  uint64
	counts map[processKey]uint64 // of rules that count per process or tree
	warn   func(string)
}

// processKey is what a rule counts on its own, process zero for the whole tree.
type processKey struct{ rule, process int }

// Options say how rules are applied.
type Options struct {
	Rules []*Rule
	// Seed decides where a rule has a chance.
	Seed uint64
	// Program is the process that the tracer has started. Its becoming the program is
	// nothing that rules are about.
	Program int
	// Traced says whether a call is traced at all: strace injects into no others. Nil means
	// all.
	Traced func(*trace.Task, abi.Call) bool
	// Warn is told what went wrong with strace's injections without being an error.
	Warn func(string)
}

// New makes the handler that applies rules in the tracer's run, and nothing else.
func New(t *trace.Tracer, o Options, next trace.Handler) *edit.Session {
	return edit.NewSession(t, o.Program, next, NewChanger(o))
}

// NewChanger makes a Changer.
func NewChanger(o Options) *Changer {
	return &Changer{
		rules: o.Rules, seed: o.Seed, traced: o.Traced, warn: o.Warn,
		tasks: map[*trace.Task]*task{}, counts: map[processKey]uint64{},
	}
}

// Event implements edit.Changer.
func (h *Changer) Event(s *trace.Stop) (trace.Action, error) {
	switch e := s.Event.(type) {
	case *trace.NewTask:
		h.born(s.Task, e.Parent)
	case *trace.Exited, *trace.Detached:
		delete(h.tasks, s.Task)
	}
	return trace.Action{}, nil
}

// Wants implements edit.Changer.
func (h *Changer) Wants(_ *trace.Task, c abi.Call) bool { return Tampers(h.rules, c) }

// Tampers says whether a rule is about a call.
func Tampers(rules []*Rule, c abi.Call) bool {
	for _, r := range rules {
		if r.calls.HasCall(c) {
			return true
		}
	}
	return false
}

// task returns what is known of a task.
func (h *Changer) task(t *trace.Task) *task {
	known := h.tasks[t]
	if known == nil {
		known = newTask(childKey(0, h.roots))
		h.roots++
		h.tasks[t] = known
	}
	return known
}

func newTask(key uint64) *task {
	return &task{key: key, counts: map[countKey]uint64{}, random: map[int]*rand.Rand{}, late: map[*set]bool{}}
}

func (h *Changer) born(t, maker *trace.Task) {
	if maker == nil {
		return
	}
	m := h.task(maker)
	h.tasks[t] = newTask(childKey(m.key, m.children))
	m.children++
}

// Enter implements edit.Changer.
func (h *Changer) Enter(c *edit.Call) error {
	t := h.task(c.Task())
	t.begin(c)
	h.decide(t)
	return h.apply(t, false)
}

// Exit implements edit.Changer.
func (h *Changer) Exit(c *edit.Call) error {
	t := h.task(c.Task())
	t.call = c
	h.settle(t)
	return h.apply(t, true)
}

// decide finds the rules that are to be applied to a call, or may be at its exit.
func (h *Changer) decide(t *task) {
	for i, r := range h.rules {
		c := t.call.Made
		if !r.calls.HasCall(c) || !edit.Possible(t.call.Row) || r.strace && !h.isTraced(t, c) {
			continue
		}
		if r.ending() {
			if memo, could := r.where.Enter(&t.call.Scene); could {
				t.decided = append(t.decided, decision{rule: r, index: i, memo: memo})
			}
		} else if h.matches(t, r) && h.tally(t, i) {
			t.decided = append(t.decided, decision{rule: r, index: i, fires: true})
		}
	}
}

// isTraced reports whether a call is one that strace would inject into.
func (h *Changer) isTraced(t *task, c abi.Call) bool {
	return h.traced == nil || h.traced(t.call.Task(), c)
}

// matches reports whether the call is one that a rule is about. One that lacks a value
// which the rule changes, or what it is changed to, is not.
func (h *Changer) matches(t *task, r *Rule) bool {
	if r.where != nil && !r.where.Holds(&t.call.Scene) {
		return false
	}
	for _, a := range r.actions {
		if s, ok := a.(*set); ok && !t.canSet(s) {
			return false
		}
	}
	return true
}

// apply applies the rules that have been decided on.
func (h *Changer) apply(t *task, exit bool) error {
	p := phase{h: h, t: t, exit: exit}
	if err := p.apply(); err != nil {
		return fmt.Errorf("tamper: rule '%s' in %d: %w", p.rule.Source, t.call.Task().TID(), err)
	}
	p.count()
	return nil
}

// settle finds the rules that had to wait for the result.
func (h *Changer) settle(t *task) {
	for i := range t.decided {
		d := &t.decided[i]
		if !d.fires && d.rule.where.Leave(&t.call.Scene, d.memo) && h.tally(t, d.index) {
			d.fires = true
		}
	}
}

// tally counts a call that matches rule i and reports whether the rule is applied to it.
func (h *Changer) tally(t *task, i int) bool {
	r := h.rules[i]
	r.Matched++
	var n uint64
	switch {
	case r.strace:
		key := countKey{i, t.call.Made.NR, t.call.Made.ABI}
		t.counts[key]++
		n = t.counts[key]
	case r.per == perThread:
		t.counts[countKey{rule: i}]++
		n = t.counts[countKey{rule: i}]
	default:
		key := processKey{rule: i}
		if r.per == perProcess {
			key.process = t.call.Scene.PID
		}
		h.counts[key]++
		n = h.counts[key]
	}
	return r.when.has(n) && r.chance.draw(h.numbers(t, i))
}

// numbers are the random numbers of rule i in a task.
func (h *Changer) numbers(t *task, i int) *rand.Rand {
	if t.random[i] == nil {
		t.random[i] = numbers(h.seed, t.key, i)
	}
	return t.random[i]
}
