package capture_test

import (
	"errors"
	"fmt"
	"syscall"
	"testing"
	"time"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/capture"
	"github.com/trapline/trapline/internal/fixture"
	"github.com/trapline/trapline/procfs"
)

// untraced checks that nobody traces any thread of a process.
func untraced(t *testing.T, pid int) {
	t.Helper()
	tids, _ := procfs.Tasks(pid)
	for _, tid := range tids {
		if s, err := procfs.Status(tid); err == nil && s.TracerPid != 0 {
			t.Errorf("thread %d is traced by %d", tid, s.TracerPid)
		}
	}
}

// walkable checks that what was taken of a thread belongs together: there is memory at its
// stack pointer and code where it is.
func walkable(t *testing.T, c *capture.Process) {
	t.Helper()
	var word [8]byte
	for i := range c.Threads {
		th := &c.Threads[i]
		if th.Err != nil {
			t.Errorf("thread %d: %v", th.TID, th.Err)
			continue
		}
		for _, addr := range []abi.Addr{th.Regs.SP(), th.Regs.PC()} {
			if _, err := c.Memory.ReadMem(word[:], addr); err != nil {
				t.Errorf("thread %d: %v", th.TID, err)
			}
		}
	}
}

// Threads that are born and die all the time: when all have been stopped, there is none that
// runs.
func TestBirthsAndDeaths(t *testing.T) {
	p := start(t, "births: %d", "births")
	for range 100 {
		c := take(t, p.PID(), capture.Options{While: func(c *capture.Process) []capture.Range {
			tids, _ := procfs.Tasks(p.PID())
			for _, tid := range tids {
				if s, err := procfs.Status(tid); err == nil && s.State != 'Z' && s.State != 'X' && s.TracerPid == 0 {
					t.Errorf("thread %d was not stopped", tid)
				}
			}
			return nil
		}})
		if len(c.Threads) < 5 {
			t.Errorf("%d threads; there are 5 at any time", len(c.Threads))
		}
		walkable(t, c)
	}
	untraced(t, p.PID())
	p.Finish()
}

// A thread is in the kernel's list a moment before it can be looked at by its id.
func TestBeingBorn(t *testing.T) {
	capture.Unborn(t)
	p := start(t, "births: %d", "births")
	if c := take(t, p.PID(), capture.Options{}); len(c.Threads) < 5 {
		t.Errorf("%d threads; there are 5 at any time", len(c.Threads))
	}
	p.Finish()
}

// A process that executes one program after the other, each time by a thread that is not the
// leader, is taken as one of them.
func TestExecStorm(t *testing.T) {
	p := start(t, "execstorm: %d", "execstorm")
	for range 100 {
		c := take(t, p.PID(), capture.Options{})
		walkable(t, c)
		c.Close()
	}
	p.Tell()
	wants(t, p.Finish(), "execstorm: went on")
}

// A program that is executed at any moment is the one that is taken, or the one before.
func TestExecAtEachStep(t *testing.T) {
	for step := range capture.Steps + 1 {
		p := start(t, "execgate: thread %d", "execgate")
		capture.Before(t, step, sync(func() { p.Tell() }))
		c, err := capture.Take(p.PID(), capture.Options{Deadline: time.Minute})
		switch {
		case err == nil:
			walkable(t, c)
			c.Close()
		case !errors.Is(err, capture.ErrZombie):
			t.Error(err)
		}
		wants(t, p.Finish(), "execgate: executed")
	}
}

// sync returns f for one call only.
func sync(f func()) func() {
	done := false
	return func() {
		if !done {
			done = true
			f()
		}
	}
}

// A process that is killed at any moment is dead then, and holds nobody up.
func TestKillAtEachStep(t *testing.T) {
	eachStep(t, reads, sends(syscall.SIGKILL), func(t *testing.T, p *fixture.Process) {
		c, err := capture.Take(p.PID(), capture.Options{Deadline: time.Minute})
		switch {
		case err == nil:
			c.Close()
		case !errors.Is(err, capture.ErrZombie):
			t.Error(err)
		}
		p.AwaitState("Z")
		p.Finish()
		if s := p.State().Sys().(syscall.WaitStatus); s.Signal() != syscall.SIGKILL {
			t.Errorf("ended with %v", s)
		}
	})
}

