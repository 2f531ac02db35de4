package cli

import (
	"github.com/trapline/trapline/filter"
	"github.com/trapline/trapline/render/strace"
	"github.com/trapline/trapline/render/summary"
)

// settings are what a command line asks for.
type settings struct {
	render strace.Options
	table  summary.Options

	// startup
	program []string // the program and its arguments
	argv0   *string
	pids    []int
	env     []string // changes to the environment, "VAR=VAL" or "VAR"
	user    string
	hasUser bool

	// tracing
	follow        int  // times -f was given
	forkOnly      bool // -F, an old name for it
	daemon        daemon
	daemonCount   int
	daemonLong    bool
	interruptible interruptible
	detachOnExec  bool
	killOnExit    bool
	limit         uint64 // of system calls; zero for none
	sieving       sieving

	// filtering; nil for the default
	trace, abbrev, verbose, raw *filter.Calls
	successful, failed          bool // -z, -Z

	about    *filter.Subject // -P and --trace-fds; nil: anything
	resolved [][2]string     // paths of -P that lead elsewhere, and where to

	tamper tampering
	script scripting

	// output
	output     string
	hasOutput  bool
	appending  bool
	separately bool
	data       bool                // records rather than text
	prepared   map[int]strace.Sink // files of tasks, opened ahead
	showPID    bool
	color      string
	replaying  bool // what was recorded
	lost       bool // something could not be written

	// counts of options that can be repeated, and whether their long form with a
	// value was given
	quiet, times, hex, decodeFDs                 int
	quietLong, timesLong, hexLong, decodeFDsLong bool

	// statistics
	summaryOnly, summaryToo, wallClock, sorted bool

	tips  telling
	debug bool // -d
}

func newSettings(name string) *settings {
	s := &settings{render: strace.Defaults(), color: "auto", prepared: map[int]strace.Sink{}}
	s.render.Name = name
	return s
}

// parse reads the arguments of the trace command.
func (s *settings) parse(args []string) error {
	rest, err := getopt(args, func(o *option, g given) error { return o.apply(s, g) })
	if err != nil {
		return err
	}
	s.program = rest
	if err := s.check(); err != nil {
		return err
	}
	s.settle()
	return nil
}

// idle says whether there is nothing to trace.
func (s *settings) idle() bool { return len(s.program) == 0 && len(s.pids) == 0 }

// counting says whether calls are counted for a summary.
func (s *settings) counting() bool { return s.summaryOnly || s.summaryToo }

// perTask says whether each task writes to a file of its own.
func (s *settings) perTask() bool { return s.separately && s.hasOutput }

// following says whether new tasks are traced too.
func (s *settings) following() bool { return s.follow > 0 || s.forkOnly }
