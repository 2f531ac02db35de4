package filter

import (
	"maps"
	"slices"
	"strings"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/decode"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/uapi"
)

// A scope is what names and constants of one expression may mean.
type scope struct {
	calls *Calls
	when  Moment
	exit  bool // something is known at the exit only
	rows  []callOf
}

type callOf struct {
	abi *abi.ABI
	row *syscalls.Syscall
}

func newScope(c *Calls, when Moment) *scope {
	if c == nil {
		c = AllCalls()
	}
	s := &scope{calls: c, when: when}
	eachRow(c, func(a *abi.ABI, row *syscalls.Syscall) { s.rows = append(s.rows, callOf{a, row}) })
	return s
}

// find walks a path in every call and returns in how many it leads to something.
func (s *scope) find(path decode.Path, found func(c *callOf, t syscalls.Type, answer bool)) (calls int) {
	for i := range s.rows {
		c, there := &s.rows[i], false
		w := walker{abi: c.abi, found: func(t syscalls.Type, answer bool) {
			there = true
			found(c, t, answer)
		}}
		w.params(c.row.Params, path)
		if there {
			calls++
		}
	}
	return calls
}

// has returns in how many calls a path leads to something.
func (s *scope) has(path decode.Path) int {
	return s.find(path, func(*callOf, syscalls.Type, bool) {})
}

// name finds out what a name means in the calls.
func (s *scope) name(p *Parser, n *name) error {
	ok, err := s.resolve(p, n)
	if err == nil && !ok {
		err = s.unknown(p, n)
	}
	if err != nil {
		return err
	}
	if n.answer {
		s.exit = true
	}
	if s.when == AtEntry && !n.asked {
		return p.errorAt(n, "%s is known only when the call has ended", n.path)
	}
	if n.kinds == 0 {
		return p.errorAt(n, "%s is a structure%s", n.path, s.fields(n))
	}
	return nil
}

// resolve reports false when there is nothing of that name.
func (s *scope) resolve(p *Parser, n *name) (ok bool, err error) {
	if !n.known {
		n.known, err = s.mean(p, n)
	}
	return n.known, err
}

func (s *scope) mean(p *Parser, n *name) (bool, error) {
	calls := s.parameter(n, n.path)
	first := n.path[0].Name
	if b := findBuiltin(first); b != nil && !n.address && (len(n.path) == 1 || s.linkable(n, b)) {
		switch {
		case calls == 0, s.calls.All():
			s.builtin(n, b)
			return true, nil
		case calls < len(s.rows):
			return false, p.errorAt(n, "%s is a parameter of some of these calls: write param.%s or call.%s", first, first, first)
		}
	}
	if calls > 0 {
		return true, nil
	}
	if first == "param" && len(n.path) > 1 && s.parameter(n, n.path[1:]) > 0 {
		n.path = n.path[1:]
		return true, nil
	}
	if first == "call" && len(n.path) > 1 {
		inner := &name{path: n.path[1:]}
		if b := findBuiltin(inner.path[0].Name); b != nil && (len(inner.path) == 1 || s.linkable(inner, b)) {
			n.path = inner.path
			s.builtin(n, b)
			return true, nil
		}
	}
	return false, nil
}

// linkable reports whether what a builtin with a path behind it means is the file of a
// returned descriptor.
func (s *scope) linkable(n *name, b *builtin) bool {
	return b.name == "ret" && len(n.path) == 2 && n.path[1].Name == "path" &&
		slices.ContainsFunc(s.rows, func(c callOf) bool { return returnsFD(c.row) })
}

// builtin makes n one of the names that every call has.
func (s *scope) builtin(n *name, b *builtin) {
	n.built, n.kinds, n.answer, n.asked = b, b.kind, b.exit, !b.exit
	n.domains = nil
	if len(n.path) == 2 {
		n.linked, n.kinds = true, Text
	}
	switch b.name {
	case "errno":
		n.domains = []domain{{set: uapi.Errnos}}
	case "ret":
		for i := range s.rows {
			c := &s.rows[i]
			if d := domainOf(c.abi, c.row.Ret); d != (domain{}) {
				n.domains = add(n.domains, d)
			}
		}
	}
}

