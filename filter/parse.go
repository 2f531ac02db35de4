package filter

import (
	"regexp"
	"slices"
	"strings"

	"github.com/trapline/trapline/decode"
)

// The grammar, loosest binding first:
//
//	or          condition or condition
//	and         condition and condition
//	not         not condition
//	comparison  value == value, value in (a, b), value ~ "glob", ...
//	| ^ & << >> + -   as in C
//	-x ~x       and behind a value [a:b]

// reserved are the words that are no names.
var reserved = map[string]bool{"and": true, "or": true, "not": true, "in": true, "has": true, "contains": true, "where": true}

// maxNesting is how deep an expression may be.
const maxNesting = 200

// expression reads an expression and finds out what its names are.
func (p *Parser) expression(c *Calls, when Moment, target *Name) (node, error) {
	p.scope, p.depth, p.atoms = newScope(c, when), 0, 0
	n, err := p.either()
	if err != nil {
		return nil, err
	}
	var context *name
	if target != nil {
		context = target.n
	}
	return p.scope.check(p, n, context)
}

func (p *Parser) either() (node, error) {
	return p.joined("or", p.both)
}

func (p *Parser) both() (node, error) {
	return p.joined("and", p.negated)
}

// joined reads conditions with a word between them.
func (p *Parser) joined(by string, part func() (node, error)) (node, error) {
	l, err := part()
	for err == nil && p.Peek() == by {
		where := pos(p.tok.at)
		p.next()
		var r node
		if r, err = part(); err != nil {
			break
		}
		lc, lok := l.(condition)
		rc, rok := r.(condition)
		switch {
		case !lok:
			return nil, p.errorAt(l, "%s joins conditions, and this is a value", by)
		case !rok:
			return nil, p.errorAt(r, "%s joins conditions, and this is a value", by)
		}
		l = &logic{pos: where, or: by == "or", l: lc, r: rc}
	}
	return l, err
}

func (p *Parser) negated() (node, error) {
	if p.Peek() != "not" {
		return p.comparison()
	}
	where := pos(p.tok.at)
	p.next()
	if err := p.deeper(); err != nil {
		return nil, err
	}
	x, err := p.negated()
	p.depth--
	if err != nil {
		return nil, err
	}
	c, ok := x.(condition)
	if !ok {
		return nil, p.errorAt(x, "not turns a condition round, and this is a value")
	}
	return &inversion{pos: where, x: c}, nil
}

func (p *Parser) deeper() error {
	if p.depth++; p.depth > maxNesting {
		return p.Errorf("this is nested too deeply")
	}
	return nil
}

// comparison reads a value and what it is compared with, if it is.
func (p *Parser) comparison() (node, error) {
	l, err := p.binary(0)
	if err != nil {
		return nil, err
	}
	where, op := pos(p.tok.at), p.Peek()
	switch op {
	case "==", "!=", "<", "<=", ">", ">=", "has", "contains":
		p.next()
		r, err := p.binary(0)
		if err != nil {
			return nil, err
		}
		return p.atom(&compare{pos: where, op: op, l: l, r: r})
	case "~", "!~":
		p.next()
		return p.matching(where, l, op == "!~")
	case "in":
		p.next()
		return p.membership(where, l, false)
	case "not":
		p.next()
		if !p.Accept("in") {
			return nil, p.Errorf("in is missing behind not")
		}
		return p.membership(where, l, true)
	case "=":
		return nil, p.Errorf("= changes something; to compare write ==")
	}
	return l, nil
}

// maxAtoms is how many comparisons one expression may have.
const maxAtoms = 64

// atom numbers a comparison and sees that no other one follows.
func (p *Parser) atom(n condition) (node, error) {
	if p.atoms == maxAtoms {
		return nil, p.errorAt(n, "one expression has at most %d comparisons", maxAtoms)
	}
	switch n := n.(type) {
	case *compare:
		n.atom = uint8(p.atoms)
	case *match:
		n.atom = uint8(p.atoms)
	case *member:
		n.atom = uint8(p.atoms)
	}
	p.atoms++
	switch p.Peek() {
	case "==", "!=", "<", "<=", ">", ">=", "has", "contains", "~", "!~", "in":
		return nil, p.Errorf("comparisons do not follow each other; join them with and")
	}
	return n, nil
}

// matching reads a pattern.
func (p *Parser) matching(where pos, l node, not bool) (node, error) {
	m := &match{pos: where, x: l, not: not}
	at := p.tok.at
	var err error
	switch {
	case p.tok.kind == quoted:
		m.re, err = CompileGlob(p.tok.text)
		p.next()
	case strings.HasPrefix(p.src[at:], "/"):
		n := pattern(p.src[at:])
		if n == 0 {
			return nil, p.Errorf("the regular expression does not end with a slash")
		}
		m.re, err = regexp.Compile(strings.ReplaceAll(p.src[at+1:at+n-1], "\\/", "/"))
		p.tok = lex(p.src, at+n)
	default:
		return nil, p.Errorf("a pattern is missing here: a string, or a regular expression between slashes")
	}
	if err != nil {
		return nil, p.ErrorAt(at+1, "invalid pattern: %s", cause(err))
	}
	return p.atom(m)
}

// membership reads the values behind in.
func (p *Parser) membership(where pos, l node, not bool) (node, error) {
	m := &member{pos: where, x: l, not: not}
	if !p.Accept("(") {
		return nil, p.Errorf("in is followed by values between parentheses: in (1, 2)")
	}
	var err error
	m.list, err = p.values()
	if err != nil {
		return nil, err
	}
	return p.atom(m)
}

