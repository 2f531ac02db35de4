package json

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxNesting is how deep objects and arrays may stand in each other. Values are
// decoded to much less.
const maxNesting = 256

// A parser reads JSON that may be anything. Its first error sticks: from then on
// everything read is empty and loops end.
type parser struct {
	data  []byte
	pos   int
	depth int
	err   error
}

func (p *parser) fail(format string, args ...any) {
	if p.err == nil {
		p.err = fmt.Errorf(format, args...)
	}
}

// peek returns the next byte that is no white space, zero at the end.
func (p *parser) peek() byte {
	for p.err == nil && p.pos < len(p.data) {
		c := p.data[p.pos]
		if c != ' ' && c != '\t' && c != '\r' && c != '\n' {
			return c
		}
		p.pos++
	}
	return 0
}

// take consumes c if it comes next.
func (p *parser) take(c byte) bool {
	if p.peek() != c || p.err != nil {
		return false
	}
	p.pos++
	return true
}

func (p *parser) expect(c byte) {
	if !p.take(c) {
		p.fail("column %d: '%c' is missing", p.pos+1, c)
	}
}

// object calls member for each member, which reads its value.
func (p *parser) object(member func(key string)) {
	p.members(func() string { return string(p.text()) }, member)
}

// names is object for members whose names are shown.
func (p *parser) names(member func(name string)) { p.members(p.word, member) }

func (p *parser) members(name func() string, member func(string)) {
	p.list('{', '}', func() {
		key := name()
		p.expect(':')
		if p.err == nil {
			member(key)
		}
	})
}

// array calls element for each element, which reads it.
func (p *parser) array(element func()) { p.list('[', ']', element) }

func (p *parser) list(open, end byte, item func()) {
	p.expect(open)
	if p.depth++; p.depth > maxNesting {
		p.fail("column %d: more than %d levels", p.pos, maxNesting)
	}
	defer func() { p.depth-- }()
	for first := true; p.err == nil && !p.take(end); first = false {
		if !first {
			p.expect(',')
		}
		if p.err == nil {
			item()
		}
	}
}

// null consumes a null if one comes next.
func (p *parser) null() bool {
	if p.peek() != 'n' {
		return false
	}
	p.literal("null")
	return true
}

func (p *parser) bool() bool {
	if p.peek() == 't' {
		p.literal("true")
		return p.err == nil
	}
	p.literal("false")
	return false
}

func (p *parser) literal(w string) {
	p.peek()
	if p.err == nil && strings.HasPrefix(string(p.data[p.pos:min(p.pos+len(w), len(p.data))]), w) {
		p.pos += len(w)
		return
	}
	p.fail("column %d: %s is missing", p.pos+1, w)
}

// text reads a string.
func (p *parser) text() []byte {
	p.expect('"')
	for i := p.pos; p.err == nil && i < len(p.data); i++ {
		switch c := p.data[i]; {
		case c == '"':
			text := p.data[p.pos:i]
			p.pos = i + 1
			return text
		case c == '\\':
			return p.escaped(i)
		case c < ' ':
			p.fail("column %d: a control character in a string", i+1)
		}
	}
	p.fail("column %d: the string has no end", p.pos)
	return nil
}

// escaped reads the string that has its first escape at i.
func (p *parser) escaped(i int) []byte {
	text := append([]byte(nil), p.data[p.pos:i]...)
	for p.pos = i; p.err == nil && p.pos < len(p.data); {
		c := p.data[p.pos]
		p.pos++
		switch {
		case c == '"':
			return text
		case c == '\\':
			text = p.escape(text)
		case c < ' ':
			p.fail("column %d: a control character in a string", p.pos)
		default:
			text = append(text, c)
		}
	}
	p.fail("column %d: the string has no end", p.pos)
	return nil
}

