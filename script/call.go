package script

import (
	"errors"
	"fmt"
	"time"

	"go.starlark.net/starlark"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/decode"
	"github.com/trapline/trapline/edit"
	"github.com/trapline/trapline/filter"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/uapi"
)

// A call is what functions of on_enter and on_exit are called with.
type call struct {
	moment
	*edit.Call
}

var _ starlark.HasSetField = (*call)(nil)

func (*call) Type() string  { return "call" }
func (c *call) after() bool { return c.Ended() }

// String implements starlark.Value.
func (c *call) String() string { return c.describe() }

var callFace = face[*call]{
	values: map[string]func(*call) (starlark.Value, error){
		"tid":     at[*call]((*moment).tid),
		"pid":     at[*call]((*moment).pid),
		"comm":    at[*call]((*moment).comm),
		"process": at[*call]((*moment).process),
		"thread":  at[*call]((*moment).thread),
		"name":    func(c *call) (starlark.Value, error) { return starlark.String(c.what), nil },
		"nr":      func(c *call) (starlark.Value, error) { return starlark.MakeUint64(c.Made.NR &^ c.Made.ABI.NRBit), nil },
		"abi":     func(c *call) (starlark.Value, error) { return starlark.String(c.Made.ABI.Name), nil },
		"args":    func(c *call) (starlark.Value, error) { return &values{c, nil}, nil },
		"ended":   func(c *call) (starlark.Value, error) { return starlark.Bool(c.Ended()), nil },
		"ret":     (*call).ret,
		"errno":   (*call).errno,
		"elapsed": (*call).elapsed,
	},
	functions: map[string]func(*call, *starlark.Builtin, starlark.Tuple, []starlark.Tuple) (starlark.Value, error){
		"read":        doing[*call]((*moment).read),
		"read_string": doing[*call]((*moment).readString),
		"write":       (*call).write,
		"address":     (*call).address,
		"fd_path":     (*call).fdPath,
		"fail":        (*call).fail,
		"return_":     (*call).returns,
		"skip":        (*call).skip,
		"run":         (*call).run,
		"delay":       (*call).delay,
		"signal":      (*call).signal,
		"kill":        (*call).kill,
	},
}

// Attr implements starlark.HasAttrs.
func (c *call) Attr(name string) (starlark.Value, error) {
	if c.task == nil {
		return nil, errOver
	}
	return callFace.attr(c, name)
}

// AttrNames implements starlark.HasAttrs.
func (c *call) AttrNames() []string { return callFace.names() }

// SetField implements starlark.HasSetField.
func (c *call) SetField(name string, v starlark.Value) error {
	switch {
	case c.task == nil:
		return errOver
	case callFace.values[name] == nil:
		return starlark.NoSuchAttrError(fmt.Sprintf("call has no .%s field", name))
	case name != "ret" && name != "errno":
		return fmt.Errorf("call.%s cannot be changed", name)
	case !c.Ended():
		return fmt.Errorf("call.%s is known only when the call has ended: return_ and fail keep it from being made", name)
	case name == "errno":
		return c.failWith(v)
	}
	return c.answer(v)
}

func (c *call) ret() (starlark.Value, error) {
	if !c.Ended() {
		return starlark.None, nil
	}
	v := c.Scene.Ret()
	return valueOf(&v), nil
}

// errno is the name of the error, None when there is none.
func (c *call) errno() (starlark.Value, error) {
	n := c.Scene.Call.Result.Errno()
	if !c.Ended() || n == 0 {
		return starlark.None, nil
	}
	if name, ok := uapi.Errnos.Find(uint64(n)); ok {
		return starlark.String(name), nil
	}
	return starlark.MakeInt(n), nil
}

// elapsed is how long the call took, in seconds.
func (c *call) elapsed() (starlark.Value, error) {
	if !c.Ended() {
		return starlark.None, nil
	}
	return starlark.Float(c.Scene.Elapsed.Seconds()), nil
}

// write changes the program's own memory.
func (c *call) write(b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	if c.task == nil {
		return nil, errOver
	}
	v, err := c.moment.write(b, args, kwargs)
	if err == nil {
		c.Marks.Args = true
	}
	return v, err
}

