package ptrace

import (
	"syscall"
	"testing"
)

func TestStatus(t *testing.T) {
	type facts struct {
		Exited, Signaled, CoreDump, Stopped, SyscallStop, GroupStop bool

		Code, Event int
		Term, Stop  syscall.Signal
	}
	for raw, want := range map[uint32]facts{
		0x0000:   {Exited: true},
		0x2a00:   {Exited: true, Code: 42},
		0x0009:   {Signaled: true, Term: syscall.SIGKILL},
		0x008b:   {Signaled: true, CoreDump: true, Term: syscall.SIGSEGV},
		0x137f:   {Stopped: true, Stop: syscall.SIGSTOP},
		0x407f:   {Stopped: true, Stop: 64},
		0x857f:   {Stopped: true, SyscallStop: true, Stop: syscall.SIGTRAP},
		0x057f:   {Stopped: true, Stop: syscall.SIGTRAP},
		0x4057f:  {Stopped: true, Event: EventExec, Stop: syscall.SIGTRAP},
		0x80057f: {Stopped: true, Event: EventStop, Stop: syscall.SIGTRAP},
		0x80137f: {Stopped: true, Event: EventStop, GroupStop: true, Stop: syscall.SIGSTOP},
		0x80147f: {Stopped: true, Event: EventStop, GroupStop: true, Stop: syscall.SIGTSTP},
	} {
		s := Status{PID: 1, Raw: raw}
		got := facts{
			Exited: s.Exited(), Signaled: s.Signaled(), CoreDump: s.CoreDump(), Stopped: s.Stopped(),
			SyscallStop: s.SyscallStop(), GroupStop: s.GroupStop(), Event: s.Event(),
		}
		switch {
		case got.Exited:
			got.Code = s.ExitCode()
		case got.Signaled:
			got.Term = s.TermSignal()
		case got.Stopped:
			got.Stop = s.StopSignal()
		}
		if got != want {
			t.Errorf("%#x: got %+v, want %+v", raw, got, want)
		}
		if w := syscall.WaitStatus(raw); w.Exited() != s.Exited() || w.Signaled() != s.Signaled() || w.Stopped() != s.Stopped() || w.CoreDump() != s.CoreDump() {
			t.Errorf("%#x: package syscall disagrees", raw)
		}
	}
}
