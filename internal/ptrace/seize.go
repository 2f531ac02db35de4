package ptrace

import (
	"errors"
	"io/fs"
	"slices"
	"sync"
	"time"

	"github.com/trapline/trapline/procfs"
)

// tries are how often a thread refuses to be seized until that is an error.
const tries = 4

// SeizeThread is Seize for a thread of a process that may be executing a program. The kernel
// answers only when that is over, and this waits for the ends of all its other threads, which
// nobody but their tracer can collect. That may be the calling thread, which is waiting: so
// another one collects them. They are returned, as Wait would have told them.
//
// A request that has waited is about the thread that had the id before, and is made again.
func SeizeThread(tgid, tid int, o Option) (ended []Status, err error) {
	u := hire(tgid)
	for range tries {
		if err = Seize(tid, o); !errors.Is(err, fs.ErrPermission) || Excused(tid) {
			break
		}
	}
	return u.dismiss(), err
}

// Excused says whether a task cannot be seized because it has ended, or is the calling
// thread's tracee.
func Excused(tid int) bool {
	s, err := procfs.Status(tid)
	return err != nil || s.State == 'Z' || s.State == 'X' || s.TracerPid == Gettid()
}

// patience is how long a request to seize a thread may take before we look why.
const patience = 5 * time.Millisecond

// An undertaker collects the threads of a process that have ended as the tracer's tracees, as
// long as the tracer cannot.
type undertaker struct {
	tgid, tracer int
	timer        *time.Timer

	sync.Mutex
	dismissed bool
	ended     []Status
}

// hire makes an undertaker who comes when the calling thread has waited for a while.
func hire(tgid int) *undertaker {
	u := &undertaker{tgid: tgid, tracer: Gettid()}
	u.Lock()
	defer u.Unlock()
	u.timer = time.AfterFunc(patience, u.bury)
	return u
}

// bury collects those that have ended by now, and comes again.
func (u *undertaker) bury() {
	u.Lock()
	defer u.Unlock()
	if u.dismissed {
		return
	}
	tids, _ := procfs.Tasks(u.tgid)
	for _, tid := range slices.DeleteFunc(tids, func(tid int) bool { return tid == u.tgid }) {
		if s, err := procfs.Status(tid); err != nil || s.State != 'Z' || s.TracerPid != u.tracer {
			continue
		}
		if s, err := Wait(tid, AllTypes|NoHang, nil); err == nil && s.PID != 0 {
			u.ended = append(u.ended, s)
		}
	}
	u.timer.Reset(patience)
}

// dismiss returns those that have been collected. There will be no more.
func (u *undertaker) dismiss() []Status {
	u.Lock()
	defer u.Unlock()
	u.timer.Stop()
	u.dismissed = true
	return u.ended
}
