package live_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/trapline/trapline/internal/fixture"
)

// Programs under a filter say what they say untraced. Not world, which shows
// /proc/self/status.
func TestSieveTransparent(t *testing.T) {
	for _, test := range []struct {
		program, args string
		flags         []fixture.Flag
	}{
		{"forkstorm", "40", nil},
		{"forkstorm", "10", []fixture.Flag{fixture.M32}},
		{"forkburst", "300", nil},
		{"killstorm", "10", nil},
		{"threads", "300", nil},
		{"starve", "", nil},
		{"execthread", "", nil},
		{"execthread", "", []fixture.Flag{fixture.M32}},
		{"leaderexit", "", nil},
		{"groupstop", "", nil},
		{"restart", "", []fixture.Flag{fixture.M32}},
		{"signals", "", []fixture.Flag{fixture.M32}},
		{"seccomp", "", nil},
		{"dispatch", "", nil},
		{"sigtrap", "", nil},
		{"untraced", "", []fixture.Flag{fixture.M32}},
		{"hostile", "", nil},
		{"execs", "", nil},
		{"orphan", "", nil},
		{"ends", "-15", nil},
	} {
		for _, set := range []string{"none", "%process,%signal,write,getppid", "!%memory"} {
			t.Run(strings.Join(append([]string{test.program, set}, flagNames(test.flags)...), " "), func(t *testing.T) {
				program := append([]string{fixture.Build(t, test.program, test.flags...)}, strings.Fields(test.args)...)
				untraced := run(t, program...)
				traced, _ := trace(t, []string{"-f", "-e", "trace=" + set}, program...)
				if traced != untraced {
					t.Errorf("only untraced:\n%s\nonly traced:\n%s", only(untraced, traced), only(traced, untraced))
				}
			})
		}
	}
}

func flagNames(flags []fixture.Flag) (names []string) {
	for _, f := range flags {
		names = append(names, string(f))
	}
	return names
}

// What is written, messages about the machine included, is the same with a filter and
// without.
func TestSieveText(t *testing.T) {
	small, big := fixture.Build(t, "ends", fixture.M32), fixture.Build(t, "ends")
	for name, program := range map[string][]string{
		"machines":     {"/bin/sh", "-c", small + " 0; " + big + " 0; exec " + small + " 3"},
		"back":         {"/bin/sh", "-c", small + " 0; exec " + big + " 3"},
		"both at once": {fixture.Build(t, "int80")},
		"x32":          {fixture.Build(t, "x32nr")},
		"none":         {big, "0"},
	} {
		for _, options := range []string{"-e trace=getpid,exit_group", "-e trace=none", "-e trace=exit_group,write -z", "-c -e trace=write", "-q -e trace=exit_group,getuid32", "--output-format=json -e trace=exit_group"} {
			t.Run(name+" "+options, func(t *testing.T) {
				text := func(mode string) string {
					args := append([]string{"setarch", "-R", binary, "trace", "-f", "-e", "signal=none", "--seccomp-bpf=" + mode}, strings.Fields(options)...)
					o := run(t, append(append(args, "--"), program...)...)
					return o.end + "\n" + o.out + steady(o.errors)
				}
				if with, without := text("auto"), text("off"); with != without {
					t.Errorf("with a filter\n%swithout\n%s", with, without)
				}
			})
		}
	}
}

// A child whose first call is of another ABI than its parent's last is told of, and a change
// at a signal. The order of lines is up to the scheduler.
func TestSieveBirth(t *testing.T) {
	text := func(mode string) string {
		o := run(t, binary, "trace", "-f", "-e", "trace=none", "--always-show-pid", "--seccomp-bpf="+mode, fixture.Build(t, "int80fork"))
		lines := slices.Sorted(strings.Lines(steady(o.errors)))
		return o.end + "\n" + o.out + strings.Join(lines, "")
	}
	with, without := text("auto"), text("off")
	if with != without || strings.Count(with, "runs in") != 5 {
		t.Errorf("with a filter\n%swithout\n%s", with, without)
	}
}

var varying = regexp.MustCompile(`0x[0-9a-f]+|"time":"[^"]*"| *[\d.]*\d`)

// steady takes ids and times out of a trace.
func steady(text string) string { return varying.ReplaceAllString(text, "9") }

// A talk is a traced shell that waits for a line, runs a program and says so.
type talk struct {
	*testing.T
	cmd *exec.Cmd
	in  io.Writer
	out *bufio.Reader // what the shell says
	err *bufio.Reader // what the tracer says
}

