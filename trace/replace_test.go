package trace_test

import (
	"context"
	"errors"
	"syscall"
	"testing"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/internal/fixture"
	"github.com/trapline/trapline/trace"
)

// own reports whether the entry is the fixture's own getppid, clone or read, which have
// registers of their own.
func own(e *trace.SyscallEnter) bool {
	return e.Call.Args[0] == 11 || e.Call.Args[0] == 77 || e.Call.Args[0] == uint64(syscall.SIGCHLD) && e.Call.Args[1] == 0
}

// replacing runs the fixture and replaces its own calls as change says.
func replacing(t *testing.T, change func(e *trace.SyscallEnter) trace.Action, flags ...fixture.Flag) (tape, string) {
	t.Helper()
	return recordRun(t, everything, func(s *trace.Stop) (trace.Action, error) {
		if e, ok := s.Event.(*trace.SyscallEnter); ok && own(e) {
			return change(e), nil
		}
		return trace.Action{}, nil
	}, fixture.Build(t, "replaced", flags...))
}

// each runs a test for both ABIs of the machine.
func each(t *testing.T, test func(t *testing.T, flags ...fixture.Flag)) {
	t.Run("amd64", func(t *testing.T) { test(t) })
	t.Run("i386", func(t *testing.T) { test(t, fixture.M32) })
}

// A program finds its registers as it left them when its call was replaced, and so does
// the child that a replaced call makes.
func TestReplacedRegisters(t *testing.T) {
	each(t, func(t *testing.T, flags ...fixture.Flag) {
		_, out := replacing(t, func(e *trace.SyscallEnter) trace.Action {
			call := e.Call
			for i := 2; i < len(call.Args); i++ {
				call.Args[i] += 7
			}
			if call.Args[0] == 11 {
				call = abi.Call{ABI: call.ABI, NR: getpid(call.ABI), Args: [6]uint64{1, 2, 3, 4, 5}}
			}
			return trace.Action{Call: &call}
		}, flags...)
		wants(t, out, "getppid other, registers kept", "clone: the child's registers kept, the parent's kept", "read -9, registers kept")
	})
}

func getpid(a *abi.ABI) uint64 {
	if a == abi.I386 {
		return i386Getpid
	}
	return 39
}

// A call that only returns something is not made.
func TestReturn(t *testing.T) {
	each(t, func(t *testing.T, flags ...fixture.Flag) {
		l, out := replacing(t, func(e *trace.SyscallEnter) trace.Action {
			if e.Call.Args[0] == uint64(syscall.SIGCHLD) {
				return trace.Action{}
			}
			return trace.Action{Return: &abi.Result{Value: ^uint64(41), Failed: true}}
		}, flags...)
		wants(t, out, "getppid failed, registers kept", "read -42, registers kept")
		n := 0
		for _, r := range of[*trace.SyscallExit](l) {
			if r.event.(*trace.SyscallExit).Result.Errno() == 42 {
				n++
			}
		}
		if n != 2 {
			t.Errorf("%d exits with the result, want 2", n)
		}
	})
}

// A call can be made again after another was made in its place.
func TestAgain(t *testing.T) {
	each(t, func(t *testing.T, flags ...fixture.Flag) {
		entries, lent := 0, uint64(0)
		_, out := recordRun(t, everything, func(s *trace.Stop) (trace.Action, error) {
			switch e := s.Event.(type) {
			case *trace.SyscallEnter:
				if e.Call.Args[0] != 11 {
					break
				}
				if entries++; entries == 1 {
					return trace.Action{Call: &abi.Call{ABI: e.Call.ABI, NR: getpid(e.Call.ABI)}}, nil
				}
			case *trace.SyscallExit:
				if e.Call.Args[0] == 11 && entries == 1 {
					lent = e.Result.Value
					return trace.Action{Again: true}, nil
				}
			}
			return trace.Action{}, nil
		}, fixture.Build(t, "replaced", flags...))
		wants(t, out, "getppid right, registers kept")
		if entries != 2 || lent == 0 {
			t.Errorf("%d entries, the first returned %d", entries, lent)
		}
	})
}

// A tracer that ends while a replaced call blocks takes the replacement back: the call
// goes on as the program made it.
func TestLeaveReplaced(t *testing.T) {
	each(t, func(t *testing.T, flags ...fixture.Flag) {
		ctx, cancel := context.WithCancelCause(context.Background())
		out, err := captureContext(t, ctx, everything, func(s *trace.Stop) (trace.Action, error) {
			e, ok := s.Event.(*trace.SyscallEnter)
			if !ok || e.Call.Args[0] != 77 {
				return trace.Action{}, nil
			}
			pause := abi.Call{ABI: e.Call.ABI, NR: 34, Args: [6]uint64{1, 2, 3, 4, 5}}
			if e.Call.ABI == abi.I386 {
				pause.NR = 29
			}
			cancel(enough)
			return trace.Action{Call: &pause}, nil
		}, fixture.Build(t, "replaced", flags...))
		if !errors.Is(err, enough) {
			t.Errorf("the run ended with %v", err)
		}
		wants(t, out, "read -9, registers kept")
	})
}
