package trace

import (
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/trapline/trapline/internal/ptrace"
)

// bellSignal interrupts the tracer's wait. Go installs all its handlers with
// SA_RESTART, under which wait4 goes on waiting; for this one, which nothing else
// uses, the flag is taken away while a Tracer runs.
const bellSignal = syscall.Signal(62)

// A bell is the door for other goroutines: functions to run on the tracer's
// thread, and the means to get that thread out of wait4.
//
// A signal that arrives just before wait4 begins would be lost, so ring repeats
// it until the functions have been taken.
type bell struct {
	mu      sync.Mutex
	posted  []func()
	waiting atomic.Bool // functions are posted and not taken
	ringing atomic.Bool
	open    atomic.Bool // somebody listens
}

func (b *bell) post(f func(), tid int) {
	b.mu.Lock()
	b.posted = append(b.posted, f)
	b.waiting.Store(true)
	b.mu.Unlock()
	if b.open.Load() && b.ringing.CompareAndSwap(false, true) {
		go b.ring(tid)
	}
}

// ring rings until nothing is left to be taken. A function that is posted while one
// ringer is about to end finds it ringing still, so it looks once more afterwards.
func (b *bell) ring(tid int) {
	for ringing := true; ringing; ringing = b.wanted() && b.ringing.CompareAndSwap(false, true) {
		b.repeat(tid)
		b.ringing.Store(false)
	}
}

func (b *bell) repeat(tid int) {
	pid := syscall.Getpid()
	for pause := 100 * time.Microsecond; b.wanted(); pause = longer(pause) {
		if ptrace.Tgkill(pid, tid, bellSignal) != nil {
			return
		}
		time.Sleep(pause)
	}
}

// longer is the pause after a pause. It never becomes so long that it would be none: a thread that
// is rung without a pause does nothing but hear it.
func longer(pause time.Duration) time.Duration { return min(2*pause, 10*time.Millisecond) }

func (b *bell) wanted() bool { return b.waiting.Load() && b.open.Load() }

// answer runs what has been posted. On the tracer's thread.
func (b *bell) answer() {
	if !b.waiting.Load() {
		return
	}
	b.mu.Lock()
	posted := b.posted
	b.posted = nil
	b.waiting.Store(false)
	b.mu.Unlock()
	for _, f := range posted {
		f()
	}
}

// signalUsers counts the running Tracers of this process, which share its signal
// dispositions.
var signalUsers struct {
	sync.Mutex
	count   int
	restore func()
}

// takeSignals prepares the process's signal dispositions for a running Tracer:
// the bell interrupts system calls, and stops of tracees raise no SIGCHLD. It
// returns the undoing, which acts when the last Tracer is done.
func takeSignals() (release func(), err error) {
	u := &signalUsers
	u.Lock()
	defer u.Unlock()
	if u.count == 0 {
		if u.restore, err = ptrace.ClearRestart(bellSignal); err != nil {
			return nil, err
		}
		if err := ptrace.SetNoCldStop(true); err != nil {
			u.restore()
			return nil, err
		}
	}
	u.count++
	return releaseSignals, nil
}

func releaseSignals() {
	u := &signalUsers
	u.Lock()
	defer u.Unlock()
	if u.count--; u.count == 0 {
		u.restore()
		ptrace.SetNoCldStop(false)
	}
}
