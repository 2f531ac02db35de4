package unwind

import (
	"errors"

	"github.com/trapline/trapline/abi"
)

// errRegister is the error for a register that is needed and not known.
var errRegister = errors.New("a register that is needed is not known")

// A row is how to unwind from one place in the code: the rules that say anything.
type row struct {
	cfa    rule
	regs   []regRule
	ra     int    // the register that has the return address
	signal bool   // the code is a signal's trampoline
	behind uint64 // the address behind the function
}

// A regRule is the rule of a register.
type regRule struct {
	n int
	rule
}

// newRow returns the row that a program has computed.
func newRow(r *rules, f *fde) *row {
	w := &row{cfa: r.cfa, ra: f.ra, signal: f.signal, behind: f.end}
	for n, rule := range r.regs {
		if rule.how != same {
			w.regs = append(w.regs, regRule{n, rule})
		}
	}
	return w
}

// outmost reports whether the row says that there is no caller.
func (w *row) outmost() bool {
	for i := range w.regs {
		if w.regs[i].n == w.ra {
			return w.regs[i].how == undefined
		}
	}
	return false
}

// apply takes s to the caller by the rules of a row.
func (u *Unwinder) apply(s *state, w *row) (step, error) {
	if w.outmost() {
		return step{outmost: true}, nil
	}
	cfa, err := u.cfa(s, &w.cfa)
	if err != nil {
		return step{}, err
	}
	t := step{cfa: abi.Addr(cfa), found: CFI, signal: w.signal, leap: w.signal}
	u.callee = *s
	s.setSP(t.cfa)
	for i := range w.regs {
		if err := u.restore(s, &w.regs[i], cfa); err != nil && w.regs[i].n == w.ra {
			return t, err
		}
	}
	ra, known := s.get(w.ra)
	if !known {
		return t, errRegister
	}
	s.setPC(abi.Addr(ra))
	s.call = !w.signal
	return t, nil
}

func (u *Unwinder) cfa(s *state, r *rule) (uint64, error) {
	switch r.how {
	case register:
		v, known := s.get(int(r.reg))
		if !known {
			return 0, errRegister
		}
		return s.abi.TruncateReg(v + uint64(r.off)), nil
	case valExpression:
		return u.calculator.compute(s, r.expr)
	}
	return 0, errProgram
}

// restore finds one register of the caller. One that cannot be read is not known; but for
// the return address nobody may ever need it.
func (u *Unwinder) restore(s *state, r *regRule, cfa uint64) error {
	v, known, err := u.value(r, cfa)
	if err == nil && known {
		s.set(r.n, v)
		return nil
	}
	s.forget(r.n)
	return err
}

// value computes what a rule says of the caller's register.
func (u *Unwinder) value(r *regRule, cfa uint64) (v uint64, known bool, err error) {
	s := &u.callee
	switch r.how {
	case offset:
		v, err = u.word(s.address(cfa+uint64(r.off)), s.slot)
	case valOffset:
		v = cfa + uint64(r.off)
	case register:
		v, known = s.get(int(r.reg))
		return v, known, nil
	case expression:
		if v, err = u.calculator.compute(s, r.expr, cfa); err == nil {
			v, err = u.word(s.address(v), s.slot)
		}
	case valExpression:
		v, err = u.calculator.compute(s, r.expr, cfa)
	default:
		return 0, false, nil
	}
	return v, err == nil, err
}
