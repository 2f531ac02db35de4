package filter

import (
	"fmt"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/seccomp"
	"github.com/trapline/trapline/syscalls"
)

// A Choice is calls that are of interest: those that all of the sets have and that the
// expression, if there is one, holds for.
type Choice struct {
	Calls []*Calls
	Expr  *Expr
}

// Sieve returns rules for the calls of an ABI that one of the choices may take. All is true
// when that is every call.
func Sieve(a *abi.ABI, choices []Choice) (rules []seccomp.Rule, all bool) {
	s := sieve{abi: a, index: map[string]int{}, all: true}
	table := syscalls.For(a)
	for nr := range uint64(maxNR) {
		s.add(seccomp.One(uint32(nr|a.NRBit)), scalarOf(choices, a, nr|a.NRBit, table.Row(nr|a.NRBit)))
	}
	beyond := maxNR | a.NRBit
	s.add(seccomp.From(uint32(beyond)), scalarOf(choices, a, beyond, nil))
	return s.rules, s.all
}

// scalarOf is what has to be true of the registers of a call for one of the choices to take
// it.
func scalarOf(choices []Choice, a *abi.ABI, nr uint64, row *syscalls.Syscall) seccomp.Expr {
	found := seccomp.Expr(never)
	for i := range choices {
		if choices[i].has(a, nr) {
			found = either(found, choices[i].scalar(a, row))
		}
	}
	return found
}

func (c *Choice) has(a *abi.ABI, nr uint64) bool {
	for _, set := range c.Calls {
		if !set.Has(a, nr) {
			return false
		}
	}
	return true
}

func (c *Choice) scalar(a *abi.ABI, row *syscalls.Syscall) seccomp.Expr {
	if c.Expr == nil {
		return nil
	}
	return c.Expr.Scalar(a, row)
}

// Choices are the calls of a set that the conditions let through; without conditions all
// of them.
func (w *Where) Choices(c *Calls) []Choice {
	if w == nil {
		return []Choice{{Calls: []*Calls{c}}}
	}
	choices := make([]Choice, len(w.rules))
	for i := range w.rules {
		choices[i] = Choice{[]*Calls{c, w.rules[i].calls}, w.rules[i].expr}
	}
	return choices
}

// A sieve collects calls by what is asked of their registers.
type sieve struct {
	abi   *abi.ABI
	rules []seccomp.Rule
	index map[string]int // of the rule that asks something
	all   bool
}

func (s *sieve) add(calls seccomp.Span, where seccomp.Expr) {
	key := ""
	if where != nil {
		s.all = false
		if isNever(where) {
			return
		}
		key = fmt.Sprintf("%T%+v", where, where)
	}
	i, ok := s.index[key]
	if !ok {
		i = len(s.rules)
		s.index[key] = i
		s.rules = append(s.rules, seccomp.Rule{ABI: s.abi, Where: where})
	}
	r := &s.rules[i]
	if n := len(r.Calls); n > 0 && r.Calls[n-1].Last+1 == calls.First {
		r.Calls[n-1].Last = calls.Last
		return
	}
	r.Calls = append(r.Calls, calls)
}
