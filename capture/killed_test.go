package capture_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"syscall"
	"testing"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/internal/fixture"
	"github.com/trapline/trapline/trace"
)

// ours are the calls that touch the process that is taken.
var ours = map[string][]uint64{
	"amd64": {101, 247, 310}, // ptrace, waitid, process_vm_readv
	"arm64": {117, 95, 270},
}

// interrupts is PTRACE_INTERRUPT.
const interrupts = 0x4207

// killAt has a process taken by another of ours, which is killed after its nth call on it, and
// reports whether it was. Before that process asks the first thread to stop, signal is called.
func killAt(t *testing.T, pid, nth int, signal func()) bool {
	t.Helper()
	n, killed := 0, false
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	tracer := trace.New(trace.Options{Syscalls: true, Follow: true})
	_, err = tracer.Start(&trace.Command{
		Path: os.Args[0], Args: os.Args[:1], Stdout: null,
		Env: append(os.Environ(), fmt.Sprintf("%s=%d", takeThis, pid)),
	})
	if err != nil {
		t.Fatal(err)
	}
	err = tracer.Run(context.Background(), trace.HandlerFunc(func(s *trace.Stop) (trace.Action, error) {
		switch e := s.Event.(type) {
		case *trace.SyscallEnter:
			if signal != nil && e.Call.NR == ours[abi.Native.Name][0] && e.Call.Args[0] == interrupts {
				signal()
				signal = nil
			}
		case *trace.SyscallExit:
			if slices.Contains(ours[abi.Native.Name], e.Call.NR) {
				n++
			}
			if n == nth && !killed {
				killed = true
				return trace.Action{}, syscall.Kill(s.Task.TGID(), syscall.SIGKILL)
			}
		}
		return trace.Action{}, nil
	}))
	if err != nil {
		t.Fatal(err)
	}
	return killed
}

// Whoever takes a process may be killed at any moment: the process goes on as before.
func TestTakerIsKilled(t *testing.T) {
	for _, call := range []string{"read", "nanosleep", "futex", "poll_timed", "sigsuspend"} {
		t.Run(call, func(t *testing.T) {
			p := blocked(t, call)
			n := 1
			for ; killAt(t, p.PID(), n, nil); n++ {
				untraced(t, p.PID())
				asleep(t, p.PID())
			}
			if n < 10 {
				t.Errorf("only %d moments", n)
			}
			unnoticed(t, p)
		})
	}
}

// The same with a process that is stopped: it stays stopped.
func TestTakerOfStoppedIsKilled(t *testing.T) {
	p := stands(t)
	for n := 1; killAt(t, p.PID(), n, nil); n++ {
		untraced(t, p.PID())
		fixture.AwaitThreads(t, p.PID(), "T")
	}
	syscall.Kill(p.PID(), syscall.SIGCONT)
	asleep(t, p.PID())
	unnoticed(t, p)
}

// The same with a signal that a thread stops for while it is taken: it is not lost.
func TestTakerIsKilledBeforeSignal(t *testing.T) {
	sent := 0
	p := blocked(t, "read")
	for n := 1; ; n++ {
		was := killAt(t, p.PID(), n, func() {
			sent++
			syscall.Kill(p.PID(), syscall.SIGUSR1)
			fixture.AwaitState(t, p.PID(), "t")
		})
		if !was {
			break
		}
		asleep(t, p.PID())
	}
	p.Tell()
	wants(t, p.Finish(), fmt.Sprintf(" %d signals", sent))
}
