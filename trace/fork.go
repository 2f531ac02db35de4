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
	if t.tasks[tid] == nil && exists(tid) {
		child := t.addChild(tid, parent)
		t.resume(parent, Default, 0)
		if waiting {
			t.trapStop(child, first)
		}
		return
	}
	t.resume(parent, Default, 0)
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

// begin reports a new task.
func (t *Tracer) begin(task *Task) {
	e := NewTask{Parent: task.parent}
	e.Thread = e.Parent != nil && e.Parent.tgid == task.tgid
	task.fresh, task.parent = false, nil
	a := t.deliver(task, &e)
	t.apply(task, &a)
	if a.Mode == Detach {
		t.resume(task, Detach, 0)
	}
}

// stranger handles the status of a task we do not know: a child whose parent's
// event has not been collected yet. It waits for that, because only the parent
// tells what it is; see adoptOrphans for parents that never tell.
func (t *Tracer) stranger(s ptrace.Status) {
	if s.Stopped() {
		t.orphans[s.PID] = s
	} else {
		delete(t.orphans, s.PID)
	}
}

// adoptOrphans takes in children that wait for their parent's event. It is called
// when a task has died: that one may have been the parent, and then nobody would
// ever name them.
func (t *Tracer) adoptOrphans() {
	for tid, s := range t.orphans {
		delete(t.orphans, tid)
		child := t.addChild(tid, nil)
		child.tgid = threadGroup(tid)
		t.trapStop(child, s)
	}
}
