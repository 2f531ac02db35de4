package trace

import (
	"syscall"
	"time"

	"github.com/trapline/trapline/internal/ptrace"
	"github.com/trapline/trapline/procfs"
)

// Alone runs one instruction of a task while none of the others runs code of its program,
// between before and after, which may change the memory they share. It says whether the
// instruction was run. When it was not, because it raised a signal or one came first, that is
// reported as the task's next stop, and the handler must answer with Hold until then. Only
// from a handler, at a stop of the task by SIGTRAP, which is not delivered.
func (t *Task) Alone(others []*Task, before, after func() error) (ran bool, err error) {
	t.tracer.halt(others)
	if err := before(); err != nil {
		return false, err
	}
	defer func() {
		if failure := after(); err == nil {
			err = failure
		}
	}()
	if err := ptrace.SingleStep(t.tid, 0); err != nil {
		return false, err
	}
	s, err := t.next()
	if err != nil {
		return false, err
	}
	if s.Event() == 0 && s.StopSignal() == syscall.SIGTRAP && s.Stopped() {
		info := t.tracer.siginfo[:]
		if err := ptrace.GetSigInfo(t.tid, info); err == nil && steppedBy(info) {
			return true, nil
		}
	}
	t.tracer.collected(s)
	return false, nil
}

// halt stops tasks; that they have is left in the batch, to be handled later. One that the
// kernel does not wake stays where it is: it stops before it runs code of its program again.
func (t *Tracer) halt(tasks []*Task) {
	running := map[int]*Task{}
	for _, task := range tasks {
		if !task.stopped && !task.grouped && !t.hasStatus(task.tid) && ptrace.Interrupt(task.tid) == nil {
			task.halted = true
			running[task.tid] = task
		}
	}
	for len(running) > 0 {
		for tid := range running {
			s, err := ptrace.Wait(tid, ptrace.All|ptrace.NoHang, t.usage)
			if err != nil || s.PID != 0 || asleep(tid) {
				delete(running, tid)
			}
			if err == nil && s.PID != 0 {
				t.collected(s)
			}
		}
		if len(running) > 0 {
			time.Sleep(20 * time.Microsecond)
		}
	}
}

// hasStatus says whether a task has stopped, which has not been handled.
func (t *Tracer) hasStatus(tid int) bool {
	for i := range t.batch[t.handled:] {
		if t.batch[t.handled+i].PID == tid {
			return true
		}
	}
	return false
}

// asleep says whether a task sleeps so that only the end of its call wakes it.
func asleep(tid int) bool {
	s, err := procfs.TaskStat(tid)
	return err != nil || s.State == 'D' || s.State == 'Z' || s.State == 'X'
}
