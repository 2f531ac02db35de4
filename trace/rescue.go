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
	window  atomic.Uint64 // odd while the tracer is SCHED_IDLE; each time another number
	looking atomic.Bool
}

const (
	rescueEvery = time.Millisecond
	rescueIdle  = 100 // looks that find nothing new before it stops looking
)

// enter says that the tracer is about to be SCHED_IDLE. On the tracer's thread.
func (r *rescue) enter() {
	r.window.Add(1)
	if !r.looking.Load() {
		r.looking.Store(true)
		go r.look()
	}
}

// leave says that the tracer is not SCHED_IDLE any more.
func (r *rescue) leave() { r.window.Add(1) }

func (r *rescue) look() {
	defer r.looking.Store(false)
	var last uint64
	for same := 0; same < rescueIdle; same++ {
		time.Sleep(rescueEvery)
		switch now := r.window.Load(); {
		case now != last:
			last, same = now, 0
		case now%2 == 1:
			// Too late is harmless: it costs the next window its effect.
			ptrace.SetPolicyOf(r.tid, ptrace.PolicyOther)
		}
	}
}
