package sweep_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/trapline/trapline/sweep"
	"github.com/trapline/trapline/tamper"
	"github.com/trapline/trapline/trial"
)

// shell is a program of the shell's.
func shell(script string) trial.Program {
	return trial.Program{Path: "sh", Args: []string{"sh", "-c", script}}
}

func do(t *testing.T, p trial.Program, o sweep.Options) *sweep.Report {
	t.Helper()
	if o.Prepare == nil {
		o.Prepare = func(string) error { return nil }
	}
	r, err := sweep.Do(context.Background(), p, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// rules are the rules and outcomes of a report.
func rules(r *sweep.Report) (all []string) {
	for _, run := range r.Runs {
		all = append(all, run.Rule()+": "+run.Outcome.String())
	}
	return all
}

func expect(t *testing.T, r *sweep.Report, want ...string) {
	t.Helper()
	if got := rules(r); !slices.Equal(got, want) {
		t.Errorf("swept\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// What the program makes of an error decides on the outcome.
func TestOutcomes(t *testing.T) {
	const kills = `trap "" PIPE; /bin/echo one >out || kill -SEGV $$`
	for _, test := range []struct {
		name, script string
		o            sweep.Options
		want         []string
	}{
		{"reported", "echo one", sweep.Options{Calls: "write"}, []string{"write fail ENOSPC when 1: reported"}},
		{"swallowed", "echo one 2>/dev/null; exit 0", sweep.Options{Calls: "write"}, []string{"write fail ENOSPC when 1: swallowed"}},
		{"short", "echo one >out", sweep.Options{Calls: "write", Errors: []string{"short"}}, []string{"write set count = count >> 1 when 1: swallowed"}},
		{"crashed", kills, sweep.Options{Calls: "write"}, []string{"write fail ENOSPC when 1: crashed"}},
		{"hung", "/bin/echo one >out || sleep 1000", sweep.Options{Calls: "write"}, []string{"write fail ENOSPC when 1: hung"}},
		{"ignored", "cd / 2>/dev/null; exit 0", sweep.Options{Calls: "chdir"}, []string{"chdir fail EACCES when 1: ignored"}},
		{"differs", "cd / 2>/dev/null && echo in root; exit 0", sweep.Options{Calls: "chdir"}, []string{"chdir fail EACCES when 1: differs"}},
		{"two errors", "cd /", sweep.Options{Calls: "chdir", Errors: []string{"EIO", "ELOOP"}}, []string{"chdir fail EIO when 1: reported", "chdir fail ELOOP when 1: reported"}},
		{"all errors", "cd /", sweep.Options{Calls: "chdir", Errors: sweep.AllErrors}, []string{"chdir fail EACCES when 1: reported", "chdir fail ENOENT when 1: reported"}},
		{"where", "cd /; cd /tmp; cd /", sweep.Options{Where: `chdir where path == "/tmp"`}, []string{"chdir fail EACCES when 2: reported"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			expect(t, do(t, shell(test.script), test.o), test.want...)
		})
	}
}

// A call that is made again is no lost error.
func TestRetried(t *testing.T) {
	cat := trial.Program{Path: "cat", Args: []string{"cat"}, Stdin: "text"}
	r := do(t, cat, sweep.Options{Where: "read where fd == 0", Errors: []string{"EINTR"}})
	if len(r.Runs) != 2 || r.Runs[0].Outcome != sweep.Retried || r.Runs[1].Outcome != sweep.Retried {
		t.Errorf("swept %q", rules(r))
	}
}

// What is left behind is looked at after each run, in the directory of that run.
func TestCheck(t *testing.T) {
	r := do(t, shell("echo new >file 2>/dev/null; exit 0"), sweep.Options{
		Calls:   "write",
		Prepare: func(dir string) error { return os.WriteFile(filepath.Join(dir, "file"), []byte("old\n"), 0o644) },
		Check: func(dir string, _ *trial.Result) error {
			if text, _ := os.ReadFile(filepath.Join(dir, "file")); string(text) != "new\n" {
				return errors.New("the file is lost")
			}
			return nil
		},
	})
	expect(t, r, "write fail ENOSPC when 1: broken")
	if r.Runs[0].Detail != "the file is lost" {
		t.Errorf("detail %q", r.Runs[0].Detail)
	}
}

// Runs are in the program's order, whatever the number of jobs, and nothing is left of them.
func TestOrder(t *testing.T) {
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	const script = "cd /; cd /tmp; cd /etc; cd /usr"
	one := do(t, shell(script), sweep.Options{Calls: "chdir"})
	last := 0
	many := do(t, shell(script), sweep.Options{Calls: "chdir", Jobs: 4, Progress: func(done, all int) {
		if done != last+1 || all != 4 {
			t.Errorf("%d of %d after %d", done, all, last)
		}
		last = done
	}})
	expect(t, many, rules(one)...)
	if left, err := os.ReadDir(tmp); err != nil || len(left) > 0 {
		t.Errorf("left %v, %v", left, err)
	}
}

// When there is more to fail than runs, each kind of call has its share.
func TestMaxRuns(t *testing.T) {
	r := do(t, shell("cd /; cd /; cd /; echo one; cd /"), sweep.Options{Calls: "chdir,write", MaxRuns: 3})
	expect(t, r, "chdir fail EACCES when 1: reported", "chdir fail EACCES when 2: reported", "write fail ENOSPC when 1: reported")
	if r.Skipped != 2 {
		t.Errorf("skipped %d", r.Skipped)
	}
}

// Output that is never the same is not compared.
func TestUnsteady(t *testing.T) {
	r := do(t, shell("echo $$; cd / 2>/dev/null; exit 0"), sweep.Options{Calls: "chdir"})
	expect(t, r, "chdir fail EACCES when 1: ignored")
	if !slices.Equal(r.Unsteady, []string{"stdout"}) {
		t.Errorf("unsteady %q", r.Unsteady)
	}
}

// What cannot be swept is an error.
func TestCannotSweep(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for name, test := range map[string]struct {
		ctx  context.Context
		p    trial.Program
		o    sweep.Options
		want string
	}{
		"hangs":     {context.Background(), shell("sleep 1000"), sweep.Options{Timeout: 200 * time.Millisecond}, "does not end in time"},
		"calls":     {context.Background(), shell(""), sweep.Options{Calls: "opne"}, "did you mean open"},
		"where":     {context.Background(), shell(""), sweep.Options{Where: "fd =="}, "fd =="},
		"errors":    {context.Background(), shell("echo"), sweep.Options{Calls: "write", Errors: []string{"EFOO"}}, "EFOO"},
		"check":     {context.Background(), shell(""), sweep.Options{Check: func(string, *trial.Result) error { return errors.New("bad") }}, "not in order even when no call fails: bad"},
		"cancelled": {ctx, shell(""), sweep.Options{}, "canceled"},
	} {
		if _, err := sweep.Do(test.ctx, test.p, test.o); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %q", name, err, test.want)
		}
	}
}

// Closing a file that was written may lose data; closing one that was read, or one of two
// descriptors of it, does not.
func TestLosesByClose(t *testing.T) {
	r := do(t, shell("exec 3>out 4<out; exec 5>&3; exec 4<&-; exec 3>&-; exec 5>&-"), sweep.Options{Calls: "close"})
	loses := 0
	for _, run := range r.Runs {
		if run.Loses {
			loses++
			if !strings.Contains(run.Line, "/out>)") {
				t.Errorf("loses: %s", run.Line)
			}
		}
	}
	if loses != 1 {
		t.Errorf("%d closes lose data in %q", loses, rules(r))
	}
}

// The rule that the report names is one that trapline trace takes.
func TestRules(t *testing.T) {
	for _, call := range []string{"read", "write", "pread64", "pwrite64"} {
		for _, e := range []string{"short", "EIO"} {
			r := sweep.Run{Call: call, N: 3, Error: e}
			if _, err := tamper.Parse(r.Rule()); err != nil {
				t.Errorf("%s: %v", r.Rule(), err)
			}
		}
	}
}

func TestReport(t *testing.T) {
	r := do(t, shell("echo one 2>/dev/null; cd /; exit 0"), sweep.Options{Calls: "write,chdir"})
	var text, data bytes.Buffer
	if err := errors.Join(r.WriteText(&text, false), r.WriteJSON(&data)); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"2 runs in ", ": 1 swallowed\n",
		"\nSWALLOWED  write fail ENOSPC when 1: exit status 0 and no message, though the output is not the same\n           write(1<pipe:[",
		"\nCALL   REPORTED  SWALLOWED\nwrite  0         1\nchdir  1         0\n",
	} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("%q is not in\n%s", want, text.String())
		}
	}
	var back struct {
		Faults int
		Runs   []struct {
			Rule, Outcome, Stderr string
			Fault                 bool
		}
	}
	if err := json.Unmarshal(data.Bytes(), &back); err != nil {
		t.Fatal(err)
	}
	if back.Faults != 1 || len(back.Runs) != 2 || !back.Runs[0].Fault || back.Runs[0].Outcome != "swallowed" || !strings.Contains(back.Runs[1].Stderr, "cd") {
		t.Errorf("%s", data.Bytes())
	}
}
