package stack

import (
	"strconv"
	"strings"
	"unicode"
)

// printable makes of a name, which any file can choose, one that does nothing to a
// terminal or to a line.
func printable(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) || r == unicode.ReplacementChar }) {
		return s
	}
	quoted := strconv.Quote(s)
	return strings.ReplaceAll(quoted[1:len(quoted)-1], `\"`, `"`)
}
