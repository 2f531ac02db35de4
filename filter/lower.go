package filter

import (
	"slices"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/seccomp"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/value"
)

// Scalar is what has to be true of the registers of a call for the expression to hold: of
// memory, files and results it says nothing. It is nil when that is nothing, and an empty
// seccomp.Or when the expression cannot hold for the call. The row is nil for a number that
// the ABI does not know.
func (e *Expr) Scalar(a *abi.ABI, row *syscalls.Syscall) seccomp.Expr {
	if e.cond == nil || row != nil && row.Mux != syscalls.Single {
		return nil
	}
	l := lowering{abi: a, row: row}
	l.scene.Call.ABI, l.scene.Call.Row = a, row
	return l.condition(e.cond, true)
}

// never is a condition that nothing fulfils. One that everything does is nil.
var never = seccomp.Or{}

func isNever(e seccomp.Expr) bool {
	or, ok := e.(seccomp.Or)
	return ok && len(or) == 0
}

// A lowering turns conditions into what they say of registers, or their contraries. What is
// not there fulfils neither.
type lowering struct {
	abi   *abi.ABI
	row   *syscalls.Syscall
	scene Scene // of which only the ABI and the row are known
}

func (l *lowering) condition(c condition, holds bool) seccomp.Expr {
	switch c := c.(type) {
	case *inversion:
		return l.condition(c.x, !holds)
	case *logic:
		x, y := l.condition(c.l, holds), l.condition(c.r, holds)
		if c.or == holds {
			return either(x, y)
		}
		return both(x, y)
	case *compare:
		return l.compare(c, holds)
	case *member:
		return l.member(c, holds)
	}
	return l.atom(c, holds)
}

func both(x, y seccomp.Expr) seccomp.Expr {
	switch {
	case x == nil || isNever(y):
		return y
	case y == nil || isNever(x):
		return x
	}
	return seccomp.And{x, y}
}

func either(x, y seccomp.Expr) seccomp.Expr {
	switch {
	case x == nil || y == nil:
		return nil
	case isNever(x):
		return y
	case isNever(y):
		return x
	}
	return seccomp.Or{x, y}
}

// atom decides a comparison about nothing but the call's name and ABI, or about what the
// call does not have.
func (l *lowering) atom(c condition, holds bool) seccomp.Expr {
	if m, ok := c.(*match); ok && l.lacks(m.x) {
		return never
	}
	if !l.known(c) {
		return nil
	}
	want := no
	if holds {
		want = yes
	}
	l.scene.memo, l.scene.buf = Memo{}, l.scene.buf[:0]
	if c.test(&l.scene) == want {
		return nil
	}
	return never
}

// known reports whether a part has one value in all calls of the row.
func (l *lowering) known(n node) bool {
	if n, ok := n.(*name); ok {
		return n.built != nil && (n.built.name == "name" || n.built.name == "abi")
	}
	for _, part := range parts(n) {
		if part != nil && !l.known(part) {
			return false
		}
	}
	return true
}

// lacks reports whether a part is about something that no call of the row has.
func (l *lowering) lacks(n node) bool {
	if n, ok := n.(*name); ok {
		return !l.has(n)
	}
	return slices.ContainsFunc(parts(n), func(part node) bool { return part != nil && l.lacks(part) })
}

func (l *lowering) has(n *name) bool {
	switch {
	case n.built != nil:
		return !n.linked || returnsFD(l.row)
	case l.row == nil:
		return false
	}
	found := false
	w := walker{abi: l.abi, found: func(t syscalls.Type, _ bool) {
		_, fd := t.(syscalls.FD)
		found = found || fd || !n.linked
	}}
	w.params(l.row.Params, n.path)
	return found
}

// An operand is a parameter in a register, of which mask is looked at.
type operand struct {
	reg    int
	size   int
	signed bool
	mask   uint64 // zero is all of it
	domain domain
}

// operand finds the parameter in a register that a part is about.
func (l *lowering) operand(n node) (o operand, ok bool) {
	switch n := n.(type) {
	case *name:
		return l.register(n)
	case *binary:
		if n.op == "&" {
			return l.masked(n)
		}
	}
	return o, false
}

// masked is a parameter of which only the bits of a constant are looked at.
func (l *lowering) masked(n *binary) (o operand, ok bool) {
	x, other := n.l, n.r
	if n.back {
		x, other = n.r, n.l
	}
	param, ok := x.(*name)
	if !ok || !l.known(other) {
		return o, false
	}
	if o, ok = l.register(param); !ok {
		return o, false
	}
	m := other.eval(&l.scene, o.domain)
	if m.Kind != Int || m.Bits == 0 || value.Truncate(m.Bits, uint8(o.size)) != m.Bits {
		return o, false
	}
	o.mask, o.signed = m.Bits, false
	return o, true
}

// register finds the register of a parameter.
func (l *lowering) register(n *name) (o operand, ok bool) {
	if n.built != nil || n.linked || len(n.path) > 1 {
		return o, false
	}
	for i := range l.row.Params {
		p := &l.row.Params[i]
		if _, rest := p.Type.(*syscalls.Rest); rest {
			return o, false
		}
		if p.Name == n.path[0].Name {
			reg, count := syscalls.Register(l.row.Params, l.abi, i)
			o, ok = l.word(p.Type, n.address)
			o.reg = reg
			return o, ok && count == 1 && reg < abi.MaxArgs
		}
	}
	return o, false
}

