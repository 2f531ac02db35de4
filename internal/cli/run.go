package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"syscall"
	"time"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/procfs"
	"github.com/trapline/trapline/render/strace"
	"github.com/trapline/trapline/render/summary"
	"github.com/trapline/trapline/trace"
)

// A run is one trace, from the first task to the end.
type run struct {
	s        *settings
	tracer   *trace.Tracer
	observer observer
	printer  *strace.Printer // of messages
	table    *summary.Table  // nil without -c and -C
	out      *output
	finish   func() // writes what is left, once

	ctx     context.Context // ends with the signal that ends the run; nil before watch
	unwatch func()

	child   int // the program's process id; zero without one
	running bool
	started bool
	sieved  bool          // only the calls that are wanted stop
	exited  *trace.Exited // how the program ended
	calls   uint64        // shown so far, for --syscall-limit
}

// run does what the settings ask for and returns the exit status. It does not
// return when the program was killed.
func (s *settings) run(start func(*run) error) int {
	if err := s.loadScripts(); err != nil {
		return s.fail(err)
	}
	for _, w := range s.warnings() {
		s.warn("%s", w)
	}
	out, err := s.openOutput()
	if err != nil {
		return s.fail(err)
	}
	r := &run{s: s, out: out, unwatch: func() {}}
	r.finish = sync.OnceFunc(r.close)
	err = r.trace(start)
	r.finish()
	if r.running {
		s.tips.tell(os.Stderr)
	}
	return r.status(err)
}

// close writes what is left. That a program could not be started leaves nothing.
func (r *run) close() {
	if r.running {
		r.endScripts()
		r.observer.Close()
		if r.table != nil {
			r.table.WriteTo(writer{r.out.sink})
		}
	}
	r.out.close()
}

func (r *run) trace(start func(*run) error) error {
	s := r.s
	if s.counting() {
		r.table = summary.New(s.table)
		s.render.Counter = r.table
	}
	if s.limit > 0 {
		s.render.Ended = r.ended
	}
	systemTime := s.counting() && !s.wallClock
	if systemTime {
		s.render.SystemTime = func(stop *trace.Stop) time.Duration { return stop.System }
	}
	wanted := s.wanted()
	r.sieved = wanted != nil
	r.tracer = trace.New(trace.Options{
		Syscalls:   true,
		Follow:     s.following(),
		Exiting:    true,
		SystemTime: systemTime,
		KillOnExit: s.killing(),
		Seccomp:    wanted,
		Over:       func() { r.finish() },
	})
	walker := r.walker()
	r.observer, r.printer = s.observe()
	s.script.remark = r.remark
	defer func() { r.unwatch() }()
	if err := start(r); err != nil {
		r.tracer.Close()
		return err
	}
	r.watch()
	r.running = true
	chain := trace.Chain{r.observer, r}
	if walker != nil {
		chain = trace.Chain{walker, r.observer, r}
	}
	return r.tracer.Run(r.ctx, r.changed(chain))
}

// watch makes signals do what -I says. That has to wait until the program has been
// started, because it would inherit some of it.
func (r *run) watch() {
	if r.ctx == nil {
		r.ctx, r.unwatch = r.s.interruptible.watch(context.Background())
		if r.sieved {
			context.AfterFunc(r.ctx, r.interrupted)
		}
	}
}

// begin starts the program and attaches to processes.
func (r *run) begin() error {
	if len(r.s.program) == 0 {
		r.watch()
		attached, err := r.attach()
		if attached == 0 && err == nil {
			err = errSaid
		}
		return err
	}
	if _, err := r.attach(); err != nil {
		return err
	}
	c, err := r.s.command()
	if err != nil {
		return err
	}
	if r.child, err = r.tracer.Start(c); err != nil {
		return err
	}
	return r.s.prepare(r.child)
}

// attach attaches to the processes of -p and returns to how many it could. That it
// cannot to one is no error.
func (r *run) attach() (attached int, err error) {
	for _, pid := range r.s.pids {
		if err := r.tracer.Attach(pid); err != nil {
			for _, line := range attachFailed(pid, err) {
				r.s.warn("%s", line)
			}
			continue
		}
		if err := r.s.prepare(pid); err != nil {
			return attached, err
		}
		attached++
		r.printer.Attached(pid, r.threads(pid))
	}
	return attached, nil
}

// threads is how many of a process's threads are traced.
func (r *run) threads(pid int) int {
	if !r.s.following() {
		return 1
	}
	tids, err := procfs.Tasks(pid)
	if err != nil {
		return 1
	}
	return len(tids)
}

// errSaid is an error of which everything has been said.
var errSaid = errors.New("")

// Handle implements trace.Handler. It comes behind the observer, so that what it
// says follows the line it is about.
func (r *run) Handle(stop *trace.Stop) (trace.Action, error) {
	r.remarks()
	switch e := stop.Event.(type) {
	case *trace.SyscallExit:
		if e.Result.Failed && r.starting(stop.Task) {
			r.printer.Message("exec: " + reason(syscall.Errno(e.Result.Errno())))
		}
		if r.s.limit > 0 && r.calls >= r.s.limit {
			r.printer.Message("System call limit has been reached, detaching tracees")
			return trace.Action{}, trace.Done
		}
	case *trace.Exec:
		if r.starting(stop.Task) {
			r.started = true
		} else if r.s.detachOnExec {
			return trace.Action{Mode: trace.Detach}, nil
		}
	case *trace.Exited:
		if stop.Task.TID() == r.child && !e.Superseded {
			ended := *e
			r.exited = &ended
		}
	}
	return r.follow(stop.Task), nil
}

// follow has a task stop at its next call whatever that is while its calls are not the
// machine's own, so that the change back is seen.
func (r *run) follow(t *trace.Task) trace.Action {
	if r.sieved && t.ABI() != abi.Native && r.s.tellsABI() {
		return trace.Action{Mode: trace.Syscall}
	}
	return trace.Action{}
}

// starting says whether the task is about to become the program.
func (r *run) starting(t *trace.Task) bool { return !r.started && t.TID() == r.child }

// ended counts the calls that were shown.
func (r *run) ended(*trace.Stop) trace.Action {
	r.calls++
	return trace.Action{}
}

// status turns the end of a run into an exit status, or dies as the program did.
func (r *run) status(err error) int {
	var cut interruption
	var refused *trace.StartError
	if errors.As(err, &refused) {
		return 1
	}
	fired := r.report()
	switch {
	case errors.As(err, &cut):
		die(cut.signal)
	case err != nil:
		return r.s.fail(err)
	case r.s.script.failed || !fired:
		return 1
	case r.exited == nil:
		return 0
	case r.exited.Signal != 0:
		die(r.exited.Signal)
	}
	return r.exited.Code
}

// warn says something on stderr.
func (s *settings) warn(form string, args ...any) {
	fmt.Fprintf(os.Stderr, s.render.Name+": "+form+"\n", args...)
}

// fail says what went wrong and returns the exit status for it.
func (s *settings) fail(err error) int {
	if !errors.Is(err, errSaid) {
		s.warn("%s", err)
	}
	return 1
}

// writer makes a sink an io.Writer.
type writer struct{ sink strace.Sink }

func (w writer) Write(p []byte) (int, error) {
	w.sink.Write(p)
	return len(p), nil
}
