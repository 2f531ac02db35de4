package filter

import (
	"fmt"
	"strings"
	"time"

	"github.com/trapline/trapline/decode"
)

// A Parser reads a rule from its beginning to its end: sets of calls, expressions, values
// and the words between them. What it returns as an error is a *SyntaxError that points at
// the place.
//
// It stands on the next token. A method that fails leaves it anywhere.
type Parser struct {
	src   string
	tok   token
	depth int
	scope *scope
	atoms int
}

// NewParser begins to read src.
func NewParser(src string) *Parser { return &Parser{src: src, tok: lex(src, 0)} }

// A Moment is when an expression is looked at.
type Moment uint8

const (
	AnyMoment Moment = iota // at the entry or, where it needs the result, at the exit
	AtEntry                 // at the entry only: the result is not known
)

// Calls reads a set of calls: names, numbers, %groups and regular expressions between
// slashes, joined by commas, "!" in front for all but those.
func (p *Parser) Calls() (*Calls, error) {
	c := &Calls{}
	for p.tok.text == "!" && p.tok.kind == sign {
		c.not = !c.not
		p.next()
	}
	for {
		value, end := p.item()
		if value == "" || value == "where" {
			return nil, p.Errorf("a system call is missing here")
		}
		if err := c.add(value); err != nil {
			return nil, p.Errorf("%s", err)
		}
		p.tok = lex(p.src, end)
		if !p.Accept(",") {
			return c, nil
		}
	}
}

// item is the text of the item of a set that begins here, as ParseCalls takes it.
func (p *Parser) item() (value string, end int) {
	rest := p.src[p.tok.at:]
	n := 0
	if strings.HasPrefix(rest, "/") {
		n = pattern(rest)
	}
	for n < len(rest) && strings.IndexByte(" \t\r\n,", rest[n]) < 0 {
		n++
	}
	value, end = rest[:n], p.tok.at+n
	if re := pattern(value); re > 1 && value[0] == '/' {
		value = strings.ReplaceAll(value[:re-1], "\\/", "/") + value[re:]
	}
	return value, end
}

// pattern returns how long the regular expression between slashes is that s begins with;
// zero when it does not end.
func pattern(s string) int {
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '/':
			return i + 1
		}
	}
	return 0
}

// Expr reads a condition on the calls. Nil stands for all calls.
func (p *Parser) Expr(c *Calls, when Moment) (*Expr, error) {
	n, err := p.expression(c, when, nil)
	if err != nil {
		return nil, err
	}
	cond, ok := n.(condition)
	if !ok {
		return nil, p.errorAt(n, "this is %s, not a condition: compare it with something", kindOf(n))
	}
	return p.scope.finish(p, cond)
}

// Value reads a value. Names of constants mean those of target, if that is not nil.
func (p *Parser) Value(c *Calls, when Moment, target *Name) (*Expr, error) {
	n, err := p.expression(c, when, target)
	if err != nil {
		return nil, err
	}
	if _, ok := n.(condition); ok {
		return nil, p.errorAt(n, "this is a condition, not a value")
	}
	return &Expr{value: n, exit: p.scope.exit, kind: kindOf(n)}, nil
}

// A Name is a value of a call, by the name it has in expressions.
type Name struct {
	n    *name
	text string
}

// Name reads the name of a parameter of the calls, or of something in it.
func (p *Parser) Name(c *Calls, when Moment) (*Name, error) {
	p.scope = newScope(c, when)
	if p.tok.kind != word || reserved[p.tok.text] {
		return nil, p.Errorf("the name of a value is missing here")
	}
	start := p.tok.at
	n := p.path()
	if p.tok.kind == bad {
		return nil, p.Errorf("%s", p.tok.problem)
	}
	if err := p.scope.name(p, n); err != nil {
		return nil, err
	}
	text := strings.TrimSpace(p.src[start:p.tok.at])
	return &Name{n: n, text: text}, nil
}

