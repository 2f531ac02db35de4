package tamper

import (
	"fmt"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/edit"
	"github.com/trapline/trapline/filter"
	"github.com/trapline/trapline/syscalls"
)

// A phase is the entry or the exit of a call, at which the rules that have been decided on
// are applied.
type phase struct {
	h    *Changer
	t    *task
	exit bool
	rule *Rule // that is being applied
}

// apply applies the rules' actions that belong to this phase.
func (p *phase) apply() error {
	for i := range p.t.decided {
		d := &p.t.decided[i]
		if !d.fires {
			continue
		}
		p.rule = d.rule
		for _, a := range d.rule.actions {
			if err := p.do(a); err != nil {
				return err
			}
		}
	}
	return nil
}

// count counts the rules that have been applied.
func (p *phase) count() {
	for i := range p.t.decided {
		if d := &p.t.decided[i]; d.fires && d.rule.ending() == p.exit {
			d.rule.Fired++
		}
	}
}

// do does one action, if this is its phase.
func (p *phase) do(a action) error {
	own := p.rule.ending() == p.exit // the phase in which the rule was decided on
	switch a := a.(type) {
	case *set:
		if p.late(a) == p.exit {
			return p.set(a)
		}
	case *answer:
		if own {
			return p.answer(a)
		}
	case *run:
		if own {
			return p.run(a)
		}
	case delay:
		if own && !a.exit || p.exit && a.exit {
			p.t.call.Delay(a.time)
		}
	case signal:
		if own {
			return p.t.call.Signal(a.sig)
		}
	case *poke:
		if p.exit == a.exit {
			p.poke(a)
		}
	}
	return nil
}

func (p *phase) scene() *filter.Scene { return &p.t.call.Scene }

// late reports whether the value that is to be set has to wait for the exit.
func (p *phase) late(s *set) bool { return p.rule.ending() || p.t.late[s] }

// set changes a named value.
func (p *phase) set(s *set) error {
	if p.exit && p.t.call.Result.Failed && s.name.Path() != nil {
		return nil // the kernel has answered nothing that could be changed
	}
	before := kept(s.name.Eval(p.scene()))
	v := kept(s.value.EvalFor(p.scene(), s.name))
	if v.Missing() {
		return fmt.Errorf("%s: its value is not to be had", s.name)
	}
	combine(s.op, before, &v)
	p.t.call.Note(s.name.String(), before, v)
	switch path := s.name.Path(); {
	case s.name.String() == "errno":
		p.t.call.Answer(edit.Failure(v.Bits))
		return nil
	case path == nil:
		p.t.call.Answer(edit.ResultOf(v))
		return nil
	case v.Kind == filter.Text:
		p.t.call.Marks.Args = true
		return p.setBytes(s, v)
	default:
		p.t.call.Marks.Args = true
		return p.t.call.SetInt(path, v.Bits)
	}
}

// setBytes changes a string or a buffer, and with one that the kernel has filled the number
// of bytes that it returned.
func (p *phase) setBytes(s *set, v filter.Value) error {
	return p.t.call.SetBytes(s.name.Path(), v.Bytes)
}

// combine makes of v what an assignment like |= makes of it.
func combine(op string, before filter.Value, v *filter.Value) {
	switch op {
	case "|=":
		v.Bits |= before.Bits
	case "&=":
		v.Bits &= before.Bits
	case "^=":
		v.Bits ^= before.Bits
	case "+=":
		v.Bits += before.Bits
	case "-=":
		v.Bits = before.Bits - v.Bits
	}
}

// kept is a value that outlives the next look at the scene.
func kept(v filter.Value) filter.Value {
	v.Bytes = append([]byte(nil), v.Bytes...)
	return v
}

// answer gives the call a result.
func (p *phase) answer(a *answer) error {
	r := a.fixed
	if a.value != nil {
		v := a.value.Eval(p.scene())
		if v.Missing() {
			return fmt.Errorf("return: its value is not to be had")
		}
		r = edit.ResultOf(v)
	}
	if p.exit || a.instead == "" {
		p.t.call.Answer(r)
		return nil
	}
	c, err := p.instead(a.instead, nil)
	p.t.call.Pretend(c, r)
	return err
}

// run makes another call in the place of the program's.
func (p *phase) run(r *run) error {
	c, err := p.instead(r.name, r.args)
	if err == nil {
		p.t.call.Run(c)
	}
	return err
}

func (p *phase) instead(name string, args []*filter.Expr) (abi.Call, error) {
	c := p.t.call.Made
	nr, _, ok := syscalls.For(c.ABI).Named(name)
	if !ok {
		return c, fmt.Errorf("%s has no %s", c.ABI, name)
	}
	c.NR = nr
	for i, arg := range args {
		v := arg.Eval(p.scene())
		if v.Missing() {
			return c, fmt.Errorf("run: the value of argument %d is not to be had", i+1)
		}
		c.Args[i] = c.ABI.TruncateReg(v.Bits)
	}
	return c, nil
}

// poke overwrites what an argument points to, in the program's own memory.
func (p *phase) poke(a *poke) {
	call := p.t.call
	if n := arguments(call.Row); a.arg >= n {
		p.warn("requested to tamper with argument #%d, but system call '%s' has only %d arguments", a.arg+1, call.Name(), n)
		return
	}
	p.t.call.Marks.Args = true
	at := abi.Addr(call.Made.ABI.TruncateWord(call.Made.Args[a.arg]))
	if _, err := call.Task().WriteMem(a.data, at); err != nil {
		p.warn("couldn't poke")
	}
}

// arguments is how many arguments a call has.
func arguments(row *syscalls.Syscall) int {
	if row == nil {
		return abi.MaxArgs
	}
	return min(len(row.Params), abi.MaxArgs)
}

// warn tells why strace's injection had no effect.
func (p *phase) warn(form string, args ...any) {
	p.h.warn(fmt.Sprintf("Failed to tamper with process %d: %s", p.t.call.Task().TID(), fmt.Sprintf(form, args...)))
}
