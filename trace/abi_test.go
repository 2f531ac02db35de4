package trace_test

import (
	"testing"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/internal/fixture"
	"github.com/trapline/trapline/trace"
)

// entered returns the calls of a tape that have this number in this ABI.
func entered(l tape, a *abi.ABI, nr uint64) (calls []abi.Call) {
	for _, r := range of[*trace.SyscallEnter](l) {
		if c := r.event.(*trace.SyscallEnter).Call; c.ABI == a && c.NR == nr {
			calls = append(calls, c)
		}
	}
	return calls
}

// 64-bit code that enters the kernel by int 0x80 makes i386 calls; those before and
// behind them are its own.
func TestInt80(t *testing.T) {
	l := sameAsUntraced(t, "int80")
	if n := len(entered(l, abi.I386, i386Getpid)); n != 1 {
		t.Errorf("%d getpid of i386, want 1", n)
	}
	writes := entered(l, abi.I386, 4)
	if len(writes) != 1 || writes[0].Args[0] != 1 || writes[0].Args[2] == 0 {
		t.Errorf("writes of i386 are %+v, want one to 1", writes)
	}
	if len(entered(l, abi.AMD64, nrWrite)) == 0 || len(entered(l, abi.I386, nrWrite)) != 0 {
		t.Error("the program's 64-bit calls are not taken for such")
	}
	for _, r := range of[*trace.SyscallExit](l) {
		e := r.event.(*trace.SyscallExit)
		if e.Call.ABI == abi.I386 && e.Call.NR == 100000 && e.Result.Errno() != 38 {
			t.Errorf("the unknown call returned %+v, want ENOSYS", e.Result)
		}
	}
}

// All that an i386 program does is of that ABI, registers and negative results too.
func TestI386(t *testing.T) {
	started := false
	l, out := recordRun(t, everything, func(s *trace.Stop) (trace.Action, error) {
		switch e := s.Event.(type) {
		case *trace.Exec:
			started = true
		case *trace.SyscallEnter:
			regs, err := s.Task.Regs()
			if started && (err != nil || regs.ABI != abi.I386 || e.Call.ABI != abi.I386 || s.Task.ABI() != abi.I386) {
				t.Errorf("call %+v, registers of %v: %v", e.Call, regs.ABI, err)
			}
		}
		return trace.Action{}, nil
	}, fixture.Build(t, "forkstorm", fixture.M32), "3")
	wants(t, out, "12 of 12")
	if n := len(of[*trace.NewTask](l)); n != 15 {
		t.Errorf("%d tasks announced, want 15", n)
	}
}

// The fixtures of signals and restarts, as i386 programs.
func TestI386IsInvisible(t *testing.T) {
	for _, name := range []string{"signals", "sigtrap", "restart", "groupstop", "execthread"} {
		t.Run(name, func(t *testing.T) { sameAsUntraced(t, name, fixture.M32) })
	}
}

// Numbers of x32 from an amd64 program are x32's, whatever the kernel makes of them.
func TestX32Numbers(t *testing.T) {
	l := sameAsUntraced(t, "x32nr")
	if n := len(entered(l, abi.X32, x32Getpid)); n != 1 {
		t.Errorf("%d getpid of x32, want 1", n)
	}
	if n := len(entered(l, abi.AMD64, 0x3fffffff)); n != 1 {
		t.Errorf("%d calls of the number without a call, want 1", n)
	}
}

// An i386 call's arguments and result can be replaced like any other.
func TestActionsI386(t *testing.T) {
	const write = 4
	var count uint64
	l, out := recordRun(t, trace.Options{Syscalls: true}, func(s *trace.Stop) (trace.Action, error) {
		switch e := s.Event.(type) {
		case *trace.SyscallEnter:
			if e.Call.ABI == abi.I386 && e.Call.NR == write {
				c := e.Call
				count, c.Args[2] = c.Args[2], 6
				return trace.Action{Call: &c}, nil
			}
		case *trace.SyscallExit:
			if e.Call.ABI == abi.I386 && e.Call.NR == write {
				return trace.Action{Result: &abi.Result{Value: count}}, nil
			}
		}
		return trace.Action{}, nil
	}, fixture.Build(t, "untraced", fixture.M32))
	if e := l[len(l)-1].event.(*trace.Exited); out != "untracuntrac" || e.Code != 0 {
		t.Errorf("the program wrote %q and ended with %+v", out, e)
	}
}
