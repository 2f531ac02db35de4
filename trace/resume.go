package trace

import (
	"syscall"

	"github.com/trapline/trapline/internal/ptrace"
)

// resume lets a stopped task go on, with a signal or none. It is the only way a
// task is resumed: it alone meets the tasks that died while stopped, and leaves
// them for wait to report.
func (t *Tracer) resume(task *Task, mode Mode, sig syscall.Signal) {
	if mode == Default {
		mode = t.options.mode()
	}
	task.stopped = mode == Hold
	task.step = mode == Step
	var err error
	switch mode {
	case Run:
		err = ptrace.Cont(task.tid, sig)
	case Syscall:
		err = t.placement.resume(task, sig)
	case Step:
		err = ptrace.SingleStep(task.tid, sig)
	case Detach:
		t.detach(task, sig)
	}
	t.failed(err)
}

// listen leaves a task in its group-stop but lets SIGCONT end that.
func (t *Tracer) listen(task *Task) { t.failed(ptrace.Listen(task.tid)) }

// mode is how tasks go on when no handler asks for anything.
func (o *Options) mode() Mode {
	if o.Syscalls {
		return Syscall
	}
	return Run
}
