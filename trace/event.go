package trace

import (
	"syscall"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/value"
)

// An Event is what a task did to make the kernel stop it, or what became of it.
// The set is closed: *SyscallEnter, *SyscallExit, *SignalStop, *GroupStop, *Trap,
// *Forked, *NewTask, *Exec, *Exiting, *Exited, *Attached, *Joined,
// *Interrupted, *Detached.
//
// An event and all it refers to is valid until the handler returns.
type Event interface{ event() }

// SyscallEnter is a syscall-enter-stop: the call has not run yet.
type SyscallEnter struct {
	Call abi.Call
	PC   abi.Addr // behind the instruction that made the call
	SP   abi.Addr
	// Resumed is true when Call is restart_syscall and goes on with Interrupted, a
	// call that a stop or a signal without a handler broke off.
	Resumed     bool
	Interrupted abi.Call
}

// SyscallExit is a syscall-exit-stop. Call is the call as it was entered; Entered
// is false when nobody saw the entry and Call is not known.
type SyscallExit struct {
	Call    abi.Call
	Result  abi.Result
	PC      abi.Addr
	Entered bool
	// Tampered is what another handler did to the call; nil when the engine reports it.
	Tampered *Tampering
}

// A Tampering is what has been done to a call, for handlers that show it.
type Tampering struct {
	Args, Result, Delayed bool
	Changes               []Change
}

// A Change is a named value of a call before and after a handler has changed it.
type Change struct {
	Name          string
	Before, After value.Value
}

// SignalStop is a signal-delivery-stop: the signal is about to be delivered.
type SignalStop struct {
	Signal syscall.Signal
	// Info is the siginfo_t as the kernel holds it, in the tracer's own ABI; empty
	// when the kernel would not tell.
	Info []byte
}

// GroupStop says that the task has stopped for job control, by Signal.
type GroupStop struct{ Signal syscall.Signal }

// Trap is a stop by a breakpoint, a single step or a watchpoint.
type Trap struct {
	Info []byte // siginfo_t
}

// InHandler reports whether the step has led to the beginning of a handler.
func (t *Trap) InHandler() bool { return siginfoCode(t.Info) == inHandler }

// Forked is the stop of a task that has made another: by fork, vfork or clone.
// NewTask follows when Child has come to its first stop.
type Forked struct{ Child *Task }

// NewTask is the first stop of a task that a traced task made. Parent made it and
// may be nil when that has ended already.
type NewTask struct {
	Parent *Task
	Thread bool // it shares its parent's thread group
}

// Exec says that the task's process runs a new program. All its other threads are
// gone. Former is the thread id of the thread that called execve, which now has
// the leader's id; Superseded is the leader's task that it replaced, nil when the
// leader called execve itself or was not traced.
type Exec struct {
	Former     int
	Superseded *Task
}

// Exiting is the stop on the way out, while memory and registers are still there.
// It is reported only when Options.Exiting asks for it. Status is the wait status
// that the task is going to end with.
type Exiting struct{ Status syscall.WaitStatus }

// Exited says that the task is gone.
type Exited struct {
	// Code is the exit status; Signal, when it is not zero, is what killed the task.
	Code       int
	Signal     syscall.Signal
	CoreDumped bool
	// Superseded is true when another thread's execve took over this task's id: the
	// task ended without an exit status.
	Superseded bool
	// By is the thread that superseded this one.
	By int
}

// Attached says that Tracer.Attach has seized the task.
type Attached struct{}

// Joined says that all threads of the task's process are traced now, after Tracer.Attach.
type Joined struct{}

// Interrupted is the stop of a task that Task.Interrupt has asked for. Another stop may come
// in its place.
type Interrupted struct{}

// Detached says that the tracer has let the task go.
type Detached struct{}

func (*SyscallEnter) event() {}
func (*SyscallExit) event()  {}
func (*SignalStop) event()   {}
func (*GroupStop) event()    {}
func (*Trap) event()         {}
func (*Forked) event()       {}
func (*NewTask) event()      {}
func (*Exec) event()         {}
func (*Exiting) event()      {}
func (*Exited) event()       {}
func (*Attached) event()     {}
func (*Joined) event()       {}
func (*Interrupted) event()  {}
func (*Detached) event()     {}
