package probe

import (
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/trapline/trapline/image"
	"github.com/trapline/trapline/unwind"
)

// Text writes what probes meet, a line for each hit.
type Text struct {
	Out   io.Writer
	Names func(tid int) string // of threads; nil to leave them out
	names unwind.Names
	buf   []byte
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
	b = append(b, "  "...)
	b = t.place(b, h)
	b = append(b, '\n')
	b = t.stack(b, h)
	t.buf = b
	_, err := t.Out.Write(b)
	return err
}

// place appends where the task is.
func (t *Text) place(b []byte, h *Hit) []byte {
	b = append(b, h.Function()...)
	if h.Returned {
		b = append(b, " returned <"...)
		b = appendSeconds(b, h.Elapsed)
		return append(b, '>')
	}
	if where := h.Line(); where != "" {
		b = append(append(b, " at "...), where...)
	}
	return b
}

// Function is the innermost function the probe is in, or the probe's own place.
func (h *Hit) Function() string {
	if h.Returned && h.Probe.Place.Function != "" || len(h.Places) == 0 || h.Places[0].Function == "" {
		return h.Probe.Place.Text
	}
	return h.Places[0].Function
}

// Line is the source file and line, as far as it is known.
func (h *Hit) Line() string {
	if len(h.Places) == 0 || h.Places[0].File == "" {
		return ""
	}
	return h.Places[0].File + ":" + strconv.Itoa(h.Places[0].Line)
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

// appendSeconds appends a time in seconds, as strace does.
func appendSeconds(b []byte, d time.Duration) []byte {
	return strconv.AppendFloat(b, d.Seconds(), 'f', 6, 64)
}
