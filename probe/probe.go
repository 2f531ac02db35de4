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
	"github.com/trapline/trapline/breakpoint"
	"github.com/trapline/trapline/image"
	"github.com/trapline/trapline/trace"
	"github.com/trapline/trapline/unwind"
	"github.com/trapline/trapline/variable"
)

// A Probe is a place in programs and what is to be told when a task gets there.
type Probe struct {
	Place  Place
	Watch  *Watch           // instead of a place; of that only the text counts then
	If     *variable.Expr   // a condition; nil for none
	Print  []*variable.Expr // what is shown instead of the arguments; nil for those
	Locals bool             // show the function's variables, too
	Return bool             // tell when the function returns
	Stack  bool             // tell how it got there
	Limit  uint64           // how many hits are told; zero for all
	Found  int              // at how many addresses the place is, in the files looked at so far
	Hits   uint64           // those that fulfil the condition
	// Fault is why the condition could not be told when it was last looked at; nil if it could.
	Fault   error
	bodies  map[spot]body
	without []*image.File // that the place has been looked for in
	planted *breakpoint.Breakpoint
	// resolvers are what chooses functions of the name that is looked for.
	resolvers []spot
	// unwatched is why what has been found cannot be watched.
	unwatched error
}

// Parse reads PLACE [if CONDITION] [print EXPRESSION, ...].
func Parse(text string) (*Probe, error) {
	return parse(text, func(p *Probe, where string) (err error) {
		p.Place, err = ParsePlace(where)
		return err
	})
}

// parse reads what a function does, and what may stand behind that.
func parse(text string, what func(*Probe, string) error) (*Probe, error) {
	rest, show, prints := strings.Cut(text, " print ")
	where, condition, conditional := strings.Cut(rest, " if ")
	p := &Probe{}
	err := what(p, strings.TrimSpace(where))
	if err != nil {
		return nil, err
	}
	if conditional {
		if p.If, err = variable.ParseExpr(condition); err != nil {
			return nil, fmt.Errorf("%s: %w", p.Place.Text, err)
		}
	}
	if prints {
		if p.Print, err = variable.ParseExprs(show); err != nil {
			return nil, fmt.Errorf("%s: %w", p.Place.Text, err)
		}
	}
	return p, nil
}

// over reports whether no more hits of the probe are told.
func (p *Probe) over() bool { return p.Limit > 0 && p.Hits >= p.Limit }

// A Hit is what a probe has met, and valid until the observer returns.
type Hit struct {
	Probe   *Probe
	Task    *trace.Task
	Time    time.Time
	Addr    abi.Addr // of the instruction
	Regs    *abi.Regs
	Module  *image.Module
	Places  []image.Place // where that is: inlined calls, then the function
	Values  []variable.Argument
	Locals  []variable.Argument
	Stack   []unwind.Frame
	Stopped error // why the stack ends before its outermost call
	Space   *image.Space
	// Value and Old are what is in watched memory, and what was there before; nil for places.
	Value, Old *variable.Value
	Changed    bool // whether those differ
	// Returned is true when the function returns to where the task is; Elapsed is how long
	// it took, and Values are its results.
	Returned bool
	Elapsed  time.Duration
	function string // that returns
}

// An Observer is given what probes meet. An error ends the run.
type Observer interface {
	Hit(*Hit) error
}

// Function is the function that returns, or the innermost one that the place is in; if that is
// not known, the place as it was given.
func (h *Hit) Function() string {
	switch {
	case h.Returned && h.function != "":
		return h.function
	case len(h.Places) > 0 && h.Places[0].Function != "":
		return h.Places[0].Function
	case h.Probe.Watch != nil:
		return h.Addr.String()
	}
	return h.Probe.Place.Text
}
