package capture

import (
	"errors"
	"fmt"
	"time"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/internal/ptrace"
	"github.com/trapline/trapline/procfs"
)

// A phase is how far a thread has come in a freeze, in order.
type phase uint8

const (
	listed   phase = iota
	seized         // ours, and undisturbed
	awaited        // asked to stop
	stopped        // and did
	settling       // on its way through a signal to a stop where it can be let go
	free           // not ours any more
	lost           // it has ended, or was not to be had
)

// A thread is a Thread that is being taken.
type thread struct {
	Thread
	phase  phase
	status ptrace.Status // of the stop
}

var errEnded = errors.New("the thread has ended")

// list looks at a thread before it is stopped. One that has ended is nobody's business.
func list(tid int) (*thread, error) {
	s, err := procfs.Stat(tid)
	if err != nil {
		return nil, err
	}
	t := &thread{Thread: Thread{TID: tid, Name: s.Comm, State: s.State}}
	if s.State == 'Z' || s.State == 'X' {
		return t, errEnded
	}
	if s.State != 'R' {
		t.Wchan, _ = procfs.Wchan(tid)
	}
	return t, nil
}

// waiting says whether the thread is on its way to a stop.
func (t *thread) waiting() bool { return t.phase == awaited || t.phase == settling }

// seize makes the thread ours.
func (t *thread) seize() {
	switch err := ptrace.Seize(t.TID, 0); {
	case err == nil:
		t.phase = seized
	case ptrace.Gone(err) || dead(t.TID):
		t.phase = lost
	default:
		t.phase, t.Err = lost, because(t.TID, err)
	}
}

// interrupt asks the thread to stop.
func (t *thread) interrupt() {
	t.phase = awaited
	if ptrace.Interrupt(t.TID) != nil {
		t.phase = lost
	}
}

// arrived looks whether the thread has come to its stop or its end.
func (t *thread) arrived() bool {
	s, err := ptrace.Poll(t.TID, nil)
	switch {
	case err != nil:
		t.phase = lost
	case s.PID == 0:
		return false
	case !s.Stopped():
		t.phase = lost
	default:
		t.status = s
		t.settle()
	}
	return true
}

// settle is what comes after a stop: the thread is taken or, when that has been done
// before it took a signal, let go. A call that the interrupt has broken off is started
// again then; one that a stop signal has broken off is not ours to repair.
func (t *thread) settle() {
	var now abi.Regs
	if err := ptrace.GetRegs(t.TID, &now); err != nil {
		t.lose(err)
		return
	}
	if t.status.Event() == ptrace.EventStop && !t.status.GroupStop() {
		ptrace.Repair(t.TID, &now)
	}
	if t.phase == settling {
		t.release()
		return
	}
	t.phase, t.Regs = stopped, now
	if call, errno := ptrace.Broken(&now); errno != 0 {
		t.Call = &call
	} else if now.ABI.NR < 0 {
		t.Call = callOf(t.TID, now.ABI)
	}
}

// lose gives up a stopped thread: only SIGKILL takes it from us.
func (t *thread) lose(err error) {
	t.phase = lost
	if !ptrace.Gone(err) {
		t.Err = err
	}
}

// release lets a stopped thread go on as if nothing had been. A group-stop goes on
// without us.
//
// Where a signal came first, the interrupt is called off, but it may have broken off a
// call all the same, and a signal that the program ignores must not make that fail. So
// the thread takes the signal under a new interrupt, and the next stop shows what became
// of the call.
func (t *thread) release() {
	if t.status.Event() != ptrace.EventStop {
		t.phase = settling
		if ptrace.Interrupt(t.TID) != nil || ptrace.Cont(t.TID, t.status.StopSignal()) != nil {
			t.phase = lost
		}
		return
	}
	t.phase = free
	if ptrace.Detach(t.TID, 0) != nil {
		t.phase = lost
	}
}

// giveUp says of a thread that it did not stop in time.
func (t *thread) giveUp(after time.Duration, a *abi.ABI) {
	if t.phase == settling {
		return // it has been taken
	}
	t.Err = fmt.Errorf("it did not stop within %v", after)
	if s, err := procfs.Stat(t.TID); err == nil && s.State == 'D' {
		t.State = s.State
		t.Err = fmt.Errorf("it is in uninterruptible sleep and did not stop within %v", after)
	}
	t.Call = callOf(t.TID, a)
}

// callOf returns the call that a task sleeps in, by /proc.
func callOf(tid int, a *abi.ABI) *abi.Call {
	s, err := procfs.Syscall(tid)
	if err != nil || s.Running || s.NR < 0 {
		return nil
	}
	return &abi.Call{ABI: a, NR: uint64(s.NR), Args: s.Args}
}
