package trial_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/trapline/trapline/internal/fixture"
	"github.com/trapline/trapline/procfs"
	"github.com/trapline/trapline/tamper"
	"github.com/trapline/trapline/trial"
)

// run runs a program of the shell's under rules.
func run(t *testing.T, o trial.Options, script string, rules ...string) *trial.Result {
	t.Helper()
	for _, source := range rules {
		r, err := tamper.Parse(source)
		if err != nil {
			t.Fatal(err)
		}
		o.Rules = append(o.Rules, r)
	}
	r, err := trial.Run(context.Background(), &trial.Program{Path: "sh", Args: []string{"sh", "-c", script}, Stdin: "input\n"}, &o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// named are the calls of a name.
func named(r *trial.Result, name string) []*trial.Call {
	return slices.DeleteFunc(slices.Clone(r.Calls), func(c *trial.Call) bool { return c.Name != name })
}

func TestRun(t *testing.T) {
	r := run(t, trial.Options{}, "read x; echo got $x; echo bad >&2; exit 7")
	if r.Code != 7 || r.Signal != 0 || r.Stdout != "got input\n" || r.Stderr != "bad\n" || r.TimedOut {
		t.Errorf("ended with %d, %v; wrote %q and %q", r.Code, r.Signal, r.Stdout, r.Stderr)
	}
	writes := named(r, "write")
	if len(writes) != 2 {
		t.Fatalf("%d writes: %v", len(writes), r.Lines)
	}
	w := writes[0]
	if w.Int("fd") != 1 || w.Text("buf") != "got input\n" || w.Int("count") != 10 || w.Ret != 10 || !w.Returned || w.Startup {
		t.Errorf("%+v", w)
	}
	if want := `write(1, "got input\n", 10)             = 10`; w.Line != want {
		t.Errorf("line %q, want %q", w.Line, want)
	}
	last := r.Calls[len(r.Calls)-1]
	if last.Name != "exit_group" || last.Returned || last.Line != "exit_group(7)                           = ?" {
		t.Errorf("last call %+v", last)
	}
	if want := []trial.End{{PID: w.PID, Code: 7}}; !slices.Equal(r.Ends, want) {
		t.Errorf("ends %v, want %v", r.Ends, want)
	}
	if end := r.Lines[len(r.Lines)-1]; end != "+++ exited with 7 +++" {
		t.Errorf("last line %q", end)
	}
}

// The calls of the loader and the first execve are the start, those of the program are not.
func TestStartup(t *testing.T) {
	r := run(t, trial.Options{}, "cat; exit 0")
	for _, c := range r.Calls {
		loads := c.Name == "openat" && strings.Contains(c.Text("pathname"), "ld.so.cache")
		own := c.Name == "read" && c.Int("fd") == 0 || c.Name == "wait4" || c.Name == "write"
		if loads && !c.Startup || own && c.Startup {
			t.Errorf("startup %v of %s", c.Startup, c)
		}
	}
	execs := named(r, "execve")
	if len(execs) == 0 || !execs[0].Startup || len(execs) > 1 && execs[1].Startup {
		t.Errorf("execve: %v", execs)
	}
}

func TestRules(t *testing.T) {
	r := run(t, trial.Options{}, "echo one; echo two", `write fail EIO when 2`)
	w := named(r, "write")
	if r.Stdout != "one\n" || len(w) < 2 || !w[1].Failed() || w[1].Errno != syscall.EIO || w[1].Ret != -1 || w[1].Tampered == nil || w[0].Tampered != nil {
		t.Errorf("wrote %q by %v", r.Stdout, w)
	}
	if !strings.HasSuffix(w[1].Line, "= -1 EIO (Input/output error) (INJECTED)") {
		t.Errorf("line %q", w[1].Line)
	}
}

func TestWatch(t *testing.T) {
	o := trial.Options{Watch: []string{`openat where pathname ~ "/nowhere/*"`, `write where ret == 4`}}
	r := run(t, o, "cat /nowhere/file; echo abc; echo abcd")
	var first, second []string
	for _, c := range r.Calls {
		if c.Meets(0) {
			first = append(first, c.Text("pathname"))
		}
		if c.Meets(1) {
			second = append(second, c.Text("buf"))
		}
	}
	if !slices.Equal(first, []string{"/nowhere/file"}) || !slices.Equal(second, []string{"abc\n"}) {
		t.Errorf("%q and %q", first, second)
	}
	if _, err := trial.Run(context.Background(), &trial.Program{Path: "true"}, &trial.Options{Watch: []string{"opne where"}}); err == nil {
		t.Error("a wrong condition is accepted")
	}
}

// A program that hangs is killed with all that it has started, and what it did is told.
func TestTimeout(t *testing.T) {
	fixture.Patiently(t, 300*time.Millisecond, func(limit time.Duration) error {
		r := run(t, trial.Options{Timeout: limit}, "cat >/dev/null; sleep 1000 & sleep 2000")
		if !r.TimedOut || r.Signal != syscall.SIGKILL {
			t.Fatalf("timed out %v, %v", r.TimedOut, r.Signal)
		}
		for _, e := range r.Ends {
			if s, err := procfs.Stat(e.PID); err == nil && s.State != 'Z' && s.State != 'X' {
				t.Errorf("process %d is still there, as %c", e.PID, s.State)
			}
		}
		return stuck(r, "(sleep) is in clock_nanosleep(CLOCK_REALTIME, 0, {tv_sec=1000", "(sleep) is in clock_nanosleep(CLOCK_REALTIME, 0, {tv_sec=2000", "(sh) is in wait4(")
	})
}

// stuck checks that those tasks were left and no others.
func stuck(r *trial.Result, want ...string) error {
	all := strings.Join(r.Stuck, "\n")
	for _, text := range want {
		if len(r.Stuck) != len(want) || !strings.Contains(all, text) {
			return fmt.Errorf("stuck, want %q:\n%s", want, all)
		}
	}
	return nil
}

func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := trial.Run(ctx, &trial.Program{Path: "sleep", Args: []string{"sleep", "1000"}}, &trial.Options{})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func TestCannotStart(t *testing.T) {
	for _, path := range []string{"/nonexistent", "no-such-program"} {
		if _, err := trial.Run(context.Background(), &trial.Program{Path: path, Args: []string{path}}, &trial.Options{}); !errors.Is(err, os.ErrNotExist) && !strings.Contains(err.Error(), "not found") {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// Threads and processes by the hundred are recorded, each line whole.
func TestMany(t *testing.T) {
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			program := fixture.Build(t, "threads")
			r, err := trial.Run(context.Background(), &trial.Program{Path: program, Args: []string{program, "50"}}, &trial.Options{})
			if err != nil || r.Stdout != "threads: 50 joined\n" {
				t.Errorf("%v; wrote %q", err, r.Stdout)
				return
			}
			for _, c := range r.Calls {
				if c.Line == "" || strings.Contains(c.Line, "unfinished") || strings.Contains(c.Line, "resumed") {
					t.Errorf("line %q of %s", c.Line, c.Name)
				}
			}
		})
	}
	wg.Wait()
}

// A thread other than the leader executes a program.
func TestExecByThread(t *testing.T) {
	program := fixture.Build(t, "execthread")
	r, err := trial.Run(context.Background(), &trial.Program{Path: program, Args: []string{program}}, &trial.Options{})
	if err != nil || r.Code != 3 || len(r.Ends) != 1 {
		t.Fatalf("%v; %+v", err, r)
	}
}
