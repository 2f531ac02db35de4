package variable

import (
	"cmp"
	"fmt"

	"github.com/trapline/trapline/abi"
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
	if f.Scope != nil {
		if v, ok := f.Scope.named(string(n)); ok {
			return f.Get(v)
		}
		if this, ok := f.Scope.named("this"); ok {
			object := f.Get(this)
			if m := object.field(string(n)); m.err == nil {
				return m
			}
		}
		if c, ok := f.Scope.unit.constants[string(n)]; ok {
			return integer(c)
		}
	}
	return f.outside(string(n))
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
	if scope, ok := n.of.(name); ok && of.err != nil { // a variable of a package in Go
		if v := (scope + "." + name(n.name)).eval(f); v.err == nil {
			return v
		}
	}
	if of.err != nil {
		return of
	}
	return of.field(n.name)
}

func (n element) eval(f *Frame) Value {
	of, index := n.of.eval(f), n.index.eval(f)
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
			return Value{err: errPlace}
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
	return Value{num: x, err: err}
}

// pointerTo is a pointer to a type, without what is in it.
func pointerTo(f *Frame, t *Type) Value {
	p := &Type{Kind: Pointer, Size: int64(f.Regs.ABI.Word), info: t.info, to: t}
	return Value{frame: f, typ: p}
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

// maxCompared is how much of strings is compared.
const maxCompared = 4096

// combine does an operation on two values. An array or a pointer to characters compares with
// text by what it says, an enumeration by the names of its constants.
func combine(op string, left, right *Value) Value {
	if left.err != nil {
		return *left
	}
	if right.err != nil {
		return *right
	}
	if left.isText || right.isText {
		l, _, ok := left.str(maxCompared)
		r, _, too := right.str(maxCompared)
		if !ok || !too {
			return failed("text compares with text only")
		}
		return compareText(op, l, r)
	}
	if left.isFloat() || right.isFloat() {
		l, err := left.number()
		r, wrong := right.number()
		if err != nil || wrong != nil {
			return failed("no numbers")
		}
		return combineReal(op, l, r)
	}
	l, err := left.integer()
	if err != nil {
		return Value{err: err}
	}
	r, err := right.integer()
	if err != nil {
		return Value{err: err}
	}
	return combineIntegers(op, l, r, left.unsigned() || right.unsigned())
}

// unsigned reports whether the value is a number without a sign as wide as a register: those
// compare differently.
func (v *Value) unsigned() bool {
	if v.typ == nil {
		return false
	}
	return (v.typ.Kind == Uint || v.typ.Kind == Pointer) && v.typ.size() == 8
}

// compare does an operation that compares, and reports whether it is one.
func compare[T cmp.Ordered](op string, l, r T) (v Value, ok bool) {
	switch op {
	case "==":
		return boolean(l == r), true
	case "!=":
		return boolean(l != r), true
	case "<":
		return boolean(l < r), true
	case ">":
		return boolean(l > r), true
	case "<=":
		return boolean(l <= r), true
	case ">=":
		return boolean(l >= r), true
	}
	return v, false
}

func compareText(op, l, r string) Value {
	if v, ok := compare(op, l, r); ok {
		return v
	}
	return failed("%s does not work on text", op)
}

func combineReal(op string, l, r float64) Value {
	if v, ok := compare(op, l, r); ok {
		return v
	}
	switch op {
	case "+":
		return Value{float: l + r, isReal: true}
	case "-":
		return Value{float: l - r, isReal: true}
	case "*":
		return Value{float: l * r, isReal: true}
	case "/":
		return Value{float: l / r, isReal: true}
	}
	return failed("%s does not work on floating-point numbers", op)
}

func combineIntegers(op string, l, r int64, unsigned bool) Value {
	v, compared := compare(op, l, r)
	if unsigned {
		v, compared = compare(op, uint64(l), uint64(r))
	}
	switch {
	case compared:
		return v
	case op == "/" || op == "%":
		return divide(op, l, r, unsigned)
	}
	return arithmetic(op, l, r, unsigned)
}

func arithmetic(op string, l, r int64, unsigned bool) Value {
	switch op {
	case "+":
		return integer(l + r)
	case "-":
		return integer(l - r)
	case "*":
		return integer(l * r)
	case "&":
		return integer(l & r)
	case "|":
		return integer(l | r)
	case "^":
		return integer(l ^ r)
	case "<<":
		return integer(l << (uint64(r) & 63))
	case ">>":
		if unsigned {
			return integer(int64(uint64(l) >> (uint64(r) & 63)))
		}
		return integer(l >> (uint64(r) & 63))
	}
	return Value{err: fmt.Errorf("%s is no operation", op)}
}

func divide(op string, l, r int64, unsigned bool) Value {
	switch {
	case r == 0:
		return failed("a division by zero")
	case unsigned && op == "/":
		return integer(int64(uint64(l) / uint64(r)))
	case unsigned:
		return integer(int64(uint64(l) % uint64(r)))
	case r == -1: // what the machine cannot do with the least number
		if op == "/" {
			return integer(-l)
		}
		return integer(0)
	case op == "/":
		return integer(l / r)
	}
	return integer(l % r)
}
