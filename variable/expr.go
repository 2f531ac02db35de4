package variable

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/image/dwarf"
)

// An Expr is an expression on the variables of a program: a condition or what is to be shown.
type Expr struct {
	Text string
	root node
}

// A node is a part of an expression.
type node interface{ eval(*Frame) Value }

// Eval computes the expression.
func (e *Expr) Eval(f *Frame) Value { return e.root.eval(f) }

// Holds reports whether the expression is true: not zero, not null, not empty.
func (e *Expr) Holds(f *Frame) (bool, error) {
	v := e.Eval(f)
	return v.truth()
}

// Address computes the expression as an address: a number, what a pointer points to, or where an
// array or a structure is.
func (e *Expr) Address(f *Frame) (abi.Addr, error) {
	v := e.Eval(f)
	if v.err == nil && v.placed && v.typ != nil && v.typ.Kind == Struct {
		return v.addr, nil
	}
	n, err := v.integer()
	return abi.Addr(f.Regs.ABI.TruncateWord(uint64(n))), err
}

// truth reports whether a value is true.
func (v *Value) truth() (bool, error) {
	if s, _, ok := v.str(1); ok && v.typ == nil {
		return s != "", nil
	}
	if v.isFloat() {
		f, err := v.number()
		return f != 0, err
	}
	n, err := v.integer()
	return n != 0, err
}

type (
	numeral  int64
	fraction float64
	literal  string
	name     string
	register string
	selector struct {
		of   node
		name string
	}
	element struct{ of, index node }
	unary   struct {
		op byte
		of node
	}
	choice struct{ of, yes, no node }
	binary struct {
		op          string
		left, right node
	}
)

func integer(n int64) Value { return Value{num: n} }

func boolean(b bool) Value {
	if b {
		return integer(1)
	}
	return integer(0)
}

func (n numeral) eval(*Frame) Value  { return integer(int64(n)) }
func (n fraction) eval(*Frame) Value { return Value{float: float64(n), isReal: true} }
func (n literal) eval(*Frame) Value  { return Value{text: string(n), isText: true} }

func (n name) eval(f *Frame) Value {
	if f.Scope == nil {
		return f.outside(string(n))
	}
	if v, ok := f.Scope.named(string(n)); ok {
		return f.Get(v)
	}
	if this, ok := f.Scope.named("this"); ok {
		object := f.Get(this)
		if m := object.field(string(n)); m.err == nil {
			return m
		}
	}
	return f.global(string(n))
}

// global is what a name means outside of functions: a variable, a constant or a function.
func (f *Frame) global(name string) Value {
	s := f.Scope
	missing := Unnamed(name)
	if err := s.unknown[missing]; err != nil {
		return Value{err: err}
	}
	if v, ok := s.global(name); ok {
		return f.Get(v)
	}
	if e, ok := s.unit.find(name, s.function(), functionTags); ok {
		if spans := e.Spans(); len(spans) > 0 {
			return Value{frame: f, typ: s.unit.info.function(), addr: abi.Addr(spans[0].Low + f.Bias), placed: true}
		}
	}
	if e, ok := s.unit.findAny(name, s.function(), constantTags); ok {
		n, _ := e.Int(dwarf.AttrConstValue)
		return integer(n)
	}
	v := f.outside(name)
	if v.err == missing {
		v.err = s.noName(missing, name)
	}
	return v
}

func (n register) eval(f *Frame) Value {
	v, ok := f.Regs.Named(string(n))
	if !ok {
		return failed("there is no register %s", string(n))
	}
	return integer(int64(v))
}

func (n selector) eval(f *Frame) Value {
	of := n.of.eval(f)
	v := of
	if of.err == nil {
		v = of.field(n.name)
	}
	if scope, ok := n.of.(name); ok && v.err != nil { // a variable of a package in Go
		if other := (scope + "." + name(n.name)).eval(f); other.err == nil {
			return other
		}
	}
	return v
}

func (n element) eval(f *Frame) Value {
	of, index := n.of.eval(f), n.index.eval(f)
	if c, ok := of.contained(); ok && index.err == nil {
		return c.at(&index)
	}
	i, err := index.integer()
	switch {
	case of.err != nil:
		return of
	case err != nil:
		return Value{err: err}
	}
	return of.index(i)
}

func (n unary) eval(f *Frame) Value {
	v := n.of.eval(f)
	if v.err != nil {
		return v
	}
	switch n.op {
	case '*':
		return v.deref()
	case '&':
		if !v.placed {
			return Value{err: ErrPlace}
		}
		return pointerTo(f, v.typ).bytes(number(uint64(v.addr), int64(f.Regs.ABI.Word)))
	case '!':
		b, err := v.truth()
		if err != nil {
			return Value{err: err}
		}
		return boolean(!b)
	}
	if v.isFloat() && n.op == '-' {
		x, err := v.number()
		return Value{float: -x, isReal: true, err: err}
	}
	x, err := v.integer()
	if n.op == '-' {
		x = -x
	} else {
		x = ^x
	}
	if unsigned := common(&v, &v); unsigned > 0 {
		return Value{num: truncate(x, unsigned), unsigned: unsigned, err: err}
	}
	return Value{num: x, err: err}
}

// pointerTo is a pointer to a type, without what is in it.
func pointerTo(f *Frame, t *Type) Value {
	p := &Type{Kind: Pointer, Size: int64(f.Regs.ABI.Word), info: t.info, to: t}
	return Value{frame: f, typ: p}
}

func (n choice) eval(f *Frame) Value {
	v := n.of.eval(f)
	yes, err := v.truth()
	switch {
	case err != nil:
		return Value{err: err}
	case yes:
		return n.yes.eval(f)
	}
	return n.no.eval(f)
}

func (n binary) eval(f *Frame) Value {
	left := n.left.eval(f)
	if n.op == "&&" || n.op == "||" {
		l, err := left.truth()
		if err != nil {
			return Value{err: err}
		}
		if l == (n.op == "||") {
			return boolean(l)
		}
		right := n.right.eval(f)
		r, err := right.truth()
		if err != nil {
			return Value{err: err}
		}
		return boolean(r)
	}
	right := n.right.eval(f)
	return combine(n.op, &left, &right)
}
