package cover

import (
	"strings"
	"time"
)

// A Run is one process of Trapline that has filled a profile.
type Run struct {
	Command []string // what was run, or how it was attached to
	Dir     string   // where
	Began   time.Time
	Flushed time.Time // when its profile was written last
	// Ended says that the run came to its end. One that did not was killed, or is still
	// going on: what ran until Flushed is known.
	Ended  bool
	Status string // how the program ended; empty when that is not known
}

// String is what was run.
func (r *Run) String() string {
	if len(r.Command) == 0 {
		return "unknown"
	}
	return strings.Join(r.Command, " ")
}
