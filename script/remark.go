package script

import (
	"fmt"

	"go.starlark.net/lib/json"
	"go.starlark.net/starlark"
)

// maxRemark is how long a line may be that a script writes.
const maxRemark = 1 << 20

// emit writes a line of text into the trace.
func (s *Script) emit(t *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var text string
	if err := starlark.UnpackArgs(b.Name(), args, kwargs, "text", &text); err != nil {
		return nil, err
	}
	return s.remark(t, b, Remark{Text: text})
}

// emitJSON writes a value into the trace as one line of JSON.
func (s *Script) emitJSON(t *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var value starlark.Value
	if err := starlark.UnpackArgs(b.Name(), args, kwargs, "value", &value); err != nil {
		return nil, err
	}
	text, err := starlark.Call(t, json.Module.Members["encode"], starlark.Tuple{value}, nil)
	if err != nil {
		return nil, err
	}
	return s.remark(t, b, Remark{Text: string(text.(starlark.String)), Data: true})
}

func (s *Script) remark(t *starlark.Thread, b *starlark.Builtin, r Remark) (starlark.Value, error) {
	if len(r.Text) > maxRemark {
		return nil, fmt.Errorf("%s: %d bytes are too many for a line", b.Name(), len(r.Text))
	}
	about, _ := t.Local(subjectKey).(subject)
	r.After = about != nil && about.after()
	if s.o.Emit != nil {
		s.o.Emit(r)
	}
	return starlark.None, nil
}

// log says something on the side.
func (s *Script) log(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var value starlark.Value
	if err := starlark.UnpackArgs(b.Name(), args, kwargs, "value", &value); err != nil {
		return nil, err
	}
	text, ok := starlark.AsString(value)
	if !ok {
		text = value.String()
	}
	s.say(text)
	return starlark.None, nil
}

func (s *Script) say(text string) {
	if s.o.Log != nil {
		s.o.Log(text[:min(len(text), maxRemark)])
	}
}
