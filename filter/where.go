package filter

import (
	"maps"
	"slices"
	"time"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/decode"
	"github.com/trapline/trapline/mem"
)

// Where is conditions on calls, of which one has to hold. None at all hold for no call.
type Where struct{ rules []clause }

// A clause is a condition and the calls that it is for.
type clause struct {
	calls *Calls
	expr  *Expr
}

// Add adds what --where takes: a condition on all calls, or CALLS where and one on those.
func (w *Where) Add(src string) error {
	c, e, err := ParseWhere(src)
	if err == nil {
		w.rules = append(w.rules, clause{c, e})
	}
	return err
}

// Words are those that may follow what has been written of a condition: the names of the
// parameters of its calls and those that every call has, functions and the words between
// conditions.
func Words(before string) []string {
	words := append(builtinNames(), operationNames()...)
	words = append(words, slices.Sorted(maps.Keys(reserved))...)
	p := NewParser(before)
	c, err := p.Calls()
	if err != nil || !p.Accept("where") {
		return words
	}
	params := map[string]bool{}
	newScope(c, AnyMoment).near(decode.Path{{}}, params)
	return append(slices.Sorted(maps.Keys(params)), words...)
}

// A Look is what Where keeps of a task's call, from its entry to its exit. The zero Look is
// ready, and used for one call after another.
type Look struct {
	Scene
	memos   []Memo
	waiting []bool // for the exit, by rule
}

// A Verdict is what Where says of a call.
type Verdict uint8

const (
	No    Verdict = iota // no condition holds
	Yes                  // one does
	Later                // only the exit tells
)

// Enter looks at a call at its entry.
func (w *Where) Enter(l *Look, call abi.Call, m mem.Reader) Verdict {
	verdict, begun := No, false
	l.memos, l.waiting = l.memos[:0], l.waiting[:0]
	for i := range w.rules {
		r := &w.rules[i]
		memo, could := Memo{}, false
		if verdict != Yes && r.calls.HasCall(call) {
			if !begun {
				l.Begin(call, m)
				begun = true
			}
			memo, could = r.enter(&l.Scene, &verdict)
		}
		l.memos, l.waiting = append(l.memos, memo), append(l.waiting, could)
	}
	return verdict
}

// enter looks at a call for one rule and says whether that has to wait for the exit.
func (r *clause) enter(s *Scene, v *Verdict) (m Memo, could bool) {
	if !r.expr.AtExit() {
		if r.expr.Holds(s) {
			*v = Yes
		}
		return m, false
	}
	if m, could = r.expr.Enter(s); could && *v == No {
		*v = Later
	}
	return m, could
}

// Leave says at the exit of a call that had to wait for it whether a condition holds.
func (w *Where) Leave(l *Look, r abi.Result, elapsed time.Duration, m mem.Reader) bool {
	l.End(r, elapsed, m)
	for i, waiting := range l.waiting {
		if waiting && w.rules[i].expr.Leave(&l.Scene, l.memos[i]) {
			return true
		}
	}
	return false
}
