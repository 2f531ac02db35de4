// Package trace is the engine: it waits for tasks to stop, turns what the kernel
// reports into events, asks handlers what to change, applies that and resumes.
//
//	wait4 -> ptrace.Status -> Stop{Task, Event} -> Handler -> Action -> apply -> resume
//
// All of it happens on one OS thread per Tracer, on which handlers run too. It
// waits only for what it traces: other children of the host program, and other
// Tracers in it, are left alone. It needs Linux 5.3 or later.
package trace

import (
	"context"
	"errors"
	"syscall"
	"time"

	"github.com/trapline/trapline/internal/ptrace"
	"github.com/trapline/trapline/procfs"
)

// Done is what a handler returns to end the run without an error.
var Done = errors.New("trace: done")

// A Tracer traces a set of tasks from one OS thread.
type Tracer struct {
	options  Options
	sieve    *sieve // nil without Options.Seccomp
	thread   *ptrace.Thread
	bell     bell
	handler  Handler
	failure  error // ends the run
	silent   bool  // nothing is reported any more
	leaver   bool  // the run is over and the handler is or chains a Leaver
	startErr error // of a program that could not be executed

	tasks   map[int]*Task
	leaving int                   // how many of them are being detached
	joining map[int]int           // by process: threads whose stop after Attach has not come
	freed   map[int]int           // by thread: its process, if it was let go while others were joining
	orphans map[int]ptrace.Status // first stops that came before the parent's event
	batch   []status              // what one round of waiting collected
	handled int                   // how many of batch are done
	now     time.Time             // when the stop at hand was taken up
	system  time.Duration         // of the stop at hand
	usage   *syscall.Rusage       // nil unless Options.SystemTime

	info      ptrace.SyscallInfo
	stop      Stop
	signal    SignalStop
	siginfo   [siginfoSize]byte
	placement placement
	spin      spin
}

// New makes a Tracer. Its thread lives until Run or Close returns.
func New(o Options) *Tracer {
	t := &Tracer{
		options: o,
		thread:  ptrace.StartThread(),
		tasks:   map[int]*Task{},
		orphans: map[int]ptrace.Status{},
		joining: map[int]int{},
		freed:   map[int]int{},
	}
	t.sieve = newSieveFor(&t.options)
	if o.SystemTime {
		t.usage = new(syscall.Rusage)
	}
	return t
}

// Run traces until no task is left, the context ends or a handler fails. When it
// returns every task still alive has been detached and goes on as it was found. With
// Options.Seccomp it goes on in silence until the last one has ended.
// Run may be called once.
func (t *Tracer) Run(ctx context.Context, h Handler) (err error) {
	unwatch := context.AfterFunc(ctx, func() {
		t.Post(func() { t.fail(context.Cause(ctx)) })
	})
	defer unwatch()
	t.thread.Do(func() { err = t.loop(h) })
	t.thread.End(len(t.tasks) > 0)
	return err
}

// Close gives up a Tracer that is not going to Run: what it has attached to goes
// on, what it has started is killed.
func (t *Tracer) Close() {
	t.thread.Do(t.leave)
	t.thread.End(true)
}

// Post runs f on the tracer's thread between two stops. It is the only door for
// other goroutines; it does not wait for f. A function posted after Run has
// returned never runs.
func (t *Tracer) Post(f func()) { t.bell.post(f, t.thread.TID()) }

// Tasks calls yield for each traced task until it returns false. Only from
// handlers and posted functions.
func (t *Tracer) Tasks(yield func(*Task) bool) {
	for _, task := range t.tasks {
		if !task.muted && !yield(task) {
			return
		}
	}
}

func (t *Tracer) loop(h Handler) error {
	release, err := takeSignals()
	if err != nil {
		return err
	}
	defer release()
	t.handler = h
	defer t.settle()()
	t.bell.open.Store(true)
	t.announce()
	t.work() // threads that ended while others were attached to
	t.serve()
	t.stay()
	t.bell.open.Store(false)
	t.leave()
	switch {
	case t.failure == nil:
		return t.startErr
	case errors.Is(t.failure, Done):
		return nil
	}
	return t.failure
}

// serve waits and handles what comes until there is nothing more to wait for.
func (t *Tracer) serve() {
	for t.bell.answer(); !t.over(); t.bell.answer() {
		t.collect()
		t.work()
		t.adoptOrphans()
	}
}

// work handles what was collected.
func (t *Tracer) work() {
	for t.failure == nil && t.handled < len(t.batch) {
		s := t.batch[t.handled]
		t.handled++
		t.system = s.system
		t.dispatch(s.Status)
	}
}

// over says whether there is nothing more to wait for.
func (t *Tracer) over() bool { return t.failure != nil || len(t.tasks) <= t.leaving }

// settle prepares the tracer's thread for being fast and returns the undoing.
func (t *Tracer) settle() (unsettle func()) {
	load, err := procfs.OpenLoad()
	if err != nil {
		return func() {} // no /proc: then it is merely slow
	}
	t.placement.begin(load)
	t.spin.begin(load)
	return func() {
		t.placement.end()
		load.Close()
	}
}

