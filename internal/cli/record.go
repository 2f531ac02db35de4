package cli

import (
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
		return s.recorder(), strace.NewPrinter(s.render)
	}
	o := strace.NewObserver(s.render)
	return o, o.Printer()
}

// recorder makes the observer that writes records.
func (s *settings) recorder() *json.Observer {
	r := &s.render
	o := json.Options{
		Out:     r.Out,
		Version: version,
		PC:      r.PC,
		PIDs:    r.PIDs,
		About:   r.About,
		Signals: r.Signals,
		Ended:   r.Ended,
		Pick: func(a *abi.ABI, nr uint64, row *syscalls.Syscall) (decode.Mode, bool) {
			p := r.Pick(a, nr, row)
			return decode.Mode{Strings: r.Strings, Verbose: p.Full, Opaque: p.Opaque, Raw: p.Raw, FDs: r.FDs, PIDs: r.PIDs, Namespaces: r.Namespaces}, p.Show
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
