package filter

import (
	"bytes"

	"github.com/trapline/trapline/decode"
)

func (n *name) eval(s *Scene, _ domain) Value {
	if n.built != nil {
		return n.evalBuiltin(s)
	}
	p, ok := n.locate(s)
	switch {
	case !s.ended && n.answer && (!ok || p.Answer()):
		return s.missing()
	case !ok || p.Answer() && s.Call.Result.Failed:
		return Value{}
	case n.linked:
		return s.link(&p)
	}
	return s.load(&p)
}

func (n *name) locate(s *Scene) (decode.Place, bool) {
	if n.address {
		return s.Call.LocateWord(n.path)
	}
	return s.Call.Locate(n.path)
}

func (n *name) evalBuiltin(s *Scene) Value {
	switch {
	case n.built.exit && !s.ended:
		return s.missing()
	case !n.linked:
		return n.built.eval(s)
	case s.Call.Result.Failed || !returnsFD(s.Call.Row):
		return Value{}
	}
	return s.linkOf(int32(s.Call.Result.Value))
}

func (n *constant) eval(s *Scene, d domain) Value {
	for i := range n.forms {
		f := &n.forms[i]
		if f.set == d.set || f.set == d.enum {
			v := literal(f.value)
			v.mask = f.mask
			return v
		}
	}
	if i := abiIndex(s.Call.ABI); n.exists[i] {
		return literal(n.every[i])
	}
	return Value{}
}

func (n *number) eval(*Scene, domain) Value { return literal(n.value) }
func (n *span) eval(*Scene, domain) Value   { return timeOf(n.value) }
func (n *text) eval(*Scene, domain) Value   { return textOf(n.value) }

func (n *unary) eval(s *Scene, d domain) Value {
	v := n.x.eval(s, d)
	if v.Kind != Int {
		return Value{}
	}
	if n.op == '~' {
		v.Bits, v.Size = ^v.Bits, 0
		return v
	}
	v.Bits, v.Signed, v.Size = -v.Bits, true, 0
	return v
}

// sides evaluates two values, of which one may tell what the constants of the other mean.
func sides(s *Scene, l, r node, back bool, d domain) (lv, rv Value) {
	if back {
		rv = r.eval(s, d)
		return l.eval(s, rv.domain.or(d)), rv
	}
	lv = l.eval(s, d)
	return lv, r.eval(s, lv.domain.or(d))
}

// or returns d or, if that is nothing, another domain.
func (d domain) or(other domain) domain {
	if d == (domain{}) {
		return other
	}
	return d
}

func (n *binary) eval(s *Scene, d domain) Value {
	l, r := sides(s, n.l, n.r, n.back, d)
	switch {
	case l.Kind == Text && r.Kind == Text && n.op == "+":
		start := len(s.buf)
		s.buf = append(append(s.buf, l.Bytes...), r.Bytes...)
		return textOf(s.buf[start:])
	case l.Kind != Int || r.Kind != Int:
		return Value{}
	}
	v := Value{Kind: Int, Bits: n.compute(l.Bits, r.Bits), Signed: l.Signed && r.Signed, domain: l.domain.or(r.domain), mask: l.mask | r.mask}
	v.Size = n.size(&l, &r)
	return v
}

// size is the size of the result: of bits, that of their source.
func (n *binary) size(l, r *Value) uint8 {
	if n.op == "+" || n.op == "-" {
		return 0
	}
	return max(l.Size, r.Size)
}

func (n *binary) compute(l, r uint64) uint64 {
	switch n.op {
	case "|":
		return l | r
	case "^":
		return l ^ r
	case "&":
		return l & r
	case "<<":
		return l << r
	case ">>":
		return l >> r
	case "+":
		return l + r
	}
	return l - r
}

func (n *function) eval(s *Scene, d domain) Value {
	var args [maxArguments]Value
	for i, arg := range n.args {
		args[i] = arg.eval(s, d)
		if args[i].Kind != n.of.kinds[i] {
			return Value{}
		}
	}
	return n.of.run(s, args[:len(n.args)])
}

func (n *slice) eval(s *Scene, d domain) Value {
	v := n.x.eval(s, d)
	if v.Kind != Text {
		return Value{}
	}
	lo, hi := uint64(0), uint64(len(v.Bytes))
	if n.lo != nil {
		b := n.lo.eval(s, d)
		if b.Kind != Int || b.negative() {
			return Value{}
		}
		lo = min(b.Bits, hi)
	}
	if n.hi != nil {
		b := n.hi.eval(s, d)
		if b.Kind != Int || b.negative() {
			return Value{}
		}
		hi = max(min(b.Bits, hi), lo)
	}
	return textOf(v.Bytes[lo:hi])
}

func (n *compare) test(s *Scene) truth {
	if t, ok := s.remembered(n.atom); ok {
		return t
	}
	l, r := sides(s, n.l, n.r, n.back, domain{})
	return s.note(n.atom, n.compare(&l, &r))
}

func (n *compare) compare(l, r *Value) truth {
	if l.Kind&n.kind == 0 || l.Kind != r.Kind {
		return nobody
	}
	switch n.op {
	case "==":
		return truthOf(equal(l, r))
	case "!=":
		return truthOf(!equal(l, r))
	case "<":
		return truthOf(below(l, r))
	case "<=":
		return truthOf(!below(r, l))
	case ">":
		return truthOf(below(r, l))
	case ">=":
		return truthOf(!below(l, r))
	case "has":
		return truthOf(holdsBits(l, r))
	}
	return truthOf(bytes.Contains(l.Bytes, r.Bytes))
}

func equal(l, r *Value) bool {
	if l.Kind == Text {
		return bytes.Equal(l.Bytes, r.Bytes)
	}
	return same(l, r)
}

func (n *match) test(s *Scene) truth {
	if t, ok := s.remembered(n.atom); ok {
		return t
	}
	v, t := n.x.eval(s, domain{}), nobody
	if v.Kind == Text {
		t = truthOf(n.re.Match(v.Bytes) != n.not)
	}
	return s.note(n.atom, t)
}

func (n *member) test(s *Scene) truth {
	if t, ok := s.remembered(n.atom); ok {
		return t
	}
	return s.note(n.atom, n.among(s))
}

// among reports whether the value is one of the list. An element that is not there is not
// it.
func (n *member) among(s *Scene) truth {
	v := n.x.eval(s, domain{})
	if v.Kind&n.kind == 0 {
		return nobody
	}
	for _, e := range n.list {
		w := e.eval(s, v.domain)
		if w.Kind == v.Kind && equal(&v, &w) {
			return truthOf(!n.not)
		}
	}
	return truthOf(n.not)
}

func (n *logic) test(s *Scene) truth {
	l := n.l.test(s)
	switch {
	case n.or && l == yes, !n.or && l == no:
		return l
	case n.or:
		return l.or(n.r.test(s))
	}
	return l.and(n.r.test(s))
}

func (n *inversion) test(s *Scene) truth { return n.x.test(s).not() }

// verdict is the value of a condition.
func verdict(t truth) Value {
	if t != yes && t != no {
		return Value{}
	}
	return Value{Kind: Bool, Bits: uint64(t & yes)}
}

func (n *compare) eval(s *Scene, _ domain) Value   { return verdict(n.test(s)) }
func (n *match) eval(s *Scene, _ domain) Value     { return verdict(n.test(s)) }
func (n *member) eval(s *Scene, _ domain) Value    { return verdict(n.test(s)) }
func (n *logic) eval(s *Scene, _ domain) Value     { return verdict(n.test(s)) }
func (n *inversion) eval(s *Scene, _ domain) Value { return verdict(n.test(s)) }
