package tamper

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/edit"
	"github.com/trapline/trapline/filter"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/uapi"
)

// Parse reads one rule:
//
//	CALLS [where EXPR] ACTION {, ACTION} [when N[..M][+STEP]] [chance P] [per thread|process|tree]
func Parse(source string) (*Rule, error) {
	p := reader{Parser: filter.NewParser(source), rule: &Rule{Source: strings.TrimSpace(source)}}
	if err := p.read(); err != nil {
		return nil, err
	}
	return p.rule, nil
}

// ParseFile reads rules, one a line. A line that begins with blanks goes on with the one
// before; what follows a # at the beginning of a line, or behind a blank, is a comment.
func ParseFile(name, text string) ([]*Rule, error) {
	var rules []*Rule
	for _, l := range logicalLines(text) {
		r, err := Parse(l.text)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", name, l.number, err)
		}
		rules = append(rules, r)
	}
	return rules, nil
}

type logicalLine struct {
	number int
	text   string
}

func logicalLines(text string) (lines []logicalLine) {
	for i, l := range strings.Split(text, "\n") {
		l = strings.TrimRight(uncommented(l), " \t\r")
		switch trimmed := strings.TrimLeft(l, " \t"); {
		case trimmed == "":
		case trimmed != l && len(lines) > 0:
			lines[len(lines)-1].text += " " + trimmed
		default:
			lines = append(lines, logicalLine{i + 1, trimmed})
		}
	}
	return lines
}

// uncommented is a line without its comment, which begins at a # outside of strings.
func uncommented(line string) string {
	inString := false
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == '\\' && inString:
			i++
		case c == '"':
			inString = !inString
		case c == '#' && !inString && (i == 0 || line[i-1] == ' ' || line[i-1] == '\t'):
			return line[:i]
		}
	}
	return line
}

// reader reads one rule.
type reader struct {
	*filter.Parser
	rule *Rule
}

func (p *reader) read() (err error) {
	r := p.rule
	if r.calls, err = p.Calls(); err != nil {
		return err
	}
	if ofAll(r.calls, func(row *syscalls.Syscall) bool { return !edit.Possible(row) }) {
		return p.ErrorAt(1, "the end of a signal handler cannot be changed")
	}
	if p.Accept("where") {
		if r.where, err = p.Expr(r.calls, filter.AnyMoment); err != nil {
			return err
		}
	}
	if r.ending() && ofAll(r.calls, func(row *syscalls.Syscall) bool { return !edit.Returns(row) }) {
		return p.ErrorAt(1, "the call does not return: there is no result to wait for")
	}
	for {
		if err := p.action(); err != nil {
			return err
		}
		if !p.Accept(",") {
			break
		}
	}
	return p.limits()
}

// actionNames are the words that actions begin with.
// Actions are the words that actions begin with.
func Actions() []string { return slices.Clone(actionNames) }

var actionNames = []string{"set", "return", "fail", "skip", "run", "delay", "signal", "kill"}

func (p *reader) action() error {
	at := p.Column()
	name := p.Peek()
	if !slices.Contains(actionNames, name) && p.setting() {
		return p.sets() // set a = 1, b = 2
	}
	if !slices.Contains(actionNames, name) {
		return p.Errorf("an action is missing here: one of %s", strings.Join(actionNames, ", "))
	}
	p.Accept(name)
	switch name {
	case "set":
		return p.sets()
	case "return":
		return p.returns()
	case "fail":
		return p.fails()
	case "skip":
		return p.add(at, &answer{})
	case "run":
		return p.runs(at)
	case "delay":
		return p.delays()
	case "signal":
		return p.signals()
	}
	return p.add(at, signal{syscall.SIGKILL})
}

// setting reports whether the action before was set.
func (p *reader) setting() bool {
	n := len(p.rule.actions)
	if n == 0 {
		return false
	}
	_, is := p.rule.actions[n-1].(*set)
	return is
}

// add appends an action that makes sense before the call is made only.
func (p *reader) add(at int, a action) error {
	if _, is := a.(*run); is && p.rule.ending() {
		return p.ErrorAt(at, "the condition needs the result: then it is too late for another call")
	}
	p.rule.actions = append(p.rule.actions, a)
	return nil
}

// assignments are the signs that set takes.
var assignments = []string{"=", "|=", "&=", "^=", "+=", "-="}

// sets reads an assignment.
func (p *reader) sets() error {
	at := p.Column()
	name, err := p.Name(p.rule.calls, filter.AnyMoment)
	if err != nil {
		return err
	}
	if err := p.settable(at, name); err != nil {
		return err
	}
	s := &set{name: name, op: p.Peek()}
	if !slices.Contains(assignments, s.op) || !p.Accept(s.op) {
		return p.Errorf("one of %s is missing here", strings.Join(assignments, " "))
	}
	at = p.Column()
	if s.value, err = p.Value(p.rule.calls, filter.AnyMoment, name); err != nil {
		return err
	}
	switch kind := s.value.Kind(); {
	case kind&name.Kind() == 0:
		return p.ErrorAt(at, "%s is %s, this is %s", name, name.Kind(), kind)
	case s.op != "=" && kind&filter.Int == 0:
		return p.ErrorAt(at, "%s combines numbers", s.op)
	}
	p.rule.actions = append(p.rule.actions, s)
	return nil
}

