package main

import (
	"regexp"
	"strings"
)

// tokenExpr splits a line into what can differ from run to run: a time stamp, an instruction's
// address, a quoted string, a number, a word, a run of spaces, any other character.
var tokenExpr = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?[+-]\d{4}` +
	`|\[[0-9a-f]{8,16}\]` +
	`|"(?:[^"\\]|\\.)*"(?:\.\.\.)?` +
	`|0x[0-9a-f]+|\d+|[A-Za-z_][A-Za-z0-9_]*|\s+|.`)

func tokens(line string) []string { return tokenExpr.FindAllString(line, -1) }

// kind tells tokens apart that never stand for each other.
func kind(token string) byte {
	switch c := token[0]; {
	case strings.HasPrefix(token, "0x"):
		return 'x'
	case len(token) > 18 && token[4] == '-' && token[10] == 'T':
		return 't'
	case c >= '0' && c <= '9':
		return '0'
	case c == '"', c == ' ', c == '[':
		return c
	case c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z':
		return 'a'
	}
	return '.'
}

// A template is a line of the reference with the tokens marked that differ between runs of the
// reference itself.
type template struct {
	line   string
	tokens []string
	varies []bool
	// noise is a line that another run of the reference did not have, or not in this form.
	noise bool
}

func newTemplate(line string) *template {
	t := &template{line: line, tokens: tokens(line)}
	t.varies = make([]bool, len(t.tokens))
	return t
}

// learn marks what differs in the same line of another run of the reference.
func (t *template) learn(line string) {
	if line == t.line {
		return
	}
	other := tokens(line)
	if len(other) != len(t.tokens) {
		t.noise = true
		return
	}
	for i, token := range other {
		switch {
		case token == t.tokens[i]:
		case kind(token) == kind(t.tokens[i]):
			t.varies[i] = true
		default:
			t.noise = true
		}
	}
	t.loosenPadding()
}

// loosenPadding lets the spaces before the result vary where something before them does.
func (t *template) loosenPadding() {
	varied := false
	for i, token := range t.tokens {
		varied = varied || t.varies[i]
		if varied && token[0] == ' ' && i+1 < len(t.tokens) && t.tokens[i+1] == "=" {
			t.varies[i] = true
		}
	}
}

// ownAddresses lets the addresses in the first execve vary: they are the tracer's own, which calls
// execve for the command, and not the command's.
func (t *template) ownAddresses() {
	for i, token := range t.tokens {
		if kind(token) == 'x' || kind(token) == '[' && len(token) > 1 {
			t.varies[i] = true
		}
	}
}

// matches reports whether a line is the template but for what varies.
func (t *template) matches(line string) bool {
	if line == t.line {
		return true
	}
	other := tokens(line)
	if len(other) != len(t.tokens) {
		return false
	}
	for i, token := range other {
		if token != t.tokens[i] && !(t.varies[i] && kind(token) == kind(t.tokens[i])) {
			return false
		}
	}
	return true
}

// String shows the template with marks for what varies.
func (t *template) String() string {
	var b strings.Builder
	for i, token := range t.tokens {
		if t.varies[i] && token[0] != ' ' {
			token = "«" + token + "»"
		}
		b.WriteString(token)
	}
	return b.String()
}
