package tracetest_test

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/trapline/trapline/internal/fixture"
	"github.com/trapline/trapline/sweep"
	"github.com/trapline/trapline/tracetest"
)

// kept is a test that keeps what it is told.
type kept struct{ errors, fatal []string }

func (k *kept) Helper()             {}
func (k *kept) Logf(string, ...any) {}

func (k *kept) Errorf(form string, args ...any) {
	k.errors = append(k.errors, fmt.Sprintf(form, args...))
}

// Fatalf ends the goroutine, as a test's does.
func (k *kept) Fatalf(form string, args ...any) {
	k.fatal = append(k.fatal, fmt.Sprintf(form, args...))
	runtime.Goexit()
}

// inTest runs a test and returns what it was told.
func inTest(test func(tracetest.T)) *kept {
	k, done := &kept{}, make(chan struct{})
	go func() {
		defer close(done)
		test(k)
	}()
	<-done
	return k
}

// spin computes for ever, sleep waits for ever, exit ends with a status.
func spin() {
	for i := 0; ; i++ {
	}
}

func sleep() { syscall.Pause() }

func exit() {
	code, _ := strconv.Atoi(os.Args[1])
	os.Exit(code)
}

// Each mistake is told in its own words.
func TestMistakes(t *testing.T) {
	t.Parallel()
	say := tracetest.Command{Helper: "say", Args: []string{"hello"}}
	for _, test := range []struct {
		name string
		run  func(tracetest.T)
		want string
	}{
		{"rule", func(t tracetest.T) { tracetest.Run(t, say, "write fali EIO") }, "fali"},
		{"condition", func(t tracetest.T) {
			tracetest.Run(t, tracetest.Command{Helper: "say", Watch: []string{"write where fdd == 1"}})
		}, "did you mean fd"},
		{"no program", func(t tracetest.T) { tracetest.Run(t, tracetest.Command{}) }, "needs a Path or a Helper"},
		{"two programs", func(t tracetest.T) { tracetest.Run(t, tracetest.Command{Path: "cat", Helper: "say"}) }, "not both"},
		{"no helper", func(t tracetest.T) { tracetest.Run(t, tracetest.Command{Helper: "nosuch"}) }, `there is no helper "nosuch"`},
		{"no such program", func(t tracetest.T) { tracetest.Run(t, tracetest.Command{Path: "/nonexistent"}) }, "no such file"},
		{"not watched", func(t tracetest.T) { tracetest.Run(t, say).Calls("write where fd == 1") }, "put it into Command.Watch"},
		{"no such call", func(t tracetest.T) { tracetest.Run(t, say).Calls("wriet") }, "did you mean write"},
		{"no such rule", func(t tracetest.T) { tracetest.Run(t, say).Fired("write fail EIO") }, "no rule of this run reads"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if k := inTest(test.run); len(k.fatal) != 1 || !strings.Contains(k.fatal[0], test.want) || len(k.errors) > 0 {
				t.Errorf("told %q and %q, want %q", k.fatal, k.errors, test.want)
			}
		})
	}
}

// Each assertion holds when it should, and tells what there was when it does not.
func TestAssertions(t *testing.T) {
	t.Parallel()
	const rule = "write where fd == 1 set count = 2"
	for _, test := range []struct {
		name   string
		assert func(*tracetest.Result)
		want   string // nothing: it holds
	}{
		{"exit", func(r *tracetest.Result) { r.AssertExit(0) }, ""},
		{"other exit", func(r *tracetest.Result) { r.AssertExit(3) }, "ended with exit status 0, not 3"},
		{"fired", func(r *tracetest.Result) { r.AssertFired(rule, 1) }, ""},
		{"fired less", func(r *tracetest.Result) { r.AssertFired(rule, 2) }, "applied 1 times, not 2"},
		{"count", func(r *tracetest.Result) { r.AssertCount("write", 1) }, ""},
		{"other count", func(r *tracetest.Result) { r.AssertCount("write", 2) }, `write(1, "he", 2)`},
		{"order", func(r *tracetest.Result) { r.AssertOrder("write", "exit_group") }, ""},
		{"other order", func(r *tracetest.Result) { r.AssertOrder("exit_group", "write") }, "no 'write' after the 'exit_group'"},
		{"order of none", func(r *tracetest.Result) { r.AssertOrder("fsync") }, "no 'fsync' at all"},
	} {
		t.Run(test.name, func(t *testing.T) {
			k := inTest(func(t tracetest.T) {
				test.assert(tracetest.Run(t, tracetest.Command{Helper: "say", Args: []string{"hello"}}, rule))
			})
			switch {
			case len(k.fatal) > 0:
				t.Fatal(k.fatal)
			case test.want == "" && len(k.errors) > 0:
				t.Errorf("told %q", k.errors)
			case test.want != "" && (len(k.errors) != 1 || !strings.Contains(k.errors[0], test.want)):
				t.Errorf("told %q, want %q", k.errors, test.want)
			}
		})
	}
}

