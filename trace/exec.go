package trace

import "github.com/trapline/trapline/internal/ptrace"

// execed handles PTRACE_EVENT_EXEC. When a thread other than the leader calls
// execve, the kernel ends all the others and gives the caller the leader's id: the
// stop is the leader's by its id, the caller's by everything else. The leader
// itself ends without a word.
func (t *Tracer) execed(leader *Task) {
	msg, err := ptrace.GetEventMsg(leader.tid)
	if t.failed(err) {
		return
	}
	former := int(msg)
	task := leader
	e := Exec{Former: former}
	if former != leader.tid {
		e.Superseded = leader
		task = t.replace(leader, former)
	}
	task.closeMem()
	task.hasRestart = false
	if task.launching != launched {
		t.launchDone(task)
	}
	t.report(task, &e, 0)
}

// replace gives the task that was former the id of the leader, whose end it
// reports. A former that was not traced, as after an attach to one thread, is a
// new task.
func (t *Tracer) replace(leader *Task, former int) *Task {
	task := t.tasks[former]
	if task == nil {
		task = t.add(former, leader.tgid)
	}
	t.deliver(leader, &Exited{Superseded: true, By: former})
	t.remove(leader)
	delete(t.tasks, former)
	task.tid = leader.tid
	t.tasks[task.tid] = task
	return task
}
