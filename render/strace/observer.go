package strace

import (
	"syscall"
	"time"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/decode"
	"github.com/trapline/trapline/trace"
	"github.com/trapline/trapline/value"
)

// An Observer is the trace.Handler that shows what the engine reports: it decodes
// calls and drives a Printer, a Counter or both. It changes nothing.
type Observer struct {
	o       Options
	printer *Printer
	choices choices
	lines   map[*trace.Task]*line
	// superseded is the line of a leader that another thread's execve has replaced,
	// until the event that says so.
	superseded *line
	infos      value.Arena // of the signal being shown
	lookup     decode.Lookup
}

// NewObserver makes an Observer.
func NewObserver(o Options) *Observer {
	return &Observer{
		o:       o,
		printer: NewPrinter(o),
		choices: choices{pick: o.Pick},
		lines:   map[*trace.Task]*line{},
		lookup:  decode.NewLookup(),
	}
}

// Printer returns the printer the observer drives.
func (o *Observer) Printer() *Printer { return o.printer }

// Handle implements trace.Handler.
func (o *Observer) Handle(s *trace.Stop) (trace.Action, error) {
	l := o.line(s.Task)
	switch e := s.Event.(type) {
	case *trace.SyscallEnter:
		o.enter(s, e, l)
	case *trace.SyscallExit:
		return o.exit(s, e, l), nil
	case *trace.SignalStop:
		o.signal(s, e, l)
	case *trace.GroupStop:
		o.stopped(s, e, l)
	case *trace.Forked:
		o.announce(e.Child, l.abi)
	case *trace.NewTask:
		if e.Parent == nil {
			o.announce(s.Task, nil)
		}
	case *trace.Exec:
		o.exec(e, l)
	case *trace.Exiting:
		o.printer.meet(l)
		o.catchLast(s, l)
		o.printer.gone(l, "?", Unfinished, s.Time)
	case *trace.Exited:
		o.exited(s, e, l)
	case *trace.Detached:
		o.printer.detached(l)
		o.forget(s.Task, l)
	}
	return trace.Action{}, nil
}

// Close is called when nothing more will come.
func (o *Observer) Close() {
	for task, l := range o.lines {
		o.forget(task, l)
	}
}

func (o *Observer) line(t *trace.Task) *line {
	l := o.lines[t]
	if l == nil {
		l = o.printer.add(t.TID())
		o.lines[t] = l
	}
	return l
}

func (o *Observer) forget(t *trace.Task, l *line) {
	delete(o.lines, t)
	o.printer.forget(l)
}

// shows reports whether lines are printed at all; with -c they are not.
func (o *Observer) shows() bool { return !o.printer.silent() }

func (o *Observer) enter(s *trace.Stop, e *trace.SyscallEnter, l *line) {
	l.nr, l.pc = e.Call.NR&^e.Call.ABI.NRBit, e.PC
	o.personality(l, e.Call.ABI, s.Time)
	l.pick = o.choices.of(e.Call)
	l.call.SP, l.call.TID, l.call.Lookup = e.SP, s.Task.TID(), o.lookup
	if !l.pick.Show || !o.about(s, e, l) || !o.fits(s, e, l) {
		l.pick = nil
		return
	}
	l.entered = s.Time
	if o.o.SystemTime != nil {
		l.system = o.o.SystemTime(s)
	}
	if o.shows() {
		l.call.Enter(e.Call, l.pick.row, o.mode(l.pick), s.Task)
		o.printer.enter(l, e, s.Time)
		o.catch(s, l)
	}
}

// about reports whether the call is about something that is asked for.
func (o *Observer) about(s *trace.Stop, e *trace.SyscallEnter, l *line) bool {
	return o.o.About == nil || l.call.About(e.Call, l.pick.row, s.Task, o.o.About)
}

func (o *Observer) mode(c *choice) decode.Mode {
	return decode.Mode{Strings: o.o.Strings, Verbose: c.Full, Opaque: c.Opaque, Raw: c.Raw, FDs: o.o.FDs, PIDs: o.o.PIDs, Namespaces: o.o.Namespaces, Entries: o.o.Entries, VCPU: o.o.VCPU}
}

