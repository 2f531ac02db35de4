package cli

import (
	"errors"
	"fmt"

	"github.com/trapline/trapline/filter"
	"github.com/trapline/trapline/render/strace"
)

// check finds options that exclude each other or lack what they need.
func (s *settings) check() error {
	for _, rule := range []struct {
		broken bool
		err    error
	}{
		{s.idle() && !s.tips.shown, usage("must have PROG [ARGS] or -p PID")},
		{len(s.program) == 0 && s.daemon != 0, usage("PROG [ARGS] must be specified with -D/--daemonize")},
		{len(s.program) == 0 && s.argv0 != nil, usage("PROG [ARGS] must be specified with --argv0")},
		{s.daemonCount > int(session), usage("Too many -D's (%d), maximum supported -D count is %d", s.daemonCount, session)},
		{s.daemonCount > 0 && s.daemonLong, both("-D", "--daemonize")},
		{s.quiet > 0 && s.quietLong, both("-q", "-e quiet/--quiet")},
		{s.times > 0 && s.timesLong, both("-t", "--absolute-timestamps")},
		{s.hex > 0 && s.hexLong, both("-x", "--strings-in-hex")},
		{s.decodeFDs > 0 && s.decodeFDsLong, both("-y", "--decode-fds")},
		{s.summaryOnly && s.summaryToo, exclusive("-c/--summary-only", "-C/--summary")},
		{s.counting() && s.separately, exclusive("(-c/--summary-only or -C/--summary)", "-ff/--output-separately")},
		{s.table.Columns != nil && !s.counting(), usage("-U/--summary-columns must be given with (-c/--summary-only or -C/--summary)")},
		{s.wallClock && !s.counting(), usage("-w/--summary-wall-clock must be given with (-c/--summary-only or -C/--summary)")},
		{s.data && s.counting(), exclusive("(-c/--summary-only or -C/--summary)", "--output-format=json")},
		{s.data && s.separately, exclusive("-ff/--output-separately", "--output-format=json")},
		{s.separately && s.piped(), exclusive("piping the output", "-ff/--output-separately")},
		{s.killOnExit && len(s.pids) > 0, errors.New("--kill-on-exit and -p/--attach are mutually exclusive options")},
	} {
		if rule.broken {
			return rule.err
		}
	}
	return nil
}

func both(a, b string) error {
	return errors.New(a + " and " + b + " cannot be provided simultaneously")
}

func exclusive(a, b string) error { return usage("%s and %s are mutually exclusive", a, b) }

// warnings are about options that do nothing.
func (s *settings) warnings() []string {
	const (
		noOutput = "%s has no effect without -o/--output"
		noLines  = "%s has no effect with -c/--summary-only"
		noTable  = "%s has no effect without (-c/--summary-only or -C/--summary)"
	)
	var found []string
	for _, w := range []struct {
		idle   bool
		form   string
		option string
	}{
		{s.successful && s.failed, "Only the last of %s options will take effect. See status qualifier for more complex filters.", "-z/--successful-only/-Z/--failed-only"},
		{s.forkOnly && s.follow > 0, "deprecated option %s ignored", "-F"},
		{s.forkOnly && s.follow == 0, "option %s is deprecated, please use -f/--follow-forks instead", "-F"},
		{s.debug, "%s has no effect: there is no debug output", "-d/--debug"},
		{s.appending && !s.hasOutput, noOutput, "-A/--output-append-mode"},
		{s.separately && s.follow < 2 && !s.hasOutput, noOutput, "--output-separately"},
		{s.sorted && !s.counting(), noTable, "-S/--summary-sort-by"},
		{s.summaryOnly && s.render.PC, noLines, "-i/--instruction-pointer"},
		{s.summaryOnly && s.render.Number, noLines, "-n/--syscall-number"},
		{s.summaryOnly && s.render.ArgNames, noLines, "-N/--arg-names"},
		{s.summaryOnly && s.render.Relative != strace.Off, noLines, "-r/--relative-timestamps"},
		{s.summaryOnly && s.render.Absolute.Precision != strace.Off, noLines, "-t/--absolute-timestamps"},
		{s.summaryOnly && s.render.SpentTime != strace.Off, noLines, "-T/--syscall-times"},
		{s.summaryOnly && s.render.FDs != 0, noLines, "-y/--decode-fds"},
		{s.summaryOnly && s.render.Stacks != strace.NoStacks, noLines, "-k/--stack-trace"},
		{s.render.Frames > 0 && s.render.Stacks == strace.NoStacks, "%s has no effect without -k/--stack-trace", "--stack-trace-frame-limit"},
	} {
		if w.idle {
			found = append(found, fmt.Sprintf(w.form, w.option))
		}
	}
	if s.sieving == sieveAsked {
		if reason := s.unsieved(); reason != "" {
			found = append(found, reason)
		}
	}
	return append(found, s.resolutions()...)
}

// resolutions tell which paths of -P lead elsewhere.
func (s *settings) resolutions() (found []string) {
	if s.render.Quiet&strace.QuietPaths != 0 {
		return nil
	}
	for _, r := range s.resolved {
		found = append(found, fmt.Sprintf("Requested path %s resolved into %s", strace.Quote(r[0]), strace.Quote(r[1])))
	}
	return found
}

// settle works out what the options mean together.
func (s *settings) settle() {
	r := &s.render
	switch {
	case s.showPID:
		r.Prefix = strace.Always
	case s.perTask():
		r.Prefix = strace.Never
	case s.hasOutput && (s.following() || len(s.pids) > 1 || len(s.pids) > 0 && len(s.program) > 0):
		r.Prefix = strace.Always
	}
	if s.hasOutput && len(s.pids) == 0 {
		r.Quiet |= strace.QuietAttach | strace.QuietPersonality
	}
	if s.interruptible == 0 {
		s.interruptible = s.defaultInterruptible()
	}
	s.settlePick()
}

// settlePick makes the renderer ask the sets of calls. Left out, they are all calls
// and, for raw, none.
func (s *settings) settlePick() {
	s.render.Pick = picker{
		trace:   orAll(s.trace),
		abbrev:  orAll(s.abbrev),
		verbose: orAll(s.verbose),
		raw:     s.raw,
	}.pick
}

// orAll is a set of calls or, left out, all of them.
func orAll(c *filter.Calls) *filter.Calls {
	if c == nil {
		return filter.AllCalls()
	}
	return c
}