// settable reports names that cannot be changed.
func (p *reader) settable(at int, name *filter.Name) error {
	if name.Path() == nil && name.String() != "ret" && name.String() != "errno" {
		return p.ErrorAt(at, "%s cannot be changed", name)
	}
	if name.Path() == nil && ofAll(p.rule.calls, func(row *syscalls.Syscall) bool { return !edit.Returns(row) }) {
		return p.ErrorAt(at, "the call does not return: %s cannot be changed", name)
	}
	if p.rule.ending() && name.Path() != nil && !name.Answer() {
		return p.ErrorAt(at, "the condition needs the result: then it is too late to change %s", name)
	}
	return nil
}

func (p *reader) returns() error {
	value, err := p.Value(p.rule.calls, filter.AnyMoment, nil)
	if err != nil {
		return err
	}
	p.rule.actions = append(p.rule.actions, &answer{value: value})
	return nil
}

func (p *reader) fails() error {
	at := p.Column()
	errno := uint64(0)
	if n, ok := p.Int(); ok {
		errno = n
	} else {
		name := p.Word()
		v, err := uapi.Errnos.Parse(name)
		if name == "" || err != nil {
			return p.ErrorAt(at, "an error such as EACCES is missing here")
		}
		errno = v
	}
	if errno == 0 || errno > edit.MaxErrno {
		return p.ErrorAt(at, "an error number is one of 1 to %d", edit.MaxErrno)
	}
	p.rule.actions = append(p.rule.actions, &answer{fixed: edit.Failure(errno)})
	return nil
}

// runs reads NAME(VALUE, ...).
func (p *reader) runs(at int) error {
	r := &run{name: p.Word()}
	row := named(r.name)
	if row == nil {
		return p.ErrorAt(at, "run needs the name of a system call")
	}
	if !p.Accept("(") {
		return p.Errorf("( is missing here")
	}
	for !p.Accept(")") {
		if len(r.args) > 0 && !p.Accept(",") {
			return p.Errorf(", or ) is missing here")
		}
		v, err := p.Value(p.rule.calls, filter.AtEntry, nil)
		if err != nil {
			return err
		}
		if v.Kind()&filter.Int == 0 {
			return p.Errorf("the arguments of run are numbers")
		}
		if r.args = append(r.args, v); len(r.args) > abi.MaxArgs {
			return p.Errorf("a call has %d arguments at most", abi.MaxArgs)
		}
	}
	return p.add(at, r)
}

// named is the row of a call that some ABI has.
func named(name string) *syscalls.Syscall {
	for _, a := range abi.All {
		if _, row, ok := syscalls.For(a).Named(name); ok {
			return row
		}
	}
	return nil
}

func (p *reader) delays() error {
	d, ok := p.Duration()
	if !ok {
		return p.Errorf("a duration such as 20ms is missing here")
	}
	p.rule.actions = append(p.rule.actions, delay{time: d})
	return nil
}

func (p *reader) signals() error {
	at := p.Column()
	sig := uint64(0)
	if n, ok := p.Int(); ok {
		sig = n
	} else if v, err := signalNamed(p.Word()); err == nil {
		sig = v
	}
	if sig == 0 || sig > maxSignal {
		return p.ErrorAt(at, "a signal such as SIGTERM is missing here")
	}
	p.rule.actions = append(p.rule.actions, signal{syscall.Signal(sig)})
	return nil
}

// maxSignal is the highest signal.
const maxSignal = 64

func signalNamed(name string) (uint64, error) {
	if !strings.HasPrefix(name, "SIG") {
		name = "SIG" + name
	}
	return uapi.Signals.Parse(name)
}

// limits reads what follows the actions.
func (p *reader) limits() error {
	for !p.Done() {
		var err error
		switch {
		case p.Accept("when"):
			err = p.whens()
		case p.Accept("chance"):
			err = p.chances()
		case p.Accept("per"):
			err = p.pers()
		default:
			err = p.Errorf("',', when, chance, per or the end is expected here")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// whens reads N[..M][+STEP].
func (p *reader) whens() error {
	at := p.Column()
	first, ok := p.Int()
	w := when{first: first, last: first, step: 1}
	if !ok || first == 0 {
		return p.ErrorAt(at, "calls are counted from 1")
	}
	ranged := p.Accept("..")
	if ranged {
		if w.last, ok = p.Int(); !ok || w.last < first {
			return p.Errorf("a number from %d on is missing here", first)
		}
	}
	if p.Accept("+") {
		if !ranged {
			w.last = beyond
		}
		if step, ok := p.Int(); ok && step == 0 {
			return p.Errorf("a step is 1 or more")
		} else if ok {
			w.step = step
		}
	}
	p.rule.when = w
	return nil
}

// chances reads 0.5 or 50%.
func (p *reader) chances() error {
	at := p.Column()
	v, err := strconv.ParseFloat(p.Word(), 64)
	if p.Accept("%") {
		v /= 100
	}
	if err != nil || math.IsNaN(v) || v < 0 || v > 1 {
		return p.ErrorAt(at, "a probability such as 0.1 or 10%% is missing here")
	}
	p.rule.chance = chance{true, v}
	return nil
}

func (p *reader) pers() error {
	switch {
	case p.Accept("tree"):
		p.rule.per = perTree
	case p.Accept("process"):
		p.rule.per = perProcess
	case p.Accept("thread"):
		p.rule.per = perThread
	default:
		return p.Errorf("one of thread, process and tree is missing here")
	}
	return nil
}
