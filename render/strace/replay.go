package strace

import (
	"syscall"
	"time"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/mem"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/trace"
	"github.com/trapline/trapline/value"
)

// A Replay shows a trace that was recorded: its calls come decoded and its tasks
// are known by their ids. What an Observer shows of the same run is the same text.
//
// Methods are called in the order things happened.
type Replay struct {
	o          *Observer
	lines      map[int]*line
	superseded *line
	cut        shortener
}

// A Recorded is a call that was decoded before.
type Recorded struct {
	abi.Call
	Name       string
	Args       []value.Field
	Known      int  // of Args at the entry
	Complete   bool // Args are all there are
	Resumed    bool // it goes on with Resumes
	Resumes    abi.Call
	Result     abi.Result
	Ret, After value.Value
	Submitted  *value.Array
	Tampered   *trace.Tampering
	Stack      *value.Stack // nil: none was recorded
	Took       time.Duration
}

// MaxTasks is how many tasks a Replay keeps at once.
const MaxTasks = 1 << 17

// NewReplay makes a Replay. Options that need the program itself do nothing.
func NewReplay(o Options) *Replay {
	r := &Replay{lines: map[int]*line{}, cut: shortener{limit: o.Strings, fds: o.FDs, pids: o.PIDs}}
	o.ReadFD, o.WriteFD, o.SystemTime, o.Ended, o.FDs, o.PIDs = nil, nil, nil, nil, 0, 0
	r.o = NewObserver(o)
	return r
}

// Begin begins a trace whose strings were limited when it was recorded; zero when that
// is not known. The tasks of the one before are gone.
func (r *Replay) Begin(strings int) {
	r.Close()
	r.cut.recorded = strings
}

// line returns the line of a task. When there are too many, all are let go.
func (r *Replay) line(tid int) *line {
	l := r.lines[tid]
	if l == nil {
		if len(r.lines) >= MaxTasks {
			r.Close()
		}
		l = r.o.printer.add(tid)
		r.lines[tid] = l
	}
	return l
}

// Enter shows the entry of a call.
func (r *Replay) Enter(tid int, c *Recorded, pc abi.Addr, when time.Time) {
	l := r.line(tid)
	l.nr, l.pc = c.NR&^c.ABI.NRBit, pc
	r.o.personality(l, c.ABI, when)
	l.pick = r.o.choices.of(c.Call)
	if !l.pick.Show {
		l.pick = nil
		return
	}
	l.entered = when
	if r.o.shows() {
		r.decode(l, c)
		r.o.printer.enter(l, &trace.SyscallEnter{Resumed: c.Resumed, Interrupted: c.Resumes}, when)
	}
}

// decode fills the call of l as its entry tells it.
func (r *Replay) decode(l *line, c *Recorded) {
	if l.pick.Raw {
		l.call.Enter(c.Call, l.pick.row, r.o.mode(l.pick), nowhere{})
		return
	}
	r.cut.full, r.cut.opaque = l.pick.Full, l.pick.Opaque
	r.cut.fields(c.Args)
	l.call.Recorded(c.Complete)
	l.call.Call, l.call.Row = c.Call, rowOf(l.pick.row, c.Name)
	if l.call.Submitted = c.Submitted; c.Submitted != nil {
		for _, entry := range c.Submitted.Elems {
			r.cut.value(entry)
		}
	}
	l.call.Args = append(l.call.Args[:0], c.Args[:min(c.Known, len(c.Args))]...)
	if n := len(l.call.Args); n > 0 {
		if change, ok := l.call.Args[n-1].Value.(*value.Change); ok && change.Apart {
			l.call.Args[n-1].Value = &value.Change{Before: change.Before, Apart: true}
		}
	}
}

// Exit shows the return of a call that tid made and that the task, whose id is now,
// has ended.
func (r *Replay) Exit(now int, c *Recorded, pc abi.Addr, when time.Time) {
	l := r.line(now)
	if l.pick == nil {
		return
	}
	if r.o.o.Counter != nil {
		r.o.o.Counter.Count(c.Call, l.pick.name, c.Took, c.Took, c.Result.Failed)
	}
	if l.open {
		l.pc, l.entered = pc, when.Add(-c.Took)
		r.finish(l, c)
		l.tampered = c.Tampered
		unusual(&l.call, c.Tampered)
		if r.o.printer.exit(l, when) {
			r.stack(l, c.Stack)
		}
	}
	l.pick = nil
}

// stack shows a call stack behind a line, if one was recorded and is asked for.
func (r *Replay) stack(l *line, s *value.Stack) {
	if s != nil && r.o.o.Stacks != NoStacks {
		r.o.printer.stack(l, s)
	}
}

