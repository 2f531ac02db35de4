package strace

import "github.com/trapline/trapline/trace"

// An Observer is the trace.Handler that shows what the engine reports. It changes
// nothing.
type Observer struct{ printer *Printer }

// NewObserver makes an Observer.
func NewObserver(o Options) *Observer { return &Observer{printer: NewPrinter(o)} }

// Printer returns the printer the observer drives.
func (o *Observer) Printer() *Printer { return o.printer }

// Handle implements trace.Handler.
func (o *Observer) Handle(s *trace.Stop) (trace.Action, error) { return trace.Action{}, nil }

// Close ends the lines that are not finished.
func (o *Observer) Close() {}