// word is what a parameter of a type is in its register.
func (l *lowering) word(t syscalls.Type, address bool) (o operand, ok bool) {
	switch s := t.(type) {
	case syscalls.If:
		return l.word(s.Then, address)
	case syscalls.Custom:
		if plain := syscalls.Plain(l.abi, &s); plain != nil {
			return l.word(plain, address)
		}
	case syscalls.Bits:
		return operand{size: s.Size(l.abi), signed: s.Signed(), domain: domainOf(l.abi, t)}, !s.BigEndian
	case syscalls.FD, syscalls.PID:
		return operand{size: 4, signed: true, domain: domainOf(l.abi, t)}, true
	case syscalls.Pointer:
		return operand{size: l.abi.Word}, address
	}
	return o, false
}

func (l *lowering) compare(c *compare, holds bool) seccomp.Expr {
	switch {
	case l.lacks(c):
		return never
	case l.known(c):
		return l.atom(c, holds)
	}
	op, x, other := c.op, c.l, c.r
	if c.back {
		op, x, other = mirrored(op), c.r, c.l
	}
	o, ok := l.operand(x)
	if !ok || !l.known(other) {
		return nil
	}
	v := other.eval(&l.scene, o.domain)
	if v.Kind != Int {
		return never
	}
	if !holds {
		op = contrary(op)
	}
	return o.compare(op, &v)
}

// mirrored is the operator that means the same with its sides exchanged.
func mirrored(op string) string {
	switch op {
	case "<":
		return ">"
	case "<=":
		return ">="
	case ">":
		return "<"
	case ">=":
		return "<="
	case "has":
		return "" // had by
	}
	return op
}

// contrary is the operator that holds when another does not.
func contrary(op string) string {
	switch op {
	case "==":
		return "!="
	case "!=":
		return "=="
	case "<":
		return ">="
	case "<=":
		return ">"
	case ">":
		return "<="
	case ">=":
		return "<"
	case "has":
		return "lacks"
	}
	return ""
}

func (o *operand) compare(op string, v *Value) seccomp.Expr {
	switch op {
	case "==":
		return o.equal(seccomp.Equal, v)
	case "!=":
		return o.equal(seccomp.NotEqual, v)
	case "<":
		return o.order(seccomp.Less, v)
	case "<=":
		return o.order(seccomp.LessEqual, v)
	case ">":
		return o.order(seccomp.Greater, v)
	case ">=":
		return o.order(seccomp.GreaterEqual, v)
	case "has":
		return o.has(v)
	case "lacks":
		return o.lacks(v)
	}
	return nil
}

// test compares the part of the register that the parameter has.
func (o *operand) test(op seccomp.Op, v, mask uint64) seccomp.Expr {
	size := uint8(o.size)
	if mask == 0 && size < 4 {
		mask = ^uint64(0)
	}
	return seccomp.Compare{Arg: o.reg, Op: op, Value: value.Truncate(v, size), Mask: value.Truncate(mask, size), Bits: max(8*o.size, 32), Signed: o.signed}
}

// equal tests for a number, or that it is another one.
func (o *operand) equal(op seccomp.Op, v *Value) seccomp.Expr {
	size := uint8(o.size)
	if !fits(v, size) || o.mask != 0 && value.Truncate(v.Bits, size)&^o.mask != 0 {
		if op == seccomp.NotEqual {
			return nil
		}
		return never
	}
	return o.test(op, v.Bits, o.mask)
}

// order compares with a number. One that the parameter cannot have settles it.
func (o *operand) order(op seccomp.Op, v *Value) seccomp.Expr {
	if o.mask != 0 || o.signed && o.size < 4 {
		return nil
	}
	least, most := integerOf(0, o.size, false), integerOf(^uint64(0), o.size, false)
	if o.signed {
		least = integerOf(1<<(8*o.size-1), o.size, true)
		most = integerOf(1<<(8*o.size-1)-1, o.size, true)
	}
	less := op == seccomp.Less || op == seccomp.LessEqual
	switch {
	case below(v, &least) && less, below(&most, v) && !less:
		return never
	case below(v, &least), below(&most, v):
		return nil
	}
	return o.test(op, v.Bits, 0)
}

// has tests for bits, and for one of several values.
func (o *operand) has(v *Value) seccomp.Expr {
	if o.mask != 0 {
		return nil
	}
	want, mask := value.Truncate(v.Bits, uint8(o.size)), value.Truncate(v.mask, uint8(o.size))
	var one, bits seccomp.Expr
	if mask != 0 {
		one = o.test(seccomp.Equal, want&mask, mask)
	}
	if want &^= mask; want != 0 {
		bits = o.test(seccomp.Equal, want, want)
	}
	if one == nil && bits == nil {
		return o.test(seccomp.Equal, 0, 0)
	}
	return both(one, bits)
}

func (o *operand) lacks(v *Value) seccomp.Expr {
	had := o.has(v)
	if had == nil {
		return nil
	}
	return seccomp.Not{X: had}
}

// member is compare with several values.
func (l *lowering) member(c *member, holds bool) seccomp.Expr {
	switch {
	case l.lacks(c.x):
		return never
	case l.known(c):
		return l.atom(c, holds)
	}
	o, ok := l.operand(c.x)
	if !ok {
		return nil
	}
	found := seccomp.Expr(never)
	for _, e := range c.list {
		if !l.known(e) {
			return nil
		}
		if v := e.eval(&l.scene, o.domain); v.Kind == Int {
			found = either(found, o.equal(seccomp.Equal, &v))
		}
	}
	switch {
	case holds != c.not:
		return found
	case found == nil:
		return never
	case isNever(found):
		return nil
	}
	return seccomp.Not{X: found}
}
