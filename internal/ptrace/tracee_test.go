package ptrace

import (
	"errors"
	"fmt"
	"io"
	"os/exec"
	"runtime"
	"syscall"
	"testing"

	"github.com/trapline/trapline/internal/fixture"
)

// tracee is a program seized by the test's thread.
type tracee struct {
	testing.TB
	pid int
	in  io.WriteCloser
	out io.ReadCloser
}

const options = OptSysGood | OptExitKill

// seized starts a program and stops it somewhere on its way to reading its input.
// It is killed and reaped when the test ends.
func seized(t testing.TB, o Option, name string, arg ...string) *tracee {
	t.Helper()
	runtime.LockOSThread()
	t.Cleanup(runtime.UnlockOSThread)
	cmd := exec.Command(name, arg...)
	in, err := cmd.StdinPipe()
	must(t, err)
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	c := &tracee{t, cmd.Process.Pid, in, out}
	t.Cleanup(c.end)
	must(t, Seize(c.pid, OptExitKill)) // it may be on its way out of execve: no events yet
	must(t, Interrupt(c.pid))
	if s := c.wait(); s.Event() != EventStop || s.StopSignal() != syscall.SIGTRAP {
		t.Fatalf("first stop is %+v", s)
	}
	must(t, SetOptions(c.pid, o))
	return c
}

// gated is seized for a program that would not wait: a shell holds it back.
func gated(t testing.TB, o Option, name string, arg ...string) *tracee {
	t.Helper()
	c := seized(t, o, "sh", append([]string{"-c", `read go; exec "$@"`, "sh", name}, arg...)...)
	c.say("\n")
	return c
}

// end kills what is left of the tracee.
func (c *tracee) end() {
	c.in.Close()
	c.out.Close()
	syscall.Kill(c.pid, syscall.SIGKILL)
	for {
		s, err := Wait(c.pid, All, nil)
		if errors.Is(err, syscall.EINTR) {
			continue
		}
		if err != nil || s.Exited() || s.Signaled() {
			return
		}
		Cont(c.pid, 0)
	}
}

func (c *tracee) wait() Status {
	c.Helper()
	return waitFor(c, c.pid)
}

func waitFor(t testing.TB, pid int) Status {
	t.Helper()
	for {
		s, err := Wait(pid, All, nil)
		if errors.Is(err, syscall.EINTR) {
			continue
		}
		must(t, err)
		return s
	}
}

// next resumes to the next system call's entry or exit.
func (c *tracee) next() SyscallInfo {
	c.Helper()
	must(c, Syscall(c.pid, 0))
	if s := c.wait(); !s.SyscallStop() {
		c.Fatalf("stop %+v is not a system call's", s)
	}
	return c.info()
}

func (c *tracee) info() SyscallInfo {
	c.Helper()
	var i SyscallInfo
	must(c, GetSyscallInfo(c.pid, &i))
	return i
}

// entry runs to the entry of the call nr with this first argument.
func (c *tracee) entry(nr, arg uint64) SyscallInfo {
	c.Helper()
	for {
		if i := c.next(); i.Op == OpEntry && i.NR == nr && i.Args[0] == arg {
			return i
		}
	}
}

// reading runs a cat to the point where it reads its input.
func (c *tracee) reading() SyscallInfo {
	c.Helper()
	return c.entry(syscall.SYS_READ, 0)
}

func (c *tracee) say(text string) {
	c.Helper()
	_, err := io.WriteString(c.in, text)
	must(c, err)
}

// hears checks what the program writes.
func (c *tracee) hears(want string) {
	c.Helper()
	buf := make([]byte, len(want)+1)
	n, err := c.out.Read(buf)
	must(c, err)
	if got := string(buf[:n]); got != want {
		c.Errorf("the program wrote %q, want %q", got, want)
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// refused checks that an error is an Error with this errno.
func refused(t testing.TB, err error, want syscall.Errno) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) || e.Err != want || !errors.Is(err, want) {
		t.Errorf("error is %v, want %v", err, want)
	}
}

// needs skips the test on a kernel without the feature.
func needs(c *tracee, f *Feature) {
	c.Helper()
	has, err := f.Probe(c.pid)
	must(c, err)
	if !has {
		fixture.LeaveOut(c, fmt.Sprintf("no %s before Linux %d.%d", f.Name, f.Since.Major, f.Since.Minor))
	}
}