// String is the name as it was written.
func (n *Name) String() string { return n.text }

// Kind is what kind of value it is, of several in different calls their union.
func (n *Name) Kind() Kind { return n.n.kinds }

// Path leads to the value of a parameter; nil for ret and the other names that are no
// parameter's.
func (n *Name) Path() decode.Path {
	if n.n.built != nil {
		return nil
	}
	return n.n.path
}

// Answer reports whether in some of the calls only the exit tells the value.
func (n *Name) Answer() bool { return n.n.answer }

// Word reads the next word, number or string as it is written and returns it; empty at the
// end and at signs.
func (p *Parser) Word() string {
	t := p.tok
	switch t.kind {
	case word, integer, duration, fraction, quoted:
		p.next()
		return p.src[t.at:t.end]
	}
	return ""
}

// Accept goes past the next word or sign if it is that one.
func (p *Parser) Accept(text string) bool {
	if p.Peek() != text || text == "" {
		return false
	}
	p.next()
	return true
}

// Peek is the next word or sign; empty at the end and at literals.
func (p *Parser) Peek() string {
	if p.tok.kind != word && p.tok.kind != sign {
		return ""
	}
	return p.tok.text
}

// Int reads a number, Duration a duration and Text a string between quotation marks. They
// report false when none is there.
func (p *Parser) Int() (uint64, bool) {
	t := p.tok
	return t.number, p.take(integer)
}

// Duration reads a duration: 20ms.
func (p *Parser) Duration() (time.Duration, bool) {
	t := p.tok
	return t.duration, p.take(duration)
}

// Text reads a string between quotation marks.
func (p *Parser) Text() (string, bool) {
	t := p.tok
	return t.text, p.take(quoted)
}

func (p *Parser) take(k tokenKind) bool {
	if p.tok.kind != k {
		return false
	}
	p.next()
	return true
}

// Done reports whether nothing is left.
func (p *Parser) Done() bool { return p.tok.kind == endOfSource }

// Column is where the next token begins, counted from 1.
func (p *Parser) Column() int { return p.tok.at + 1 }

// Errorf makes an error that points at the next token.
func (p *Parser) Errorf(form string, args ...any) error {
	return p.ErrorAt(p.Column(), form, args...)
}

// ErrorAt makes an error that points at a column.
func (p *Parser) ErrorAt(column int, form string, args ...any) error {
	return &SyntaxError{Source: p.src, Column: column, Msg: fmt.Sprintf(form, args...)}
}

func (p *Parser) errorAt(n node, form string, args ...any) error {
	return p.ErrorAt(n.column()+1, form, args...)
}

// next goes to the next token.
func (p *Parser) next() { p.tok = lex(p.src, p.tok.end) }

// ParseExpr reads an expression that stands alone.
func ParseExpr(src string, c *Calls, when Moment) (*Expr, error) {
	p := NewParser(src)
	e, err := p.Expr(c, when)
	if err == nil && !p.Done() {
		return nil, p.unexpected()
	}
	return e, err
}

// ParseWhere reads what --where takes: an expression on all calls, or a set of calls, the
// word where and an expression on those.
func ParseWhere(src string) (*Calls, *Expr, error) {
	p, c := NewParser(src), AllCalls()
	if set, err := p.Calls(); err == nil && p.Accept("where") {
		c = set
	} else if err != nil && hasWord(src, "where") {
		return nil, nil, err
	} else {
		p = NewParser(src)
	}
	e, err := p.Expr(c, AnyMoment)
	if err == nil && !p.Done() {
		return nil, nil, p.unexpected()
	}
	return c, e, err
}

// hasWord reports whether a word stands in a source.
func hasWord(src, text string) bool {
	for t := lex(src, 0); t.kind != endOfSource && t.kind != bad; t = lex(src, t.end) {
		if t.kind == word && t.text == text {
			return true
		}
	}
	return false
}