// parameter makes n what a path leads to in the calls, and returns in how many of them it
// does.
func (s *scope) parameter(n *name, path decode.Path) int {
	calls := s.find(path, func(c *callOf, t syscalls.Type, answer bool) { n.may(c.abi, t, answer) })
	last := len(path) - 1
	if calls > 0 || last == 0 || path[last].Name != "path" {
		return calls
	}
	calls = s.find(path[:last], func(_ *callOf, t syscalls.Type, answer bool) {
		if fd, ok := t.(syscalls.FD); ok && fd.Of == "" && fd.PIDFD == "" {
			n.linked, n.kinds = true, Text
			n.answer, n.asked = n.answer || answer, n.asked || !answer
		}
	})
	if !n.linked {
		return 0
	}
	n.path = path[:last]
	return calls
}

// may takes down what a name means in one call.
func (n *name) may(a *abi.ABI, t syscalls.Type, answer bool) {
	if n.address {
		if _, ok := t.(syscalls.Pointer); !ok && kindOfType(t) == 0 {
			return
		}
		n.kinds, n.asked = Int, true
		return
	}
	n.kinds |= kindOfWord(a, t)
	n.answer, n.asked = n.answer || answer, n.asked || !answer
	if d := domainOf(a, t); d != (domain{}) {
		n.domains = add(n.domains, d)
	}
}

// unknown is the error about a name that means nothing.
func (s *scope) unknown(p *Parser, n *name) error {
	known := 0
	for known < len(n.path)-1 && s.has(n.path[:known+1]) > 0 {
		known++
	}
	near := map[string]bool{}
	s.near(n.path[:known+1], near)
	column, step := n.columns[known]+1, n.path[known].Name
	switch {
	case step == "":
		return p.ErrorAt(column, "%s has no elements", n.path[:known])
	case known > 0:
		return p.ErrorAt(column, "%s has no %s%s", n.path[:known], step, suggest(step, slices.Sorted(maps.Keys(near))))
	case step == strings.ToUpper(step):
		return p.ErrorAt(column, "there is no constant %s%s", step, suggest(step, constantNames()))
	}
	params := slices.Sorted(maps.Keys(near))
	hint := suggest(step, append(params, builtinNames()...))
	if hint == "" && s.single() && len(params) > 0 {
		hint = ": its parameters are " + strings.Join(params, ", ")
	}
	return p.ErrorAt(column, "%s%s", s.lack(step), hint)
}

// single reports whether the calls are one call, under whatever ABIs.
func (s *scope) single() bool {
	for i := range s.rows {
		if s.rows[i].row.Name != s.rows[0].row.Name {
			return false
		}
	}
	return len(s.rows) > 0
}

// lack says that the calls have no value of a name.
func (s *scope) lack(name string) string {
	if !s.single() {
		return "none of the calls has a " + name
	}
	return s.rows[0].row.Name + " has no " + name
}

// near collects the names that the last step of a path could have been.
func (s *scope) near(path decode.Path, names map[string]bool) {
	for i := range s.rows {
		c := &s.rows[i]
		w := walker{abi: c.abi, found: func(syscalls.Type, bool) {}, near: func(name string) { names[name] = true }}
		w.params(c.row.Params, path)
	}
}

// fields lists what a structure has, to stand behind a message.
func (s *scope) fields(n *name) string {
	names := map[string]bool{}
	deeper := append(slices.Clone(n.path), decode.Step{Name: "?"})
	for i := range s.rows {
		c := &s.rows[i]
		w := walker{abi: c.abi, found: func(syscalls.Type, bool) {}, near: func(name string) { names[name] = true }}
		w.within(c.row.Params, deeper)
	}
	const most = 8
	list := slices.Sorted(maps.Keys(names))
	if len(list) == 0 {
		return ""
	}
	return ": name one of its fields, such as " + strings.Join(list[:min(most, len(list))], ", ")
}
