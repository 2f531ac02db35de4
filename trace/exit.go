package trace

import (
	"github.com/trapline/trapline/internal/ptrace"
)

// exited handles the end of a task.
func (t *Tracer) exited(task *Task, s ptrace.Status) {
	t.remove(task)
	t.joined(task)
	switch {
	case task.unknown(): // it was killed before its first stop
	case task.leaving: // it has been reported as detached
	case task.launching != launched:
		t.launchFailed(task, s)
	default:
		t.deliver(task, ended(s))
	}
}

func ended(s ptrace.Status) *Exited {
	if s.Signaled() {
		return &Exited{Signal: s.TermSignal(), CoreDumped: s.CoreDump()}
	}
	return &Exited{Code: s.ExitCode()}
}

// superseded handles the end of a task by the execve of one that we do not trace.
func (t *Tracer) superseded(task *Task) {
	t.remove(task)
	if t.handler != nil && !task.unknown() && !task.leaving {
		t.deliver(task, &Exited{Superseded: true})
	}
}

// vanished handles the case that there is nothing left to wait for while we still
// know tasks: an execve of a thread that was not traced has replaced them. One that was
// being born during Attach is seized again.
func (t *Tracer) vanished() {
	joining := t.joining
	t.joining = map[int]int{}
	for _, task := range t.tasks {
		t.superseded(task)
	}
	for tgid := range joining {
		if t.options.Follow && t.failure == nil {
			t.seizeThreads(tgid)
		}
	}
}