// The leader has ended; another thread lives.
func TestLeaderHasEnded(t *testing.T) {
	p := fixture.Start(t, fixture.Build(t, "leaderless"))
	tid := p.Await("leaderless: thread %d")
	p.AwaitState("Z")
	for range 3 {
		fixture.AwaitState(t, tid, "S")
		c := take(t, p.PID(), capture.Options{})
		if len(c.Threads) != 1 || c.Threads[0].TID != tid || c.PID != p.PID() {
			t.Errorf("%d, threads %+v", c.PID, c.Threads)
		}
		walkable(t, c)
	}
	untraced(t, p.PID())
	p.Tell()
	p.Finish()
	if code := p.State().ExitCode(); code != 7 {
		t.Errorf("exit status %d, want 7", code)
	}
}

// The leader ends at any moment, and another thread lives on.
func TestLeaderEndsAtEachStep(t *testing.T) {
	for step := range capture.Steps + 1 {
		t.Run(fmt.Sprint(step), func(t *testing.T) {
			p := start(t, "leaves: thread %d", "leaves")
			capture.Before(t, step, func() {
				if p.Tell(); step <= capture.Stop { // it is not frozen yet
					p.AwaitState("Z")
				}
			})
			c := take(t, p.PID(), capture.Options{})
			walkable(t, c)
			untraced(t, p.PID())
			p.Tell()
			p.Finish()
			if code := p.State().ExitCode(); code != 7 {
				t.Errorf("exit status %d, want 7", code)
			}
		})
	}
}

// sleeper starts a program that sleeps uninterruptibly. It may be on its way to sleep when its
// state is that already.
func sleeper(t *testing.T) *fixture.Process {
	t.Helper()
	p := start(t, "vforkwait: child %d", "vforkwait")
	for wchan := ""; wchan == ""; {
		var err error
		if wchan, err = procfs.Wchan(p.PID()); err != nil {
			t.Fatal(err)
		}
	}
	p.AwaitState("D")
	return p
}

// A parent by vfork sleeps uninterruptibly. It is given up after the deadline, with what can be
// told of it, and nothing is left behind.
func TestVforkParent(t *testing.T) {
	p := sleeper(t)
	for range 2 {
		c := take(t, p.PID(), capture.Options{Deadline: 20 * time.Millisecond})
		th := &c.Threads[0]
		if len(c.Threads) != 1 || th.Err == nil || th.Err.Error() != "it is in uninterruptible sleep and did not stop within 20ms" {
			t.Fatalf("threads %+v", c.Threads)
		}
		if th.State != 'D' || th.Wchan == "" || th.Call == nil {
			t.Errorf("thread %+v", th)
		}
		untraced(t, p.PID())
	}
	p.Tell()
	wants(t, p.Finish(), "vforkwait: child exited 4")
}

// A sampled process does not wait the whole deadline each time for the same sleep.
func TestVforkParentSampled(t *testing.T) {
	p := sleeper(t)
	s := capture.Session{PID: p.PID(), Options: capture.Options{Deadline: 20 * time.Millisecond}}
	for range 3 {
		c, err := s.Take()
		if err != nil {
			t.Fatal(err)
		}
		if th := &c.Threads[0]; th.Err == nil || th.Err.Error() != "it is in uninterruptible sleep and did not stop within 20ms" {
			t.Errorf("thread %+v", th)
		}
		c.Close()
		untraced(t, p.PID())
		s.Options.Deadline = time.Hour
	}
	p.Tell()
	p.Await("vforkwait: child exited 4")
}

// Other threads do not wait for one in uninterruptible sleep: they have been let go when it is
// waited for. It is taken when it wakes up.
func TestVforkThread(t *testing.T) {
	p := start(t, "vforkthread: child %d", "vforkthread")
	parent := p.Await("vforkthread: parent %d")
	fixture.AwaitState(t, parent, "D")
	fixture.AwaitCalls(t, p.PID(), 4)
	capture.Before(t, capture.Late, func() {
		tids, _ := procfs.Tasks(p.PID())
		for _, tid := range tids {
			if s, _ := procfs.Status(tid); (s.TracerPid != 0) != (tid == parent) {
				t.Errorf("thread %d is traced by %d", tid, s.TracerPid)
			}
		}
		p.Tell()
	})
	c := take(t, p.PID(), capture.Options{Deadline: time.Minute})
	if len(c.Threads) != 4 {
		t.Errorf("%d threads, want 4", len(c.Threads))
	}
	walkable(t, c)
	untraced(t, p.PID())
	wants(t, p.Finish(), "vforkthread: child exited 4")
}
