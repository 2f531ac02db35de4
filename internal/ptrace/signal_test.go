package ptrace

import (
	"encoding/binary"
	"os"
	"os/signal"
	"runtime"
	"sync/atomic"
	"syscall"
	"testing"
)

// signo is the first field of siginfo_t.
func signo(info []byte) syscall.Signal { return syscall.Signal(binary.NativeEndian.Uint32(info)) }

func TestSignalInfo(t *testing.T) {
	c := seized(t, options, "cat")
	must(t, Tgkill(c.pid, c.pid, syscall.SIGUSR1))
	must(t, syscall.Kill(c.pid, syscall.SIGUSR2))
	info := make([]byte, 2*SigInfoSize)
	for queue, want := range map[Queue]syscall.Signal{TaskQueue: syscall.SIGUSR1, ProcessQueue: syscall.SIGUSR2} {
		if n, err := PeekSigInfo(c.pid, queue, 0, info); err != nil || n != 1 || signo(info) != want {
			t.Errorf("queue %d: %d signals, the first is %v, %v", queue, n, signo(info), err)
		}
		if n, err := PeekSigInfo(c.pid, queue, 1, info); err != nil || n != 0 {
			t.Errorf("queue %d: %d more signals, %v", queue, n, err)
		}
	}
	must(t, Cont(c.pid, 0))
	if s := c.wait(); s.StopSignal() != syscall.SIGUSR1 || s.Event() != 0 {
		t.Fatalf("stopped by %+v", s)
	}
	must(t, GetSigInfo(c.pid, info))
	if signo(info) != syscall.SIGUSR1 {
		t.Errorf("siginfo is of %v", signo(info))
	}
	binary.NativeEndian.PutUint32(info[4:], 7) // si_errno
	must(t, SetSigInfo(c.pid, info))
	must(t, GetSigInfo(c.pid, info))
	if got := binary.NativeEndian.Uint32(info[4:]); got != 7 {
		t.Errorf("si_errno is %d after it was set", got)
	}
	refused(t, GetSigInfo(c.pid, info[:100]), syscall.EINVAL)
	refused(t, SetSigInfo(c.pid, info[:100]), syscall.EINVAL)
}

func TestSignalMask(t *testing.T) {
	c := seized(t, options, "cat")
	before, err := GetSigMask(c.pid)
	must(t, err)
	want := before | 1<<(syscall.SIGUSR1-1) | 1<<63
	must(t, SetSigMask(c.pid, want))
	if got, err := GetSigMask(c.pid); err != nil || got != want {
		t.Errorf("mask is %#x, %v, want %#x", got, err, want)
	}
}

func TestGroupStop(t *testing.T) {
	c := seized(t, options, "cat")
	must(t, syscall.Kill(c.pid, syscall.SIGSTOP))
	must(t, Cont(c.pid, 0))
	s := c.wait()
	if s.StopSignal() != syscall.SIGSTOP || s.GroupStop() {
		t.Fatalf("delivery of SIGSTOP is %+v", s)
	}
	must(t, Cont(c.pid, syscall.SIGSTOP))
	if s := c.wait(); !s.GroupStop() || s.StopSignal() != syscall.SIGSTOP {
		t.Fatalf("group-stop is %+v", s)
	}
	must(t, Listen(c.pid))
	if s, err := Poll(c.pid, nil); err != nil || s.PID != 0 {
		t.Errorf("while listening: %+v, %v", s, err)
	}
	must(t, syscall.Kill(c.pid, syscall.SIGCONT))
	if s := c.wait(); s.Event() != EventStop || s.GroupStop() || s.StopSignal() != syscall.SIGTRAP {
		t.Errorf("end of the group-stop is %+v", s)
	}
}

// TestClearRestart checks that a signal ends a wait that nothing else would end.
func TestClearRestart(t *testing.T) {
	c := seized(t, options, "cat")
	got := make(chan os.Signal, 1)
	signal.Notify(got, syscall.SIGUSR1)
	defer signal.Stop(got)
	restore, err := ClearRestart(syscall.SIGUSR1)
	must(t, err)

	must(t, Cont(c.pid, 0))
	var woken atomic.Bool
	rang := make(chan struct{})
	go ring(Gettid(), &woken, rang)
	_, err = Wait(c.pid, All, nil)
	woken.Store(true)
	<-rang
	refused(t, err, syscall.EINTR)
	<-got // Go's handler is still there

	restore()
	if flags := flagsOf(t, syscall.SIGUSR1); flags&saRestart == 0 {
		t.Errorf("flags are %#x after restore", flags)
	}
}

// ring signals a thread until it wakes; before it sleeps a signal has no effect.
func ring(tid int, woken *atomic.Bool, rang chan<- struct{}) {
	defer close(rang)
	for !woken.Load() {
		Tgkill(syscall.Getpid(), tid, syscall.SIGUSR1)
		runtime.Gosched()
	}
}

func TestSetNoCldStop(t *testing.T) {
	before := flagsOf(t, syscall.SIGCHLD)
	must(t, SetNoCldStop(true))
	if got := flagsOf(t, syscall.SIGCHLD); got != before|saNoCldStop {
		t.Errorf("flags became %#x, were %#x", got, before)
	}
	must(t, SetNoCldStop(false))
	if got := flagsOf(t, syscall.SIGCHLD); got != before {
		t.Errorf("flags came back as %#x, were %#x", got, before)
	}
	_, err := ClearRestart(100)
	refused(t, err, syscall.EINVAL)
}

func flagsOf(t *testing.T, sig syscall.Signal) uint64 {
	t.Helper()
	var a sigaction
	must(t, rtSigaction(sig, nil, &a))
	return a.flags
}
