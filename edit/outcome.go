package edit

import (
	"syscall"
	"time"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/filter"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/trace"
)

// An outcome is what is done to a call besides its arguments.
type outcome struct {
	// Result is at the exit what the program is to see.
	Result abi.Result
	// Marks say what has been done, for those that show it.
	Marks trace.Tampering

	answer  *abi.Result // what is returned instead of making the call
	running bool        // another call is made in its place
	delay   time.Duration
	sig     syscall.Signal
}

// MaxErrno is the highest number that the kernel takes for an error.
const MaxErrno = 4095

// Failure is the result of a call that fails.
func Failure(errno uint64) abi.Result { return abi.Result{Value: -errno, Failed: true} }

// ResultOf is the result that a number stands for: errors are -1 to -4095.
func ResultOf(v filter.Value) abi.Result {
	return abi.Result{Value: v.Bits, Failed: v.Signed && -v.Bits-1 < MaxErrno}
}

// Ended reports whether the call has been made.
func (c *Call) Ended() bool { return c.result != nil }

// Answer gives the call a result. Before the exit it is not made.
func (c *Call) Answer(r abi.Result) {
	c.Marks.Result = true
	if c.Ended() {
		c.Result, c.Scene.Call.Result = r, r
		return
	}
	c.answer, c.running = &r, false
}

// Run makes another call in the place of the program's, which gets its result.
func (c *Call) Run(other abi.Call) {
	c.Marks.Args = true
	c.Now, c.running, c.answer = other, true, nil
}

// Pretend makes another call in the place of the program's, which gets the result r.
func (c *Call) Pretend(other abi.Call, r abi.Result) {
	c.Answer(r)
	c.Now, c.running = other, true
}

// Delay has the task wait before it goes on.
func (c *Call) Delay(d time.Duration) {
	c.Marks.Delayed = true
	c.delay += d
}

// Signal sends the task a signal. SIGKILL ends it where it stands; any other is delivered
// when it goes on to the program.
func (c *Call) Signal(sig syscall.Signal) error {
	if sig == syscall.SIGKILL {
		return c.task.Kill(sig)
	}
	c.sig = sig
	return nil
}

// Note keeps what a value was and has become.
func (c *Call) Note(name string, before, after filter.Value) {
	c.Marks.Changes = append(c.Marks.Changes, trace.Change{Name: name, Before: before.Node(), After: after.Node()})
}

// act adds to what next asks for what is to be done when the task goes on.
func (c *Call) act(a *trace.Action) {
	if c.sig != 0 && a.Signal == nil {
		sig := c.sig
		a.Signal = &sig
	}
}

// tampering is what was done to the call, nil for nothing.
func (c *Call) tampering() *trace.Tampering {
	if m := c.Marks; m.Args || m.Result || m.Delayed {
		return &m
	}
	return nil
}

// seen is the result as the program is to see it: of a buffer that was longer or shorter
// than the program's, as much as that is of the program's.
func (c *Call) seen(r abi.Result) abi.Result {
	switch {
	case r.Failed || c.resized == resized{}:
	case r.Value == c.resized.to:
		r.Value = c.resized.from
	default:
		r.Value = min(r.Value, c.resized.from)
	}
	return r
}

// Possible reports whether anything can be done to a call: not to the end of a signal
// handler, whose result is not one but the registers of what was interrupted.
func Possible(row *syscalls.Syscall) bool {
	return row == nil || row.Name != "rt_sigreturn" && row.Name != "sigreturn"
}

// Returns reports whether a call can come to an exit.
func Returns(row *syscalls.Syscall) bool {
	return row == nil || row.Name != "exit" && row.Name != "exit_group"
}
