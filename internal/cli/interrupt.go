package cli

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

// interruptible says what signals that ask us to end do (-I).
type interruptible uint8

const (
	anywhere  interruptible = 1 + iota // end at once
	waiting                            // detach from everything, then end
	never                              // nothing
	neverTSTP                          // nothing, and Ctrl-Z does nothing either
)

var interruptibleNames = [...]string{anywhere: "anywhere", waiting: "waiting", never: "never", neverTSTP: "never_tstp"}

// defaultInterruptible is what holds without -I. Who has a file for the trace wants
// the program to be all that the terminal talks to.
func (s *settings) defaultInterruptible() interruptible {
	switch {
	case s.daemon != 0:
		return neverTSTP
	case s.hasOutput && len(s.program) > 0:
		return never
	}
	return waiting
}

// An interruption is the signal that ended a run.
type interruption struct{ signal syscall.Signal }

func (i interruption) Error() string { return i.signal.String() }

// watch arranges for signals to do what i says. Call it when the program has been
// started, which must not inherit the changes. The context ends with an
// interruption.
func (i interruptible) watch(parent context.Context) (ctx context.Context, stop func()) {
	ctx, cancel := context.WithCancelCause(parent)
	signal.Ignore(syscall.SIGTTIN, syscall.SIGTTOU)
	ending := make(chan os.Signal, 1)
	signal.Notify(ending, syscall.SIGHUP, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGPIPE, syscall.SIGTERM)
	if i == neverTSTP {
		signal.Ignore(syscall.SIGTSTP)
	}
	go func() {
		for sig := range ending {
			if ctx.Err() != nil {
				die(sig.(syscall.Signal)) // it has been asked before
			}
			i.interrupt(sig.(syscall.Signal), cancel)
		}
	}()
	return ctx, func() {
		signal.Stop(ending)
		close(ending)
		cancel(nil)
	}
}

func (i interruptible) interrupt(sig syscall.Signal, cancel context.CancelCauseFunc) {
	switch i {
	case anywhere:
		die(sig)
	case waiting:
		cancel(interruption{sig})
	}
}
