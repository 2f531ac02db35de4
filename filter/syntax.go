package filter

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/trapline/trapline/internal/alike"
)

// A SyntaxError says what is wrong with a rule or an expression, and where.
type SyntaxError struct {
	Source string // all that was read
	Column int    // of the byte that is wrong, counted from 1
	Msg    string
}

// Error is the message with the line it is about and a caret under the column.
func (e *SyntaxError) Error() string {
	line, at := e.line()
	before := line[:at]
	pad := strings.Map(func(r rune) rune {
		if r == '\t' {
			return r
		}
		return ' '
	}, before)
	return fmt.Sprintf("%s\n  %s\n  %s^", e.Msg, line, pad)
}

// line returns the line of the source that the error is in, and where in it.
func (e *SyntaxError) line() (line string, at int) {
	at = min(max(e.Column-1, 0), len(e.Source))
	start := strings.LastIndexByte(e.Source[:at], '\n') + 1
	line, _, _ = strings.Cut(e.Source[start:], "\n")
	at -= start
	for at > 0 && at < len(line) && !utf8.RuneStart(line[at]) {
		at--
	}
	return line, at
}

// suggest is what may have been meant, to stand behind a message.
func suggest(name string, names []string) string {
	near := alike.To(name, names)
	for _, n := range names {
		if len(near) == 0 && len(name) > 1 && strings.Contains(n, name) {
			near = append(near, n)
		}
	}
	return alike.Hint(near)
}
