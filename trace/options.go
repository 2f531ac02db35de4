package trace

import (
	"github.com/trapline/trapline/internal/ptrace"
	"github.com/trapline/trapline/seccomp"
)

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
	// Seccomp, when not nil, are the system calls to stop at; the kernel lets all others
	// pass without a stop. Tags are ignored, and a call that is stopped at by chance is
	// reported: handlers choose again. It takes Syscalls and Follow. Programs must be
	// started by this Tracer: it attaches to none. They cannot do without a tracer any more:
	// those that are detached, and all of them when the run ends early, are traced in
	// silence to their end, and when the tracer is killed so are they. Run as a Mode lets
	// a task go on until the next call that is chosen.
	Seccomp []seccomp.Rule
	// Over, when not nil, is called on the tracer's thread when the run has ended early and
	// tasks are traced in silence from then on.
	Over func()
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
	if o.Seccomp != nil {
		p |= ptrace.OptSeccomp
	}
	if o.KillOnExit || o.Seccomp != nil {
		p |= ptrace.OptExitKill
	}
	return p
}