// values reads values with commas between them, up to the closing parenthesis.
func (p *Parser) values() ([]node, error) {
	var list []node
	for {
		v, err := p.binary(0)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
		if p.Accept(")") {
			return list, nil
		}
		if !p.Accept(",") {
			return nil, p.unexpected()
		}
	}
}

// levels are the signs between values, loosest binding first.
var levels = [...][]string{{"|"}, {"^"}, {"&"}, {"<<", ">>"}, {"+", "-"}}

// binary reads values with signs between them that bind as levels[level] does, or tighter.
func (p *Parser) binary(level int) (node, error) {
	if level == len(levels) {
		return p.unary()
	}
	l, err := p.binary(level + 1)
	for err == nil && p.tok.kind == sign && slices.Contains(levels[level], p.tok.text) {
		n := &binary{pos: pos(p.tok.at), op: p.tok.text, l: l}
		p.next()
		n.r, err = p.binary(level + 1)
		l = n
	}
	return l, err
}

func (p *Parser) unary() (node, error) {
	op, where := p.Peek(), pos(p.tok.at)
	switch op {
	case "-", "~":
		p.next()
		if err := p.deeper(); err != nil {
			return nil, err
		}
		x, err := p.unary()
		p.depth--
		return &unary{pos: where, op: op[0], x: x}, err
	case "&":
		p.next()
		if p.tok.kind != word || reserved[p.tok.text] {
			return nil, p.Errorf("& stands before the name of what a pointer points to")
		}
		n := p.path()
		n.address = true
		return n, nil
	}
	x, err := p.primary()
	for err == nil && p.Peek() == "[" {
		x, err = p.slice(x)
	}
	return x, err
}

// slice reads a part of a string: [from:to].
func (p *Parser) slice(x node) (node, error) {
	n := &slice{pos: pos(p.tok.at), x: x}
	p.next()
	var err error
	if p.Peek() != ":" {
		if n.lo, err = p.binary(0); err != nil {
			return nil, err
		}
	}
	if !p.Accept(":") {
		return nil, p.Errorf("a part of a string is written [from:to]")
	}
	if p.Peek() != "]" {
		if n.hi, err = p.binary(0); err != nil {
			return nil, err
		}
	}
	if !p.Accept("]") {
		return nil, p.unexpected()
	}
	return n, nil
}

func (p *Parser) primary() (node, error) {
	t, where := p.tok, pos(p.tok.at)
	switch {
	case t.kind == integer:
		p.next()
		return &number{where, t.number}, nil
	case t.kind == duration:
		p.next()
		return &span{where, t.duration}, nil
	case t.kind == quoted:
		p.next()
		return &text{where, []byte(t.text)}, nil
	case p.Accept("("):
		return p.parenthesised()
	case t.kind == word && !reserved[t.text]:
		if next := lex(p.src, t.end); next.kind == sign && next.text == "(" {
			return p.function()
		}
		return p.path(), nil
	}
	return nil, p.unexpected()
}

func (p *Parser) parenthesised() (node, error) {
	if err := p.deeper(); err != nil {
		return nil, err
	}
	n, err := p.either()
	p.depth--
	if err == nil && !p.Accept(")") {
		return nil, p.unexpected()
	}
	return n, err
}

func (p *Parser) function() (node, error) {
	n := &function{pos: pos(p.tok.at), of: findOperation(p.tok.text)}
	if n.of == nil {
		return nil, p.Errorf("there is no function %s%s", p.tok.text, suggest(p.tok.text, operationNames()))
	}
	p.next()
	p.next() // the parenthesis
	if err := p.deeper(); err != nil {
		return nil, err
	}
	var err error
	if !p.Accept(")") {
		n.args, err = p.values()
	}
	p.depth--
	return n, err
}

// path reads a name with its fields and elements. An element is a plain number between
// brackets; anything else there is a part of a string.
func (p *Parser) path() *name {
	n := &name{pos: pos(p.tok.at)}
	n.step(decode.Step{Name: p.tok.text}, p.tok.at)
	p.next()
	for {
		switch p.Peek() {
		case ".":
			next := lex(p.src, p.tok.end)
			if next.kind != word {
				return n
			}
			n.step(decode.Step{Name: next.text}, next.at)
			p.tok = next
			p.next()
		case "[":
			i := lex(p.src, p.tok.end)
			end := lex(p.src, i.end)
			if i.kind != integer || end.text != "]" || i.number >= 1<<31 {
				return n
			}
			n.step(decode.Step{Index: int(i.number)}, i.at)
			p.tok = end
			p.next()
		default:
			return n
		}
	}
}

func (n *name) step(s decode.Step, column int) {
	n.path, n.columns = append(n.path, s), append(n.columns, column)
}

// unexpected is an error about the next token.
func (p *Parser) unexpected() error {
	switch {
	case p.tok.kind == endOfSource:
		return p.Errorf("the expression ends too early")
	case p.tok.kind == bad:
		return p.Errorf("%s", p.tok.problem)
	case p.tok.text == "&&":
		return p.Errorf("write and for &&")
	case p.tok.text == "||":
		return p.Errorf("write or for ||")
	case p.tok.text == "!":
		return p.Errorf("write not for !")
	}
	return p.Errorf("this is not expected here: %s", p.src[p.tok.at:p.tok.end])
}
