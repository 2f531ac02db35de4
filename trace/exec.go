package trace

import "github.com/trapline/trapline/internal/ptrace"

// execed handles PTRACE_EVENT_EXEC. When a thread other than the leader calls
// execve, the kernel ends all the others and gives the caller the leader's id: the
// stop is the leader's by its id, the caller's by everything else. The leader
// itself ends without a word.
func (t *Tracer) execed(tid int) {
	msg, err := ptrace.GetEventMsg(tid)
	if t.failed(err) {
		return
	}
	e := Exec{Former: int(msg)}
	task := t.tasks[tid]
	if e.Former != tid {
		e.Superseded = task
		task = t.replace(tid, e.Former)
	}
	if task.leaving {
		t.letGo(task, 0)
		return
	}
	task.closeMem()
	task.hasRestart, task.replacement = false, nil
	if task.launching != launched {
		t.launchDone(task)
	}
	t.report(task, &e, 0)
}

// replace gives the task that was former the leader's id. It reports the end of the
// leader, which is not traced after an attach to the other thread alone.
func (t *Tracer) replace(tid, former int) *Task {
	if leader := t.tasks[tid]; leader != nil {
		t.remove(leader)
		t.joined(leader)
		if !leader.leaving {
			t.deliver(leader, &Exited{Superseded: true, By: former})
		}
	}
	task := t.tasks[former]
	if task == nil {
		return t.add(tid, tid)
	}
	delete(t.tasks, former)
	task.tid = tid
	t.tasks[tid] = task
	return task
}
