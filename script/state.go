package script

import (
	"go.starlark.net/starlark"

	"github.com/trapline/trapline/trace"
)

// state is a dictionary that scripts keep things in. It can be changed even where a global
// variable refers to it, unlike other dictionaries once the script has been read.
type state struct{ *starlark.Dict }

func newState() *state { return &state{starlark.NewDict(0)} }

// Freeze implements starlark.Value.
func (*state) Freeze() {}

// A task is what a script knows of a thread.
type task struct {
	process *process
	state   *state
}

// A process is what a script knows of the threads of a process together.
type process struct {
	pid     int
	threads int
	state   *state
}

// task returns what is known of a task.
func (s *Script) task(t *trace.Task) *task {
	known := s.tasks[t]
	if known == nil {
		p := s.processes[t.TGID()]
		if p == nil {
			p = &process{pid: t.TGID(), state: newState()}
			s.processes[p.pid] = p
		}
		p.threads++
		known = &task{p, newState()}
		s.tasks[t] = known
	}
	return known
}

// forget drops what is known of a task that is gone, and of its process with the last one.
func (s *Script) forget(t *trace.Task) {
	known := s.tasks[t]
	if known == nil {
		return
	}
	delete(s.tasks, t)
	if known.process.threads--; known.process.threads == 0 {
		delete(s.processes, known.process.pid)
	}
}
