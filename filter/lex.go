package filter

import (
	"strconv"
	"strings"
	"time"
)

// A token is one word, literal or sign of an expression.
type token struct {
	kind     tokenKind
	at, end  int
	text     string // as it is written; of a string what it stands for
	number   uint64
	duration time.Duration
	problem  string // what is wrong with a bad one
}

type tokenKind uint8

const (
	endOfSource tokenKind = iota
	word
	integer
	duration
	fraction // 0.5, which only rules have
	quoted
	sign
	bad
)

// signs are those of several characters, longest first.
var signs = [...]string{"==", "!=", "<=", ">=", "<<", ">>", "!~", "..", "|=", "&=", "+=", "-=", "^=", "&&", "||"}

// lex reads the token that begins at or behind a position.
func lex(src string, at int) token {
	for at < len(src) && strings.IndexByte(" \t\r\n", src[at]) >= 0 {
		at++
	}
	if at == len(src) {
		return token{kind: endOfSource, at: at, end: at}
	}
	switch c := src[at]; {
	case letter(c):
		end := at
		for end < len(src) && (letter(src[end]) || digit(src[end])) {
			end++
		}
		return token{kind: word, at: at, end: end, text: src[at:end]}
	case digit(c):
		return lexNumber(src, at)
	case c == '"':
		return lexString(src, at)
	case c == '\'':
		return lexChar(src, at)
	}
	return lexSign(src, at)
}

func letter(c byte) bool { return c == '_' || c|0x20 >= 'a' && c|0x20 <= 'z' }
func digit(c byte) bool  { return c >= '0' && c <= '9' }

func lexSign(src string, at int) token {
	for _, s := range signs {
		if strings.HasPrefix(src[at:], s) {
			return token{kind: sign, at: at, end: at + len(s), text: s}
		}
	}
	return token{kind: sign, at: at, end: at + 1, text: src[at : at+1]}
}

// lexNumber reads an integer in any of C's forms, or a duration.
func lexNumber(src string, at int) token {
	end := at
	for end < len(src) && (letter(src[end]) || digit(src[end]) || point(src, end)) {
		end++
	}
	t := token{kind: integer, at: at, end: end, text: src[at:end]}
	digits := t.text
	if len(digits) > 1 { // not to make 0 of 0u, nor u of u
		digits = strings.TrimRight(digits, "uUlL")
	}
	var err error
	if t.number, err = strconv.ParseUint(digits, 0, 64); err == nil && !strings.Contains(digits, "_") {
		return t
	}
	if t.duration, err = time.ParseDuration(t.text); err == nil {
		t.kind = duration
		return t
	}
	if _, err = strconv.ParseFloat(t.text, 64); err == nil && strings.Contains(t.text, ".") {
		t.kind = fraction
		return t
	}
	t.kind, t.problem = bad, "'"+t.text+"' is no number of 64 bits and no duration"
	return t
}

// point reports whether a decimal point stands there.
func point(src string, at int) bool {
	return src[at] == '.' && at > 0 && digit(src[at-1]) && at+1 < len(src) && digit(src[at+1])
}

func lexString(src string, at int) token {
	t := token{kind: quoted, at: at}
	var b []byte
	for i := at + 1; i < len(src); {
		if src[i] == '"' {
			t.end, t.text = i+1, string(b)
			return t
		}
		c, n, ok := unescape(src[i:])
		if !ok {
			return token{kind: bad, at: i, end: len(src), problem: "no such escape in a string"}
		}
		b, i = append(b, c), i+n
	}
	return token{kind: bad, at: at, end: len(src), problem: "the string does not end"}
}

// lexChar reads a character constant, which is a number.
func lexChar(src string, at int) token {
	rest := src[at+1:]
	if c, n, ok := unescape(rest); ok && strings.HasPrefix(rest[n:], "'") {
		end := at + n + 2
		return token{kind: integer, at: at, end: end, text: src[at:end], number: uint64(c)}
	}
	return token{kind: bad, at: at, end: len(src), problem: "a character between ' is a number; strings stand between \""}
}

// escapes are the characters that stand behind a backslash for others.
const (
	escapes = "abefnrtv\\\"'?"
	escaped = "\a\b\x1b\f\n\r\t\v\\\"'?"
)

// unescape reads one character of a string, as C writes it.
func unescape(s string) (c byte, n int, ok bool) {
	switch {
	case s == "":
		return 0, 0, false
	case s[0] != '\\':
		return s[0], 1, true
	case len(s) == 1:
		return 0, 0, false
	}
	if i := strings.IndexByte(escapes, s[1]); i >= 0 {
		return escaped[i], 2, true
	}
	if s[1] == 'x' {
		return numeric(s, 2, 4, 16)
	}
	return numeric(s, 1, 4, 8)
}

// numeric reads the digits of an escape from from on and up to to.
func numeric(s string, from, to, base int) (c byte, n int, ok bool) {
	for n = from; n < min(to, len(s)); n++ {
		if _, err := strconv.ParseUint(s[n:n+1], base, 8); err != nil {
			break
		}
	}
	v, err := strconv.ParseUint(s[from:n], base, 8)
	return byte(v), n, err == nil
}
