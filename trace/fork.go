package trace

import (
	"github.com/trapline/trapline/internal/ptrace"
	"github.com/trapline/trapline/procfs"
)

// forked handles PTRACE_EVENT_FORK, VFORK and CLONE: the parent's half of a new
// task. The child's half is its own first stop, which may come before or after.
func (t *Tracer) forked(parent *Task) {
	msg, err := ptrace.GetEventMsg(parent.tid)
	if t.failed(err) {
		return
	}
	tid := int(msg)
	first, waiting := t.orphans[tid]
	delete(t.orphans, tid)
	ended := waiting && !first.Stopped() || !waiting && !exists(tid)
	if t.tasks[tid] != nil || ended {
		t.resume(parent, parent.mode, 0)
		return
	}
	child := t.addChild(tid, parent)
	var a Action
	if !child.muted {
		a = t.deliver(parent, &Forked{Child: child})
		t.apply(parent, &a)
	}
	if a.Mode == Default {
		a.Mode = parent.mode
	}
	t.resume(parent, a.Mode, 0)
	if waiting {
		t.eventStop(child, first)
	}
}

// forks says whether a stop is that of forked.
func forks(s ptrace.Status) bool {
	e := s.Event()
	return e == ptrace.EventFork || e == ptrace.EventVFork || e == ptrace.EventClone
}

// addChild makes a task known whose first stop has not been reported.
func (t *Tracer) addChild(tid int, parent *Task) *Task {
	tgid := tid
	if parent != nil && ptrace.Tgkill(parent.tgid, tid, 0) == nil {
		tgid = parent.tgid
	}
	child := t.add(tid, tgid)
	child.parent, child.fresh = parent, true
	if parent != nil {
		child.abi = parent.abi
		child.inherit(parent)
		child.share(parent)
	}
	return child
}

// exists says whether there is a task of that id, dead ones that nobody has waited
// for included. A child that was killed at once is gone before its parent's event
// is looked at.
func exists(tid int) bool {
	_, err := procfs.Stat(tid)
	return err == nil
}

// begin reports a new task. It says whether the task is to go on as its first stop
// demands.
func (t *Tracer) begin(task *Task) bool {
	e := NewTask{Parent: task.parent, Thread: task.tid != task.tgid}
	task.fresh, task.parent = false, nil
	if t.failed(task.unbind()) {
		return false
	}
	a := t.deliver(task, &e)
	t.apply(task, &a)
	if task.mode = a.Mode; task.mode == Detach {
		t.resume(task, Detach, 0)
		return false
	}
	return true
}

// stranger handles the status of a task we do not know: a child whose parent's
// event has not been collected yet. It waits for that, because only the parent
// tells what it is; see adoptOrphans for parents that never tell. A thread that has
// taken the id of a leader which is not traced is no stranger.
func (t *Tracer) stranger(s ptrace.Status) {
	if s.Event() == ptrace.EventExec {
		t.execed(s.PID)
		return
	}
	t.orphans[s.PID] = s
}

// adoptOrphans takes in the children whose parents will never name them, because
// SIGKILL or another thread's execve ended them right after the fork.
func (t *Tracer) adoptOrphans() {
	if len(t.orphans) == 0 || t.forking() {
		return
	}
	for tid, s := range t.orphans {
		delete(t.orphans, tid)
		if s.Stopped() {
			child := t.addChild(tid, nil)
			child.tgid = procfs.ThreadGroup(tid)
			t.eventStop(child, s)
		}
	}
}

// forking says whether a task may be about to report a child, or has but we have not
// collected that. One that sleeps is not: nothing sleeps between the birth and the
// report.
func (t *Tracer) forking() bool {
	for tid, task := range t.tasks {
		if task.stopped {
			continue
		}
		s, err := procfs.Stat(tid)
		if err == nil && (s.State == 'R' || s.State == 't') {
			return true
		}
	}
	return false
}