// escape reads what stands behind a backslash.
func (p *parser) escape(text []byte) []byte {
	const names, bytes = `"\/bfnrt`, "\"\\/\b\f\n\r\t"
	if p.pos < len(p.data) {
		c := p.data[p.pos]
		p.pos++
		if i := strings.IndexByte(names, c); i >= 0 {
			return append(text, bytes[i])
		}
		if c == 'u' {
			return utf8.AppendRune(text, p.unicode())
		}
	}
	p.fail("column %d: an unknown escape", p.pos)
	return text
}

// unicode reads the digits of \u, and its other half where it has one.
func (p *parser) unicode() rune {
	r := p.hex4()
	if r < 0xd800 || r > 0xdbff || p.pos+1 >= len(p.data) || p.data[p.pos] != '\\' || p.data[p.pos+1] != 'u' {
		return r
	}
	back := p.pos
	p.pos += 2
	low := p.hex4()
	if low < 0xdc00 || low > 0xdfff {
		p.pos = back
		return utf8.RuneError
	}
	return (r-0xd800)<<10 + (low - 0xdc00) + 0x10000
}

func (p *parser) hex4() rune {
	end := min(p.pos+4, len(p.data))
	v, err := strconv.ParseUint(string(p.data[p.pos:end]), 16, 32)
	if err != nil || end < p.pos+4 {
		p.fail("column %d: an unknown escape", p.pos)
		return 0
	}
	p.pos = end
	return rune(v)
}

// bytes reads a string that is in base64 when the name of its member says so.
func (p *parser) bytes(key string) []byte {
	text := p.text()
	if !strings.HasSuffix(key, "64") {
		return text
	}
	b, err := base64.StdEncoding.AppendDecode(nil, text)
	if err != nil {
		p.fail("column %d: this is no base64", p.pos)
	}
	return b
}

// word reads a string that the program which wrote it had ready: a name. What people
// see of it is what it is, so that it has to be printable ASCII.
func (p *parser) word() string {
	text := string(p.text())
	for i := range len(text) {
		if text[i] < ' ' || text[i] > '~' {
			p.fail("column %d: a name that cannot be printed", p.pos)
			return ""
		}
	}
	return text
}

// uint reads a number, or one in a string, whose bits it returns: a negative one has
// all high bits set.
func (p *parser) uint() uint64 {
	start := p.pos
	digits := p.digits()
	if p.err != nil {
		return 0
	}
	v, err := strconv.ParseUint(digits, 0, 64)
	if strings.HasPrefix(digits, "-") {
		var n int64
		n, err = strconv.ParseInt(digits, 10, 64)
		v = uint64(n)
	}
	if err != nil {
		if errors.Is(err, strconv.ErrRange) {
			p.fail("column %d: the number is too large", start+1)
		}
		p.fail("column %d: this is no number", start+1)
	}
	return v
}

// digits reads a number's digits.
func (p *parser) digits() string {
	if p.peek() == '"' {
		return string(p.text())
	}
	end := p.pos
	for end < len(p.data) && end-p.pos < 32 && strings.IndexByte("0123456789-", p.data[end]) >= 0 {
		end++
	}
	digits := string(p.data[p.pos:end])
	p.pos = end
	return digits
}

// upTo reads a number that is at most most.
func (p *parser) upTo(most uint64) uint64 {
	v := p.uint()
	if v > most {
		p.fail("column %d: the number is too large", p.pos)
		return 0
	}
	return v
}

// skip reads a value of any kind and forgets it.
func (p *parser) skip() {
	switch c := p.peek(); c {
	case '{':
		p.object(func(string) { p.skip() })
	case '[':
		p.array(p.skip)
	case '"':
		p.text()
	case 't', 'f':
		p.bool()
	case 'n':
		p.null()
	default:
		p.number()
	}
}

// number skips a number of any form.
func (p *parser) number() {
	start := p.pos
	for p.pos < len(p.data) && strings.IndexByte("0123456789+-.eE", p.data[p.pos]) >= 0 {
		p.pos++
	}
	if p.pos == start {
		p.fail("column %d: a value is missing", start+1)
	}
}
