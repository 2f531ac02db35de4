package script

import (
	"syscall"

	"go.starlark.net/starlark"

	"github.com/trapline/trapline/edit"
	"github.com/trapline/trapline/trace"
	"github.com/trapline/trapline/uapi"
)

var _ edit.Changer = (*Script)(nil)

// Enter implements edit.Changer.
func (s *Script) Enter(c *edit.Call) error { return s.ask(s.registry.enter, c) }

// Exit implements edit.Changer.
func (s *Script) Exit(c *edit.Call) error { return s.ask(s.registry.exit, c) }

// ask calls the functions that are about a call.
func (s *Script) ask(list []onCall, c *edit.Call) error {
	for i := range list {
		if !list[i].calls.HasCall(c.Made) {
			continue
		}
		if err := s.call(list[i].f, &call{moment: s.moment(c.Task(), c.Name()), Call: c}); err != nil {
			return err
		}
	}
	return nil
}

// Event implements edit.Changer.
func (s *Script) Event(stop *trace.Stop) (a trace.Action, err error) {
	switch e := stop.Event.(type) {
	case *trace.SignalStop:
		err = s.signalled(stop.Task, e.Signal, &a)
	case *trace.Attached:
		s.task(stop.Task)
	case *trace.Exec:
		err = s.tell(s.registry.exec, &event{moment: s.moment(stop.Task, "exec")})
	case *trace.NewTask:
		err = s.born(stop.Task, e)
	case *trace.Exited:
		err = s.exited(stop.Task, e)
	case *trace.Detached:
		s.forget(stop.Task)
	}
	return a, err
}

// tell calls the functions that are about an event.
func (s *Script) tell(list []starlark.Callable, e *event) error {
	for _, f := range list {
		own := *e
		if err := s.call(f, &own); err != nil {
			return err
		}
	}
	return nil
}

func (s *Script) signalled(t *trace.Task, sig syscall.Signal, a *trace.Action) error {
	for i := range s.registry.signal {
		on := &s.registry.signal[i]
		if !on.has(sig) {
			continue
		}
		e := &event{moment: s.moment(t, signalName(sig)), action: a, more: starlark.StringDict{
			"name":   starlark.String(signalName(sig)),
			"number": starlark.MakeInt(int(sig)),
		}}
		if err := s.call(on.f, e); err != nil {
			return err
		}
	}
	return nil
}

func signalName(sig syscall.Signal) string {
	if name, ok := uapi.Signals.Find(uint64(sig)); ok {
		return name
	}
	return sig.String()
}

func (s *Script) born(t *trace.Task, e *trace.NewTask) error {
	kind, parent := "process", starlark.Value(starlark.None)
	if e.Thread {
		kind = "thread"
	}
	if e.Parent != nil {
		parent = starlark.MakeInt(e.Parent.TID())
	}
	return s.tell(s.registry.process, &event{moment: s.moment(t, "new "+kind), more: starlark.StringDict{
		"kind": starlark.String(kind), "parent": parent,
	}})
}

func (s *Script) exited(t *trace.Task, e *trace.Exited) error {
	defer s.forget(t)
	more := starlark.StringDict{
		"kind": starlark.String("exit"), "status": starlark.MakeInt(e.Code), "signal": starlark.None,
	}
	if e.Signal != 0 {
		more["signal"] = starlark.String(signalName(e.Signal))
	}
	return s.tell(s.registry.process, &event{moment: s.moment(t, "exit"), more: more})
}

// End calls the functions that are registered for the end of the run.
func (s *Script) End() error {
	for _, f := range s.registry.end {
		err := s.limited(func(t *starlark.Thread, _ *clock) error {
			_, err := starlark.Call(t, f, nil, nil)
			return err
		})
		if err != nil {
			return locate(err, "end")
		}
	}
	return nil
}
