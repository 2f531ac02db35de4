package json

import (
	"encoding/base64"
	"strconv"
	"unicode/utf8"
)

// appendKey appends the name of a member, with the comma before it unless it is the
// first of its object.
func appendKey(dst []byte, key string) []byte {
	if c := dst[len(dst)-1]; c != '{' {
		dst = append(dst, ',')
	}
	dst = append(dst, '"')
	dst = append(dst, key...)
	return append(dst, '"', ':')
}

// appendText appends a member that holds text. Bytes that are no UTF-8 go into a
// member whose name ends in 64, in base64.
func appendText[T string | []byte](dst []byte, key string, text T) []byte {
	if validUTF8(text) {
		return appendQuoted(appendKey(dst, key), text)
	}
	dst = appendKey(dst, key)
	dst = append(append(dst[:len(dst)-2], "64"...), '"', ':', '"')
	return append(appendBase64(dst, text), '"')
}

func validUTF8[T string | []byte](text T) bool {
	for i := 0; i < len(text); {
		if text[i] < utf8.RuneSelf {
			i++
			continue
		}
		var room [utf8.UTFMax]byte
		r, n := utf8.DecodeRune(room[:copy(room[:], text[i:])])
		if r == utf8.RuneError && n == 1 {
			return false
		}
		i += n
	}
	return true
}

// appendQuoted appends valid UTF-8 as a JSON string.
func appendQuoted[T string | []byte](dst []byte, text T) []byte {
	const digits = "0123456789abcdef"
	dst = append(dst, '"')
	for i := range len(text) {
		switch c := text[i]; {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case c == '\n':
			dst = append(dst, '\\', 'n')
		case c == '\t':
			dst = append(dst, '\\', 't')
		case c < ' ' || c == 0x7f:
			dst = append(dst, '\\', 'u', '0', '0', digits[c>>4], digits[c&15])
		default:
			dst = append(dst, c)
		}
	}
	return append(dst, '"')
}

func appendBase64[T string | []byte](dst []byte, text T) []byte {
	var group [3]byte
	for i := 0; i < len(text); i += len(group) {
		n := copy(group[:], text[i:])
		dst = base64.StdEncoding.AppendEncode(dst, group[:n])
	}
	return dst
}

// appendHex appends a member that holds a word or an address: "0x1f".
func appendHex(dst []byte, key string, v uint64) []byte {
	return appendWord(appendKey(dst, key), v)
}

func appendWord(dst []byte, v uint64) []byte {
	dst = strconv.AppendUint(append(dst, `"0x`...), v, 16)
	return append(dst, '"')
}

// exact is the largest integer up to which a double holds every one.
const exact = 1<<53 - 1

// appendUint appends a member that holds a number: a JSON number where a double
// holds it, the digits in a string where not.
func appendUint(dst []byte, key string, v uint64) []byte {
	return appendNumber(appendKey(dst, key), v)
}

func appendNumber(dst []byte, v uint64) []byte {
	if v <= exact {
		return strconv.AppendUint(dst, v, 10)
	}
	return append(strconv.AppendUint(append(dst, '"'), v, 10), '"')
}

// appendInt is appendUint for a number with a sign.
func appendInt(dst []byte, key string, v int64) []byte {
	dst = appendKey(dst, key)
	if v >= -exact && v <= exact {
		return strconv.AppendInt(dst, v, 10)
	}
	return append(strconv.AppendInt(append(dst, '"'), v, 10), '"')
}

// appendTrue appends a member that is there only when it is true.
func appendTrue(dst []byte, key string, is bool) []byte {
	if !is {
		return dst
	}
	return append(appendKey(dst, key), "true"...)
}
