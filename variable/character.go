package variable

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// appendCharacter appends a character as its number, and as itself if it can be seen.
func (t *Type) appendCharacter(b []byte, n int64) []byte {
	b = strconv.AppendInt(b, n, 10)
	if n >= 0x80 && t.Size == 1 || n < 0 || n > utf8.MaxRune || !strconv.IsPrint(rune(n)) && !strings.ContainsRune("\a\b\t\n\v\f\r", rune(n)) {
		return b
	}
	return strconv.AppendQuoteRune(append(append(b, ' '), t.text...), rune(n))
}

// decode is the text that characters are.
func (t *Type) decode(b []byte) string {
	var text []byte
	switch t.Size {
	case 2:
		for ; len(b) >= 2; b = b[2:] {
			r := rune(little(b, 2))
			if utf16.IsSurrogate(r) && len(b) >= 4 {
				r = utf16.DecodeRune(r, rune(little(b[2:], 2)))
				b = b[2:]
			}
			text = utf8.AppendRune(text, r)
		}
	case 4:
		for ; len(b) >= 4; b = b[4:] {
			text = utf8.AppendRune(text, rune(little(b, 4)))
		}
	default:
		return string(b)
	}
	return string(text)
}
