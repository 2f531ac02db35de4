package probe

import (
	"encoding/json"
	"io"
	"time"

	"github.com/trapline/trapline/image"
	"github.com/trapline/trapline/unwind"
	"github.com/trapline/trapline/variable"
)

// JSON writes what probes meet as data: an object a line, as docs/probe.schema.json describes.
type JSON struct {
	Out    io.Writer
	Names  func(tid int) string
	Limits variable.Limits
	names  unwind.Names
}

// A record is a Hit as data.
type record struct {
	Time     time.Time  `json:"time"`
	PID      int        `json:"pid"`
	TID      int        `json:"tid"`
	Thread   string     `json:"thread,omitempty"`
	Event    string     `json:"event"` // hit or return; write, read or access of what is watched
	Probe    string     `json:"probe"`
	Function string     `json:"function,omitempty"`
	File     string     `json:"file,omitempty"`
	Line     int        `json:"line,omitempty"`
	Value    *value     `json:"value,omitempty"`
	Old      *value     `json:"old,omitempty"`
	Values   []value    `json:"values,omitempty"`
	Locals   []value    `json:"locals,omitempty"`
	Stack    []callData `json:"stack,omitempty"`
	End      string     `json:"end,omitempty"` // why the stack ends early
	Elapsed  float64    `json:"elapsed,omitempty"`
}

// A value is a named value as data: its text as the language has it.
type value struct {
	Name  string `json:"name,omitempty"`
	Value string `json:"value,omitempty"`
	Error string `json:"error,omitempty"`
}

// A callData is a call of a stack.
type callData struct {
	Address  string `json:"address"`
	Function string `json:"function,omitempty"`
	File     string `json:"file,omitempty"`
	Line     int    `json:"line,omitempty"`
	Inlined  bool   `json:"inlined,omitempty"`
}

// Hit implements Observer.
func (j *JSON) Hit(h *Hit) error {
	r := record{
		Time: h.Time, PID: h.Task.TGID(), TID: h.Task.TID(), Event: "hit", Probe: h.Probe.Place.Text,
		Function: h.Function(), Values: j.values(h.Values), Locals: j.values(h.Locals),
	}
	if j.Names != nil {
		r.Thread = j.Names(r.TID)
	}
	if h.Value != nil {
		r.Event = h.event()
		r.Value, r.Old = j.value(h.Probe.Watch.What.Text, h.Value), j.value("", h.Old)
	}
	if h.Returned {
		r.Event, r.Elapsed = "return", h.Elapsed.Seconds()
	} else if len(h.Places) > 0 {
		r.File, r.Line = h.Places[0].File, h.Places[0].Line
	}
	for i := range h.Stack {
		r.Stack = j.frame(r.Stack, &h.Stack[i])
	}
	if h.Stopped != nil {
		r.End = h.Stopped.Error()
	}
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	_, err = j.Out.Write(append(text, '\n'))
	return err
}

func (j *JSON) values(all []variable.Argument) (shown []value) {
	for i := range all {
		shown = append(shown, *j.value(all[i].Name, &all[i].Value))
	}
	return shown
}

func (j *JSON) value(name string, v *variable.Value) *value {
	if err := v.Err(); err != nil {
		return &value{Name: name, Error: err.Error()}
	}
	return &value{Name: name, Value: v.Text(j.Limits)}
}

// frame appends the calls that a frame is: those inlined there, then the function.
func (j *JSON) frame(calls []callData, f *unwind.Frame) []callData {
	places := j.names.Of(f)
	if len(places) == 0 {
		places = []image.Place{{}}
	}
	for _, p := range places {
		calls = append(calls, callData{f.PC.String(), p.Function, p.File, p.Line, p.Inlined})
	}
	return calls
}
