package trace

import (
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/trapline/trapline/internal/ptrace"
	"github.com/trapline/trapline/procfs"
)

// Attach seizes a running process: with Options.Follow all threads of the process
// that pid belongs to, else the one task. It does not wait for them to stop. Start
// tells when it may be called.
func (t *Tracer) Attach(pid int) (err error) {
	t.onThread(func() { err = t.attach(pid) })
	return err
}

var errSieve = errors.New("Options.Seccomp is for programs that are started")

func (t *Tracer) attach(pid int) error {
	if t.sieve != nil {
		return fmt.Errorf("trace: attach to %d: %w", pid, errSieve)
	}
	tgid := procfs.ThreadGroup(pid)
	if !t.options.Follow {
		return t.seize(pid, tgid)
	}
	if err := t.seize(pid, tgid); err != nil && !(pid == tgid && leaderless(pid)) {
		return err
	}
	return t.seizeThreads(tgid)
}

// attachRounds bounds how often seizeThreads looks: a process could make and end
// threads faster than we seize them.
const attachRounds = 1000

// seizeThreads seizes the threads of a process. One may be making another while we
// look. Once all that there are are seized their children are ours from birth, but for
// one that was being born meanwhile: see joined.
func (t *Tracer) seizeThreads(tgid int) error {
	for range attachRounds {
		tids, whole, err := procfs.AllTasks(tgid)
		if err != nil {
			return nil // it has just ended; wait will say so
		}
		if again, err := t.seizeAll(tids, tgid); err != nil || whole && !again {
			return err
		}
	}
	return nil
}

// seizeAll seizes those of the tasks that are not ours yet. It says whether to look
// again: there were any, or one that has ended before we got it, which may have made
// others.
func (t *Tracer) seizeAll(tids []int, tgid int) (again bool, err error) {
	for _, tid := range tids {
		if tid == tgid {
			t.checkLeader(tid)
		}
		if t.tasks[tid] != nil || t.freed[tid] == tgid || works(tid) {
			continue
		}
		switch err := t.seize(tid, tgid); {
		case err == nil:
			again = true
		case t.traces(tid):
			// Made by a task that we have seized: it will show up by itself.
		case ptrace.Gone(err) || ptrace.Excused(tid):
			again = again || tid != tgid // a leader stays a zombie
		default:
			return again, err
		}
	}
	return again, nil
}

func (t *Tracer) seize(tid, tgid int) error {
	ended, err := ptrace.SeizeThread(tgid, tid, t.options.ptrace())
	for _, s := range ended {
		t.collected(s)
	}
	if err != nil {
		return err
	}
	task := t.add(tid, tgid)
	task.attached = true
	t.joining[tgid]++
	t.failed(ptrace.Interrupt(tid))
	if t.handler != nil {
		t.now = time.Now()
		t.deliver(task, &Attached{})
	}
	return nil
}

// announce reports the attachments that were made before Run.
func (t *Tracer) announce() {
	t.now = time.Now()
	for _, task := range t.tasks {
		if task.attached {
			t.deliver(task, &Attached{})
		}
	}
}

// joined is called when a task has stopped for the first time after Attach, or ended;
// any other stop calls the one by PTRACE_INTERRUPT off.
// It was perhaps in the middle of making a thread when it was seized, too early for
// that one to be ours and too late for it to be listed. So once all threads of a
// process have stopped, we look again.
func (t *Tracer) joined(task *Task) {
	if !task.attached {
		return
	}
	task.attached = false
	if t.joining[task.tgid]--; t.joining[task.tgid] > 0 {
		return
	}
	delete(t.joining, task.tgid)
	if t.options.Follow && t.failure == nil {
		t.seizeThreads(task.tgid)
	}
	if t.joining[task.tgid] > 0 {
		return
	}
	maps.DeleteFunc(t.freed, func(_, tgid int) bool { return tgid == task.tgid })
	if m := t.member(task); m != nil {
		t.deliver(m, &Joined{})
	}
}

// member is the task, or another of its process if it has ended; nil if there is none.
func (t *Tracer) member(task *Task) *Task {
	if t.tasks[task.tid] == task {
		return task
	}
	for _, other := range t.tasks {
		if other.tgid == task.tgid && !other.unknown() {
			return other
		}
	}
	return nil
}

// attachStop looks at the first stop after PTRACE_INTERRUPT, which has broken off the
// call the task was blocked in. A call that a stop signal has broken off is not ours to
// repair.
func (t *Tracer) attachStop(task *Task, s ptrace.Status) {
	regs, err := task.Regs()
	if err != nil {
		return
	}
	call, errno := ptrace.Broken(&regs)
	if errno == ptrace.RestartBlock {
		task.interrupted, task.hasRestart = call, true
	}
	if !s.GroupStop() {
		t.failed(ptrace.Repair(task.tid, &regs))
	}
}

// traces says whether a task is our tracee, by the kernel.
func (t *Tracer) traces(tid int) bool {
	s, err := procfs.Status(tid)
	return err == nil && s.TracerPid == t.thread.TID()
}

// works says whether a task works for its process in the kernel, as io_uring's threads do. It
// is left alone.
func works(tid int) bool {
	s, err := procfs.TaskStat(tid)
	return err == nil && s.Works()
}

// checkLeader notices that a leader we know has given its id to a thread that we do not trace,
// which has executed a program before it could be seized. The leader has ended then.
func (t *Tracer) checkLeader(tid int) {
	leader := t.tasks[tid]
	if leader == nil || t.traces(tid) {
		return
	}
	if leader.attached {
		t.joining[tid]--
	}
	t.superseded(leader)
}

// leaderless says whether a process's first thread has ended before the others.
func leaderless(pid int) bool {
	tids, err := procfs.Tasks(pid)
	return err == nil && len(tids) > 1 && zombie(pid)
}

func zombie(tid int) bool {
	s, err := procfs.TaskStat(tid)
	return err != nil || s.State == 'Z' || s.State == 'X'
}
