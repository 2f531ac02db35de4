package variable

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// ParseExpr reads an expression as C and Go write it: variables, members by . and ->, elements by
// [], * and & of pointers, numbers, characters, text, true, false and null, $registers, arithmetic,
// comparisons, && and ||, ?:, sizeof and casts. It has no calls and no assignments.
func ParseExpr(text string) (*Expr, error) {
	p := parser{text: text, rest: text}
	root, err := p.whole()
	if err == nil && p.peek() != "" {
		err = fmt.Errorf("what is %q?", p.peek())
	}
	if err != nil {
		return nil, fmt.Errorf("expression %q: %w", text, err)
	}
	return &Expr{Text: strings.TrimSpace(text), root: root}, nil
}

// ParseExprs reads expressions with commas between them.
func ParseExprs(text string) (all []*Expr, err error) {
	p := parser{text: text, rest: text}
	for {
		p.space()
		start := p.rest
		root, err := p.whole()
		if err != nil {
			return nil, fmt.Errorf("expression %q: %w", text, err)
		}
		all = append(all, &Expr{Text: strings.TrimSpace(start[:len(start)-len(p.rest)]), root: root})
		switch p.peek() {
		case "":
			return all, nil
		case ",":
			p.next()
		default:
			return nil, fmt.Errorf("expression %q: what is %q?", text, p.peek())
		}
	}
}

// A parser reads an expression.
type parser struct {
	text, rest string
	depth      int
}

// operators are those with two operands, by how tightly they bind; the last bind most.
var operators = [][]string{
	{"||"}, {"&&"}, {"|"}, {"^"}, {"&"}, {"==", "!="}, {"<=", ">=", "<", ">"}, {"<<", ">>"}, {"+", "-"}, {"*", "/", "%"},
}

// numbers are those with a point or an exponent, which are more than a word.
var numbers = regexp.MustCompile(`^[0-9]+(\.[0-9]*([eE][-+]?[0-9]+)?|[eE][-+]?[0-9]+)[fFlL]?`)

// signs are all tokens that are no words, the longest first.
var signs = []string{"->", "||", "&&", "==", "!=", "<=", ">=", "<<", ">>"}

func (p *parser) space() { p.rest = strings.TrimLeft(p.rest, " \t\n") }

// peek returns the next token; empty at the end.
func (p *parser) peek() string {
	p.space()
	for _, s := range signs {
		if strings.HasPrefix(p.rest, s) {
			return s
		}
	}
	if found := numbers.FindString(p.rest); found != "" {
		return found
	}
	if n := word(p.rest); n > 0 {
		return p.rest[:n]
	}
	_, n := utf8.DecodeRuneInString(p.rest)
	return p.rest[:n]
}

func (p *parser) next() string {
	t := p.peek()
	p.rest = p.rest[len(t):]
	return t
}

// word is the length of the name or number at the beginning of a text: names have scopes in
// them.
func word(s string) int {
	for i, r := range s {
		switch {
		case r == '_' || r == '$' && i == 0 || unicode.IsLetter(r) || unicode.IsDigit(r):
		case r == ':' && (strings.HasPrefix(s[i:], "::") || i > 0 && s[i-1] == ':'):
		default:
			return i
		}
	}
	return len(s)
}

// whole reads an expression with ?: in it, or without.
func (p *parser) whole() (node, error) {
	n, err := p.expression(0)
	if err != nil || p.peek() != "?" {
		return n, err
	}
	if p.depth++; p.depth > 10*maxDepth {
		return nil, fmt.Errorf("it is too deep")
	}
	defer func() { p.depth-- }()
	p.next()
	yes, err := p.whole()
	if err == nil {
		err = p.expect(":")
	}
	if err != nil {
		return nil, err
	}
	no, err := p.whole()
	return choice{n, yes, no}, err
}

