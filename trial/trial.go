// Package trial runs a program once, under rules, and tells what it did: how it ended, what
// it wrote and which system calls it made. It is what tests and sweeps are made of.
//
// A program has its own Tracer, so that any number of trials run at the same time. When it
// takes too long all of it is killed, and what each thread was doing is told.
package trial

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/trapline/trapline/decode"
	"github.com/trapline/trapline/tamper"
	"github.com/trapline/trapline/trace"
)

// A Program is what is run.
type Program struct {
	// Path is the file to execute; without a slash it is looked for in PATH.
	Path string
	// Args is the argument vector, Args[0] included.
	Args []string
	Env  []string // nil: our own
	Dir  string   // empty: our own
	// Stdin is what the program reads; without it that is /dev/null.
	Stdin string
	// Marked says that the program calls Mark, before which nothing is recorded and no rule
	// applies.
	Marked bool
}

// Options say how a program is run.
type Options struct {
	Rules []*tamper.Rule
	Seed  uint64 // of rules with a chance
	// Watch are conditions as --where takes them; each call says which of them it meets.
	Watch []string
	// Timeout is how long the program may take; zero stands for DefaultTimeout.
	Timeout time.Duration
	// FDs is what lines tell of descriptors.
	FDs decode.FDDetail
	// Entered, when not nil, is called at the entry of each recorded call. It may look at
	// the stopped task.
	Entered func(*trace.Stop, *Call)
}

// DefaultTimeout is how long a program may take.
const DefaultTimeout = 30 * time.Second

// grace is how long killed processes may take to go.
const grace = 5 * time.Second

// A Result is what a program did.
type Result struct {
	// Code is the exit status; Signal, when it is not zero, is what killed the program.
	Code   int
	Signal syscall.Signal
	// Stdout and Stderr are what it wrote there, at most MaxOutput bytes.
	Stdout, Stderr string
	// Calls are the system calls in the order in which they began. Lost is how many more
	// there were than are kept.
	Calls []*Call
	Lost  int
	// Lines is the trace as strace prints it, without broken lines; a line stands where its
	// call ended.
	Lines []string
	// Ends are the ends of all processes, in order.
	Ends []End
	// Stuck is what each thread was doing when the time was over; TimedOut that it was.
	Stuck    []string
	TimedOut bool
	// Warnings are about strace's injections that had no effect.
	Warnings []string
	Took     time.Duration
}

// An End is how a process ended.
type End struct {
	PID    int
	Code   int
	Signal syscall.Signal
}

// ErrForbidden is why a program could not be traced at all.
var ErrForbidden = errors.New("trial: this environment does not permit ptrace: in a container, run it with " +
	"--cap-add=SYS_PTRACE (or a seccomp profile that allows ptrace); elsewhere see kernel.yama.ptrace_scope (2 " +
	"needs root, 3 forbids all) and whether the process is sandboxed")

// Run runs a program to its end. A program that is killed because its time is over, or that
// ends badly, is a result, not an error.
func Run(ctx context.Context, p *Program, o *Options) (*Result, error) {
	r, err := newRecorder(p, o)
	if err != nil {
		return nil, err
	}
	pipes, err := openPipes(p.Stdin)
	if err != nil {
		return nil, err
	}
	defer pipes.close()
	begun := time.Now()
	if err := r.run(ctx, p, pipes); err != nil {
		return nil, err
	}
	r.result.Took = time.Since(begun)
	r.result.Stdout, r.result.Stderr = pipes.collect()
	return &r.result, nil
}

// run starts the program and traces it to its end.
func (r *recorder) run(ctx context.Context, p *Program, pipes *pipes) error {
	path, err := find(p.Path)
	if err != nil {
		return err
	}
	r.tracer = trace.New(trace.Options{Syscalls: true, Follow: true, Exiting: true, KillOnExit: true})
	r.program, err = r.tracer.Start(&trace.Command{
		Path: path, Args: p.Args, Env: p.Env, Dir: p.Dir,
		Stdin: pipes.stdin.theirs, Stdout: pipes.stdout.theirs, Stderr: pipes.stderr.theirs,
	})
	pipes.started()
	if err != nil {
		r.tracer.Close()
		return explain(err)
	}
	hard, give := context.WithCancelCause(context.Background())
	defer give(nil)
	limited, cancel := context.WithTimeout(ctx, timeout(r.o))
	defer cancel()
	stop := context.AfterFunc(limited, func() {
		r.tracer.Post(func() { r.expire(ctx.Err() == nil) })
		time.AfterFunc(grace, func() { give(errStays) })
	})
	defer stop()
	err = r.tracer.Run(hard, r.handler())
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

var errStays = fmt.Errorf("trial: a process is still there %v after it was killed", grace)

func timeout(o *Options) time.Duration {
	if o.Timeout == 0 {
		return DefaultTimeout
	}
	return o.Timeout
}

// find is the path of a program, which does not depend on a working directory.
func find(name string) (string, error) {
	if !strings.Contains(name, "/") {
		return exec.LookPath(name)
	}
	return filepath.Abs(name)
}

// explain adds to the error of a program that could not be traced what to do about it.
func explain(err error) error {
	if errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.ENOSYS) {
		return fmt.Errorf("%w (%w)", ErrForbidden, err)
	}
	return err
}
