package trace

import (
	"errors"
	"syscall"

	"github.com/trapline/trapline/internal/ptrace"
)

// resume lets a stopped task go on, with a signal or none. It is the only way a
// task is resumed: it alone meets the tasks that died while stopped, and leaves
// them for wait to report.
func (t *Tracer) resume(task *Task, mode Mode, sig syscall.Signal) {
	task.stopped, task.undelivered = mode == Hold, sig
	task.asked = false
	switch {
	case mode == Hold:
		task.mode = Default // until Release tells
	case mode == Detach:
		t.detach(task, sig)
	case task.grouped: // it stays where it is, but SIGCONT ends that
		t.listen(task)
	case mode == Default:
		t.run(task, t.usual(task), sig)
	default:
		t.run(task, mode, sig)
	}
}

// run is resume for a task that is to run, and traced.
func (t *Tracer) run(task *Task, mode Mode, sig syscall.Signal) {
	if mode == Run && task.isReplaced() {
		mode = Syscall // to its exit, to take that back
	}
	task.mode = mode
	var err error
	switch mode {
	case Run:
		task.inCall = false // its exit will not be seen
		err = ptrace.Cont(task.tid, sig)
	case Step:
		task.inCall = false
		err = ptrace.SingleStep(task.tid, sig)
	case Syscall:
		err = t.placement.resume(task, sig)
	}
	t.failed(err)
}

// usual is how a task goes on when no handler asks for anything.
func (t *Tracer) usual(task *Task) Mode {
	if !t.options.Syscalls || t.sieve != nil && !task.inCall && !task.watchful {
		return Run
	}
	return Syscall
}

// listen leaves a task in its group-stop but lets SIGCONT end that. EIO says that the
// stop is over: SIGKILL has woken the task, and wait will say so.
func (t *Tracer) listen(task *Task) {
	if err := ptrace.Listen(task.tid); !errors.Is(err, syscall.EIO) {
		t.failed(err)
	}
}