// A helper has the status, the input and the environment that it is given, and begins where
// its function does.
func TestHelper(t *testing.T) {
	t.Parallel()
	r := tracetest.Run(t, tracetest.Command{Helper: "exit", Args: []string{"42"}})
	r.AssertExit(42)
	r.AssertCount("execve,rt_sigaction", 0) // of which the start of Go's runtime makes many
}

// A rule that is never applied fails the test, which tells of the calls that it could have
// been about, of all rules and of what the program did and said.
func TestUnfired(t *testing.T) {
	t.Parallel()
	k := inTest(func(t tracetest.T) {
		tracetest.Run(t, tracetest.Command{Helper: "say", Args: []string{"hello"}}, "write where fd == 1 fail EIO when 2")
	})
	if len(k.errors) != 1 {
		t.Fatalf("told %q", k.errors)
	}
	const call = `write(1, "hello", 5)                    = 5`
	for _, want := range []string{
		"a rule was never applied (1 calls matched it): write where fd == 1 fail EIO when 2\n",
		"These are the calls of those names:\n    " + call + "\n",
		"rule, applied 0 times to 1 matches: write where fd == 1 fail EIO when 2\n",
		"its last calls:\n", "+++ exited with 0 +++\n", "standard output:\n    hello\n",
	} {
		if !strings.Contains(k.errors[0], want) {
			t.Errorf("told\n%s\nwithout %q", k.errors[0], want)
		}
	}
}

// traces is a test of its own, in a place where ptrace is not permitted.
func traces() {
	k := inTest(func(t tracetest.T) { tracetest.Run(t, tracetest.Command{Path: "true"}) })
	fmt.Println(k.errors, k.fatal)
}

// Where ptrace is not permitted tests fail and say what to do.
func TestForbidden(t *testing.T) {
	t.Parallel()
	r := tracetest.Run(t, tracetest.Command{Helper: "traces"}, "ptrace fail EPERM")
	if !strings.Contains(r.Stdout, "does not permit ptrace: in a container, run it with --cap-add=SYS_PTRACE") {
		t.Errorf("told %s", r.Stdout)
	}
}

// An unfired rule may be allowed.
func TestAllowUnfired(t *testing.T) {
	t.Parallel()
	r := tracetest.Run(t, tracetest.Command{Helper: "exit", Args: []string{"0"}, AllowUnfired: true}, "fsync fail EIO")
	r.AssertFired("fsync fail EIO", 0)
	if len(r.Tampered()) != 0 {
		t.Errorf("changed: %v", r.Tampered())
	}
}

// A program that hangs is told of, with what it was doing.
func TestHangs(t *testing.T) {
	t.Parallel()
	for helper, want := range map[string]string{"sleep": "is in pause(", "spin": "is running, in no call"} {
		t.Run(helper, func(t *testing.T) {
			t.Parallel()
			fixture.Patiently(t, 300*time.Millisecond, func(limit time.Duration) error {
				k := inTest(func(t tracetest.T) {
					tracetest.Run(t, tracetest.Command{Helper: helper, Timeout: limit})
				})
				if len(k.fatal) != 1 || !strings.Contains(k.fatal[0], "did not end in") || !strings.Contains(k.fatal[0], want) {
					return fmt.Errorf("told %q, want %q", k.fatal, want)
				}
				return nil
			})
		})
	}
}

// A sweep fails the test for each fault, and for a program without calls.
func TestSweep(t *testing.T) {
	t.Parallel()
	k := inTest(func(t tracetest.T) {
		tracetest.Sweep(t, tracetest.Command{Helper: "copy", Args: []string{"file"}}, sweep.Options{
			Calls: "write,fsync", Prepare: func(string) error { return nil },
		})
	})
	if len(k.errors) != 2 || !strings.Contains(k.errors[0], "swallowed: write fail ENOSPC when 1: exit status 0 and the same output") ||
		!strings.Contains(k.errors[1], `fsync(`) {
		t.Errorf("told %q", k.errors)
	}
	k = inTest(func(t tracetest.T) {
		tracetest.Sweep(t, tracetest.Command{Helper: "exit", Args: []string{"0"}}, sweep.Options{Calls: "fsync"})
	})
	if len(k.errors) != 1 || !strings.Contains(k.errors[0], "no call that could be failed") {
		t.Errorf("told %q", k.errors)
	}
}
