package capture

import (
	"time"

	"github.com/trapline/trapline/internal/ptrace"
	"github.com/trapline/trapline/procfs"
)

// rounds bounds how often stop looks for new threads: a process could make and end them
// faster than we seize them.
const rounds = 1000

// stop stops all threads. One may have been making another meanwhile; once all that are
// listed have stopped, none can.
func (f *freeze) stop() error {
	for range rounds {
		for _, t := range f.in(seized) {
			t.interrupt()
		}
		f.collect()
		if f.all() || f.overdue() {
			return nil
		}
		for _, t := range f.in(listed) {
			t.seize(&f.seizing, f.process.PID)
		}
	}
	return nil
}

// all says whether there are no threads but those that we know. If all that there are have
// stopped, their number tells; else they are listed.
func (f *freeze) all() bool {
	if n, err := procfs.CountTasks(f.process.PID); err == nil && n == len(f.in(stopped)) {
		return true
	}
	known := len(f.known)
	whole, err := f.list()
	return whole && len(f.known) == known || err != nil
}

const (
	nap    = 50 * time.Microsecond // until threads have come nearer to their stops
	misses = 8                     // threads in a row that have not stopped are worth a nap
	ask    = 2 * time.Millisecond  // without a stop before the kernel is asked why
)

// collect waits for the threads to stop, but not for those in uninterruptible sleep. They
// stop in about the order in which they were asked to, and so are looked at.
func (f *freeze) collect() {
	missed, since := 0, time.Now()
	for waiting := f.waiting(); len(waiting) > 0 && !f.overdue(); {
		t := waiting[0]
		waiting = waiting[1:]
		if t.arrived() {
			missed, since = 0, time.Now()
			continue
		}
		waiting = append(waiting, t)
		if missed++; missed%misses == 0 {
			ptrace.Nap(nap)
		}
		if time.Since(since) > ask {
			waiting, since = awake(waiting), time.Now()
		}
	}
}

// awake leaves out threads that there is no point in waiting for, until it meets some that
// are only late: then the machine is busy, and to ask about all would not make it less so.
func awake(waiting []*thread) []*thread {
	for late := 0; late < min(misses, len(waiting)); {
		t := waiting[0]
		if waiting = waiting[1:]; !t.asleep() {
			waiting = append(waiting, t)
			late++
		}
	}
	return waiting
}

// asleep says whether there is no point in waiting for a thread. A leader that has ended is
// among those: wait tells its end only after that of all others.
func (t *thread) asleep() bool {
	s, err := procfs.TaskStat(t.TID)
	switch {
	case err != nil:
		t.phase = lost
	case s.State == 'Z' && t.leads:
		t.phase = ended
	}
	return !t.waiting() || s.State == 'D'
}
