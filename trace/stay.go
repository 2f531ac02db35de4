package trace

import "syscall"

// mute ends the reporting of a task that has to go on being traced because of its filter.
func (t *Tracer) mute(task *Task) {
	if !task.muted && !task.unknown() && t.handler != nil {
		t.deliver(task, &Detached{})
	}
	task.muted = true
}

// stay keeps tracing in silence when the run is over but tasks have a filter, until the
// last of them has ended.
func (t *Tracer) stay() {
	if t.sieve == nil || t.options.KillOnExit {
		return
	}
	cause := t.failure
	for _, task := range t.tasks {
		if task.launching != launched {
			syscall.Kill(task.tid, syscall.SIGKILL) // not the user's program yet
			continue
		}
		t.mute(task)
		task.Release(Default)
	}
	t.silent, t.failure = true, nil
	if t.options.Over != nil && len(t.tasks) > 0 {
		t.options.Over()
	}
	t.work()
	t.serve()
	if t.failure == nil {
		t.failure = cause
	}
}
