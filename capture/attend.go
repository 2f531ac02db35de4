package capture

import (
	"errors"
	"sync/atomic"
	"time"

	"github.com/trapline/trapline/internal/ptrace"
)

// A seizing counts the requests to seize a thread: it is odd while there is one.
type seizing struct{ atomic.Uint64 }

// seize makes a thread ours.
func (s *seizing) seize(tgid, tid int) error {
	s.Add(1)
	defer s.Add(1)
	_, err := ptrace.SeizeThread(tgid, tid, 0)
	return err
}

// patience is how long to wait before we look whether a request goes on.
const patience = 5 * time.Millisecond

// errExecuting is the error of a process that cannot be seized, because it does not get to
// the end of its execve. Nothing has been stopped.
var errExecuting = errors.New("it is executing a program and does not get to the end of that; try again")

// attend waits for the freeze on the tracer's thread, but for no request to seize a thread
// longer than the deadline, as long as nothing has been stopped.
func (f *freeze) attend(done <-chan struct{}) error {
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
			return errExecuting
		}
	}
}
