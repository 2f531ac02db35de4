package ptrace

import (
	"errors"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"testing"
)

func TestForkExecExitEvents(t *testing.T) {
	c := seized(t, options|OptFork|OptVFork|OptClone|OptVForkDone|OptExec|OptExit,
		"sh", "-c", "read line; /bin/true; exit 3")
	c.say("go\n")
	must(t, Cont(c.pid, 0))

	born := func(s Status) bool {
		return s.Event() == EventFork || s.Event() == EventVFork || s.Event() == EventClone
	}
	msg, err := GetEventMsg(runUntil(t, born).PID)
	must(t, err)
	child := int(msg)
	must(t, Cont(c.pid, 0))

	exec := runUntil(t, func(s Status) bool { return s.Event() == EventExec })
	if former, err := GetEventMsg(exec.PID); exec.PID != child || err != nil || int(former) != child {
		t.Errorf("%d called execve, formerly %d, want %d, %v", exec.PID, former, child, err)
	}
	must(t, Cont(child, 0))
	runUntil(t, func(s Status) bool { return s.PID == child && s.Exited() })

	exit := runUntil(t, func(s Status) bool { return s.Event() == EventExit && s.PID == c.pid })
	if status, err := GetEventMsg(exit.PID); err != nil || (Status{Raw: uint32(status)}).ExitCode() != 3 {
		t.Errorf("on the way out with %#x, %v", status, err)
	}
	must(t, Cont(c.pid, 0))
	if s := runUntil(t, func(s Status) bool { return s.Exited() && s.PID == c.pid }); s.ExitCode() != 3 {
		t.Errorf("ended as %+v", s)
	}
}

func TestHasChildren(t *testing.T) {
	onThread(t, func() {
		if HasChildren() {
			t.Error("a new thread has children")
		}
		cmd := exec.Command("cat")
		in, err := cmd.StdinPipe()
		must(t, err)
		must(t, cmd.Start())
		if !HasChildren() {
			t.Error("the thread that started a child has none")
		}
		in.Close()
		must(t, cmd.Wait())
		if HasChildren() {
			t.Error("a child that was waited for is still there")
		}
	})
}

func TestDetach(t *testing.T) {
	c := seized(t, options, "cat")
	must(t, SetOptions(c.pid, OptSysGood))
	must(t, Detach(c.pid, 0))
	c.say("hello")
	c.hears("hello")
	_, err := GetEventMsg(c.pid)
	refused(t, err, syscall.ESRCH)
}

func TestKilledInAStop(t *testing.T) {
	c := seized(t, OptSysGood, "cat")
	must(t, syscall.Kill(c.pid, syscall.SIGKILL))
	if s := c.wait(); !s.Signaled() || s.TermSignal() != syscall.SIGKILL {
		t.Errorf("ended as %+v", s)
	}
	err := Cont(c.pid, 0)
	if !Gone(err) {
		t.Errorf("resuming the dead: %v", err)
	}
	_, err = Wait(c.pid, All, nil)
	refused(t, err, syscall.ECHILD)
	_, err = Poll(c.pid, nil)
	refused(t, err, syscall.ECHILD)
}

// What Peek tells can be had again: a stop, and each kind of end.
func TestPeek(t *testing.T) {
	for want, end := range map[uint32]string{3 << 8: "exit 3", 15: "kill -TERM $$"} {
		c := seized(t, OptExitKill, "sh", "-c", "read go; "+end)
		must(t, Cont(c.pid, 0))
		if s, err := Peek(c.pid); err != nil || s.PID != 0 {
			t.Errorf("of a task that runs: %+v, %v", s, err)
		}
		must(t, Interrupt(c.pid))
		s := c.peeks()
		if s.PID != c.pid || s.Event() != EventStop || s.StopSignal() != syscall.SIGTRAP {
			t.Errorf("the stop is %+v", s)
		}
		if again := c.wait(); again != s {
			t.Errorf("then it is %+v", again)
		}
		must(t, Cont(c.pid, 0))
		c.say("\n")
		if s = c.peeks(); s.Stopped() { // before it takes SIGTERM
			must(t, Cont(c.pid, s.StopSignal()))
			s = c.peeks()
		}
		if s != (Status{c.pid, want}) || c.wait() != s {
			t.Errorf("%s: the end is %+v", end, s)
		}
	}
}

// peeks waits until there is something to see of the tracee.
func (c *tracee) peeks() Status {
	c.Helper()
	for {
		if s, err := Peek(c.pid); err != nil || s.PID != 0 {
			must(c, err)
			return s
		}
		runtime.Gosched()
	}
}

func TestError(t *testing.T) {
	err := error(&Error{"seize", 4711, syscall.EPERM})
	if got, want := err.Error(), "ptrace: seize 4711: operation not permitted"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if !errors.Is(err, os.ErrPermission) || Gone(err) || Gone(nil) || !Gone(syscall.ESRCH) {
		t.Error("the errno is lost")
	}
	refused(t, Seize(1<<30, 0), syscall.ESRCH)
	refused(t, Interrupt(os.Getpid()), syscall.ESRCH)
}
