// Package syntax takes lines of C, C++, Go and Rust apart, for coloring. It knows words,
// strings, numbers and comments, no grammar, and takes any text.
package syntax

import (
	"strings"
	"unicode/utf8"
)

// A Kind is what a piece of a line is.
type Kind uint8

// The kinds.
const (
	Text Kind = iota
	Keyword
	Type
	Function // a name before a parenthesis
	String
	Number
	Comment
	Directive // of the preprocessor
)

// A Token is a piece of a line.
type Token struct {
	Kind Kind
	Text string
}

// A Lexer takes the lines of one source apart, one after the other. A line may end within a
// comment or a string.
type Lexer struct {
	lang   *language
	within within

	text   string
	pos    int
	tokens []Token
}

// within is what the next line begins in.
type within struct {
	kind    Kind   // Text: nothing
	until   string // what ends it
	opens   string // what makes it one deeper
	depth   int
	escapes bool // a backslash takes the next character along
	line    bool // it does not go beyond a line, unless a backslash is at its end
}

// New returns a lexer for a source of that name. If the language is not known, lines are
// one piece.
func New(name string) *Lexer { return &Lexer{lang: languageOf(name)} }

// Line returns the pieces of the next line, which together are the line. They are valid
// until the next call.
func (l *Lexer) Line(text string) []Token {
	l.text, l.pos, l.tokens = text, 0, l.tokens[:0]
	if l.lang == nil {
		l.take(Text, len(text))
		return l.tokens
	}
	if l.within.kind != Text {
		l.finish()
	} else if l.lang.directives {
		l.directive()
	}
	for l.pos < len(text) {
		l.next()
	}
	if spliced := l.lang.directives && strings.HasSuffix(text, `\`); l.within.line && !spliced {
		l.within = within{}
	}
	return l.tokens
}

// take makes a token of the next n bytes. Text that follows text is one.
func (l *Lexer) take(k Kind, n int) {
	if n == 0 {
		return
	}
	piece := l.text[l.pos : l.pos+n]
	if last := len(l.tokens) - 1; last >= 0 && l.tokens[last].Kind == k {
		begin := l.pos - len(l.tokens[last].Text)
		l.tokens[last].Text = l.text[begin : l.pos+n]
	} else {
		l.tokens = append(l.tokens, Token{k, piece})
	}
	l.pos += n
}

// next makes a token of what comes.
func (l *Lexer) next() {
	rest := l.text[l.pos:]
	switch c := rest[0]; {
	case strings.HasPrefix(rest, "//"):
		l.begin(2, within{kind: Comment, line: true})
	case strings.HasPrefix(rest, "/*"):
		l.begin(2, within{kind: Comment, until: "*/", opens: l.lang.nests, depth: 1})
	case l.raw(rest):
	case c == '"':
		l.begin(1, within{kind: String, until: `"`, depth: 1, escapes: true, line: !l.lang.multiline})
	case c == '\'':
		l.quote(rest)
	case digit(c) || c == '.' && len(rest) > 1 && digit(rest[1]) && !strings.HasSuffix(l.text[:l.pos], "."):
		l.take(Number, l.lang.number(rest))
	case wordStart(c):
		l.word(rest)
	default:
		l.take(Text, 1)
	}
}

// begin takes the first n bytes of what may be longer than a line, and what follows of it.
func (l *Lexer) begin(n int, w within) {
	l.take(w.kind, n)
	l.within = w
	l.finish()
}

// finish goes on with what the line is within, to its end or the end of the line.
func (l *Lexer) finish() {
	w := &l.within
	n := l.pos
	for n < len(l.text) {
		rest := l.text[n:]
		switch {
		case w.escapes && rest[0] == '\\':
			n += min(2, len(rest))
			continue
		case w.opens != "" && strings.HasPrefix(rest, w.opens):
			n += len(w.opens)
			w.depth++
			continue
		case w.until != "" && strings.HasPrefix(rest, w.until):
			n += len(w.until)
			if w.depth--; w.depth <= 0 {
				l.take(w.kind, n-l.pos)
				l.within = within{}
				return
			}
			continue
		}
		n++
	}
	l.take(w.kind, n-l.pos)
}

// raw takes a string without escapes, if one begins here.
func (l *Lexer) raw(rest string) bool {
	if l.lang.raw == nil || l.pos > 0 && wordPart(l.text[l.pos-1]) {
		return false
	}
	n, until := l.lang.raw(rest)
	if n == 0 {
		return false
	}
	l.begin(n, within{kind: String, until: until, depth: 1})
	return true
}

// quote takes a character, or what else an apostrophe is.
func (l *Lexer) quote(rest string) {
	if l.lang.lifetimes && !character(rest) {
		n := 1
		for n < len(rest) && wordPart(rest[n]) {
			n++
		}
		l.take(Type, n)
		return
	}
	l.begin(1, within{kind: String, until: "'", depth: 1, escapes: true, line: true})
}

// character reports whether what begins with an apostrophe is a character rather than the
// name of a lifetime.
func character(rest string) bool {
	if strings.HasPrefix(rest, `'\`) {
		return true
	}
	_, size := utf8.DecodeRuneInString(rest[1:])
	return strings.HasPrefix(rest[1+size:], "'")
}

// word takes a name.
func (l *Lexer) word(rest string) {
	n := 1
	for n < len(rest) && wordPart(rest[n]) {
		n++
	}
	kind := l.lang.words[rest[:n]]
	if after := strings.TrimLeft(rest[n:], " "); kind == Text && (strings.HasPrefix(after, "(") || l.lang.bang && strings.HasPrefix(after, "!(")) {
		kind = Function
	}
	l.take(kind, n)
}

// directive takes the name of a directive that the line begins with, and the file of an
// include.
func (l *Lexer) directive() {
	blank := len(l.text) - len(strings.TrimLeft(l.text, " \t"))
	if !strings.HasPrefix(l.text[blank:], "#") {
		return
	}
	n := blank + 1
	for n < len(l.text) && (l.text[n] == ' ' || wordPart(l.text[n])) {
		if l.text[n] == ' ' && wordPart(l.text[n-1]) {
			break
		}
		n++
	}
	l.take(Text, blank)
	l.take(Directive, n-blank)
	rest := strings.TrimLeft(l.text[n:], " ")
	if end := strings.IndexByte(rest, '>'); strings.HasSuffix(l.text[:n], "include") && strings.HasPrefix(rest, "<") && end > 0 {
		l.take(Text, len(l.text)-n-len(rest))
		l.take(String, end+1)
	}
}

func digit(c byte) bool     { return '0' <= c && c <= '9' }
func wordStart(c byte) bool { return c == '_' || c >= 0x80 || 'a' <= c|0x20 && c|0x20 <= 'z' }
func wordPart(c byte) bool  { return wordStart(c) || digit(c) }
