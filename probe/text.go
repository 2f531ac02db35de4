package probe

import (
	"fmt"
	"io"
	"strconv"

	"github.com/trapline/trapline/image"
	"github.com/trapline/trapline/unwind"
	"github.com/trapline/trapline/variable"
)

// Text writes what probes meet, a line for each hit.
type Text struct {
	Out    io.Writer
	Names  func(tid int) string // of threads; nil to leave them out
	Limits variable.Limits
	names  unwind.Names
	buf    []byte
}

// Hit implements Observer.
func (t *Text) Hit(h *Hit) error {
	b := h.Time.AppendFormat(t.buf[:0], "15:04:05.000000 ")
	b = strconv.AppendInt(b, int64(h.Task.TID()), 10)
	if t.Names != nil {
		if name := t.Names(h.Task.TID()); name != "" {
			b = append(append(b, ' '), name...)
		}
	}
	b = append(append(b, "  "...), h.Function()...)
	if h.Returned {
		b = t.result(b, h)
	} else {
		b = t.entry(b, h)
	}
	b = append(b, '\n')
	b = t.locals(b, h)
	b = t.stack(b, h)
	t.buf = b
	_, err := t.Out.Write(b)
	return err
}

// entry appends the arguments, if they are known, and the line, or what was asked for.
func (t *Text) entry(b []byte, h *Hit) []byte {
	if h.Probe.Print == nil && h.Values != nil {
		b = append(t.list(append(b, '('), h.Values), ')')
	}
	if len(h.Places) > 0 && h.Places[0].File != "" {
		b = fmt.Appendf(b, " at %s:%d", h.Places[0].File, h.Places[0].Line)
	}
	if h.Value != nil {
		b = t.watched(append(b, "  "...), h)
	}
	if h.Probe.Print != nil {
		b = t.list(append(b, "  "...), h.Values)
	}
	return b
}

// watched appends what is in watched memory, and what was.
func (t *Text) watched(b []byte, h *Hit) []byte {
	b = t.value(b, &variable.Argument{Name: h.Probe.Watch.What.Text, Value: *h.Value})
	if h.Changed || h.Probe.Watch.Use == Writes {
		b = append(h.Old.Append(append(b, " (was "...), t.Limits), ')')
	}
	return b
}

// result appends what a function has returned and how long it took.
func (t *Text) result(b []byte, h *Hit) []byte {
	b = append(b, " returned"...)
	if len(h.Values) > 0 {
		b = t.list(append(b, ' '), h.Values)
	}
	b = append(b, " <"...)
	b = strconv.AppendFloat(b, h.Elapsed.Seconds(), 'f', 6, 64)
	return append(b, '>')
}

// list appends named values, with commas between.
func (t *Text) list(b []byte, values []variable.Argument) []byte {
	for i := range values {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = t.value(b, &values[i])
	}
	return b
}

func (t *Text) value(b []byte, a *variable.Argument) []byte {
	if a.Name != "" {
		b = append(append(b, a.Name...), '=')
	}
	return a.Value.Append(b, t.Limits)
}

// locals appends the function's variables, a line for each.
func (t *Text) locals(b []byte, h *Hit) []byte {
	for i := range h.Locals {
		b = append(t.value(append(b, "    "...), &h.Locals[i]), '\n')
	}
	return b
}

// stack appends the calls that led there, a line for each.
func (t *Text) stack(b []byte, h *Hit) []byte {
	for i := range h.Stack {
		f := &h.Stack[i]
		places := t.names.Of(f)
		if len(places) == 0 {
			b = fmt.Appendf(b, "    %s\n", f.PC)
		}
		for _, p := range places {
			b = appendPlace(append(b, "    "...), p)
		}
	}
	if h.Stopped != nil {
		b = fmt.Appendf(b, "    (%s)\n", h.Stopped)
	}
	return b
}

func appendPlace(b []byte, p image.Place) []byte {
	name := p.Function
	if name == "" {
		name = "??"
	}
	b = append(b, name...)
	if p.File != "" {
		b = fmt.Appendf(b, " at %s:%d", p.File, p.Line)
	}
	return append(b, '\n')
}
