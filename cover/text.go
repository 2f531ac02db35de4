package cover

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// SplitLines returns the lines of a source without what ends them. A text that is not UTF-8
// is taken for Latin-1, which most of those are.
func SplitLines(text []byte) []string {
	if len(text) == 0 {
		return nil
	}
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	s := string(text)
	if !utf8.Valid(text) {
		s = fromLatin1(text)
	}
	lines := strings.Split(strings.TrimSuffix(s, "\n"), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimSuffix(line, "\r")
	}
	return lines
}

func fromLatin1(text []byte) string {
	var b strings.Builder
	b.Grow(len(text) + len(text)/8)
	for _, c := range text {
		b.WriteRune(rune(c))
	}
	return b.String()
}
