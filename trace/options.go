package trace

import "github.com/trapline/trapline/internal/ptrace"

// Options say what a Tracer follows and where it stops. The zero value traces
// nothing but signals and the end of one task.
type Options struct {
	// Syscalls stops every task at the entry and the exit of each system call.
	Syscalls bool
	// Follow traces the processes and threads that traced tasks make, and attaches
	// to all threads of a process.
	Follow bool
	// Exiting asks for Exiting events.
	Exiting bool
	// SystemTime asks for Stop.System.
	SystemTime bool
	// KillOnExit has the kernel kill every task when the tracer ends for any reason.
	KillOnExit bool
}

// ptrace returns the options as the kernel takes them.
func (o *Options) ptrace() ptrace.Option {
	p := ptrace.OptSysGood | ptrace.OptExec
	if o.Follow {
		p |= ptrace.OptFork | ptrace.OptVFork | ptrace.OptClone
	}
	if o.Exiting {
		p |= ptrace.OptExit
	}
	if o.KillOnExit {
		p |= ptrace.OptExitKill
	}
	return p
}
