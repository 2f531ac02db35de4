package cli

import (
	"fmt"
	"time"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/decode"
	"github.com/trapline/trapline/render/json"
	"github.com/trapline/trapline/render/strace"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/trace"
)

// An observer shows what the engine reports.
type observer interface {
	trace.Handler
	Close()
}

// setOutputFormat reads --output-format.
func setOutputFormat(s *settings, g given) error {
	switch g.value {
	case "text", "json":
		s.data = g.value == "json"
		return nil
	}
	return invalid(g)
}

// observe makes the observer, and the printer of what is said about tracing.
func (s *settings) observe() (observer, *strace.Printer) {
	if s.data {
		r := recorded{s.recorder(), strace.NewPrinter(s.render), s.render.Quiet}
		return r, r.printer
	}
	o := strace.NewObserver(s.render)
	return o, o.Printer()
}

// recorded is an observer of data; what is said about tracing is said as with text.
type recorded struct {
	*json.Observer
	printer *strace.Printer
	quiet   strace.Quiet
}

// Handle implements trace.Handler.
func (r recorded) Handle(s *trace.Stop) (trace.Action, error) {
	switch e := s.Event.(type) {
	case *trace.Forked:
		r.printer.Attached(e.Child.TID(), 1)
	case *trace.Detached:
		if r.quiet&strace.QuietAttach == 0 {
			r.printer.Message(fmt.Sprintf("Process %d detached", s.Task.TID()))
		}
	}
	return r.Observer.Handle(s)
}

// recorder makes the observer that writes records.
func (s *settings) recorder() *json.Observer {
	r := &s.render
	o := json.Options{
		Out:     r.Out,
		Version: version,
		PC:      r.PC,
		Strings: r.Strings,
		FDs:     r.FDs,
		PIDs:    r.PIDs,
		About:   r.About,
		Where:   r.Where,
		Signals: r.Signals,
		Stack:   r.Stack,
		Ended:   r.Ended,
		Pick: func(c abi.Call, row *syscalls.Syscall) (decode.Mode, bool) {
			p := r.Pick(c, row)
			return decode.Mode{Strings: r.Strings, Verbose: p.Full, Opaque: p.Opaque, Raw: p.Raw, FDs: r.FDs, PIDs: r.PIDs, Namespaces: r.Namespaces, Entries: true, VCPU: r.VCPU}, p.Show
		},
	}
	if r.Status != 0 {
		o.Status = func(status json.Status) bool { return r.Status&statuses[status] != 0 }
	}
	return json.NewObserver(o, time.Now())
}

// statuses are the outcomes that -e status names.
var statuses = [...]strace.Status{
	json.Successful: strace.Successful,
	json.Failed:     strace.Failed,
	json.Unfinished: strace.Unfinished,
	json.Detached:   strace.Detached,
	json.Unseen:     strace.Unavailable,
}
