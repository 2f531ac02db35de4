package trace

import (
	"time"

	"github.com/trapline/trapline/internal/ptrace"
	"github.com/trapline/trapline/procfs"
)

// A spin decides whether the tracer looks for the next stop for a moment instead of
// going to sleep at once: a stop that comes within that moment is then met without
// waking a CPU. It helps where a placement does not: when tasks take turns, or
// without the right to be SCHED_IDLE for a moment.
//
// It is worth it only on a CPU that nobody else wants, and while stops come soon.
// After a vain spin it rests, the longer the more often that happens.
type spin struct {
	load  *procfs.LoadFile
	cpus  int
	rest  int // sleeps to go before it is tried again
	pause int // how long the next rest will be
	look  int // spins to go before the next look at the load
}

const (
	spinTime      = 50 * time.Microsecond
	spinShortest  = 16 // sleeps
	spinLongest   = 1 << 14
	spinLookEvery = 32 // spins between looks at the load
	spinCrowded   = 256
)

// begin makes the spin ready. On the tracer's thread.
func (s *spin) begin(load *procfs.LoadFile) {
	if cpus, err := ptrace.GetAffinity(); err == nil && cpus.Count() > 1 {
		*s = spin{load: load, cpus: cpus.Count(), pause: spinShortest}
	}
}

// may says whether to spin now.
func (s *spin) may() bool {
	if s.load == nil {
		return false
	}
	if s.rest > 0 {
		s.rest--
		return false
	}
	if s.look > 0 {
		s.look--
		return true
	}
	if crowded(s.load, s.cpus) {
		s.rest = spinCrowded
		return false
	}
	s.look = spinLookEvery
	return true
}

// learn takes in whether a spin has met a stop.
func (s *spin) learn(met bool) {
	if met {
		s.pause = max(spinShortest, s.pause-1)
		return
	}
	s.rest, s.look = s.pause, 0
	s.pause = min(2*s.pause, spinLongest)
}

// crowded says whether there are more threads to run than CPUs. Then no CPU is idle and
// the kernel wakes everybody where they were: what spin and placement do would only take
// time from others, or make the tracer wait behind them. Not to know counts as crowded.
func crowded(load *procfs.LoadFile, cpus int) bool {
	n, err := load.Runnable()
	return err != nil || n > cpus
}
