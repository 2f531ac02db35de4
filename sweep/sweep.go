// Package sweep fails each system call of a program once, in runs of its own, and says what
// the program made of it: did it tell, try again, lose the error, crash or hang?
//
// Two undisturbed runs tell which calls there are, and what of the program's output can be
// relied on. Then comes one run for each call and error, under a rule that makes that call
// fail. Calls are known by their name and place in the program: the third fsync.
package sweep

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/trapline/trapline/filter"
	"github.com/trapline/trapline/tamper"
	"github.com/trapline/trapline/trial"
)

// Options say what is failed and how.
type Options struct {
	// Calls are those that are failed: names, %groups, as ParseCalls of package filter reads
	// them. Empty stands for all of which it is known how they fail.
	Calls string
	// Where is a condition that calls have to meet as well, as --where takes it.
	Where string
	// Errors are the errors to fail with: names such as "EIO", and "short" for reads and
	// writes that do less than they are asked for. None stands for the most probable error
	// of each call, AllErrors for all that are known of it.
	Errors []string
	// Timeout is when a run hangs. Zero stands for ten times what an undisturbed run takes
	// and five seconds.
	Timeout time.Duration
	// Jobs is how many runs there are at a time; zero stands for one.
	Jobs int
	// MaxRuns is how many there are at all; zero stands for DefaultMaxRuns. When there is
	// more to fail, each kind of call gets its share.
	MaxRuns int
	// Prepare, when not nil, fills the directory that each run has to itself. It is the
	// program's working directory, unless that is set, and removed after the run.
	Prepare func(dir string) error
	// Check, when not nil, looks after a run whether what the program left is in order.
	Check func(dir string, r *trial.Result) error
	// Progress, when not nil, is told how many runs are done, from one goroutine at a time.
	Progress func(done, all int)
}

// DefaultMaxRuns is how many runs a sweep makes at most.
const DefaultMaxRuns = 1000

// AllErrors are all errors that are known of a call.
var AllErrors = []string{"all"}

// A Report is what a sweep has found.
type Report struct {
	// Runs are the runs in the order of the calls in the program.
	Runs []*Run
	// Skipped is how many more there would have been without MaxRuns.
	Skipped int
	// Unsteady are the parts of the program's output that are not the same in two undisturbed
	// runs, and are not looked at therefore: "stdout", "stderr".
	Unsteady []string
	// Plain is an undisturbed run.
	Plain *trial.Result
	Took  time.Duration
}

// A sweep is one on its way.
type sweep struct {
	o       *Options
	program trial.Program
	calls   *filter.Calls // nil for all that are known to fail
	timeout time.Duration
	plain   *trial.Result
	steady  steadiness
	report  Report
}

// Do sweeps a program. Its error says that the program could not be swept; what it makes of
// errors is in the report.
func Do(ctx context.Context, p trial.Program, o Options) (*Report, error) {
	s := &sweep{o: &o, program: p, timeout: o.Timeout}
	if o.Calls != "" {
		calls, err := filter.ParseCalls(o.Calls)
		if err != nil {
			return nil, err
		}
		s.calls = calls
	}
	begun := time.Now()
	places, err := s.survey(ctx)
	if err != nil {
		return nil, err
	}
	limit := o.MaxRuns
	if limit == 0 {
		limit = DefaultMaxRuns
	}
	s.report.Runs, s.report.Skipped = share(places, limit)
	s.report.Plain, s.report.Unsteady = s.plain, s.steady.names()
	if err := s.all(ctx); err != nil {
		return nil, err
	}
	s.report.Took = time.Since(begun)
	return &s.report, nil
}

// all makes all runs. The first that cannot be made ends the sweep.
func (s *sweep) all(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	next := make(chan *Run)
	var workers sync.WaitGroup
	var mu sync.Mutex // guards done
	done := 0
	for range min(max(s.o.Jobs, 1), len(s.report.Runs)) {
		workers.Go(func() {
			for r := range next {
				if err := s.one(ctx, r); err != nil {
					cancel(fmt.Errorf("sweep: %s: %w", r.Rule(), err))
				}
				mu.Lock()
				done++
				s.progress(done)
				mu.Unlock()
			}
		})
	}
	for _, r := range s.report.Runs {
		if ctx.Err() == nil {
			next <- r
		}
	}
	close(next)
	workers.Wait()
	return context.Cause(ctx)
}

func (s *sweep) progress(done int) {
	if s.o.Progress != nil {
		s.o.Progress(done, len(s.report.Runs))
	}
}

// one makes one run and judges it.
func (s *sweep) one(ctx context.Context, r *Run) error {
	rule, err := tamper.Parse(r.Rule())
	if err != nil {
		return err
	}
	result, checked, err := s.try(ctx, &trial.Options{Rules: []*tamper.Rule{rule}})
	if err != nil {
		return err
	}
	s.judge(r, result, rule.Fired > 0, checked)
	r.Result = shortened(result)
	return nil
}

// try runs the program in a directory of its own. checked is what Check says.
func (s *sweep) try(ctx context.Context, o *trial.Options) (r *trial.Result, checked, err error) {
	p, dir := s.program, ""
	if s.o.Prepare != nil {
		if dir, err = os.MkdirTemp("", "trapline-sweep-"); err != nil {
			return nil, nil, err
		}
		defer os.RemoveAll(dir)
		if err := s.o.Prepare(dir); err != nil {
			return nil, nil, err
		}
		if p.Dir == "" {
			p.Dir = dir
		}
	}
	o.Timeout = s.timeout
	if r, err = trial.Run(ctx, &p, o); err == nil && s.o.Check != nil && !r.TimedOut {
		checked = s.o.Check(dir, r)
	}
	return r, checked, err
}

// errHangs says that the program cannot be swept.
var errHangs = errors.New("sweep: the program does not end in time even when no call fails")
