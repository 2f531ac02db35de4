package variable

import (
	"cmp"
	"fmt"
)

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
	if v, ok := combinePointer(op, left, right); ok {
		return v
	}
	l, err := left.integer()
	if err != nil {
		return Value{err: err}
	}
	r, err := right.integer()
	if err != nil {
		return Value{err: err}
	}
	if op == "<<" || op == ">>" {
		right = left // whose size counts
	}
	return combineIntegers(op, l, r, common(left, right))
}

// combinePointer adds to a pointer or an array, or subtracts, by elements as C does; ok is false
// for anything else.
func combinePointer(op string, left, right *Value) (v Value, ok bool) {
	if op == "+" && !left.points() {
		left, right = right, left
	}
	if op != "+" && op != "-" || !left.points() {
		return v, false
	}
	size := max(left.typ.Elem().size(), 1)
	at, err := left.integer()
	n, bad := right.integer()
	switch {
	case err != nil:
		return Value{err: err}, true
	case bad != nil:
		return Value{err: bad}, true
	case right.points():
		return integer((at - n) / size), op == "-"
	case op == "-":
		n = -n
	}
	p := pointerTo(left.frame, left.typ.Elem())
	return p.bytes(number(uint64(at+n*size), p.typ.Size)), true
}

// points reports whether the value is a pointer, or an array, which is one to its first element.
func (v *Value) points() bool {
	return v.typ != nil && (v.typ.Kind == Pointer || v.typ.Kind == Array && v.placed)
}

// common is how many bytes two numbers are taken for unsigned ones of, as C does: those of the
// larger if that has no sign. It is zero if signs count.
func common(left, right *Value) int64 {
	l, r := left.width(), right.width()
	if l.size < r.size || l.size == r.size && r.unsigned {
		l = r
	}
	if !l.unsigned {
		return 0
	}
	return l.size
}

// A width is the size of a number and whether it has no sign.
type width struct {
	size     int64
	unsigned bool
}

// width is the one that C calculates with. A number of an expression takes that of others.
func (v *Value) width() width {
	switch {
	case v.typ == nil:
		return width{v.unsigned, v.unsigned > 0}
	case v.typ.size() < 4:
		return width{4, false}
	}
	return width{v.typ.size(), v.typ.Kind == Uint || v.typ.Kind == Pointer || v.typ.Kind == Char && v.typ.positive}
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

// combineIntegers does an operation on integers, on unsigned ones of so many bytes if those are
// not zero.
func combineIntegers(op string, l, r, unsigned int64) Value {
	if unsigned > 0 {
		l, r = truncate(l, unsigned), truncate(r, unsigned)
	}
	v, compared := compare(op, l, r)
	if unsigned > 0 {
		v, compared = compare(op, uint64(l), uint64(r))
	}
	switch {
	case compared:
		return v
	case op == "/" || op == "%":
		v = divide(op, l, r, unsigned > 0)
	default:
		v = arithmetic(op, l, r, unsigned > 0)
	}
	if v.err == nil && unsigned > 0 {
		v.num, v.unsigned = truncate(v.num, unsigned), unsigned
	}
	return v
}

// truncate is the low bytes of a number, without a sign.
func truncate(n, size int64) int64 { return int64(little(number(uint64(n), size), 8)) }

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
