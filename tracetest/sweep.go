package tracetest

import (
	"context"
	"strings"

	"github.com/trapline/trapline/sweep"
)

// Sweep runs a program once for each of its system calls, with that call failing, and fails the
// test for each run in which an error is swallowed, or the program crashes, hangs or leaves
// something that is not in order. Package sweep says what is failed, and what Options decide.
func Sweep(t T, c Command, o sweep.Options) *sweep.Report {
	t.Helper()
	report, err := c.sweep(o)
	if err != nil {
		t.Fatalf("%v", err)
		return nil
	}
	if len(report.Runs) == 0 {
		t.Errorf("the program makes no call that could be failed")
	}
	for _, run := range report.Faults() {
		t.Errorf("%s: %s: %s\n    %s\n%s", run.Outcome, run.Rule(), run.Detail, squeezed(run.Line), storyOf(run))
	}
	return report
}

func (c *Command) sweep(o sweep.Options) (*sweep.Report, error) {
	p, err := c.program()
	if err != nil {
		return nil, err
	}
	if o.Timeout == 0 {
		o.Timeout = c.Timeout
	}
	return sweep.Do(context.Background(), p, o)
}

func squeezed(line string) string { return strings.Join(strings.Fields(line), " ") }

// storyOf is what the program did in a run.
func storyOf(run *sweep.Run) string {
	r := Result{Result: *run.Result}
	return r.story()
}
