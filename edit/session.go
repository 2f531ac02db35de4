package edit

import (
	"time"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/trace"
)

// A Changer decides what is done to the calls of a run.
type Changer interface {
	// Wants reports whether it is to be asked about a call of a task.
	Wants(t *trace.Task, c abi.Call) bool
	// Enter says at the entry what is done to a call. It is asked once, however often the
	// kernel restarts the call: what it has changed is changed again then.
	Enter(c *Call) error
	// Exit says what the program sees of a call that Enter was asked about.
	Exit(c *Call) error
	// Event is told of everything but calls.
	Event(s *trace.Stop) (trace.Action, error)
}

// A Session is the trace.Handler that has Changers change calls, one after another, so that
// each sees what those before it have done. Next is told of the calls as the kernel sees
// them and of the results that the program gets, and never of what a Session needs for
// itself.
type Session struct {
	tracer   *trace.Tracer
	changers []Changer
	next     trace.Handler
	events   trace.Chain
	store    *Store
	tasks    map[*trace.Task]*task
	idle     *worker
	// starting is the process that is about to become the program; zero for none.
	starting int
}

// NewSession makes a Session for the tracer's run. The program is the process that the
// tracer has started, whose becoming the program is left alone; zero for none.
func NewSession(t *trace.Tracer, program int, next trace.Handler, changers ...Changer) *Session {
	s := &Session{
		tracer: t, changers: changers, next: next, starting: program,
		store: NewStore(), tasks: map[*trace.Task]*task{},
	}
	for _, c := range changers {
		s.events = append(s.events, trace.HandlerFunc(c.Event))
	}
	s.events = append(s.events, next)
	return s
}

// Handle implements trace.Handler.
func (s *Session) Handle(stop *trace.Stop) (trace.Action, error) {
	switch e := stop.Event.(type) {
	case *trace.SyscallEnter:
		return s.enter(stop, e)
	case *trace.SyscallExit:
		return s.exit(stop, e)
	case *trace.NewTask:
		if e.Parent != nil {
			if err := s.store.Born(stop.Task, e.Parent); err != nil {
				return trace.Action{}, err
			}
		}
	case *trace.Exec:
		s.replaced(stop.Task)
	case *trace.Exited, *trace.Detached:
		s.ended(stop.Task)
	}
	return s.events.Handle(stop)
}

func (s *Session) task(t *trace.Task) *task {
	known := s.tasks[t]
	if known == nil {
		known = &task{}
		s.tasks[t] = known
	}
	return known
}

// replaced notes that a task runs a new program.
func (s *Session) replaced(t *trace.Task) {
	s.store.Replaced(t)
	s.task(t).forget()
	if t.TID() == s.starting {
		s.starting = 0
	}
}

func (s *Session) ended(t *trace.Task) {
	s.store.Ended(t)
	s.task(t).forget()
	if delete(s.tasks, t); len(s.tasks) == 0 {
		s.rest()
	}
}

// enter handles the entry of a call.
func (s *Session) enter(stop *trace.Stop, e *trace.SyscallEnter) (trace.Action, error) {
	t := s.task(stop.Task)
	t.call = nil
	if e.Resumed {
		t.call = t.resumed(e)
		return s.next.Handle(stop) // the kernel goes on with the call as it was changed
	}
	if t.call = t.again(e); t.call == nil {
		t.call = s.begin(t, stop, e)
	}
	if t.call == nil {
		return s.next.Handle(stop)
	}
	return s.proceed(t.call, stop, e)
}

// begin takes up a call that a Changer wants; nil when none does.
func (s *Session) begin(t *task, stop *trace.Stop, e *trace.SyscallEnter) *errand {
	if stop.Task.TID() == s.starting {
		return nil
	}
	x := t.errand()
	for _, c := range s.changers {
		if c.Wants(stop.Task, e.Call) {
			x.asked = append(x.asked, c)
		}
	}
	if len(x.asked) == 0 {
		t.release(x)
		return nil
	}
	x.at, x.entered = placeOf(e), stop.Time
	x.Enter(stop.Task, e.Call, syscalls.For(e.Call.ABI).Row(e.Call.NR), s.store.For(stop.Task, e.Call.ABI))
	x.worker = s.hire(x)
	return x
}

// proceed has the Changers asked and the kernel see what they say.
func (s *Session) proceed(x *errand, stop *trace.Stop, e *trace.SyscallEnter) (trace.Action, error) {
	size, err := x.enter(s)
	if size > 0 {
		return x.borrow(size)
	}
	if err == nil {
		err = x.Commit()
	}
	if err != nil {
		return trace.Action{}, err
	}
	seen := *e
	if !x.running {
		seen.Call = x.Now
	}
	a, err := s.tell(stop, &seen)
	x.act(&a)
	if x.answer != nil && !x.running {
		a.Return = x.answer
	} else if x.Changed() {
		now := x.Now
		a.Call = &now
	}
	return s.hold(stop.Task, a, x.delay), err
}

// tell passes an event on to next.
func (s *Session) tell(stop *trace.Stop, e trace.Event) (trace.Action, error) {
	own := stop.Event
	stop.Event = e
	a, err := s.next.Handle(stop)
	stop.Event = own
	return a, err
}

// hold has the task wait.
func (s *Session) hold(t *trace.Task, a trace.Action, d time.Duration) trace.Action {
	if d > 0 && a.Mode < trace.Hold {
		a.Mode = trace.Hold
		time.AfterFunc(d, func() { s.tracer.Post(func() { t.Release(trace.Default) }) })
	}
	return a
}

// exit handles the exit of a call.
func (s *Session) exit(stop *trace.Stop, e *trace.SyscallExit) (trace.Action, error) {
	t := s.task(stop.Task)
	x := t.call
	if x == nil || !e.Entered {
		return s.next.Handle(stop)
	}
	t.call = nil
	if x.borrows {
		t.postpone(x)
		return trace.Action{Again: true}, x.lent(s.store, stop.Task, e.Result)
	}
	x.delay, x.sig = 0, 0
	x.Result = x.seen(e.Result)
	if restarts(e.Result) && x.answer == nil {
		t.postpone(x)
		return s.finish(x, stop, e)
	}
	if x.answer != nil {
		x.Result = *x.answer
	}
	if err := x.exit(stop.Time.Sub(x.entered)); err != nil {
		return trace.Action{}, err
	}
	a, err := s.finish(x, stop, e)
	t.release(x)
	return a, err
}

// restarts says whether the kernel is going to make the call again by itself.
func restarts(r abi.Result) bool {
	n := r.Errno()
	return n >= 512 && n <= 514 || n == 516
}

// finish tells of the exit and has the program see what it is to see.
func (s *Session) finish(x *errand, stop *trace.Stop, e *trace.SyscallExit) (trace.Action, error) {
	seen := *e
	if !x.running {
		seen.Call = x.Now
	}
	seen.Result = x.Result
	seen.Tampered = x.tampering()
	a, err := s.tell(stop, &seen)
	x.act(&a)
	if x.Result != e.Result && a.Result == nil {
		r := x.Result
		a.Result = &r
	}
	return s.hold(stop.Task, a, x.delay), err
}
