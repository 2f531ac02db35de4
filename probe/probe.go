// Package probe tells what happens at places in programs: a line a hit, counts and times.
//
// A Probe is a place with what is wanted there. A Run makes breakpoints of probes and gives what
// they meet to an Observer: Text and JSON write it, Counts adds it up.
package probe

import (
	"fmt"
	"strings"
	"time"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/image"
	"github.com/trapline/trapline/trace"
	"github.com/trapline/trapline/unwind"
)

// A Probe is a place in programs and what is to be told when a task gets there.
type Probe struct {
	Place  Place
	If     string // a condition; empty for none
	Return bool   // tell when the function returns
	Stack  bool   // tell how it got there
	Limit  int    // how many hits are told; zero for all
	Found  int    // at how many addresses the place is, in the files looked at so far
	Hits   uint64 // those that fulfil the condition
}

// Parse reads PLACE [if CONDITION].
func Parse(text string) (*Probe, error) {
	where, condition, _ := strings.Cut(text, " if ")
	p := &Probe{If: strings.TrimSpace(condition)}
	var err error
	if p.Place, err = ParsePlace(strings.TrimSpace(where)); err != nil {
		return nil, err
	}
	if strings.HasSuffix(strings.TrimSpace(text), " if") {
		return nil, fmt.Errorf("%s: no condition after if", text)
	}
	return p, nil
}

// A Hit is what a probe has met, and valid until the observer returns.
type Hit struct {
	Probe   *Probe
	Task    *trace.Task
	Time    time.Time
	Regs    *abi.Regs
	Module  *image.Module
	Places  []image.Place // where that is: inlined calls, then the function
	Stack   []unwind.Frame
	Stopped error // why the stack ends before its outermost call
	Space   *image.Space
	// Returned is true when the function returns to where the task is; Elapsed is how long
	// it took.
	Returned bool
	Elapsed  time.Duration
}

// An Observer is given what probes meet. An error ends the run.
type Observer interface {
	Hit(*Hit) error
}
