package json

import (
	"syscall"
	"time"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/decode"
	"github.com/trapline/trapline/filter"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/trace"
	"github.com/trapline/trapline/value"
)

// An Observer is the trace.Handler that writes what the engine reports as records.
// It changes nothing. A call that is on its way is kept until it ends.
type Observer struct {
	o       Options
	tasks   map[*trace.Task]*task
	flying  flight
	moments uint64 // numbered so far
	buf     []byte // the record being made
	infos   value.Arena
	lookup  decode.Lookup
	clock   clock
	now     time.Time // of the last stop
}

// A task is what is known of one task.
type task struct {
	tid, tgid int
	abi       *abi.ABI
	call      decode.Call
	raw       abi.Call // the call as the kernel got it
	resumes   trace.SyscallEnter
	open      bool // a call is on its way
	begun     uint64
	entered   time.Time
	pc        abi.Addr
	known     int // arguments that the entry told
	look      *filter.Look
	waiting   bool // for the exit to tell whether it is shown
	tampered  *trace.Tampering
	stack     value.Stack // room for it, and what was caught
	caught    bool

	before, after *task // in flight
}

// NewObserver makes an Observer and writes the header.
func NewObserver(o Options, now time.Time) *Observer {
	j := &Observer{o: o, tasks: map[*trace.Task]*task{}, lookup: decode.NewLookup()}
	j.header(now)
	return j
}

// Handle implements trace.Handler.
func (o *Observer) Handle(s *trace.Stop) (trace.Action, error) {
	o.now = s.Time
	t := o.task(s.Task)
	switch e := s.Event.(type) {
	case *trace.SyscallEnter:
		o.enter(s, e, t)
	case *trace.SyscallExit:
		return o.exit(s, e, t), nil
	case *trace.SignalStop:
		o.signal(s, e, t)
	case *trace.GroupStop:
		if o.showsSignal(e.Signal) {
			o.stopped(s, e, t)
		}
	case *trace.Forked:
		o.newTask(o.task(e.Child), t, s.Time)
	case *trace.NewTask:
		if e.Parent == nil {
			o.newTask(t, nil, s.Time)
		}
	case *trace.Exec:
		o.exec(s, e, t)
	case *trace.Exiting:
		if t.open && o.shows(t, Unfinished) {
			o.recatch(s, t)
		}
		o.cut(t, Unfinished, s.Time)
	case *trace.Exited:
		o.exited(s, e, t)
	case *trace.Attached:
		o.plain("attach", t, s.Time)
	case *trace.Detached:
		o.cut(t, Detached, s.Time)
		o.plain("detach", t, s.Time)
		delete(o.tasks, s.Task)
	}
	return trace.Action{}, nil
}

// Close is called when nothing more will come. Calls that are on their way are
// written as far as they are known.
func (o *Observer) Close() {
	for t := o.flying.oldest; t != nil; t = o.flying.oldest {
		o.cut(t, Unseen, o.now)
	}
	clear(o.tasks)
}

func (o *Observer) task(of *trace.Task) *task {
	t := o.tasks[of]
	if t == nil {
		t = &task{tid: of.TID(), tgid: of.TGID()}
		o.tasks[of] = t
	}
	return t
}

func (o *Observer) showsSignal(sig syscall.Signal) bool {
	return o.o.Signals == nil || o.o.Signals(sig)
}

// moment numbers what happens now.
func (o *Observer) moment() uint64 {
	o.moments++
	return o.moments
}

func (o *Observer) enter(s *trace.Stop, e *trace.SyscallEnter, t *task) {
	o.personality(t, e, s.Time)
	o.cut(t, Unseen, s.Time)
	row := syscalls.For(e.Call.ABI).Row(e.Call.NR)
	mode, shown := o.o.Pick(e.Call, row)
	t.call.SP, t.call.TID, t.call.Lookup = e.SP, t.tid, o.lookup
	if !shown || o.o.About != nil && !t.call.About(e.Call, row, s.Task, o.o.About) || !o.fits(s, e, t) {
		return
	}
	t.call.Enter(e.Call, row, mode, s.Task)
	t.raw, t.resumes, t.open = e.Call, trace.SyscallEnter{Resumed: e.Resumed, Interrupted: e.Interrupted}, true
	t.begun, t.entered, t.pc, t.known = o.moment(), s.Time, e.PC, len(t.call.Args)
	o.flying.add(t)
	o.catch(s, t)
}

