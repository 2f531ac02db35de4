package script

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"go.starlark.net/starlark"
)

// maxSteps is how many steps a function may take.
const maxSteps = 50_000_000

// limited runs something of the script within its limits.
func (s *Script) limited(run func(*starlark.Thread, *clock) error) error {
	t := s.thread()
	c := clock{left: s.o.Timeout, over: func() { t.Cancel("it took more than " + s.o.Timeout.String()) }}
	c.start()
	defer c.stop()
	return run(t, &c)
}

func (s *Script) thread() *starlark.Thread {
	t := &starlark.Thread{Name: s.name, Print: func(_ *starlark.Thread, text string) { s.say(text) }}
	t.SetMaxExecutionSteps(maxSteps)
	t.OnMaxSteps = func(t *starlark.Thread) { t.Cancel(fmt.Sprintf("it took more than %d steps", maxSteps)) }
	return t
}

// A clock ends a function whose time is over.
type clock struct {
	left  time.Duration
	over  func()
	since time.Time
	timer *time.Timer
}

func (c *clock) start() { c.since, c.timer = time.Now(), time.AfterFunc(c.left, c.over) }

func (c *clock) stop() {
	c.timer.Stop()
	c.left -= time.Since(c.since)
}

// call calls a function about what happens at a stop.
func (s *Script) call(f starlark.Callable, about subject) error {
	defer about.over()
	err := s.limited(func(t *starlark.Thread, c *clock) error {
		t.SetLocal(subjectKey, about)
		if about, ok := about.(*call); ok {
			about.Waits = func() func() { c.stop(); return c.start }
			defer func() { about.Waits = nil }()
		}
		_, err := starlark.Call(t, f, starlark.Tuple{about}, nil)
		return err
	})
	return locate(err, about.describe())
}

// subjectKey is where a thread keeps what its function is about.
const subjectKey = "subject"

// An Error is a script's: where it is and what the script was about.
type Error struct {
	Position string // FILE:LINE:COLUMN
	About    string // "openat in 4711"; empty while the script is read
	Err      error
}

func (e *Error) Error() string {
	text := e.Err.Error()
	if e.Position != "" {
		text = e.Position + ": " + text
	}
	if e.About != "" {
		text += " (" + e.About + ")"
	}
	return text
}

func (e *Error) Unwrap() error { return e.Err }

// locate makes an Error of one that Starlark returns: of where the innermost function of the
// script stands.
func locate(err error, about string) error {
	var eval *starlark.EvalError
	var located *Error
	switch {
	case err == nil, errors.As(err, &located):
		return err
	case !errors.As(err, &eval):
		return &Error{About: about, Err: err}
	}
	position := ""
	for _, frame := range eval.CallStack {
		if frame.Pos.Line > 0 {
			position = frame.Pos.String()
		}
	}
	return &Error{position, about, errors.New(strings.TrimPrefix(eval.Msg, cancelled))}
}

// cancelled is what Starlark says first when a limit has been reached.
const cancelled = "Starlark computation cancelled: "
