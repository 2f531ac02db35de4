package filter

// check finds out what the names and constants of an expression are and whether its parts
// fit each other.
func (s *scope) check(p *Parser, n node, context *name) (node, error) {
	switch n := n.(type) {
	case *name:
		return s.checkName(p, n, context)
	case *unary:
		return s.checkUnary(p, n, context)
	case *binary:
		return s.checkBinary(p, n, context)
	case *function:
		return s.checkFunction(p, n)
	case *slice:
		return s.checkSlice(p, n)
	case *compare:
		return s.checkCompare(p, n)
	case *match:
		return s.checkMatch(p, n)
	case *member:
		return s.checkMember(p, n)
	case *logic:
		return s.checkLogic(p, n)
	case *inversion:
		x, err := s.check(p, n.x, nil)
		if err != nil {
			return nil, err
		}
		n.x = x.(condition)
	}
	return n, nil
}

// checkName makes a constant of a name that is no value's.
func (s *scope) checkName(p *Parser, n *name, context *name) (node, error) {
	ok, err := s.resolve(p, n)
	if err != nil {
		return nil, err
	}
	if ok || len(n.path) > 1 || n.address {
		return n, s.name(p, n)
	}
	c, err := s.constant(p, n, context)
	if c == nil && err == nil {
		return n, s.name(p, n)
	}
	return c, err
}

func (s *scope) checkUnary(p *Parser, n *unary, context *name) (node, error) {
	x, err := s.valued(p, n.x, context, Int)
	n.x = x
	return n, err
}

// valued checks a part that has to be a value of one of some kinds.
func (s *scope) valued(p *Parser, n node, context *name, kinds Kind) (node, error) {
	n, err := s.check(p, n, context)
	if err != nil {
		return nil, err
	}
	if k := kindOf(n); k&kinds == 0 {
		return nil, p.errorAt(n, "this is %s, and %s is needed", k, kinds)
	}
	return n, nil
}

// pair checks two values, of which one gives the constants of the other their meaning.
func (s *scope) pair(p *Parser, l, r node, context *name) (lv, rv node, back bool, err error) {
	meant := s.meaning(p, l)
	if meant == nil {
		if meant = s.meaning(p, r); meant != nil {
			back = true
		} else {
			meant = context
		}
	}
	if lv, err = s.check(p, l, meant); err != nil {
		return nil, nil, false, err
	}
	rv, err = s.check(p, r, meant)
	return lv, rv, back, err
}

// meaning is the value in an expression that gives constants their meaning; nil when
// there is none.
func (s *scope) meaning(p *Parser, n node) *name {
	switch n := n.(type) {
	case *name:
		if ok, err := s.resolve(p, n); ok && err == nil && n.kinds&Int != 0 {
			return n
		}
	case *unary:
		return s.meaning(p, n.x)
	case *binary:
		if l := s.meaning(p, n.l); l != nil {
			return l
		}
		return s.meaning(p, n.r)
	}
	return nil
}

func (s *scope) checkBinary(p *Parser, n *binary, context *name) (node, error) {
	var err error
	if n.l, n.r, n.back, err = s.pair(p, n.l, n.r, context); err != nil {
		return nil, err
	}
	kinds := Int
	if n.op == "+" {
		kinds |= Text
	}
	n.kind = kindOf(n.l) & kindOf(n.r) & kinds
	if n.kind == 0 {
		return nil, p.errorAt(n, "%s does not join %s and %s", n.op, kindOf(n.l), kindOf(n.r))
	}
	return n, nil
}

func (s *scope) checkFunction(p *Parser, n *function) (node, error) {
	if len(n.args) != len(n.of.kinds) {
		return nil, p.errorAt(n, "%s takes %s, not %d", n.of.name, plural(len(n.of.kinds), "value"), len(n.args))
	}
	for i := range n.args {
		arg, err := s.valued(p, n.args[i], nil, n.of.kinds[i])
		if err != nil {
			return nil, err
		}
		n.args[i] = arg
	}
	return n, nil
}

func (s *scope) checkSlice(p *Parser, n *slice) (node, error) {
	var err error
	if n.x, err = s.valued(p, n.x, nil, Text); err != nil {
		return nil, err
	}
	for _, bound := range []*node{&n.lo, &n.hi} {
		if *bound == nil {
			continue
		}
		if *bound, err = s.valued(p, *bound, nil, Int); err != nil {
			return nil, err
		}
	}
	return n, nil
}

// operands are the kinds that each operator of a comparison takes.
func operands(op string) Kind {
	switch op {
	case "==", "!=":
		return Int | Text | Time
	case "has":
		return Int
	case "contains":
		return Text
	}
	return Int | Time
}

func (s *scope) checkCompare(p *Parser, n *compare) (node, error) {
	var err error
	if n.l, n.r, n.back, err = s.pair(p, n.l, n.r, nil); err != nil {
		return nil, err
	}
	l, r := kindOf(n.l), kindOf(n.r)
	takes := operands(n.op)
	switch n.kind = l & r & takes; {
	case n.kind != 0:
		return n, nil
	case l&takes == 0:
		return nil, p.errorAt(n.l, "this is %s, with which %s does nothing", l, n.op)
	}
	return nil, p.errorAt(n.r, "this is %s, and what it is compared with is %s", r, l)
}

func (s *scope) checkMatch(p *Parser, n *match) (node, error) {
	x, err := s.valued(p, n.x, nil, Text)
	n.x = x
	return n, err
}

func (s *scope) checkMember(p *Parser, n *member) (node, error) {
	x, err := s.valued(p, n.x, nil, Int|Text|Time)
	if err != nil {
		return nil, err
	}
	n.x = x
	for i := range n.list {
		e, err := s.check(p, n.list[i], s.meaning(p, n.x))
		if err != nil {
			return nil, err
		}
		if kindOf(e)&kindOf(n.x) == 0 {
			return nil, p.errorAt(e, "this is %s, and what it is compared with is %s", kindOf(e), kindOf(n.x))
		}
		n.list[i], n.kind = e, n.kind|kindOf(e)&kindOf(n.x)
	}
	return n, nil
}

func (s *scope) checkLogic(p *Parser, n *logic) (node, error) {
	l, err := s.check(p, n.l, nil)
	if err != nil {
		return nil, err
	}
	r, err := s.check(p, n.r, nil)
	if err != nil {
		return nil, err
	}
	n.l, n.r = l.(condition), r.(condition)
	return n, nil
}

// kindOf is what a part of an expression may be.
func kindOf(n node) Kind {
	switch n := n.(type) {
	case *name:
		return n.kinds
	case *binary:
		return n.kind
	case *function:
		return n.of.result
	case *span:
		return Time
	case *text, *slice:
		return Text
	case condition:
		return Bool
	}
	return Int
}