func (o *Observer) exit(s *trace.Stop, e *trace.SyscallExit, t *task) trace.Action {
	if !t.open || !e.Entered {
		return trace.Action{}
	}
	t.waiting = t.waiting && !o.o.Where.Leave(t.look, e.Result, s.Time.Sub(t.entered), s.Task)
	if t.waiting {
		o.cut(t, Unseen, s.Time)
		return trace.Action{}
	}
	t.call.Exit(e.Result, s.Task)
	t.tampered = e.Tampered
	status := Successful
	if e.Result.Failed {
		status = Failed
	}
	if o.shows(t, status) {
		o.recatch(s, t)
	}
	o.finish(t, status, s.Time, e.PC)
	if o.o.Ended != nil {
		return o.o.Ended(s)
	}
	return trace.Action{}
}

// fits reports whether a call meets the conditions that are asked for, as far as its entry
// tells.
func (o *Observer) fits(s *trace.Stop, e *trace.SyscallEnter, t *task) bool {
	t.waiting = false
	if o.o.Where == nil {
		return true
	}
	if t.look == nil {
		t.look = &filter.Look{}
	}
	t.look.TID, t.look.PID = t.tid, t.tgid
	verdict := o.o.Where.Enter(t.look, e.Call, s.Task)
	t.waiting = verdict == filter.Later
	return verdict != filter.No
}

// cut ends a call that will not return.
func (o *Observer) cut(t *task, status Status, when time.Time) {
	if t.open {
		o.finish(t, status, when, t.pc)
	}
}

// finish takes the call of t out of flight and writes it, if it is shown.
func (o *Observer) finish(t *task, status Status, when time.Time, pc abi.Addr) {
	t.open = false
	o.flying.remove(t)
	if o.shows(t, status) {
		o.call(t, status, when, pc)
	}
}

// shows reports whether a call that ended so is written: if its status is asked for and it
// does not wait for a condition any more.
func (o *Observer) shows(t *task, status Status) bool {
	return !t.waiting && (o.o.Status == nil || o.o.Status(status))
}

// personality notes the ABI of a task and writes when a call has changed it.
func (o *Observer) personality(t *task, e *trace.SyscallEnter, when time.Time) {
	a := e.Call.ABI
	if t.abi == a {
		return
	}
	changed := t.abi != nil || a.Word != 8
	t.abi = a
	if changed {
		o.begin("personality", t, when)
		o.buf = appendText(o.buf, "abi", a.Name)
		o.buf = appendUint(o.buf, "nr", e.Call.NR)
		o.buf = appendHex(o.buf, "pc", uint64(e.PC))
		o.end()
	}
}

// newTask writes that a task is new. It begins in the ABI of its parent, if that is
// known.
func (o *Observer) newTask(t, parent *task, when time.Time) {
	o.begin("task", t, when)
	if parent != nil {
		t.abi = parent.abi
		o.buf = appendUint(o.buf, "parent", uint64(parent.tid))
	}
	o.buf = appendTrue(o.buf, "thread", t.tid != t.tgid)
	o.end()
}

// exec gives a thread that called execve the id of its process.
func (o *Observer) exec(s *trace.Stop, e *trace.Exec, t *task) {
	former := t.tid
	t.tid = s.Task.TID()
	o.begin("exec", t, s.Time)
	if former != t.tid {
		o.buf = appendUint(o.buf, "former", uint64(former))
	}
	o.end()
}

func (o *Observer) exited(s *trace.Stop, e *trace.Exited, t *task) {
	status := Unfinished
	if e.Superseded {
		status = Unseen
	}
	o.cut(t, status, s.Time)
	o.gone(t, e, s.Time)
	delete(o.tasks, s.Task)
}

// A flight is the calls on their way, the oldest first.
type flight struct{ oldest, newest *task }

func (f *flight) add(t *task) {
	t.before, t.after = f.newest, nil
	if f.newest == nil {
		f.oldest = t
	} else {
		f.newest.after = t
	}
	f.newest = t
}

func (f *flight) remove(t *task) {
	if t.before == nil {
		f.oldest = t.after
	} else {
		t.before.after = t.after
	}
	if t.after == nil {
		f.newest = t.before
	} else {
		t.after.before = t.before
	}
	t.before, t.after = nil, nil
}
