package ptrace

import "syscall"

// A Status is one result of wait: who, and what became of it.
type Status struct {
	PID int
	Raw uint32
}

// The events of a stop, and what Event returns for them.
const (
	EventFork      = 1
	EventVFork     = 2
	EventClone     = 3
	EventExec      = 4
	EventVForkDone = 5
	EventExit      = 6
	EventSeccomp   = 7
	EventStop      = 128
)

const (
	stopped     = 0x7f // in the low byte of a stop; the high byte is the signal
	dumped      = 0x80
	syscallTrap = int(syscall.SIGTRAP) | 0x80 // with OptSysGood
)

// Exited reports whether the task ended by itself.
func (s Status) Exited() bool { return s.Raw&0x7f == 0 }

// ExitCode is the exit status of a task that Exited.
func (s Status) ExitCode() int { return int(s.Raw >> 8 & 0xff) }

// Signaled reports whether a signal killed the task.
func (s Status) Signaled() bool { return s.Raw&0x7f != 0 && s.Raw&0x7f != stopped }

// TermSignal is the signal that killed a task that was Signaled.
func (s Status) TermSignal() syscall.Signal { return syscall.Signal(s.Raw & 0x7f) }

// CoreDump reports whether a task that was Signaled dumped core.
func (s Status) CoreDump() bool { return s.Signaled() && s.Raw&dumped != 0 }

// Stopped reports whether the task is in a stop.
func (s Status) Stopped() bool { return s.Raw&0xff == stopped }

// StopSignal is the signal of a stop: the one about to be delivered, the one that
// stopped the group, or SIGTRAP. SyscallStop tells the 0x80 of OptSysGood; it is
// not part of StopSignal.
func (s Status) StopSignal() syscall.Signal { return syscall.Signal(s.Raw >> 8 & 0x7f) }

// Event is the event of a stop, zero if it has none.
func (s Status) Event() int {
	if !s.Stopped() {
		return 0
	}
	return int(s.Raw >> 16)
}

// SyscallStop reports whether this is a system call's entry or exit.
func (s Status) SyscallStop() bool {
	return s.Stopped() && int(s.Raw>>8) == syscallTrap
}

// GroupStop reports whether this is a stop for job control.
func (s Status) GroupStop() bool {
	if s.Event() != EventStop {
		return false
	}
	switch s.StopSignal() {
	case syscall.SIGSTOP, syscall.SIGTSTP, syscall.SIGTTIN, syscall.SIGTTOU:
		return true
	}
	return false
}
