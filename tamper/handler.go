package tamper

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/edit"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/trace"
)

// A Handler applies rules, all that match a call in their order; where two set the same the
// later one wins. Next is told of the calls as the kernel sees them and of the results that
// the program gets, and never of what a Handler needs for itself.
type Handler struct {
	next   trace.Handler
	tracer *trace.Tracer
	rules  []*Rule
	seed   uint64
	store  *edit.Store
	tasks  map[*trace.Task]*task
	traced func(*trace.Task, abi.Call) bool
	roots  uint64
	counts map[processKey]uint64 // of rules that count per process or tree
	warn   func(string)
	// starting is the process that is about to become the program; zero for none.
	starting int
}

// processKey is what a rule counts on its own, process zero for the whole tree.
type processKey struct{ rule, process int }

// Options say how a Handler works.
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

// New makes a Handler for the tracer's run.
func New(t *trace.Tracer, o Options, next trace.Handler) *Handler {
	return &Handler{
		next: next, tracer: t, rules: o.Rules, seed: o.Seed, starting: o.Program, traced: o.Traced, warn: o.Warn,
		store: edit.NewStore(), tasks: map[*trace.Task]*task{}, counts: map[processKey]uint64{},
	}
}

// Handle implements trace.Handler.
func (h *Handler) Handle(s *trace.Stop) (trace.Action, error) {
	switch e := s.Event.(type) {
	case *trace.SyscallEnter:
		return h.enter(s, e)
	case *trace.SyscallExit:
		return h.exit(s, e)
	case *trace.NewTask:
		if err := h.born(s.Task, e.Parent); err != nil {
			return trace.Action{}, err
		}
	case *trace.Exec:
		h.store.Replaced(s.Task)
		if s.Task.TID() == h.starting {
			h.starting = 0
		}
	case *trace.Exited, *trace.Detached:
		h.store.Ended(s.Task)
		delete(h.tasks, s.Task)
	}
	return h.next.Handle(s)
}

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
func (h *Handler) task(t *trace.Task) *task {
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

func (h *Handler) born(t, maker *trace.Task) error {
	if maker == nil {
		return nil
	}
	m := h.task(maker)
	h.tasks[t] = newTask(childKey(m.key, m.children))
	m.children++
	return h.store.Born(t, maker)
}

// enter handles the entry of a call.
func (h *Handler) enter(s *trace.Stop, e *trace.SyscallEnter) (trace.Action, error) {
	t := h.task(s.Task)
	switch {
	case t.deferred.set && e.Resumed:
		t.deferred.set = false
		return h.next.Handle(s) // the kernel goes on with the call as it was changed
	case t.deferred.set && t.deferred == placeOf(e):
		h.begin(t, s, e)
	case s.Task.TID() == h.starting || !Tampers(h.rules, e.Call):
		t.busy = false
		return h.next.Handle(s)
	default:
		t.idle()
		t.entered = s.Time
		h.begin(t, s, e)
		h.decide(t, e.Call)
	}
	return h.change(t, s, e)
}

// begin has the call looked at.
func (h *Handler) begin(t *task, s *trace.Stop, e *trace.SyscallEnter) {
	row := syscalls.For(e.Call.ABI).Row(e.Call.NR)
	t.at, t.busy = placeOf(e), true
	t.answer, t.running, t.changes, t.marks = nil, false, nil, trace.Tampering{}
	t.call.Enter(s.Task, e.Call, row, h.store.For(s.Task, e.Call.ABI))
}

// decide finds the rules that are to be applied to a call, or may be at its exit.
func (h *Handler) decide(t *task, c abi.Call) {
	for i, r := range h.rules {
		if !r.calls.HasCall(c) || !possible(t.call.Row) || r.strace && !h.isTraced(t, c) {
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
	t.busy = len(t.decided) > 0
}

// isTraced reports whether a call is one that strace would inject into.
func (h *Handler) isTraced(t *task, c abi.Call) bool {
	return h.traced == nil || h.traced(t.call.Task(), c)
}

// matches reports whether the call is one that a rule is about. One that lacks a value
// which the rule changes, or what it is changed to, is not.
func (h *Handler) matches(t *task, r *Rule) bool {
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

// change applies what is decided at the entry.
func (h *Handler) change(t *task, s *trace.Stop, e *trace.SyscallEnter) (trace.Action, error) {
	again := t.deferred.set && !t.borrowed
	t.deferred.set, t.borrowed = false, false
	p := phase{h: h, t: t, again: again}
	err := p.apply()
	var need *edit.NeedError
	switch {
	case errors.As(err, &need):
		return h.borrow(t, e, need.Size)
	case err != nil:
		return trace.Action{}, h.failed(err, p.rule, s)
	}
	if err := t.call.Commit(); err != nil {
		return trace.Action{}, h.failed(err, p.rule, s)
	}
	p.count()
	seen := *e
	if !t.running {
		seen.Call = t.call.Now
	}
	a, err := h.tell(s, &seen)
	p.act(&a)
	if t.answer != nil && !t.running {
		a.Return = &t.answer.result
	} else if t.call.Changed() {
		now := t.call.Now
		a.Call = &now
	}
	return h.hold(s.Task, a, p.delay), err
}

// tell passes an event on to next.
func (h *Handler) tell(s *trace.Stop, e trace.Event) (trace.Action, error) {
	own := s.Event
	s.Event = e
	a, err := h.next.Handle(s)
	s.Event = own
	return a, err
}

// borrow has the task map scratch memory, in a call in the place of its own, which it makes
// again then.
func (h *Handler) borrow(t *task, e *trace.SyscallEnter, size int) (trace.Action, error) {
	request, err := edit.Request(e.Call.ABI, size)
	if err != nil {
		return trace.Action{}, err
	}
	t.request, t.deferred, t.borrowed = &request, placeOf(e), true
	return trace.Action{Call: &request}, nil
}

// failed is the error that ends the run when a rule cannot be applied.
func (h *Handler) failed(err error, r *Rule, s *trace.Stop) error {
	return fmt.Errorf("tamper: rule '%s' in %d: %w", r.Source, s.Task.TID(), err)
}

// hold has the task wait.
func (h *Handler) hold(t *trace.Task, a trace.Action, d time.Duration) trace.Action {
	if d > 0 && a.Mode < trace.Hold {
		a.Mode = trace.Hold
		time.AfterFunc(d, func() { h.tracer.Post(func() { t.Release(trace.Default) }) })
	}
	return a
}

// restarts says whether the kernel is going to make the call again by itself.
func restarts(r abi.Result) bool {
	n := r.Errno()
	return n >= 512 && n <= 514 || n == 516
}

// exit handles the exit of a call.
func (h *Handler) exit(s *trace.Stop, e *trace.SyscallExit) (trace.Action, error) {
	t := h.task(s.Task)
	switch {
	case t.request != nil:
		request := *t.request
		t.request = nil
		return trace.Action{Again: true}, h.store.Grant(s.Task, request, e.Result)
	case !t.busy || !e.Entered:
		return h.next.Handle(s)
	}
	p := phase{h: h, t: t, exit: true, result: t.call.Seen(e.Result)}
	if restarts(e.Result) && t.answer == nil {
		t.deferred = t.at
		return h.finish(s, e, &p)
	}
	if t.answer != nil {
		p.result = t.answer.result
	}
	t.call.Exit(p.result, s.Time.Sub(t.entered))
	h.settle(t)
	if err := p.apply(); err != nil {
		return trace.Action{}, h.failed(err, p.rule, s)
	}
	p.count()
	t.busy = false
	return h.finish(s, e, &p)
}

// settle finds the rules that had to wait for the result.
func (h *Handler) settle(t *task) {
	for i := range t.decided {
		d := &t.decided[i]
		if !d.fires && d.rule.where.Leave(&t.call.Scene, d.memo) && h.tally(t, d.index) {
			d.fires = true
		}
	}
}

// finish tells of the exit and has the program see what it is to see.
func (h *Handler) finish(s *trace.Stop, e *trace.SyscallExit, p *phase) (trace.Action, error) {
	t := p.t
	seen := *e
	if !t.running {
		seen.Call = t.call.Now
	}
	seen.Result = p.result
	seen.Tampered = p.tampering()
	a, err := h.tell(s, &seen)
	p.act(&a)
	if p.result != e.Result && a.Result == nil {
		a.Result = &p.result
	}
	return h.hold(s.Task, a, p.delay), err
}

// tally counts a call that matches rule i and reports whether the rule is applied to it.
func (h *Handler) tally(t *task, i int) bool {
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
func (h *Handler) numbers(t *task, i int) *rand.Rand {
	if t.random[i] == nil {
		t.random[i] = numbers(h.seed, t.key, i)
	}
	return t.random[i]
}
