package script

import (
	"errors"
	"fmt"

	"go.starlark.net/starlark"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/mem"
	"github.com/trapline/trapline/procfs"
	"github.com/trapline/trapline/trace"
)

// A subject is what a function of a script is called with.
type subject interface {
	starlark.Value
	// describe says what it is, for messages.
	describe() string
	// after reports whether the trace is going to show it first.
	after() bool
	// over ends it: nothing can be asked of it any more.
	over()
}

// A moment is a stop of a task, as long as it lasts.
type moment struct {
	script *Script
	task   *trace.Task // nil when it is over
	known  *task
	what   string
}

var errOver = errors.New("it is over: what a function is called with is good until it returns")

func (s *Script) moment(t *trace.Task, what string) moment {
	return moment{script: s, task: t, known: s.task(t), what: what}
}

func (m *moment) String() string       { return m.describe() }
func (m *moment) Freeze()              {}
func (m *moment) Truth() starlark.Bool { return true }
func (m *moment) Hash() (uint32, error) {
	return 0, fmt.Errorf("unhashable: %s", m.what)
}

func (m *moment) describe() string {
	if m.task == nil {
		return m.what
	}
	return fmt.Sprintf("%s in %d", m.what, m.task.TID())
}

func (m *moment) over() { m.task = nil }

// at makes a value of the moment one that scripts can ask for.
func at[T interface{ base() *moment }](value func(*moment) (starlark.Value, error)) func(T) (starlark.Value, error) {
	return func(of T) (starlark.Value, error) { return value(of.base()) }
}

// doing makes a function of the moment one that scripts can call.
func doing[T interface{ base() *moment }](do action) func(T, *starlark.Builtin, starlark.Tuple, []starlark.Tuple) (starlark.Value, error) {
	return func(of T, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
		if of.base().task == nil {
			return nil, errOver
		}
		return do(of.base(), b, args, kwargs)
	}
}

type action = func(*moment, *starlark.Builtin, starlark.Tuple, []starlark.Tuple) (starlark.Value, error)

func (m *moment) base() *moment { return m }

func (m *moment) tid() (starlark.Value, error) { return starlark.MakeInt(m.task.TID()), nil }
func (m *moment) pid() (starlark.Value, error) { return starlark.MakeInt(m.task.TGID()), nil }

func (m *moment) comm() (starlark.Value, error) {
	name, err := procfs.AppendComm(nil, m.task.TID())
	return starlark.String(name), err
}

func (m *moment) process() (starlark.Value, error) {
	p := m.known.process
	return &being{"process", "pid", p.pid, p.state}, nil
}

func (m *moment) thread() (starlark.Value, error) {
	return &being{"thread", "tid", m.task.TID(), m.known.state}, nil
}

const (
	// maxRead is how much a script may read at once, maxString how long a string it reads is
	// if it does not say more.
	maxRead   = 16 << 20
	maxString = 4096
)

// read reads memory.
func (m *moment) read(b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var addr uint64
	var n int
	if err := starlark.UnpackArgs(b.Name(), args, kwargs, "address", &addr, "n", &n); err != nil {
		return nil, err
	}
	if n < 0 || n > maxRead {
		return nil, fmt.Errorf("%s: %d bytes are not between 0 and %d", b.Name(), n, maxRead)
	}
	data := make([]byte, n)
	if _, err := m.task.ReadMem(data, abi.Addr(addr)); err != nil {
		return nil, fmt.Errorf("%s: %d bytes at %s: %w", b.Name(), n, abi.Addr(addr), err)
	}
	return starlark.Bytes(data), nil
}

// readString reads a string up to its NUL.
func (m *moment) readString(b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var addr uint64
	most := maxString
	if err := starlark.UnpackArgs(b.Name(), args, kwargs, "address", &addr, "most?", &most); err != nil {
		return nil, err
	}
	if most < 0 || most > maxRead {
		return nil, fmt.Errorf("%s: %d bytes are not between 0 and %d", b.Name(), most, maxRead)
	}
	text, _, err := mem.ReadString(m.task, nil, abi.Addr(addr), most)
	if err != nil {
		return nil, fmt.Errorf("%s: at %s: %w", b.Name(), abi.Addr(addr), err)
	}
	return starlark.String(text), nil
}

// write changes the program's own memory.
func (m *moment) write(b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var addr uint64
	var value starlark.Value
	if err := starlark.UnpackArgs(b.Name(), args, kwargs, "address", &addr, "data", &value); err != nil {
		return nil, err
	}
	data, ok := bytesOf(value)
	if !ok {
		return nil, fmt.Errorf("%s: data is a %s, not bytes or a string", b.Name(), value.Type())
	}
	if _, err := m.task.WriteMem(data, abi.Addr(addr)); err != nil {
		return nil, fmt.Errorf("%s: %d bytes at %s: %w", b.Name(), len(data), abi.Addr(addr), err)
	}
	return starlark.None, nil
}

// bytesOf is the bytes of a string or of bytes.
func bytesOf(v starlark.Value) ([]byte, bool) {
	switch v := v.(type) {
	case starlark.String:
		return []byte(v), true
	case starlark.Bytes:
		return []byte(v), true
	}
	return nil, false
}

// A being is a process or a thread: its id and what scripts keep of it.
type being struct {
	kind, idName string
	id           int
	state        *state
}

var _ starlark.HasAttrs = (*being)(nil)

func (b *being) String() string        { return fmt.Sprintf("%s %d", b.kind, b.id) }
func (b *being) Type() string          { return b.kind }
func (*being) Freeze()                 {}
func (*being) Truth() starlark.Bool    { return true }
func (b *being) Hash() (uint32, error) { return uint32(b.id), nil }
func (b *being) AttrNames() []string   { return []string{b.idName, "state"} }

// Attr implements starlark.HasAttrs.
func (b *being) Attr(name string) (starlark.Value, error) {
	switch name {
	case b.idName:
		return starlark.MakeInt(b.id), nil
	case "state":
		return b.state, nil
	}
	return nil, nil
}
