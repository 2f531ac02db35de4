// Package live_test drives the trapline binary over the fixtures, against the kernel that runs.
package live_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/trapline/trapline/internal/cli"
	"github.com/trapline/trapline/internal/fixture"
)

// binary is the trapline that the tests run: the test program by another name, so that it is built
// with the race detector when the tests are, and results are cached by what it is made of.
var binary string

func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) == "trapline" {
		os.Exit(cli.Main(os.Args))
	}
	os.Exit(withBinary(m.Run))
}

// withBinary makes the link that binary names for as long as run runs.
func withBinary(run func() int) int {
	dir, err := os.MkdirTemp("", "trapline-live")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	binary = filepath.Join(dir, "trapline")
	self, err := os.Executable()
	if err != nil {
		panic(err)
	}
	if err := os.Symlink(self, binary); err != nil {
		panic(err)
	}
	return run()
}

// limit is how long a run may take before it counts as hung.
const limit = 60 * time.Second

// An outcome is what can be seen of a run from outside.
type outcome struct{ out, errors, end string }

// run runs a command to its end. Standard input is empty.
func run(t *testing.T, args ...string) outcome {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	var out, errors bytes.Buffer
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Stdout, cmd.Stderr = &out, &errors
	err := cmd.Run()
	if ctx.Err() != nil {
		t.Fatalf("%v hangs; it said:\n%s%s", args, out.String(), errors.String())
	}
	end := "exit status 0"
	if err != nil {
		end = err.Error()
	}
	return outcome{out.String(), errors.String(), end}
}

// trace runs a program under trapline trace and returns the trace as well.
func trace(t *testing.T, options []string, program ...string) (outcome, string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "trace")
	args := append([]string{binary, "trace", "-o", file}, options...)
	o := run(t, append(append(args, "--"), program...)...)
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("no trace: %v\n%s", err, o.errors)
	}
	return o, string(text)
}

