package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"

	"github.com/trapline/trapline/internal/fixture"
)

// A tracer is the command line that a tracer's options follow.
type tracer []string

// A bench is the place where commands run: the same directory and environment for every run.
type bench struct {
	dir    string   // what the commands see
	out    string   // where the tracers write
	env    []string // what the commands see
	limit  time.Duration
	server string // address of a web server
}

// newBench makes a bench. The two directories are on file systems of their own where there are two:
// what the tracers write must not change the free blocks that the commands see.
func newBench(server string) (*bench, error) {
	dir, err := os.MkdirTemp("", "trapline-diff")
	if err != nil {
		return nil, err
	}
	out, err := os.MkdirTemp(memory(), "trapline-diff")
	if err != nil {
		return nil, err
	}
	for _, dir := range []string{dir, out} {
		if err := os.Chmod(dir, 0o755); err != nil {
			return nil, err
		}
	}
	b := &bench{dir: filepath.Join(dir, "work"), out: filepath.Join(out, "out"), server: server, limit: time.Minute}
	b.env = []string{
		"PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "HOME=" + b.dir, "PWD=" + b.dir, "LANG=C.UTF-8", "TZ=UTC", "TERM=dumb",
		"PYTHONDONTWRITEBYTECODE=1", "PYTHONHASHSEED=0", "GIT_CONFIG_NOSYSTEM=1", "GIT_PAGER=cat", "SERVER=" + server,
		"GIT_AUTHOR_NAME=A", "GIT_AUTHOR_EMAIL=a@example.org", "GIT_AUTHOR_DATE=2026-01-01T00:00:00Z",
		"GIT_COMMITTER_NAME=A", "GIT_COMMITTER_EMAIL=a@example.org", "GIT_COMMITTER_DATE=2026-01-01T00:00:00Z",
	}
	return b, nil
}

// remove deletes both directories.
func (b *bench) remove() {
	os.RemoveAll(filepath.Dir(b.dir))
	os.RemoveAll(filepath.Dir(b.out))
}

// memory is the directory of a file system in memory, where there is one.
func memory() string {
	if _, err := os.Stat("/dev/shm"); err == nil {
		return "/dev/shm"
	}
	return ""
}

// run prepares the directory anew and runs a command under a tracer.
func (b *bench) run(t tracer, c *command) (run, error) {
	if err := b.prepare(c); err != nil {
		return run{}, err
	}
	args, err := b.arguments(c)
	if err != nil {
		return run{}, err
	}
	var end string
	if c.attach {
		end, err = b.attach(t, c, args)
	} else {
		end, err = b.launch(t, c, args)
	}
	if err != nil {
		return run{}, err
	}
	if err := b.rebuild(t, c); err != nil {
		return run{}, err
	}
	streams, err := readStreams(filepath.Join(b.out, "trace"), c)
	return run{streams, end}, err
}

// prepare empties both directories and runs the common and the command's own set-up.
func (b *bench) prepare(c *command) error {
	if c.marked {
		return b.prepareEmpty()
	}
	for _, dir := range []string{b.dir, b.out} {
		if err := os.RemoveAll(dir); err != nil {
			return err
		}
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	cmd := b.command("bash", "-ec", setup+"\n"+c.setup+"\n"+steadyTimes)
	if said, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("set-up: %w\n%s", err, said)
	}
	return nil
}

// arguments splits the command line and builds the fixture that its first word may name.
func (b *bench) arguments(c *command) ([]string, error) {
	if c.marked {
		return []string{b.program()}, nil
	}
	args := strings.Fields(strings.ReplaceAll(c.line, "$SERVER", b.server))
	if name, is := strings.CutPrefix(args[0], "fixture:"); is {
		program, err := fixture.Compile(name, c.flags...)
		args[0] = program
		return args, err
	}
	for i, arg := range args {
		args[i] = strings.ReplaceAll(arg, "~", " ")
	}
	return args, nil
}

// options are the tracer's arguments before the command's. Addresses are not randomised, so that
// they can be compared as well.
func (b *bench) options(t tracer, c *command) []string {
	args := append([]string{"setarch", "-R"}, t...)
	args = append(args, c.options...)
	return append(args, "-o", filepath.Join(b.out, "trace"))
}

func (b *bench) launch(t tracer, c *command, args []string) (string, error) {
	argv := append(append(b.options(t, c), "--"), args...)
	ctx, cancel := context.WithTimeout(context.Background(), b.limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Dir, cmd.Env = b.dir, b.env
	if c.marked {
		cmd.SysProcAttr = unprivileged()
		cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	}
	return ending(ctx, cmd.Run())
}

// attach starts the command, lets it block, attaches the tracer, and lets it go on.
func (b *bench) attach(t tracer, c *command, args []string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), b.limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, "setarch", append([]string{"-R"}, args...)...)
	cmd.Dir, cmd.Env = b.dir, b.env
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return "", err
	}
	if err := cmd.Start(); err != nil {
		return "", err
	}
	defer cmd.Wait()
	defer stdin.Close()
	await(ctx, cmd.Process.Pid, stateOf, "S")
	argv := append(b.options(t, c), "-p", fmt.Sprint(cmd.Process.Pid))
	tracing := exec.CommandContext(ctx, argv[0], argv[1:]...)
	tracing.Env = b.env
	if err := tracing.Start(); err != nil {
		return "", err
	}
	await(ctx, cmd.Process.Pid, traced, "")
	await(ctx, cmd.Process.Pid, stateOf, "S")
	stdin.Close()
	return ending(ctx, tracing.Wait())
}

// await waits until a process is as it should be for a while, or the context ends.
func await(ctx context.Context, pid int, is func(pid int, state string) bool, state string) {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for steady := 0; steady < 10 && ctx.Err() == nil; {
		<-tick.C
		if is(pid, state) {
			steady++
		} else {
			steady = 0
		}
	}
}

var tracerLine = regexp.MustCompile(`(?m)^TracerPid:\t[1-9]`)

func traced(pid int, _ string) bool {
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	return tracerLine.Match(status)
}

func stateOf(pid int, state string) bool {
	stat, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return strings.Contains(string(stat), ") "+state+" ")
}

// ending describes how a tracer ended. A run that had to be stopped is an error.
func ending(ctx context.Context, err error) (string, error) {
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return "", errors.New("did not end in time")
	case errors.As(err, &exit):
		return exit.String(), nil
	case err != nil:
		return "", err
	}
	return "exit status 0", nil
}

func (b *bench) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Env = b.dir, b.env
	return cmd
}
