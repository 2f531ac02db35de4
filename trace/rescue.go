package trace

import (
	"sync/atomic"
	"time"

	"github.com/trapline/trapline/internal/ptrace"
)

// A rescue gets the tracer's thread out of SCHED_IDLE when it is stuck there: a
// program that starts to compute, or a stranger who takes the CPU, would otherwise
// keep it waiting for as long as a thread of the lowest weight can wait. It looks
// from another thread, once a millisecond, and only while there is something to
// look at.
type rescue struct {
	tid     int
	beats   atomic.Uint64 // grows while the tracer runs
	low     atomic.Bool   // the tracer is SCHED_IDLE
	saved   atomic.Bool   // it was, until the rescuer came
	looking atomic.Bool
}

const (
	rescueEvery = time.Millisecond
	rescueIdle  = 100 // looks in a row at a tracer that is not low before it ends
)

// watch says that the tracer is about to be SCHED_IDLE. On the tracer's thread.
func (r *rescue) watch() {
	r.low.Store(true)
	if r.looking.CompareAndSwap(false, true) {
		go r.look()
	}
}

// leave says that the tracer is not SCHED_IDLE any more.
func (r *rescue) leave() { r.low.Store(false) }

// beat says that the tracer runs, and reports whether it had to be rescued.
func (r *rescue) beat() (saved bool) {
	r.beats.Add(1)
	return r.saved.Load() && r.saved.Swap(false)
}

func (r *rescue) look() {
	defer r.looking.Store(false)
	var last uint64
	for idle := 0; idle < rescueIdle; idle++ {
		time.Sleep(rescueEvery)
		if !r.low.Load() {
			continue
		}
		idle = 0
		now := r.beats.Load()
		if now == last && r.low.CompareAndSwap(true, false) {
			r.saved.Store(true)
			// Too late is harmless: it costs the next stops some speed.
			ptrace.SetPolicyOf(r.tid, ptrace.PolicyOther)
		}
		last = now
	}
}
