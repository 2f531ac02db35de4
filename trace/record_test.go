package trace_test

import (
	"context"
	"errors"
	"os/exec"
	"strings"
	"testing"

	"github.com/trapline/trapline/internal/fixture"
	"github.com/trapline/trapline/trace"
)

// The numbers of system calls on amd64, where these tests run.
const (
	nrRead          = 0
	nrWrite         = 1
	nrPoll          = 7
	nrPause         = 34
	nrNanosleep     = 35
	nrExecve        = 59
	nrWait4         = 61
	nrGetppid       = 110
	nrFutex         = 202
	nrRestart       = 219
	nrExitGroup     = 231
	nrClockNano     = 230
	i386Getpid      = 20
	x32Getpid       = 0x40000000 | 39
	restartSystem   = 512 // ERESTARTSYS
	restartNoHand   = 514 // ERESTARTNOHAND
	restartContinue = 516 // ERESTART_RESTARTBLOCK
)

// A record is an event and the ids its task had then.
type record struct {
	tid, tgid int
	event     trace.Event
}

// A tape is what happened, in order.
type tape []record

// recorder is a handler that keeps all events but asks then what to do; then may be nil.
func (l *tape) recorder(then trace.HandlerFunc) trace.HandlerFunc {
	return func(s *trace.Stop) (trace.Action, error) {
		*l = append(*l, record{s.Task.TID(), s.Task.TGID(), keep(s.Event)})
		if then == nil {
			return trace.Action{}, nil
		}
		return then(s)
	}
}

// keep copies an event, which is good only until its handler returns.
func keep(e trace.Event) trace.Event {
	switch e := e.(type) {
	case *trace.SyscallEnter:
		c := *e
		return &c
	case *trace.SyscallExit:
		c := *e
		return &c
	case *trace.SignalStop:
		c := *e
		c.Info = append([]byte(nil), e.Info...)
		return &c
	}
	return e
}

// record runs a program under the tracer to its end.
func recordRun(t *testing.T, o trace.Options, then trace.HandlerFunc, program string, args ...string) (tape, string) {
	t.Helper()
	var l tape
	out := run(t, o, l.recorder(then), program, args...)
	return l, out
}

// of returns the records whose event is an E.
func of[E trace.Event](l tape) (some tape) {
	for _, r := range l {
		if _, ok := r.event.(E); ok {
			some = append(some, r)
		}
	}
	return some
}

// index is where the first event after from is that is an E and fits; -1 if none.
func index[E trace.Event](l tape, from int, fits func(record, E) bool) int {
	for i := from; i < len(l); i++ {
		if e, ok := l[i].event.(E); ok && fits(l[i], e) {
			return i
		}
	}
	return -1
}

// task returns what happened to one id.
func (l tape) task(tid int) (some tape) {
	for _, r := range l {
		if r.tid == tid {
			some = append(some, r)
		}
	}
	return some
}

// enough ends a run from outside.
var enough = errors.New("enough")

// A leash is a tracer that has attached to a running program.
type leash struct {
	*testing.T
	tracer *trace.Tracer
	tape
}

// attach attaches to the processes or threads.
func attach(t *testing.T, o trace.Options, ids ...int) *leash {
	t.Helper()
	l := &leash{T: t, tracer: trace.New(o)}
	for _, id := range ids {
		if err := l.tracer.Attach(id); err != nil {
			l.tracer.Close()
			t.Fatal(err)
		}
	}
	return l
}

// run traces until then ends it by Done or no task is left.
func (l *leash) run(then trace.HandlerFunc) {
	l.Helper()
	if err := l.tracer.Run(context.Background(), l.recorder(then)); err != nil {
		l.Fatal(err)
	}
}

// untraced returns what a program says when nobody looks.
func untraced(t *testing.T, program string, args ...string) string {
	t.Helper()
	out, err := exec.Command(program, args...).Output()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return string(out)
}

// sameAsUntraced runs a fixture traced and untraced and compares what it says.
func sameAsUntraced(t *testing.T, name string, flags ...fixture.Flag) tape {
	t.Helper()
	program := fixture.Build(t, name, flags...)
	l, out := recordRun(t, everything, nil, program)
	if want := untraced(t, program); out != want {
		t.Errorf("traced the program says\n%suntraced\n%s", out, want)
	}
	return l
}

func wants(t *testing.T, out string, lines ...string) {
	t.Helper()
	for _, line := range lines {
		if !strings.Contains(out, line) {
			t.Errorf("no %q in what the program said:\n%s", line, out)
		}
	}
}
