package capture_test

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/trapline/trapline/capture"
	"github.com/trapline/trapline/internal/fixture"
)

// blocked starts a program with two threads, of which one is blocked in a call and the other
// waits for a byte.
func blocked(t *testing.T, call string) *fixture.Process {
	t.Helper()
	p := start(t, "blocked: %d in "+call, "blocked", call)
	asleep(t, p.PID())
	return p
}

// asleep waits until both threads of a blocked program are in their calls.
func asleep(t *testing.T, pid int) {
	t.Helper()
	fixture.AwaitCalls(t, pid, 2)
}

// unnoticed ends a blocked program and checks that it has noticed nothing.
func unnoticed(t *testing.T, p *fixture.Process) {
	t.Helper()
	p.Tell()
	wants(t, p.Finish(), " 0 spurious")
}

// all checks that threads were taken, all of them and each with the call it is in.
func all(t *testing.T, c *capture.Process, threads int) {
	t.Helper()
	if len(c.Threads) != threads {
		t.Errorf("%d threads, want %d", len(c.Threads), threads)
	}
	for i := range c.Threads {
		if th := &c.Threads[i]; th.Err != nil || th.Call == nil {
			t.Errorf("thread %d: %v, in call %v", th.TID, th.Err, th.Call)
		}
	}
}

// A call that a thread is blocked in goes on, whichever it is and however often it is broken
// off: restart_syscall, too, by which some go on.
func TestCallsGoOn(t *testing.T) {
	for _, call := range strings.Fields(fixture.Start(t, fixture.Build(t, "blocked")).Finish()) {
		t.Run(call, func(t *testing.T) {
			p := blocked(t, call)
			for range 10 {
				asleep(t, p.PID())
				all(t, take(t, p.PID(), capture.Options{}), 2)
			}
			asleep(t, p.PID())
			unnoticed(t, p)
		})
	}
}

// A sampled program notices nothing. Samples follow each other at once: a call may be broken
// off before it has begun to wait.
func TestSampled(t *testing.T) {
	p := start(t, "crowd: %d here", "crowd", "6")
	s := capture.Session{PID: p.PID(), Options: capture.Options{Deadline: time.Minute}}
	for range 1000 {
		c, err := s.Take()
		if err != nil || len(c.Threads) != 6 {
			t.Fatalf("%v, %+v", err, c)
		}
		c.Close()
	}
	p.Tell()
	wants(t, p.Finish(), "crowd: 0 came back")
}

// eachStep runs a test for each moment of a freeze, at which something is done to the program
// that start starts.
func eachStep(t *testing.T, start func(*testing.T) *fixture.Process, do func(pid int), then func(*testing.T, *fixture.Process)) {
	t.Helper()
	for step := range capture.Steps + 1 {
		t.Run(fmt.Sprint(step), func(t *testing.T) {
			p := start(t)
			capture.Before(t, step, func() { do(p.PID()) })
			then(t, p)
		})
	}
}

// sends returns what sends a signal to a process.
func sends(sig syscall.Signal) func(int) { return func(pid int) { syscall.Kill(pid, sig) } }

// reads starts a program that is blocked in read.
func reads(t *testing.T) *fixture.Process { return blocked(t, "read") }

// A signal that comes at any moment reaches the program, once.
func TestSignalAtEachStep(t *testing.T) {
	eachStep(t, reads, sends(syscall.SIGUSR1), func(t *testing.T, p *fixture.Process) {
		if c := take(t, p.PID(), capture.Options{}); len(c.Threads) != 2 {
			t.Errorf("%d threads", len(c.Threads))
		}
		p.Tell()
		wants(t, p.Finish(), " 1 signals")
	})
}

// Signals that are queued one after the other while the program is taken again and again
// come all, in their order and with their values.
func TestSignalsInOrder(t *testing.T) {
	p := start(t, "queued: %d", "queued", "3000")
	s := capture.Session{PID: p.PID(), Options: capture.Options{Deadline: time.Minute}}
	for taken := 0; ; taken++ {
		c, err := s.Take()
		if err != nil {
			t.Logf("taken %d times; then %v", taken, err)
			break
		}
		c.Close()
	}
	wants(t, p.Finish(), "queued: 3000 in order")
}

// A signal that the program ignores does not make a call fail that it does not make fail by
// itself: not even when a thread has stopped for it, as only those do that are traced.
func TestIgnoredSignal(t *testing.T) {
	for range 5 {
		p := blocked(t, "epoll_wait")
		capture.Before(t, capture.Stop, sync(func() {
			syscall.Kill(p.PID(), syscall.SIGURG)
			p.AwaitState("t")
		}))
		take(t, p.PID(), capture.Options{})
		asleep(t, p.PID())
		unnoticed(t, p)
	}
}

// A program that is stopped stays stopped, and SIGCONT continues it.
func TestStoppedStaysStopped(t *testing.T) {
	p := stands(t)
	for range 10 {
		c := take(t, p.PID(), capture.Options{})
		if all(t, c, 2); c.Threads[0].State != 'T' {
			t.Errorf("state %c, want T", c.Threads[0].State)
		}
		fixture.AwaitThreads(t, p.PID(), "T")
	}
	syscall.Kill(p.PID(), syscall.SIGCONT)
	asleep(t, p.PID())
	unnoticed(t, p)
}

// SIGSTOP at any moment stops the program.
func TestStopAtEachStep(t *testing.T) {
	eachStep(t, reads, sends(syscall.SIGSTOP), func(t *testing.T, p *fixture.Process) {
		all(t, take(t, p.PID(), capture.Options{}), 2)
		fixture.AwaitThreads(t, p.PID(), "T")
		syscall.Kill(p.PID(), syscall.SIGCONT)
		asleep(t, p.PID())
		unnoticed(t, p)
	})
}

// stands starts a program that is stopped.
func stands(t *testing.T) *fixture.Process {
	p := reads(t)
	syscall.Kill(p.PID(), syscall.SIGSTOP)
	fixture.AwaitThreads(t, p.PID(), "T")
	return p
}

// SIGCONT at any moment continues the program.
func TestContinueAtEachStep(t *testing.T) {
	eachStep(t, stands, sends(syscall.SIGCONT), func(t *testing.T, p *fixture.Process) {
		take(t, p.PID(), capture.Options{})
		asleep(t, p.PID())
		unnoticed(t, p)
	})
}

// A shell sees its job stop, go on and end, and nothing else.
func TestJobControl(t *testing.T) {
	p := start(t, "shell: ready", "shell")
	job := 0
	look := func() {
		for range 5 {
			take(t, job, capture.Options{})
		}
	}
	job = p.Await("shell: job %d")
	look()
	for _, said := range []string{"shell: stopped SIGTSTP", "shell: continued", "shell: stopped SIGSTOP", "shell: continued"} {
		p.Tell()
		p.Await(said)
		look()
	}
	p.Tell()
	wants(t, p.Finish(), "shell: exited 3, after 2 stopped, 2 continued, 1 exited, 0 others")
}
