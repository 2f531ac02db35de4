package filter

// finish takes the conditions on the count out of a condition. They have to be joined to
// the rest by and: what is counted is when the rest holds.
func (s *scope) finish(p *Parser, c condition) (*Expr, error) {
	e := &Expr{kind: Bool, exit: s.exit}
	for _, part := range conjuncts(nil, c) {
		counts := counted(part)
		switch atom := part; {
		case counts == nil:
			e.cond = joinedBoth(e.cond, part)
		case isAtom(atom):
			e.counts = append(e.counts, part)
		default:
			return nil, p.errorAt(counts, "count stands in a condition of its own, joined to the others by and")
		}
	}
	return e, nil
}

// conjuncts takes a condition apart where and joins it.
func conjuncts(list []condition, c condition) []condition {
	if l, ok := c.(*logic); ok && !l.or {
		return conjuncts(conjuncts(list, l.l), l.r)
	}
	return append(list, c)
}

func joinedBoth(l, r condition) condition {
	if l == nil {
		return r
	}
	return &logic{pos: pos(r.column()), l: l, r: r}
}

// isAtom reports whether a condition is a comparison or the contrary of one.
func isAtom(c condition) bool {
	for {
		n, ok := c.(*inversion)
		if !ok {
			break
		}
		c = n.x
	}
	_, ok := c.(*logic)
	return !ok
}

// counted returns the name count in an expression, nil when it is not there.
func counted(n node) *name {
	if n == nil {
		return nil
	}
	if n, ok := n.(*name); ok && n.built != nil && n.built.name == counter {
		return n
	}
	for _, part := range parts(n) {
		if found := counted(part); found != nil {
			return found
		}
	}
	return nil
}

// parts are what a node is made of.
func parts(n node) []node {
	switch n := n.(type) {
	case *unary:
		return []node{n.x}
	case *binary:
		return []node{n.l, n.r}
	case *function:
		return n.args
	case *slice:
		return []node{n.x, n.lo, n.hi}
	case *compare:
		return []node{n.l, n.r}
	case *match:
		return []node{n.x}
	case *member:
		return append([]node{n.x}, n.list...)
	case *logic:
		return []node{n.l, n.r}
	case *inversion:
		return []node{n.x}
	}
	return nil
}
