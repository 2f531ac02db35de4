package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/trapline/trapline/breakpoint"
	"github.com/trapline/trapline/cover"
	"github.com/trapline/trapline/cover/survey"
	"github.com/trapline/trapline/uapi"
)

// A covering is what the cover command is asked when it runs programs.
type covering struct {
	visit
	reporting
	count  bool
	blocks bool
	clean  bool
	every  time.Duration

	recording *cover.Recording
	survey    *survey.Survey
	flushed   int // hits that are on disk
}

// defaultFlush is how often what is known is written.
const defaultFlush = 5 * time.Second

// register adds the flags.
func (c *covering) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.SetInterspersed(false)
	flags.IntSliceVarP(&c.pids, "attach", "p", nil, "processes that run")
	flags.BoolVar(&c.count, "count", false, "how often lines run")
	flags.BoolVar(&c.blocks, "blocks", false, "how much of each line runs")
	flags.BoolVar(&c.clean, "clean", false, "forget the runs before")
	flags.DurationVar(&c.every, "flush-every", defaultFlush, "how often to write what is known")
	c.reporting.register(cmd)
}

const coverAbout = "Shows which lines of a program ran: any program with debug information, the processes and threads\n" +
	"that it makes and the libraries that it loads. It need not be built for it. Each place stops it\n" +
	"once only, so that what runs often runs at full speed.\n\n" +
	"What was found is kept in DIR/runs; the report is of all runs that are there. The exit status is\n" +
	"the program's, or 1 if less ran than --fail-under asks for.\n\n"

const coverOptions = "\n\nRunning:\n" +
	"  -p, --attach PID      look at a process that runs, until it ends or Ctrl-C\n" +
	"  --count               count how often each line runs: slower, as each place stays\n" +
	"  --blocks              tell lines of which only a part ran\n" +
	"  --clean               forget the runs that are in DIR\n" +
	"  --flush-every TIME    how often to write what is known, should we be killed (5s)"

const coverExamples = "  trapline cover -o coverage -- ./test --all\n" +
	"  trapline cover -o coverage --fail-under 80 --exclude third_party -- make check\n" +
	"  trapline cover -p 4711\n" +
	"  trapline cover report -o all unit/coverage integration/coverage"

// errNoLines says that nothing could be covered.
var errNoLines = errors.New("none of the programs has debug information of sources that count; build them with -g")

// run runs the programs and makes the report.
func (c *covering) run(cmd *cobra.Command) error {
	c.cmd = cmd
	if err := c.visit.check("cover"); err != nil {
		return err
	}
	if err := c.reporting.check(); err != nil {
		return err
	}
	options, err := c.options()
	if err != nil {
		return err
	}
	if err := c.record(); err != nil {
		return err
	}
	c.survey = &survey.Survey{
		Profile: c.recording.Profile,
		Blocks:  c.blocks,
		Looks:   options.Selection.TakesModule,
		Takes:   func(path string) bool { return options.Selection.Takes(path, options.Paths.Apply(path)) },
	}
	bar := newProgress(os.Stderr)
	c.survey.Progress = func(done, all int) {
		if bar.show(done, all); done == all {
			bar.clear()
		}
	}
	set := breakpoint.New(c.survey.Breakpoint())
	stop := func() {}
	c.started = func() { stop = c.flushing() }
	err = c.visit.run(set)
	stop()
	c.recording.Identify(options.Paths)
	if !c.began {
		return err
	}
	if problem := c.end(); problem != nil {
		return problem
	}
	if c.survey.Points() == 0 {
		c.warn(errNoLines)
	}
	if problem := c.show(os.Stderr); problem != nil && err == nil && c.succeeded() {
		return problem
	} else if problem != nil {
		c.warn(problem)
	}
	return c.visit.end(err)
}

// record begins the recording of the run. Without a folder for the report it is in memory only.
func (c *covering) record() error {
	run := cover.Run{Command: c.program, Began: time.Now()}
	for _, pid := range c.pids {
		run.Command = append(run.Command, "-p", fmt.Sprint(pid))
	}
	run.Dir, _ = os.Getwd()
	store := cover.StoreIn(c.dir)
	if c.dir != "" && c.clean {
		if err := store.Clear(); err != nil {
			return err
		}
	}
	c.recording = store.Record(run)
	c.recording.Counted = c.count
	return nil
}

// flushing writes what is known from time to time, and returns the ending of that.
func (c *covering) flushing() (stop func()) {
	if c.dir == "" || c.every <= 0 {
		return func() {}
	}
	ticker, ended := time.NewTicker(c.every), make(chan struct{})
	go func() {
		for {
			select {
			case <-ticker.C:
				c.tracer.Post(c.flush)
			case <-ended:
				return
			}
		}
	}()
	return func() {
		ticker.Stop()
		close(ended)
	}
}

// flush writes what is known if there is something new. On the tracer's thread.
func (c *covering) flush() {
	if hits := c.survey.Hits(); hits != c.flushed {
		if c.flushed = hits; c.recording.Flush() != nil {
			c.flushed = -1 // the end will say why
		}
	}
}

// end completes the recording.
func (c *covering) end() error {
	if c.dir == "" {
		c.recording.Runs[0].Ended = true
		return nil
	}
	return c.recording.End(c.howEnded())
}

// howEnded is how the program ended; empty if it has not.
func (c *covering) howEnded() string {
	switch {
	case c.exited == nil:
		return ""
	case c.exited.Signal != 0:
		name, _ := uapi.Signals.Find(uint64(c.exited.Signal))
		return "killed by " + name
	}
	return fmt.Sprintf("exit status %d", c.exited.Code)
}

// show writes the report, of this run and those before, and shows its summary.
func (c *covering) show(w io.Writer) error {
	if c.dir == "" {
		return c.write(w, c.recording.Profile)
	}
	return c.report(w, []cover.Store{cover.StoreIn(c.dir)})
}

// succeeded says whether the program has ended well, or none was started.
func (c *covering) succeeded() bool {
	return c.exited == nil || c.exited.Signal == 0 && c.exited.Code == 0
}
