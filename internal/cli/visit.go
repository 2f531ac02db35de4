package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/trapline/trapline/breakpoint"
	"github.com/trapline/trapline/trace"
)

// A visit is programs that run with breakpoints in them: one that is started, or some that
// run already.
type visit struct {
	cmd     *cobra.Command
	pids    []int
	program []string
	started func() // called when the program has been started; may be nil
	joined  func() // called when all processes are traced that were attached to; may be nil

	tracer *trace.Tracer
	quit   func()        // ends the visit
	began  bool          // it has come to a run
	child  int           // the program's process id; zero without one
	exited *trace.Exited // how the program ended
	seen   int           // processes that have joined
}

// check refuses a command line that names no programs, or both kinds.
func (v *visit) check(command string) error {
	switch {
	case len(v.pids) == 0 && len(v.program) == 0:
		return complaint("a command or -p PID is missing; trapline help %s says more", command)
	case len(v.pids) > 0 && len(v.program) > 0:
		return complaint("either a command or -p PID")
	}
	return nil
}

// run runs until the programs have ended, or a signal ends the visit. Signals of the
// terminal are the program's own business; the second one is ours.
func (v *visit) run(set *breakpoint.Set) error {
	runtime.UnlockOSThread() // init locked it for becomeProgram
	signal.Reset(syscall.SIGPIPE)
	keepIgnored()
	set.Problem = func(pid int, err error) { v.warn(fmt.Errorf("process %d: %w", pid, err)) }
	v.tracer = trace.New(trace.Options{Follow: true})
	if err := v.begin(); err != nil {
		v.tracer.Close()
		return err
	}
	v.began = true
	if v.started != nil {
		v.started()
	}
	ctx, cancel := context.WithCancelCause(context.Background())
	v.quit = func() { cancel(trace.Done) }
	defer v.watch(cancel)()
	set.Next = trace.HandlerFunc(v.see)
	return v.tracer.Run(ctx, set)
}

// see notes how the program ended, and when all processes have joined.
func (v *visit) see(stop *trace.Stop) (trace.Action, error) {
	switch e := stop.Event.(type) {
	case *trace.Exited:
		if stop.Task.TID() == v.child && !e.Superseded {
			ended := *e
			v.exited = &ended
		}
	case *trace.Joined:
		if v.seen++; v.seen == len(v.pids) && v.joined != nil {
			v.joined()
		}
	}
	return trace.Action{}, nil
}

func (v *visit) warn(err error) { v.cmd.PrintErrln("trapline: " + err.Error()) }

// begin starts the program or attaches to the processes.
func (v *visit) begin() error {
	if len(v.program) > 0 {
		path, err := findProgram(v.program[0])
		if err != nil {
			return err
		}
		v.child, err = v.tracer.Start(&trace.Command{Path: path, Args: v.program})
		return err
	}
	for _, pid := range v.pids {
		if err := v.tracer.Attach(pid); err != nil {
			return errors.New(strings.Join(attachFailed(pid, err), "; "))
		}
	}
	return nil
}

// echo is how long a signal is thought of as the same as the one before: timeout(1) and the like
// send theirs to a process and to its group.
const echo = time.Second

// watch has signals end the visit, and returns the undoing.
func (v *visit) watch(cancel context.CancelCauseFunc) (unwatch func()) {
	signal.Ignore(syscall.SIGTTIN, syscall.SIGTTOU)
	ending := make(chan os.Signal, 1)
	signal.Notify(ending, syscall.SIGHUP, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGPIPE, syscall.SIGTERM)
	go func() {
		theirs := len(v.program) > 0
		var asked time.Time
		for sig := range ending {
			switch {
			case theirs && (sig == syscall.SIGINT || sig == syscall.SIGQUIT):
				theirs = false
			case asked.IsZero():
				asked = time.Now()
				cancel(interruption{sig.(syscall.Signal)})
			case time.Since(asked) > echo:
				die(sig.(syscall.Signal))
			}
		}
	}()
	return func() {
		signal.Stop(ending)
		close(ending)
	}
}

// An exitStatus is how a program ended, as the error of the command that ran it.
type exitStatus struct{ trace.Exited }

func (e exitStatus) Error() string { return fmt.Sprintf("exit status %d", e.Code) }

// outlive waits for the program that a visit has left before it ended, as a shell does: the
// terminal's signals are its business.
func (v *visit) outlive() {
	signal.Ignore(syscall.SIGINT, syscall.SIGQUIT)
	var status syscall.WaitStatus
	_, err := syscall.Wait4(v.child, &status, 0, nil)
	for err == syscall.EINTR {
		_, err = syscall.Wait4(v.child, &status, 0, nil)
	}
	switch {
	case err != nil:
	case status.Signaled():
		v.exited = &trace.Exited{Signal: status.Signal()}
	default:
		v.exited = &trace.Exited{Code: status.ExitStatus()}
	}
}

// end is the error of the command, after the visit has ended with one or none: the status of
// the program, or the signal that we have been ended by.
func (v *visit) end(err error) error {
	if err == nil && v.exited == nil && v.child != 0 {
		v.outlive()
	}
	var cut interruption
	switch {
	case errors.As(err, &cut):
		die(cut.signal)
	case err != nil || v.exited == nil:
		return err
	case v.exited.Signal != 0:
		die(v.exited.Signal)
	}
	if v.exited.Code != 0 {
		return exitStatus{*v.exited}
	}
	return nil
}
