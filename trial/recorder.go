package trial

import (
	"syscall"

	"github.com/trapline/trapline/decode"
	"github.com/trapline/trapline/filter"
	"github.com/trapline/trapline/procfs"
	"github.com/trapline/trapline/render/strace"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/tamper"
	"github.com/trapline/trapline/trace"
)

const (
	maxCalls = 100_000  // that are kept
	maxBytes = 64 << 20 // of their text and data
	maxData  = 4096     // of one string or buffer
)

// A recorder is the trace.Handler that keeps what the program does.
type recorder struct {
	o        *Options
	marked   bool
	tracer   *trace.Tracer
	program  int // process id
	observer *strace.Observer
	watch    []*filter.Where
	tasks    map[*trace.Task]*task
	texts    map[int]*transcript // by thread id
	touched  []*transcript       // in the stop at hand
	started  bool                // the execve that begins the program is over
	loaders  map[int]procfs.Mapping
	killing  bool
	bytes    int
	result   Result
}

// A task is what a recorder knows of one task.
type task struct {
	call   *Call // that it is in; nil for none, or one that is not kept
	decode decode.Call
	looks  []filter.Look
	later  []bool // by condition: only the exit tells
}

func newRecorder(p *Program, o *Options) (*recorder, error) {
	r := &recorder{
		o: o, marked: p.Marked, started: p.Marked,
		tasks: map[*trace.Task]*task{}, texts: map[int]*transcript{}, loaders: map[int]procfs.Mapping{},
	}
	for _, source := range o.Watch {
		w := &filter.Where{}
		if err := w.Add(source); err != nil {
			return nil, err
		}
		r.watch = append(r.watch, w)
	}
	return r, nil
}

// handler is what the tracer runs: the rules and behind them the recorder.
func (r *recorder) handler() trace.Handler {
	shown := strace.Defaults()
	shown.Quiet = strace.QuietAttach | strace.QuietPersonality
	shown.Prefix, shown.FDs, shown.Open = strace.Never, r.o.FDs, r.open
	r.observer = strace.NewObserver(shown)
	var h trace.Handler = tamper.New(r.tracer, tamper.Options{
		Rules: r.o.Rules, Seed: r.o.Seed, Program: r.program,
		Warn: func(text string) { r.result.Warnings = append(r.result.Warnings, text) },
	}, r)
	if r.marked {
		h = &gate{next: h}
	}
	return h
}

// Handle implements trace.Handler.
func (r *recorder) Handle(s *trace.Stop) (trace.Action, error) {
	t := r.task(s.Task)
	switch e := s.Event.(type) {
	case *trace.SyscallEnter:
		r.observer.Handle(s)
		r.enter(s, e, t)
		return trace.Action{}, nil
	case *trace.SyscallExit:
		r.observer.Handle(s)
		r.exit(s, e, t)
		return trace.Action{}, nil
	case *trace.NewTask:
		if r.killing {
			s.Task.Kill(syscall.SIGKILL)
		}
	case *trace.Exec:
		r.exec(s.Task)
	}
	r.observer.Handle(s)
	r.collect(t, s.Task.TID())
	if e, ok := s.Event.(*trace.Exited); ok {
		r.exited(s.Task, e)
	}
	return trace.Action{}, nil
}

func (r *recorder) task(of *trace.Task) *task {
	t := r.tasks[of]
	if t == nil {
		t = &task{looks: make([]filter.Look, len(r.watch)), later: make([]bool, len(r.watch))}
		r.tasks[of] = t
	}
	return t
}

// enter begins a call.
func (r *recorder) enter(s *trace.Stop, e *trace.SyscallEnter, t *task) {
	t.call = nil
	row := syscalls.For(e.Call.ABI).Row(e.Call.NR)
	if len(r.result.Calls) >= maxCalls || r.bytes >= maxBytes {
		r.result.Lost++
		return
	}
	t.decode.SP, t.decode.TID = e.SP, s.Task.TID()
	t.decode.Enter(e.Call, row, decode.Mode{Verbose: true, Strings: maxData}, s.Task)
	c := &Call{
		Name: nameOf(&t.decode), TID: s.Task.TID(), PID: s.Task.TGID(), Raw: e.Call,
		Startup: r.starting(s.Task, e), begun: s.Time, met: make([]bool, len(r.watch)),
	}
	t.call = c
	r.result.Calls = append(r.result.Calls, c)
	c.Args = arguments(&t.decode)
	r.look(s, e, t)
	if r.o.Entered != nil {
		r.o.Entered(s, c)
	}
}

func nameOf(c *decode.Call) string {
	if c.Row == nil {
		return "syscall"
	}
	return c.Row.Name
}

func arguments(c *decode.Call) []Arg {
	args := make([]Arg, len(c.Args))
	for i, a := range c.Args {
		args[i] = Arg{a.Name, plain(a.Value)}
	}
	return args
}

// look asks the conditions of a call at its entry.
func (r *recorder) look(s *trace.Stop, e *trace.SyscallEnter, t *task) {
	for i, w := range r.watch {
		l := &t.looks[i]
		l.TID, l.PID = s.Task.TID(), s.Task.TGID()
		verdict := w.Enter(l, e.Call, s.Task)
		t.call.met[i], t.later[i] = verdict == filter.Yes, verdict == filter.Later
	}
}

// exit completes a call.
func (r *recorder) exit(s *trace.Stop, e *trace.SyscallExit, t *task) {
	c := t.call
	if c == nil || !e.Entered {
		r.collect(t, s.Task.TID())
		return
	}
	t.decode.Exit(e.Result, s.Task)
	c.Args = arguments(&t.decode)
	c.Returned, c.Elapsed = true, s.Time.Sub(c.begun)
	if c.Ret = int64(e.Result.Value); e.Result.Failed {
		c.Ret, c.Errno = -1, syscall.Errno(e.Result.Errno())
	}
	if e.Tampered != nil {
		marks := *e.Tampered
		c.Tampered = &marks
	}
	for i, w := range r.watch {
		c.met[i] = c.met[i] || t.later[i] && w.Leave(&t.looks[i], e.Result, c.Elapsed, s.Task)
	}
	r.collect(t, s.Task.TID())
	if s.Task.TID() == r.program && e.Call.NR == e.Call.ABI.ExecNR {
		r.started = true
	}
}

// collect takes the lines that a task has finished; the last one is its call's.
func (r *recorder) collect(t *task, tid int) {
	for _, line := range r.finished() {
		if t.call != nil && t.call.Line == "" {
			t.call.Line = line
		}
		r.bytes += len(line)
		if r.bytes < maxBytes {
			r.result.Lines = append(r.result.Lines, r.prefix(tid)+line)
		}
	}
}

// exited notes the end of a task and, with the leader, of its process.
func (r *recorder) exited(of *trace.Task, e *trace.Exited) {
	delete(r.tasks, of)
	if e.Superseded || of.TID() != of.TGID() {
		return
	}
	delete(r.loaders, of.TGID())
	r.result.Ends = append(r.result.Ends, End{PID: of.TGID(), Code: e.Code, Signal: e.Signal})
	if of.TID() == r.program {
		r.result.Code, r.result.Signal = e.Code, e.Signal
	}
}
