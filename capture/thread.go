package capture

import (
	"fmt"
	"syscall"
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
	ended          // a leader: not ours to collect
	free           // not ours any more
	lost           // it has ended, or was not to be had
)

// A thread is a Thread that is being taken.
type thread struct {
	Thread
	leads  bool
	phase  phase
	status ptrace.Status // of the stop
}

// look looks at a thread of a process before it is stopped. Tests look with other eyes.
var look = lookAt

func lookAt(pid, tid int) (*thread, error) {
	s, err := procfs.TaskStat(tid)
	switch {
	case err != nil:
		return nil, err
	case s.State == 'Z' || s.State == 'X':
		return nil, ErrZombie
	case s.Flags&procfs.KernelThread != 0:
		return nil, ErrKernelThread
	}
	t := &thread{Thread: Thread{TID: tid, Name: s.Comm, State: s.State}, leads: tid == pid}
	if s.State != 'R' {
		t.Wchan, _ = procfs.Wchan(tid)
	}
	if s.Works() {
		t.phase, t.Err = lost, ErrWorker
	}
	return t, nil
}

// waiting says whether the thread is on its way to a stop.
func (t *thread) waiting() bool { return t.phase == awaited || t.phase == settling }

// seize makes the thread of a process ours.
func (t *thread) seize(s *seizing, tgid int) {
	err := s.seize(tgid, t.TID)
	switch {
	case err == nil:
		t.phase = seized
	case ptrace.Gone(err) || ptrace.Excused(t.TID):
		t.phase = lost
	default:
		t.phase, t.Err = lost, because(t.TID, err)
	}
}

// interrupt asks the thread to stop. One that has ended meanwhile arrives, too.
func (t *thread) interrupt() {
	t.phase = awaited
	ptrace.Interrupt(t.TID)
}

// arrived looks whether the thread has come to its stop or its end.
func (t *thread) arrived() bool {
	s, err := ptrace.Peek(t.TID)
	switch {
	case err != nil:
		t.phase = lost
	case s.PID == 0:
		return false
	case !s.Stopped():
		t.bury()
	default:
		t.status = s
		return t.settle()
	}
	return true
}

// bury collects the thread after its end. A leader is its parent's to collect, which may be us.
func (t *thread) bury() {
	if t.leads {
		t.phase = ended
		return
	}
	t.phase = lost
	ptrace.Poll(t.TID, nil)
}

// settle is what comes after a stop: the thread is taken or, when that has been done
// before it took a signal, let go. A call that the interrupt has broken off is started
// again then; one that a stop signal has broken off is not ours to repair. A thread that is
// killed in its stop has not settled.
func (t *thread) settle() bool {
	var now abi.Regs
	if err := ptrace.GetRegs(t.TID, &now); err != nil {
		return t.refuses(err)
	}
	if t.status.Event() == ptrace.EventStop && !t.status.GroupStop() {
		ptrace.Repair(t.TID, &now)
	}
	if t.phase == settling {
		t.release()
		return !t.waiting()
	}
	t.phase, t.Regs = stopped, now
	if call, errno := ptrace.Broken(&now); errno != 0 {
		t.Call = &call
	} else if now.ABI.NR < 0 {
		t.Call = callOf(t.TID, now.ABI)
	}
	return true
}

// refuses gives up a stopped thread whose registers are not to be had, unless it is dying.
func (t *thread) refuses(err error) bool {
	if ptrace.Gone(err) {
		return false
	}
	t.phase, t.Err = lost, err
	ptrace.Detach(t.TID, t.signal())
	return true
}

// signal is the one that the thread has stopped for before it takes it; zero for none.
func (t *thread) signal() syscall.Signal {
	if t.status.Event() == ptrace.EventStop {
		return 0
	}
	return t.status.StopSignal()
}

// release lets a stopped thread go on as if nothing had been. A group-stop goes on
// without us. A thread that has been killed has to be waited for: its execve may be.
//
// Where a signal came first, the interrupt is called off, but it may have broken off a
// call all the same, and a signal that the program ignores must not make that fail. So
// the thread takes the signal under a new interrupt, and the next stop shows what became
// of the call.
func (t *thread) release() {
	if sig := t.signal(); sig != 0 {
		t.phase = settling
		ptrace.Interrupt(t.TID)
		ptrace.Cont(t.TID, sig)
		return
	}
	if t.phase = free; ptrace.Detach(t.TID, 0) != nil {
		t.phase = settling
	}
}

// giveUp says of a thread that it did not stop in time.
func (t *thread) giveUp(after time.Duration, a *abi.ABI) {
	if t.phase == settling {
		return // it has been taken
	}
	t.Err = fmt.Errorf("it did not stop within %v", after)
	if s, err := procfs.TaskStat(t.TID); err == nil && s.State == 'D' {
		t.State = s.State
		t.Wchan, _ = procfs.Wchan(t.TID)
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
