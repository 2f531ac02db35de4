package script

import (
	"fmt"
	"strings"
	"syscall"

	"go.starlark.net/starlark"

	"github.com/trapline/trapline/trace"
	"github.com/trapline/trapline/uapi"
)

// An event is what functions of on_signal, on_exec and on_process are called with.
type event struct {
	moment
	more   starlark.StringDict // what it has of its own
	action *trace.Action       // of a signal: what becomes of it
}

var _ starlark.HasAttrs = (*event)(nil)

func (*event) Type() string { return "event" }
func (*event) after() bool  { return true }

var eventFace = face[*event]{
	values: map[string]func(*event) (starlark.Value, error){
		"tid":     at[*event]((*moment).tid),
		"pid":     at[*event]((*moment).pid),
		"comm":    at[*event]((*moment).comm),
		"process": at[*event]((*moment).process),
		"thread":  at[*event]((*moment).thread),
	},
	functions: map[string]func(*event, *starlark.Builtin, starlark.Tuple, []starlark.Tuple) (starlark.Value, error){
		"read":        doing[*event]((*moment).read),
		"read_string": doing[*event]((*moment).readString),
		"write":       doing[*event]((*moment).write),
		"suppress":    (*event).suppress,
		"replace":     (*event).replace,
	},
}

// Attr implements starlark.HasAttrs.
func (e *event) Attr(name string) (starlark.Value, error) {
	if v, ok := e.more[name]; ok {
		return v, nil
	}
	if e.task == nil {
		return nil, errOver
	}
	if e.action == nil && (name == "suppress" || name == "replace") {
		return nil, nil
	}
	return eventFace.attr(e, name)
}

// AttrNames implements starlark.HasAttrs.
func (e *event) AttrNames() []string { return append(eventFace.names(), e.more.Keys()...) }

// suppress has a signal not delivered.
func (e *event) suppress(b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	if err := starlark.UnpackArgs(b.Name(), args, kwargs); err != nil {
		return nil, err
	}
	return e.deliver(0)
}

// replace has another signal delivered.
func (e *event) replace(b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var value starlark.Value
	if err := starlark.UnpackArgs(b.Name(), args, kwargs, "signal", &value); err != nil {
		return nil, err
	}
	sig, err := signalOf(value)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", b.Name(), err)
	}
	return e.deliver(sig)
}

func (e *event) deliver(sig syscall.Signal) (starlark.Value, error) {
	if e.task == nil {
		return nil, errOver
	}
	e.action.Signal = &sig
	return starlark.None, nil
}

// maxSignal is the highest signal.
const maxSignal = 64

// signalOf is a signal by its name or its number.
func signalOf(v starlark.Value) (syscall.Signal, error) {
	n := uint64(0)
	if name, ok := starlark.AsString(v); ok {
		n, _ = uapi.Signals.Value("SIG" + strings.TrimPrefix(name, "SIG"))
	} else if err := starlark.AsInt(v, &n); err != nil {
		return 0, err
	}
	if n == 0 || n > maxSignal {
		return 0, fmt.Errorf("%s is no signal", v)
	}
	return syscall.Signal(n), nil
}