// only returns the lines of a that are not in b.
func only(a, b outcome) string {
	text := func(o outcome) string { return o.end + "\n" + o.out + o.errors }
	in := map[string]bool{}
	for line := range strings.Lines(text(b)) {
		in[line] = true
	}
	var lines []string
	for line := range strings.Lines(text(a)) {
		if !in[line] {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "")
}

// Programs must not be able to tell that they are traced: same output, same end.
func TestTransparent(t *testing.T) {
	tests := []struct {
		program string
		args    string
		flags   []fixture.Flag
	}{
		{"world", "one two", nil},
		{"world", "one two", []fixture.Flag{fixture.M32}},
		{"forkstorm", "40", nil},
		{"forkstorm", "10", []fixture.Flag{fixture.M32}},
		{"forkburst", "300", nil},
		{"killstorm", "60", nil},
		{"threads", "300", nil},
		{"starve", "", nil},
		{"execthread", "", nil},
		{"execthread", "", []fixture.Flag{fixture.M32}},
		{"leaderexit", "", nil},
		{"groupstop", "", nil},
		{"restart", "", nil},
		{"restart", "", []fixture.Flag{fixture.M32}},
		{"signals", "", nil},
		{"signals", "", []fixture.Flag{fixture.M32}},
		{"seccomp", "", nil},
		{"dispatch", "", nil},
		{"sigtrap", "", nil},
		{"sigtrap", "", []fixture.Flag{fixture.M32}},
		{"untraced", "", nil},
		{"int80", "", nil},
		{"x32nr", "", nil},
		{"hostile", "", nil},
		{"hostile", "", []fixture.Flag{fixture.M32}},
		{"execs", "", nil},
		{"orphan", "", nil},
		{"pingpong", "100", nil},
		{"ends", "42", nil},
		{"ends", "-9", nil},
		{"ends", "-15", nil},
		{"ends", "-11", nil},
		{"ends", "-6", nil},
	}
	for _, test := range tests {
		t.Run(fmt.Sprint(test.program, test.args, test.flags), func(t *testing.T) {
			program := append([]string{fixture.Build(t, test.program, test.flags...)}, strings.Fields(test.args)...)
			untraced := run(t, program...)
			traced, _ := trace(t, []string{"-f"}, program...)
			if traced != untraced {
				t.Errorf("only untraced:\n%s\nonly traced:\n%s", only(untraced, traced), only(traced, untraced))
			}
		})
	}
}

// Without -f a program may be a tracer itself.
func TestOwnPtrace(t *testing.T) {
	program := fixture.Build(t, "ownptrace")
	untraced := run(t, program)
	if traced, _ := trace(t, nil, program); traced != untraced {
		t.Errorf("untraced %v, traced %v", untraced, traced)
	}
	if traced, _ := trace(t, []string{"-f"}, program); !strings.Contains(traced.out, "child EPERM") || !strings.Contains(traced.out, "child exited 6") {
		t.Errorf("with -f: %v", traced)
	}
}

// wants checks that a trace has lines that match each expression, as often as it says.
func wants(t *testing.T, text string, counts map[string]int) {
	t.Helper()
	for expr, want := range counts {
		if got := len(regexp.MustCompile(`(?m)`+expr).FindAllString(text, -1)); got != want {
			t.Errorf("%d lines match %s, want %d", got, expr, want)
		}
	}
	if t.Failed() {
		t.Logf("the trace:\n%s", text)
	}
}

// Every child is seen from its first call to its end, whichever stop comes first.
func TestForkStorm(t *testing.T) {
	const n = 50
	_, text := trace(t, []string{"-f"}, fixture.Build(t, "forkstorm"), fmt.Sprint(n))
	tasks := map[string]bool{}
	for line := range strings.Lines(text) {
		pid, _, _ := strings.Cut(line, " ")
		tasks[pid] = true
	}
	if len(tasks) != 1+5*n {
		t.Errorf("%d tasks, want %d", len(tasks), 1+5*n)
	}
	wants(t, text, map[string]int{
		`^\d+ +\+\+\+ exited with \d+ \+\+\+$`: 1 + 5*n,
		`^\d+ +exit_group\(\d+`:                1 + 4*n,
		`^\d+ +exit\(0`:                        n,
	})
}

// Each of a thousand threads is seen before and after all are there.
func TestThreads(t *testing.T) {
	const n = 1000
	_, text := trace(t, []string{"-f", "-e", "trace=getuid,geteuid"}, fixture.Build(t, "threads"), fmt.Sprint(n))
	wants(t, text, map[string]int{
		`getuid\(`:             n,
		`geteuid\(`:            n,
		`\+\+\+ exited with 0`: n + 1,
	})
}

// A thread that executes a program takes over the leader's id, and its siblings' calls end.
func TestExecByThread(t *testing.T) {
	_, text := trace(t, []string{"-f"}, fixture.Build(t, "execthread"))
	wants(t, text, map[string]int{
		`^(\d+) +\+\+\+ superseded by execve in pid \d+ \+\+\+$`: 1,
		`^\d+ +<\.\.\. execve resumed>\) += 0$`:                  1,
		`^\d+ +<\.\.\. read resumed> .*= \?$`:                    1,
		`^\d+ +<\.\.\. futex resumed>\) += \?$`:                  1,
		`^\d+ +<\.\.\. (clock_)?nanosleep resumed> .*= \?$`:      1,
		`^\d+ +<\.\.\. pause resumed>\) += \?$`:                  1,
		`^\d+ +\+\+\+ exited with 0 \+\+\+$`:                     3,
		`^\d+ +\+\+\+ exited with 3 \+\+\+$`:                     1,
		`resumed> *$`:                                            0,
	})
}

// A thread that outlives its leader is still seen.
func TestLeaderExit(t *testing.T) {
	_, text := trace(t, []string{"-f"}, fixture.Build(t, "leaderexit"))
	wants(t, text, map[string]int{
		`write\(1, "leaderexit: the leader is gone.n"`: 1,
		`exit_group\(7\)`:             1,
		`\+\+\+ exited with 7 \+\+\+`: 2,
	})
}

// Results that only a tracer sees are shown by name, restarts included.
func TestRestart(t *testing.T) {
	_, text := trace(t, nil, fixture.Build(t, "restart"))
	wants(t, text, map[string]int{
		`^read\(.*= \? ERESTARTSYS \(To be restarted if SA_RESTART is set\)$`:            2,
		`^pause\(\) += \? ERESTARTNOHAND`:                                                1,
		`^clock_nanosleep\(.*= \? ERESTART_RESTARTBLOCK \(Interrupted by signal\)$`:      2,
		`^restart_syscall\(<\.\.\. resuming interrupted clock_nanosleep \.\.\.>\) += 0$`: 1,
		`^--- SIGCONT {si_signo=SIGCONT, si_code=SI_USER, si_pid=\d+, si_uid=\d+} ---$`:  1,
	})
}

// Nothing a program says reaches the output raw.
func TestHostile(t *testing.T) {
	for _, options := range [][]string{nil, {"-v", "-s", "100000"}, {"-x"}, {"-xx"}, {"-e", "raw=all"}, {"-e", "write=all"}} {
		o, text := trace(t, options, fixture.Build(t, "hostile"))
		if o.out != "hostile: survived\n" {
			t.Errorf("%v: the program said %q, trapline %q", options, o.out, o.errors)
		}
		for i, b := range []byte(text) {
			if b < ' ' && b != '\n' || b >= 0x7f {
				t.Fatalf("%v: byte %#x in %q", options, b, text[max(0, i-40):i+1])
			}
		}
	}
}

// The table is that of the entry, not of the program.
func TestInt80(t *testing.T) {
	_, text := trace(t, nil, fixture.Build(t, "int80"))
	wants(t, text, map[string]int{
		`^write\(1, "int80: written by call 4.n", 25\) += 25$`: 1,
		`^getpid\(\) += \d+$`: 2,
		`^syscall_0x186a0\(`:  1,
	})
}

// The traced program does not suffer from an output that cannot be written.
func TestFullDisk(t *testing.T) {
	o := run(t, binary, "trace", "-o", "/dev/full", "--", fixture.Build(t, "ends"), "42")
	if o.end != "exit status 42" {
		t.Errorf("%v", o)
	}
}
