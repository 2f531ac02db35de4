package trace_test

import (
	"syscall"
	"testing"

	"github.com/trapline/trapline/trace"
)

// A program's own seccomp filters answer as they do untraced; their signals, results
// and kills are seen.
func TestOwnSeccompFilters(t *testing.T) {
	l := sameAsUntraced(t, "seccomp")
	results := map[syscall.Errno]int{}
	for _, r := range of[*trace.SyscallExit](l) {
		if e := r.event.(*trace.SyscallExit); e.Call.NR == nrGetppid && e.Result.Failed {
			results[syscall.Errno(e.Result.Errno())]++
		}
	}
	if results[syscall.ENOANO] != 2 {
		t.Errorf("the filter's ENOANO was seen %d times, want twice", results[syscall.ENOANO])
	}
	if results[syscall.ENOSYS] == 0 {
		t.Error("RET_TRACE without PTRACE_O_TRACESECCOMP was not ENOSYS")
	}
	delivered, killed := 0, map[syscall.Signal]int{}
	for _, r := range l {
		switch e := r.event.(type) {
		case *trace.SignalStop:
			if e.Signal == syscall.SIGSYS {
				delivered++
			}
		case *trace.Exited:
			killed[e.Signal]++
		}
	}
	if delivered != 1 || killed[syscall.SIGSYS] != 2 || killed[syscall.SIGKILL] != 1 {
		t.Errorf("%d SIGSYS delivered and ends by %v, want 1, and 2 by SIGSYS and 1 by SIGKILL", delivered, killed)
	}
}

// A call that syscall user dispatch catches never enters: after its SIGSYS comes
// no exit without an entry.
func TestUserDispatch(t *testing.T) {
	l := sameAsUntraced(t, "dispatch")
	inCall, caught := map[int]bool{}, 0
	for _, r := range l {
		switch e := r.event.(type) {
		case *trace.SyscallEnter:
			if inCall[r.tid] {
				t.Errorf("call %d entered within another", e.Call.NR)
			}
			inCall[r.tid] = true
		case *trace.SyscallExit:
			if !inCall[r.tid] || !e.Entered {
				t.Errorf("exit of %d without an entry", e.Call.NR)
			}
			inCall[r.tid] = false
		case *trace.SignalStop:
			if e.Signal == syscall.SIGSYS {
				caught++
			}
		}
	}
	if caught == 0 {
		t.Error("no call was caught")
	}
}
