package trace

import "time"

// A Stop is one moment at which a task does not run. It is valid until the
// handler returns and belongs to the tracer's thread.
type Stop struct {
	Task  *Task
	Event Event
	// Time is when the tracer learned of the stop, with a monotonic reading.
	Time time.Time
	// System is the CPU time that the task's process has spent in the kernel so far;
	// zero unless Options.SystemTime asks for it.
	System time.Duration
}

// A Handler looks at each stop and says what to change. It runs on the tracer's
// thread while the task is stopped; other tasks run on.
//
// An error ends the run: every task is detached as it was found and Tracer.Run returns the
// error. Of the Action Regs, Writes, Signal and Info still count: a task at a breakpoint must
// not get its SIGTRAP.
type Handler interface {
	Handle(*Stop) (Action, error)
}

// HandlerFunc makes a function a Handler.
type HandlerFunc func(*Stop) (Action, error)

// Handle calls f.
func (f HandlerFunc) Handle(s *Stop) (Action, error) { return f(s) }

// A Leaver is a Handler that changes programs so that they cannot do without it, as
// breakpoints in their text do.
type Leaver interface {
	Handler
	// Leave is called once when the run is over, before tasks are freed, to take back what
	// is in their memory. Each task that runs is brought to a stop after it. A SIGTRAP that
	// comes up meanwhile is still handled as any other; of the Action, Regs, Signal and Info
	// count.
	Leave()
}

// A Chain runs handlers in order and merges what they ask for. Each sees the stop
// as the kernel reported it. The first error ends the chain.
type Chain []Handler

// Handle implements Handler.
func (c Chain) Handle(s *Stop) (Action, error) {
	var merged Action
	for _, h := range c {
		a, err := h.Handle(s)
		merged.merge(a)
		if err != nil {
			return merged, err
		}
	}
	return merged, nil
}

// leavers returns the Leavers that a handler is or chains.
func leavers(h Handler) (all []Leaver) {
	switch h := h.(type) {
	case Leaver:
		return []Leaver{h}
	case Chain:
		for _, one := range h {
			all = append(all, leavers(one)...)
		}
	}
	return all
}
