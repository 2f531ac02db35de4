package strace

import "github.com/trapline/trapline/value"

// appendStr appends the bytes of the tracee between quotes.
func (s *Style) appendStr(dst []byte, v *value.Str) []byte {
	if v.Abstract {
		dst = s.mark(dst, "@")
	}
	dst = append(dst, '"')
	switch {
	case v.Binary:
		dst = appendAllHex(dst, v.Bytes)
	case v.NUL && len(v.Bytes) > 0 && !s.allHex(v.Bytes):
		return append(s.appendEscaped(dst, v.Bytes[:len(v.Bytes)-1], ""), '"')
	default:
		dst = s.appendEscaped(dst, v.Bytes, "")
	}
	dst = append(dst, '"')
	if v.More {
		dst = s.mark(dst, "...")
	}
	return dst
}

// allHex reports whether bytes are all written by their numbers.
func (s *Style) allHex(b []byte) bool {
	return s.Escape == HexAll || s.Escape == HexASCII && !plainText(b)
}

// appendEscaped appends bytes so that only printable ASCII is left. The characters
// of special are escaped by their number.
func (s *Style) appendEscaped(dst, b []byte, special string) []byte {
	if s.allHex(b) {
		return appendAllHex(dst, b)
	}
	for i, c := range b {
		switch {
		case isSpecial(c, special):
			dst = s.appendByte(dst, c, b[i+1:])
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case c >= ' ' && c < 0x7f:
			dst = append(dst, c)
		case c >= '\t' && c <= '\r':
			dst = append(dst, '\\', "tnvfr"[c-'\t'])
		default:
			dst = s.appendByte(dst, c, b[i+1:])
		}
	}
	return dst
}

func isSpecial(c byte, special string) bool {
	for i := range len(special) {
		if special[i] == c {
			return true
		}
	}
	return false
}

// appendByte appends the number of a byte. Octal takes as few digits as the byte
// that follows allows.
func (s *Style) appendByte(dst []byte, c byte, rest []byte) []byte {
	if s.Escape == HexChars {
		return appendHexByte(dst, c)
	}
	dst = append(dst, '\\')
	if len(rest) > 0 && rest[0] >= '0' && rest[0] <= '7' {
		return append(dst, '0'+c>>6, '0'+c>>3&7, '0'+c&7)
	}
	return appendPadded(dst, uint64(c), 8, 1)
}

func appendAllHex(dst, b []byte) []byte {
	for _, c := range b {
		dst = appendHexByte(dst, c)
	}
	return dst
}

func appendHexByte(dst []byte, c byte) []byte {
	const digits = "0123456789abcdef"
	return append(dst, '\\', 'x', digits[c>>4], digits[c&15])
}

// plainText reports whether b is printable ASCII and white space.
func plainText(b []byte) bool {
	for _, c := range b {
		if (c < ' ' || c >= 0x7f) && (c < '\t' || c > '\r') {
			return false
		}
	}
	return true
}

// Quote is how text of the command line stands in messages.
func Quote(text string) string {
	var s Style
	return string(append(s.appendEscaped([]byte{'"'}, []byte(text), ""), '"'))
}
