package filter

import "github.com/trapline/trapline/decode"

// An Expr is an expression that has been read and checked: a condition on a call, or a
// value of it. It is not safe for concurrent use.
type Expr struct {
	cond   condition   // but for counts; nil holds always
	counts []condition // those that ask how often the rest has held
	value  node        // of what is no condition
	exit   bool
	kind   Kind
	held   uint64
}

// Kind is what the expression is: Bool for a condition.
func (e *Expr) Kind() Kind { return e.kind }

// AtExit reports whether only the exit of a call can tell, at least in some of the calls.
func (e *Expr) AtExit() bool { return e.exit }

// Holds reports whether the condition holds for the call as far as the scene knows it. What
// only the exit tells does not hold before, nor does its contrary.
func (e *Expr) Holds(s *Scene) bool { return e.Leave(s, Memo{}) }

// Enter looks at a call at its entry. It reports false when the condition cannot hold any
// more; otherwise the memo goes to Leave, so that what only the entry tells, such as the
// file name of execve, is not looked for at the exit.
func (e *Expr) Enter(s *Scene) (m Memo, could bool) {
	s.memo, s.buf, s.pending = Memo{}, s.buf[:0], false
	could = e.cond == nil || e.cond.test(s)&yes != 0
	m, s.memo = s.memo, Memo{}
	return m, could
}

// Leave reports whether the condition holds at the exit.
func (e *Expr) Leave(s *Scene, m Memo) bool {
	s.memo, s.buf, s.pending = m, s.buf[:0], false
	if e.cond != nil && e.cond.test(s) != yes {
		return false
	}
	if len(e.counts) == 0 {
		return true
	}
	return e.counted(s)
}

// counted counts the call and tests the conditions on the count.
func (e *Expr) counted(s *Scene) bool {
	own := s.Count
	if own == nil {
		s.Count = &e.held
	}
	*s.Count++
	holds := true
	for _, c := range e.counts {
		holds = holds && c.test(s) == yes
	}
	s.Count = own
	return holds
}

// Eval works out the value. It is missing when anything it is made of is.
func (e *Expr) Eval(s *Scene) Value { return e.EvalFor(s, nil) }

// EvalFor is Eval for what becomes the value of target, whose constants are meant.
func (e *Expr) EvalFor(s *Scene, target *Name) Value {
	s.memo, s.buf, s.pending = Memo{}, s.buf[:0], false
	if e.value == nil {
		return verdict(truthOf(e.Holds(s)))
	}
	var d domain
	if target != nil {
		d = target.n.domainIn(s)
	}
	if s.Count == nil {
		s.Count = &e.held
		defer func() { s.Count = nil }()
	}
	return e.value.eval(s, d)
}

// Locate finds where the value lies in the call of a scene.
func (n *Name) Locate(s *Scene) (p decode.Place, ok bool) {
	if n.n.built != nil {
		return p, false
	}
	return n.n.locate(s)
}

// Eval is the value that lies there.
func (n *Name) Eval(s *Scene) Value {
	s.buf, s.pending = s.buf[:0], false
	return n.n.eval(s, domain{})
}

// domainIn is the constants that the value may have in the call of a scene.
func (n *name) domainIn(s *Scene) domain {
	if n.built != nil {
		return domain{}
	}
	p, _ := n.locate(s)
	return domainOf(s.Call.ABI, p.Type)
}
