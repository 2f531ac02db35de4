// Package trace is the engine: it waits for tasks, turns what the kernel reports
// into events, asks handlers what to change, applies that and resumes.
package trace

import "context"

// A Tracer traces a set of tasks from one OS thread.
type Tracer struct{ options Options }

// New makes a Tracer. It does nothing until Run.
func New(o Options) *Tracer { return &Tracer{options: o} }

// Start launches a program under the tracer; the first event its handlers see is
// the SyscallEnter of the program's execve. It may be called before Run, and
// during it through Post.
func (t *Tracer) Start(c *Command) (pid int, err error) { return 0, nil }

// Attach seizes a running process: with Options.Follow all its threads, else the
// one task. The same rules as for Start.
func (t *Tracer) Attach(pid int) error { return nil }

// Run traces until no task is left, the context ends or a handler fails. When it
// returns every task still alive has been detached as it was found.
func (t *Tracer) Run(ctx context.Context, h Handler) error { return nil }

// Post runs f on the tracer's thread between two stops. It is the only door for
// other goroutines; it does not wait for f.
func (t *Tracer) Post(f func()) {}