// fail ends the run after the stop at hand. The first reason is kept.
func (t *Tracer) fail(err error) {
	if t.failure == nil {
		t.failure = err
	}
}

// failed says whether a request on a task went wrong, and takes note. A task that
// is gone is no failure of ours: it is dying and wait will say so.
func (t *Tracer) failed(err error) bool {
	if err != nil && !ptrace.Gone(err) {
		t.fail(err)
	}
	return err != nil
}

// collect takes every stop there is into the batch, so that no task's stops can
// starve the others', and sleeps until there is one. It may come back with
// nothing when the bell rang.
func (t *Tracer) collect() {
	t.batch, t.handled = t.batch[:0], 0
	if t.spun() {
		return
	}
	t.placement.raise()
	s, err := ptrace.Wait(-1, ptrace.All, t.usage)
	if err != nil {
		t.waitFailed(err)
		return
	}
	t.collected(s)
	t.drain()
}

// drain takes the stops that are there.
func (t *Tracer) drain() {
	for len(t.tasks)+len(t.orphans) > len(t.batch) || len(t.batch) == 0 {
		s, err := ptrace.Poll(-1, t.usage)
		if err != nil {
			t.waitFailed(err)
			return
		}
		if s.PID == 0 {
			return
		}
		t.collected(s)
	}
}

// spun looks for stops for a moment, as long as that is promising, and says whether
// there is no reason to wait.
func (t *Tracer) spun() bool {
	if t.placement.low {
		if t.found() {
			return true
		}
		t.placement.apart()
	}
	if !t.spin.may() {
		return false
	}
	for begin := time.Now(); time.Since(begin) < spinTime; {
		if t.found() {
			t.spin.learn(true)
			return true
		}
	}
	t.spin.learn(false)
	return false
}

// found takes the stops that are there and says whether there is no reason to wait.
func (t *Tracer) found() bool {
	t.drain()
	return len(t.batch) > 0 || t.failure != nil || len(t.tasks) == 0
}

// A status is what wait said of one task.
type status struct {
	ptrace.Status
	system time.Duration // CPU time its process has spent in the kernel
}

func (t *Tracer) collected(s ptrace.Status) {
	c := status{Status: s}
	if t.usage != nil {
		c.system = time.Duration(t.usage.Stime.Nano())
	}
	t.batch = append(t.batch, c)
}

func (t *Tracer) waitFailed(err error) {
	switch {
	case errors.Is(err, syscall.EINTR):
	case errors.Is(err, syscall.ECHILD):
		if len(t.batch) == 0 {
			t.vanished()
		}
	default:
		t.fail(err)
	}
}

// dispatch turns one wait status into what it means.
func (t *Tracer) dispatch(s ptrace.Status) {
	t.now = time.Now()
	task := t.tasks[s.PID]
	switch {
	case task == nil:
		t.stranger(s)
	case !s.Stopped():
		t.exited(task, s)
	case task.leaving && !forks(s):
		t.letGo(task, passedOn(s))
	case s.SyscallStop():
		t.syscallStop(task)
	case s.Event() == 0:
		t.signalStop(task, s.StopSignal())
	default:
		t.eventStop(task, s)
	}
}

func (t *Tracer) eventStop(task *Task, s ptrace.Status) {
	if t.overtaken(task.tid, s.Event()) {
		return
	}
	if task.grouped = false; s.Event() != ptrace.EventStop {
		t.joined(task)
	}
	if task.fresh && !t.begin(task) {
		return
	}
	switch s.Event() {
	case ptrace.EventFork, ptrace.EventVFork, ptrace.EventClone:
		t.forked(task)
	case ptrace.EventSeccomp:
		t.seccompStop(task)
	case ptrace.EventExec:
		t.execed(task.tid)
	case ptrace.EventExit:
		t.exiting(task)
	case ptrace.EventStop:
		t.trapStop(task, s)
	default:
		t.resume(task, task.mode, 0)
	}
}

// deliver hands an event to the handler and returns what it asks for.
func (t *Tracer) deliver(task *Task, e Event) Action {
	if task.muted || t.silent {
		return Action{}
	}
	t.stop = Stop{Task: task, Event: e, Time: t.now, System: t.system}
	a, err := t.handler.Handle(&t.stop)
	if err != nil {
		t.fail(err)
		return Action{Regs: a.Regs, Writes: a.Writes, Signal: a.Signal, Info: a.Info}
	}
	return a
}

// report delivers an event at which the task is stopped, applies the answer and
// resumes.
func (t *Tracer) report(task *Task, e Event, sig syscall.Signal) {
	a := t.deliver(task, e)
	if a.Signal != nil {
		sig = *a.Signal
	}
	t.apply(task, &a)
	t.resume(task, a.Mode, sig)
}