// expression reads an expression of operators that bind at least so tightly.
func (p *parser) expression(level int) (node, error) {
	if p.depth++; p.depth > 10*maxDepth {
		return nil, fmt.Errorf("it is too deep")
	}
	defer func() { p.depth-- }()
	if level == len(operators) {
		return p.prefix()
	}
	left, err := p.expression(level + 1)
	for err == nil && slices.Contains(operators[level], p.peek()) {
		op := p.next()
		var right node
		if right, err = p.expression(level + 1); err == nil {
			left = binary{op, left, right}
		}
	}
	return left, err
}

// prefix reads what may have operators before it.
func (p *parser) prefix() (node, error) {
	if p.depth++; p.depth > 10*maxDepth {
		return nil, fmt.Errorf("it is too deep")
	}
	defer func() { p.depth-- }()
	switch t := p.peek(); t {
	case "*", "&", "!", "-", "~":
		p.next()
		of, err := p.prefix()
		return unary{t[0], of}, err
	case "(":
		if n, ok, err := p.cast(); ok {
			return n, err
		}
	case "sizeof":
		return p.sizeOf()
	}
	return p.postfix()
}

// postfix reads what may have members and elements behind it.
func (p *parser) postfix() (node, error) {
	n, err := p.primary()
	for err == nil {
		switch p.peek() {
		case ".", "->":
			p.next()
			if word(p.peek()) == 0 {
				return nil, fmt.Errorf("the name of a member is missing")
			}
			n = selector{n, p.next()}
		case "[":
			p.next()
			var index node
			if index, err = p.whole(); err == nil {
				n, err = element{n, index}, p.expect("]")
			}
		default:
			return n, nil
		}
	}
	return n, err
}

func (p *parser) expect(sign string) error {
	if got := p.next(); got != sign {
		return fmt.Errorf("%q is missing", sign)
	}
	return nil
}

// constants are words that are numbers.
var constants = map[string]int64{"true": 1, "false": 0, "null": 0, "NULL": 0, "nullptr": 0, "nil": 0}

// primary reads a variable, a constant, or an expression in parentheses.
func (p *parser) primary() (node, error) {
	switch t := p.peek(); {
	case t == "":
		return nil, fmt.Errorf("it ends early")
	case t == "(":
		p.next()
		n, err := p.whole()
		if err == nil {
			err = p.expect(")")
		}
		return n, err
	case t == `"` || t == "'":
		return p.quoted(t[0])
	case t[0] >= '0' && t[0] <= '9':
		p.next()
		return parseNumber(t)
	case t[0] == '$' && len(t) > 1:
		p.next()
		return register(t[1:]), nil
	case word(t) > 0:
		p.next()
		if n, ok := constants[t]; ok {
			return numeral(n), nil
		}
		return name(t), nil
	default:
		return nil, fmt.Errorf("what is %q?", t)
	}
}

func parseNumber(t string) (node, error) {
	if n, err := strconv.ParseUint(strings.TrimRight(t, "uUlL"), 0, 64); err == nil {
		return numeral(n), nil
	}
	f, err := strconv.ParseFloat(strings.TrimRight(t, "fFlL"), 64)
	if err != nil {
		return nil, fmt.Errorf("%q is no number", t)
	}
	return fraction(f), nil
}

// quoted reads text, a character, or the name of a variable that is no word.
func (p *parser) quoted(quote byte) (node, error) {
	for i := 1; i < len(p.rest); i++ {
		switch p.rest[i] {
		case '\\':
			i++
		case quote:
			text := p.rest[:i+1]
			p.rest = p.rest[i+1:]
			if quote == '\'' {
				r, _, tail, err := strconv.UnquoteChar(text[1:len(text)-1], quote)
				switch {
				case err == nil && tail == "":
					return numeral(r), nil
				case len(text) > 2:
					return name(text[1 : len(text)-1]), nil
				}
				return nil, fmt.Errorf("%s is no character", text)
			}
			s, err := strconv.Unquote(text)
			if err != nil {
				return nil, fmt.Errorf("%s is no text", text)
			}
			return literal(s), nil
		}
	}
	return nil, fmt.Errorf("a %c is missing at the end", quote)
}