func (o *Observer) exit(s *trace.Stop, e *trace.SyscallExit, l *line) trace.Action {
	if l.pick == nil || !e.Entered || l.waiting && !o.fitted(s, e, l) {
		return trace.Action{}
	}
	if o.o.Counter != nil && o.counts(e) {
		o.o.Counter.Count(e.Call, l.pick.name, o.took(s, l), s.Time.Sub(l.entered), e.Result.Failed)
	}
	if l.open {
		l.pc = e.PC
		l.call.Exit(e.Result, s.Task)
		l.tampered = e.Tampered
		unusual(&l.call, e.Tampered)
		if o.printer.exit(l, s.Time) {
			o.dump(s, l)
			o.stack(s, l)
		}
	}
	l.pick = nil
	if o.o.Ended != nil {
		return o.o.Ended(s)
	}
	return trace.Action{}
}

// counts reports whether calls of that outcome are counted.
func (o *Observer) counts(e *trace.SyscallExit) bool {
	return o.o.Status == 0 || o.o.Status&statusOf(e.Result) != 0
}

// took is the time that the call l has used.
func (o *Observer) took(s *trace.Stop, l *line) time.Duration {
	if o.o.SystemTime != nil {
		return o.o.SystemTime(s) - l.system
	}
	return s.Time.Sub(l.entered)
}

// personality notes the ABI of a task and says so when it has changed.
func (o *Observer) personality(l *line, a *abi.ABI, when time.Time) {
	if l.abi == a {
		return
	}
	changed := modeName(a) != "64 bit"
	if l.abi != nil {
		changed = modeName(a) != modeName(l.abi)
	}
	l.abi = a
	if changed && o.shows() && o.o.Quiet&QuietPersonality == 0 {
		o.printer.personality(l, a, when)
	}
}

func (o *Observer) signal(s *trace.Stop, e *trace.SignalStop, l *line) {
	if !o.shows() || !o.showsSignal(e.Signal) {
		return
	}
	o.locate(s, l)
	o.infos.Reset()
	info := decode.Siginfo(&o.infos, e.Info, l.abi)
	decode.Introduce(info, &o.infos, o.lookup, l.tid, decode.Mode{FDs: o.o.FDs, PIDs: o.o.PIDs})
	o.printer.signal(l, e.Signal, info, s.Time)
	o.stack(s, l)
}

func (o *Observer) stopped(s *trace.Stop, e *trace.GroupStop, l *line) {
	if o.shows() && o.showsSignal(e.Signal) {
		o.locate(s, l)
		o.printer.stopped(l, e.Signal, s.Time)
		o.stack(s, l)
	}
}

func (o *Observer) showsSignal(sig syscall.Signal) bool {
	return o.o.Signals == nil || o.o.Signals(sig)
}

// locate finds where a task is outside of system calls, if that is shown.
func (o *Observer) locate(s *trace.Stop, l *line) {
	if !o.o.PC {
		return
	}
	if regs, err := s.Task.Regs(); err == nil {
		l.pc = regs.PC()
	}
}

// announce says that a new task is traced, which begins in the ABI of its parent.
func (o *Observer) announce(t *trace.Task, a *abi.ABI) {
	l := o.line(t)
	l.abi = a
	o.printer.Attached(l.tid, 1)
}

func (o *Observer) exited(s *trace.Stop, e *trace.Exited, l *line) {
	if e.Superseded {
		o.replaced(s, e, l)
		return
	}
	o.printer.gone(l, "?", Unfinished, s.Time)
	if o.shows() && o.tells(e) {
		o.printer.exited(l, e, s.Time)
	}
	o.printer.leftOver(l)
	o.forget(s.Task, l)
}

// replaced takes a leader away, whose output another thread will take over. When
// that is not traced either there is nothing to tell.
func (o *Observer) replaced(s *trace.Stop, e *trace.Exited, l *line) {
	if e.By == 0 {
		o.forget(s.Task, l)
		return
	}
	delete(o.lines, s.Task)
	o.printer.tasks--
	if o.shows() && o.tells(e) {
		o.printer.exited(l, e, s.Time)
	}
	if o.printer.last == l {
		o.printer.last = nil
	}
	o.superseded = l
}

// tells reports whether an end is shown: one by a signal is a matter of signals.
func (o *Observer) tells(e *trace.Exited) bool {
	switch {
	case e.Superseded:
		return o.o.Quiet&QuietThreadExec == 0
	case e.Signal != 0:
		return o.showsSignal(e.Signal)
	}
	return o.o.Quiet&QuietExit == 0
}

// exec gives the thread that called execve the id of its process.
func (o *Observer) exec(e *trace.Exec, l *line) {
	if e.Superseded == nil {
		return
	}
	leader := o.superseded
	o.superseded = nil
	if leader != nil {
		o.printer.become(l, leader)
	}
}