// place reads the name of a value.
func (c *call) place(b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (decode.Path, error) {
	var name string
	if err := starlark.UnpackArgs(b.Name(), args, kwargs, "name", &name); err != nil {
		return nil, err
	}
	if c.task == nil {
		return nil, errOver
	}
	return decode.ParsePath(name)
}

// address is where a value lies, or what it points to; None for one in a register, or none
// at all.
func (c *call) address(b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	path, err := c.place(b, args, kwargs)
	if err != nil {
		return nil, err
	}
	p, ok := c.Scene.Call.Locate(path)
	if _, pointer := p.Type.(syscalls.Pointer); ok && pointer {
		at, loaded := c.Scene.Call.Load(&p)
		p.Addr, p.Regs, ok = abi.Addr(at), 0, loaded
	}
	if !ok || p.Regs > 0 {
		return starlark.None, nil
	}
	return starlark.MakeUint64(uint64(p.Addr)), nil
}

// fdPath is the path of the file that a descriptor refers to; None when there is none.
func (c *call) fdPath(b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	path, err := c.place(b, args, kwargs)
	if err != nil {
		return nil, err
	}
	v := c.Scene.FileAt(path)
	return valueOf(&v), nil
}

var errNoResult = errors.New("the end of a signal handler cannot be changed")

// decided reports why nothing can be done to the call; nil when it can.
func (c *call) decided() error {
	switch {
	case c.task == nil:
		return errOver
	case !edit.Possible(c.Row):
		return errNoResult
	}
	return nil
}

// before is decided for what has to be done before the call is made.
func (c *call) before(b *starlark.Builtin) error {
	if c.Ended() {
		return fmt.Errorf("%s: the call has been made already", b.Name())
	}
	return c.decided()
}

func (c *call) fail(b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var v starlark.Value
	if err := starlark.UnpackArgs(b.Name(), args, kwargs, "errno", &v); err != nil {
		return nil, err
	}
	return starlark.None, c.failWith(v)
}

func (c *call) failWith(v starlark.Value) error {
	n := uint64(0)
	if name, ok := starlark.AsString(v); ok {
		n, _ = uapi.Errnos.Value(name)
	} else if err := starlark.AsInt(v, &n); err != nil {
		return err
	}
	if n == 0 || n > edit.MaxErrno {
		return fmt.Errorf("%s is no error", v)
	}
	return c.give(edit.Failure(n))
}

func (c *call) returns(b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var v starlark.Value
	if err := starlark.UnpackArgs(b.Name(), args, kwargs, "value", &v); err != nil {
		return nil, err
	}
	return starlark.None, c.answer(v)
}

func (c *call) answer(v starlark.Value) error {
	bits, signed, err := bitsOf(v)
	if err != nil {
		return err
	}
	return c.give(edit.ResultOf(filter.Value{Kind: filter.Int, Bits: bits, Signed: signed}))
}

// give gives the call a result.
func (c *call) give(r abi.Result) error {
	err := c.decided()
	if err == nil {
		c.Answer(r)
	}
	return err
}

func (c *call) skip(b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	if err := starlark.UnpackArgs(b.Name(), args, kwargs); err != nil {
		return nil, err
	}
	if err := c.before(b); err != nil {
		return nil, err
	}
	return starlark.None, c.give(abi.Result{})
}

// run makes another call; arguments that are not given are the program's.
func (c *call) run(b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	if err := c.before(b); err != nil {
		return nil, err
	}
	if len(args) == 0 || len(args) > 1+abi.MaxArgs || len(kwargs) > 0 {
		return nil, fmt.Errorf("%s: the name of a call and up to %d numbers are needed", b.Name(), abi.MaxArgs)
	}
	name, _ := starlark.AsString(args[0])
	other := c.Made
	var ok bool
	if other.NR, _, ok = syscalls.For(other.ABI).Named(name); !ok {
		return nil, fmt.Errorf("%s: %s has no call %s", b.Name(), other.ABI, args[0])
	}
	for i, v := range args[1:] {
		bits, _, err := bitsOf(v)
		if err != nil {
			return nil, fmt.Errorf("%s: argument %d: %w", b.Name(), i+1, err)
		}
		other.Args[i] = other.ABI.TruncateReg(bits)
	}
	c.Run(other)
	return starlark.None, nil
}

// delay has the task wait: "20ms", or seconds.
func (c *call) delay(b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var v starlark.Value
	if err := starlark.UnpackArgs(b.Name(), args, kwargs, "time", &v); err != nil {
		return nil, err
	}
	d, err := durationOf(v)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", b.Name(), err)
	}
	if c.task == nil {
		return nil, errOver
	}
	c.Delay(d)
	return starlark.None, nil
}

func durationOf(v starlark.Value) (time.Duration, error) {
	if text, ok := starlark.AsString(v); ok {
		d, err := time.ParseDuration(text)
		if err == nil && d < 0 {
			err = fmt.Errorf("%s is in the past", text)
		}
		return d, err
	}
	seconds, ok := starlark.AsFloat(v)
	if !ok || !(seconds >= 0 && seconds < 1e9) {
		return 0, fmt.Errorf("%s is no time", v)
	}
	return time.Duration(seconds * float64(time.Second)), nil
}

func (c *call) signal(b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var v starlark.Value
	if err := starlark.UnpackArgs(b.Name(), args, kwargs, "signal", &v); err != nil {
		return nil, err
	}
	sig, err := signalOf(v)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", b.Name(), err)
	}
	if c.task == nil {
		return nil, errOver
	}
	return starlark.None, c.Signal(sig)
}

func (c *call) kill(b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	return c.signal(b, append(starlark.Tuple{starlark.String("SIGKILL")}, args...), kwargs)
}
