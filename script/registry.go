package script

import (
	"errors"
	"fmt"
	"syscall"

	"go.starlark.net/starlark"

	"github.com/trapline/trapline/edit"
	"github.com/trapline/trapline/filter"
	"github.com/trapline/trapline/syscalls"
)

// A registry is the functions that a script has registered.
type registry struct {
	open        bool // the script is being executed
	enter, exit []onCall
	signal      []onSignal
	exec        []starlark.Callable
	process     []starlark.Callable
	end         []starlark.Callable
}

// onCall is a function for some calls.
type onCall struct {
	calls *filter.Calls
	f     starlark.Callable
}

// onSignal is a function for some signals; nil stands for all of them.
type onSignal struct {
	signals *filter.Signals
	f       starlark.Callable
}

func (o *onSignal) has(sig syscall.Signal) bool { return o.signals == nil || o.signals.Has(sig) }

// function is the Go side of one that scripts call.
type function = func(*starlark.Thread, *starlark.Builtin, starlark.Tuple, []starlark.Tuple) (starlark.Value, error)

// builtins are the functions that scripts know by name.
func (s *Script) builtins() map[string]function {
	r := &s.registry
	return map[string]function{
		"on_enter":   r.onCalls(&r.enter, nil),
		"on_exit":    r.onCalls(&r.exit, edit.Returns),
		"on_signal":  r.onSignals,
		"on_exec":    r.onEvent(&r.exec),
		"on_process": r.onEvent(&r.process),
		"on_end":     r.onEvent(&r.end),
		"emit":       s.emit,
		"emit_json":  s.emitJSON,
		"log":        s.log,
	}
}

var errClosed = errors.New("functions are registered while the script is read, not later")

// onCalls is on_enter and on_exit, which is for calls that come to one.
func (r *registry) onCalls(list *[]onCall, possible func(*syscalls.Syscall) bool) function {
	return func(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
		var calls string
		var on onCall
		if err := starlark.UnpackArgs(b.Name(), args, kwargs, "calls", &calls, "f", &on.f); err != nil {
			return nil, err
		}
		var err error
		if on.calls, err = filter.ParseCalls(calls); err != nil {
			return nil, fmt.Errorf("%s: %w", b.Name(), err)
		}
		if possible != nil && !some(on.calls, possible) {
			return nil, fmt.Errorf("%s: %s does not return", b.Name(), calls)
		}
		if !r.open {
			return nil, errClosed
		}
		*list = append(*list, on)
		return starlark.None, nil
	}
}

// some reports whether something is true of some calls of a set, or there are none.
func some(c *filter.Calls, is func(*syscalls.Syscall) bool) bool {
	found, empty := false, true
	for _, row := range c.Rows {
		found, empty = found || is(row), false
	}
	return found || empty
}

// onSignals is on_signal, whose signals may be left out.
func (r *registry) onSignals(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var on onSignal
	var signals string
	pairs := []any{"signals", &signals, "f", &on.f}
	if len(args) == 1 && len(kwargs) == 0 {
		pairs = pairs[2:]
	}
	if err := starlark.UnpackArgs(b.Name(), args, kwargs, pairs...); err != nil {
		return nil, err
	}
	if len(pairs) > 2 {
		var err error
		if on.signals, err = filter.ParseSignals(signals); err != nil {
			return nil, fmt.Errorf("%s: %w", b.Name(), err)
		}
	}
	if !r.open {
		return nil, errClosed
	}
	r.signal = append(r.signal, on)
	return starlark.None, nil
}

// onEvent is on_exec, on_process and on_end.
func (r *registry) onEvent(list *[]starlark.Callable) function {
	return func(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
		var f starlark.Callable
		if err := starlark.UnpackArgs(b.Name(), args, kwargs, "f", &f); err != nil {
			return nil, err
		}
		if !r.open {
			return nil, errClosed
		}
		*list = append(*list, f)
		return starlark.None, nil
	}
}
