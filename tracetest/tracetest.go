// Package tracetest runs a program in a Go test and says what its system calls did, or makes
// some of them fail: the third fsync, a short write, a slow connect, a file that is refused.
//
//	func TestThirdSync(t *testing.T) {
//		r := tracetest.Run(t, tracetest.Command{Path: "./server"}, "fsync fail EIO when 3")
//		r.AssertExit(1)
//		r.AssertOrder("fsync", "rename")
//	}
//
// Rules are those of trapline trace --tamper, see docs/TAMPERING.md. One that is never
// applied fails the test: a test that tests nothing must not pass.
//
// The program may be a part of the test itself, a helper: see Main. Nothing is recorded of
// a helper, and no rule applies, before its function begins, so that the calls of Go's
// runtime on its way there do not count.
//
// Each Run traces on its own, so that tests may run in parallel. Where ptrace is not permitted
// tests fail and say what to do; they are never skipped.
package tracetest

import (
	"context"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/trapline/trapline/tamper"
	"github.com/trapline/trapline/trial"
)

// T is what a test is told by: a *testing.T, a *testing.B, a *testing.F.
type T interface {
	Helper()
	Logf(format string, args ...any)
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// A Command is a program and how it is run.
type Command struct {
	// Path is the program; without a slash it is looked for in PATH. Helper is the name of a
	// helper that Main knows. One of them is needed.
	Path, Helper string
	// Args are its arguments, without its name.
	Args  []string
	Env   []string // nil: our own
	Dir   string   // empty: our own
	Stdin string   // empty: /dev/null
	// Watch are conditions on calls that Result.Calls is going to be asked for. What a
	// call points to is gone when the program has ended, so that they have to be known before.
	Watch []string
	// Timeout is how long the program may take; zero stands for trial.DefaultTimeout. When it
	// is over the program is killed with all that it started, and the test fails.
	Timeout time.Duration
	// Seed decides what rules with a chance do.
	Seed uint64
	// AllowUnfired has rules that are never applied not fail the test.
	AllowUnfired bool
}

// A Call is a system call of the program.
type Call = trial.Call

// Run runs a program under rules. The test ends here when the program cannot be run, a rule or
// condition is wrong, or the program does not end.
func Run(t T, c Command, rules ...string) *Result {
	t.Helper()
	r, err := c.run(rules)
	if err != nil {
		t.Fatalf("%v", err)
		return nil
	}
	r.t = t
	if r.TimedOut {
		t.Fatalf("the program did not end in %v:\n%s", r.Took.Round(time.Millisecond), indented(r.Stuck)+r.story())
	}
	for _, w := range r.Warnings {
		t.Logf("%s", w)
	}
	if !c.AllowUnfired {
		r.assertAllFired()
	}
	return r
}

func (c *Command) run(sources []string) (*Result, error) {
	rules, err := parse(sources)
	if err != nil {
		return nil, err
	}
	p, err := c.program()
	if err != nil {
		return nil, err
	}
	done, err := trial.Run(context.Background(), &p, &trial.Options{
		Rules: rules, Seed: c.Seed, Watch: c.Watch, Timeout: c.Timeout,
	})
	if err != nil {
		return nil, err
	}
	return &Result{Result: *done, rules: rules, watch: c.Watch}, nil
}

func parse(sources []string) (rules []*tamper.Rule, err error) {
	for _, source := range sources {
		r, err := tamper.Parse(source)
		if err != nil {
			return nil, fmt.Errorf("tracetest: %w", err)
		}
		rules = append(rules, r)
	}
	return rules, nil
}

// program is what is to be run.
func (c *Command) program() (trial.Program, error) {
	p := trial.Program{Path: c.Path, Env: c.Env, Dir: c.Dir, Stdin: c.Stdin, Marked: c.Helper != ""}
	name := c.Path
	switch {
	case c.Helper != "" && c.Path != "":
		return p, fmt.Errorf("tracetest: a command is a program or a helper, not both: %q, %q", c.Path, c.Helper)
	case c.Helper != "":
		if helpers[c.Helper] == nil {
			return p, fmt.Errorf("tracetest: there is no helper %q: TestMain has to call tracetest.Main with it", c.Helper)
		}
		exe, err := os.Executable()
		if err != nil {
			return p, fmt.Errorf("tracetest: %w", err)
		}
		p.Path, p.Env, name = exe, helperEnv(p.Env, c.Helper), c.Helper
	case c.Path == "":
		return p, fmt.Errorf("tracetest: a command needs a Path or a Helper")
	}
	p.Args = append([]string{name}, c.Args...)
	return p, nil
}

// helperEnv is the environment of a helper. Under the race detector it need not wait at its end
// for what other threads find.
func helperEnv(env []string, name string) []string {
	if env == nil {
		env = os.Environ()
	}
	return slices.Concat(env, []string{helperVar + "=" + name, "GORACE=atexit_sleep_ms=0 " + os.Getenv("GORACE")})
}
