package capture

import (
	"errors"
	"sync/atomic"
	"time"

	"github.com/trapline/trapline/internal/ptrace"
	"github.com/trapline/trapline/procfs"
)

// A request to seize a thread waits while its process executes a program. That waits until
// all other threads have ended and their tracers have collected them: us, too, with those
// that we have seized already. So somebody else has to do that meanwhile.

// A seizing counts the requests to seize a thread: it is odd while there is one.
type seizing struct{ atomic.Uint64 }

// seize makes a thread ours.
func (s *seizing) seize(tid int) error {
	s.Add(1)
	defer s.Add(1)
	return ptrace.Seize(tid, 0)
}

// patience is how long a request to seize a thread may take before we look why.
const patience = 5 * time.Millisecond

// errExecuting is the error of a process that cannot be seized, because it does not get to
// the end of its execve. Nothing has been stopped.
var errExecuting = errors.New("it is executing a program and does not get to the end of that; try again")

// attend waits for the freeze on the tracer's thread and sees to it that seizing ends, for
// the deadline at the most as long as nothing has been stopped.
func (f *freeze) attend(tracer int, done <-chan struct{}) error {
	tick := time.NewTicker(patience)
	defer tick.Stop()
	stuck, since := f.seizing.Load(), time.Now()
	for {
		select {
		case <-done:
			return f.err
		case <-tick.C:
		}
		switch now := f.seizing.Load(); {
		case now != stuck || now%2 == 0:
			stuck, since = now, time.Now()
		case time.Since(since) > f.options.Deadline && f.frozen.CompareAndSwap(false, true):
			go f.attend(tracer, done)
			return errExecuting
		default:
			bury(f.process.PID, tracer)
		}
	}
}

// bury collects the threads of a process that have ended as tracees of one of our threads.
func bury(pid, tracer int) {
	tids, _ := procfs.Tasks(pid)
	for _, tid := range tids {
		s, err := procfs.Status(tid)
		if err == nil && tid != pid && s.State == 'Z' && s.TracerPid == tracer {
			ptrace.Wait(tid, ptrace.AllTypes|ptrace.NoHang, nil)
		}
	}
}
