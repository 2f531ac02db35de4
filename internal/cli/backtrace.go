package cli

import (
	"math"

	"github.com/trapline/trapline/backtrace"
	"github.com/trapline/trapline/filter"
	"github.com/trapline/trapline/render/strace"
	"github.com/trapline/trapline/trace"
	"github.com/trapline/trapline/value"
)

// setStacks reads -k, which asks for one step more each time, and --stack-trace.
func setStacks(s *settings, g given) error {
	switch {
	case g.name == "-k":
		s.render.Stacks = min(s.render.Stacks+1, strace.Sources)
	case g.bare || g.value == "symbol":
		s.render.Stacks = strace.Symbols
	case g.value == "source":
		s.render.Stacks = strace.Sources
	default:
		return invalid(g)
	}
	return nil
}

func setFrameLimit(s *settings, g given) error {
	if err := setNumber(&s.render.Frames, g, math.MaxInt32); err != nil || s.render.Frames == 0 {
		return invalid(g)
	}
	return nil
}

// defaultFrames is how many calls of a stack are shown.
const defaultFrames = 256

// stacked reports whether call stacks are to be found.
func (s *settings) stacked() bool { return s.render.Stacks != strace.NoStacks && !s.summaryOnly }

// walker makes what finds the call stacks that are asked for; nil when none are.
func (r *run) walker() *backtrace.Walker {
	s := r.s
	if !s.stacked() {
		return nil
	}
	detail, limit := backtrace.Symbols, defaultFrames
	if s.render.Stacks == strace.Sources {
		detail = backtrace.Sources
	}
	if s.render.Frames > 0 {
		limit = s.render.Frames
	}
	w := backtrace.New(detail, limit)
	s.render.Stack = func(stop *trace.Stop, into *value.Stack) bool {
		return !r.starting(stop.Task) && w.Stack(stop, into)
	}
	return w
}

// mapping are the calls that have to be seen for call stacks to be right.
func (s *settings) mapping() []filter.Choice {
	if !s.stacked() {
		return nil
	}
	calls, err := filter.ParseCalls(backtrace.Mapping)
	if err != nil {
		return nil
	}
	return []filter.Choice{{Calls: []*filter.Calls{calls}}}
}