func startTalk(t *testing.T, options ...string) *talk {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	t.Cleanup(cancel)
	args := append([]string{"trace", "-I2", "-f", "-o", "/dev/null", "-e", "trace=%process,read,getppid"}, options...)
	cmd := exec.CommandContext(ctx, binary, append(args, "--", "/bin/sh", "-c", "echo ready $$; read x; /bin/sh -c 'exec /bin/true' && echo $x went on; echo over")...)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	messages, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	k := &talk{t, cmd, in, bufio.NewReader(out), bufio.NewReader(messages)}
	line, err := k.out.ReadString('\n')
	var pid int
	if _, bad := fmt.Sscanf(line, "ready %d", &pid); bad != nil {
		t.Fatalf("%q, %v", line, err)
	}
	fixture.AwaitCalls(t, pid, 1, "0")
	fixture.AwaitState(t, pid, "S")
	return k
}

// signal sends the tracer a signal and waits until it has told that it waits for the shell.
func (k *talk) signal(sig syscall.Signal) {
	k.Helper()
	k.cmd.Process.Signal(sig)
	if line, err := k.err.ReadString('\n'); !strings.Contains(line, "waiting for the programs") {
		k.Fatalf("%q, %v", line, err)
	}
}

// goOn lets the shell go on.
func (k *talk) goOn() { io.WriteString(k.in, "it\n") }

// end returns what the shell says to its end and what the tracer ends with.
func (k *talk) end() (said string, status syscall.WaitStatus) {
	k.Helper()
	rest, err := io.ReadAll(k.out)
	if err != nil {
		k.Fatal(err)
	}
	k.cmd.Wait()
	return string(rest), k.cmd.ProcessState.Sys().(syscall.WaitStatus)
}

// When the tracer is asked to end, the program goes on, as without a filter.
func TestSieveInterrupted(t *testing.T) {
	for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
		t.Run(sig.String(), func(t *testing.T) {
			t.Parallel()
			k := startTalk(t)
			k.signal(sig)
			k.goOn()
			if said, status := k.end(); said != "it went on\nover\n" || status.Signal() != sig {
				t.Errorf("the program says %q, the tracer ends by %v", said, status.Signal())
			}
		})
	}
}

// The trace is complete as soon as the tracer has been asked to end.
func TestSieveTraceEnds(t *testing.T) {
	k := startTalk(t, "-C", "-o", "|cat >&2")
	k.cmd.Process.Signal(syscall.SIGTERM)
	var text strings.Builder
	for !strings.Contains(text.String(), "total\n") {
		line, err := k.err.ReadString('\n')
		if err != nil {
			t.Fatalf("%v after\n%s", err, text.String())
		}
		text.WriteString(line)
	}
	wants(t, text.String(), map[string]int{`read\(0 <detached \.\.\.>$|read\(0,  <detached \.\.\.>$`: 1})
	k.goOn()
	if said, _ := k.end(); said != "it went on\nover\n" {
		t.Errorf("the program says %q", said)
	}
}

// Where it cannot go on without a tracer it does not go on: no call of its own fails, and it
// ends although nobody tells it to go on.
func TestSieveKilled(t *testing.T) {
	for name, test := range map[string]struct {
		options     []string
		first, last syscall.Signal
	}{
		"killed":      {last: syscall.SIGKILL},
		"asked twice": {first: syscall.SIGTERM, last: syscall.SIGINT},
		"as strace":   {options: []string{"--seccomp-bpf"}, last: syscall.SIGTERM},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := startTalk(t, test.options...)
			if test.first != 0 {
				k.signal(test.first)
			}
			k.cmd.Process.Signal(test.last)
			said, status := k.end()
			if said != "" || status.Signal() != test.last {
				t.Errorf("the program says %q, the tracer ends by %v, want %v", said, status.Signal(), test.last)
			}
		})
	}
}

// What --seccomp-bpf cannot be had with is said, and traced without.
func TestSieveRefused(t *testing.T) {
	for options, message := range map[string]string{
		"-e trace=getpid":                      "--seccomp-bpf cannot be used without -f/--follow-forks, disabling",
		"-f -b execve -e trace=getpid":         "--seccomp-bpf is not enabled because it is not compatible with -b",
		"-f --syscall-limit=9 -e trace=getpid": "--seccomp-bpf is not enabled because it is not compatible with --syscall-limit",
		"-f":                                   "Seccomp filter is requested but there are no syscalls to filter.  See -e trace to filter syscalls.",
	} {
		args := append([]string{binary, "trace", "--seccomp-bpf", "-o", "/dev/null"}, strings.Fields(options)...)
		o := run(t, append(args, "--", "/bin/grep", "^Seccomp:", "/proc/self/status")...)
		if want := "trapline: " + message + "\n"; o.errors != want || o.out != untracedMode(t) {
			t.Errorf("%s: says %q, want %q; the program's %q", options, o.errors, want, o.out)
		}
	}
}

func untracedMode(t *testing.T) string {
	return run(t, "/bin/grep", "^Seccomp:", "/proc/self/status").out
}