// finish fills the call of l as its exit tells it.
func (r *Replay) finish(l *line, c *Recorded) {
	if l.pick.Raw {
		l.call.Exit(c.Result, nowhere{})
		return
	}
	r.cut.value(c.Ret)
	r.cut.value(c.After)
	l.call.Args = append(l.call.Args[:0], c.Args...)
	l.call.Result, l.call.Ret, l.call.After = c.Result, c.Ret, c.After
}

// Gone shows that a call will not return. Its stack follows the end of the task.
func (r *Replay) Gone(tid int, stack *value.Stack, when time.Time) {
	l := r.line(tid)
	if stack != nil && r.o.o.Stacks != NoStacks {
		l.stack, l.caught = *stack, true
	}
	r.o.printer.gone(l, "?", Unfinished, when)
}

// Personality shows that a task has changed to another ABI by a call.
func (r *Replay) Personality(tid int, c abi.Call, pc abi.Addr, when time.Time) {
	l := r.line(tid)
	l.nr, l.pc = c.NR&^c.ABI.NRBit, pc
	r.o.personality(l, c.ABI, when)
}

// Signal shows a signal.
func (r *Replay) Signal(tid int, sig syscall.Signal, info value.Value, stack *value.Stack, pc abi.Addr, when time.Time) {
	l := r.line(tid)
	if !r.o.shows() || !r.o.showsSignal(sig) {
		return
	}
	l.pc = pc
	r.cut.value(info)
	r.o.printer.signal(l, sig, info, when)
	r.stack(l, stack)
}

// Stopped shows a stop for job control.
func (r *Replay) Stopped(tid int, sig syscall.Signal, stack *value.Stack, pc abi.Addr, when time.Time) {
	l := r.line(tid)
	if r.o.shows() && r.o.showsSignal(sig) {
		l.pc = pc
		r.o.printer.stopped(l, sig, when)
		r.stack(l, stack)
	}
}

// NewTask takes note of a task that parent made; zero when that is not known.
func (r *Replay) NewTask(tid, parent int) {
	l := r.line(tid)
	if p := r.lines[parent]; p != nil {
		l.abi = p.abi
	}
}

// Attached takes note of a task.
func (r *Replay) Attached(tid int) { r.line(tid) }

// Detached shows that a task was let go.
func (r *Replay) Detached(tid int) {
	l := r.line(tid)
	r.o.printer.detached(l)
	r.forget(tid, l)
}

// Exited shows how a task ended.
func (r *Replay) Exited(tid int, e *trace.Exited, when time.Time) {
	l := r.line(tid)
	if e.Superseded {
		r.replaced(tid, e, l, when)
		return
	}
	r.o.printer.gone(l, "?", Unfinished, when)
	if r.o.shows() && r.o.tells(e) {
		r.o.printer.exited(l, e, when)
	}
	r.o.printer.leftOver(l)
	r.forget(tid, l)
}

// replaced takes a leader away, whose output another thread will take over.
func (r *Replay) replaced(tid int, e *trace.Exited, l *line, when time.Time) {
	if e.By == 0 {
		r.forget(tid, l)
		return
	}
	delete(r.lines, tid)
	r.o.printer.tasks--
	if r.o.shows() && r.o.tells(e) {
		r.o.printer.exited(l, e, when)
	}
	if r.o.printer.last == l {
		r.o.printer.last = nil
	}
	r.superseded = l
}

// Exec gives the thread former, which called execve, the id of its process.
func (r *Replay) Exec(tid, former int) {
	leader := r.superseded
	r.superseded = nil
	if former == 0 || former == tid {
		return
	}
	l := r.line(former)
	delete(r.lines, former)
	r.lines[tid] = l
	if leader != nil {
		r.o.printer.become(l, leader)
	} else {
		l.tid = tid
	}
}

func (r *Replay) forget(tid int, l *line) {
	delete(r.lines, tid)
	r.o.printer.forget(l)
}

// Close is called when nothing more will come.
func (r *Replay) Close() {
	for tid, l := range r.lines {
		r.forget(tid, l)
	}
	r.superseded = nil
}

// rowOf returns the row of a call that was recorded under a name: row, or a part that
// row stands for.
func rowOf(row *syscalls.Syscall, name string) *syscalls.Syscall {
	if row == nil || row.Name == name {
		return row
	}
	for i := range row.Parts {
		if part := row.Parts[i].Call; part != nil && part.Name == name {
			return part
		}
	}
	return &syscalls.Syscall{Name: name}
}

// nowhere is the memory of a program that is gone.
type nowhere struct{}

func (nowhere) ReadMem([]byte, abi.Addr) (int, error) { return 0, mem.ErrUnmapped }
