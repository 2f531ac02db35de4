package json

import (
	"encoding/base64"
	"math/bits"
	"slices"
	"strconv"
	"unicode/utf8"
)

// appendKey appends the name of a member, with the comma before it unless it is the
// first of its object.
func appendKey(dst []byte, key string) []byte {
	if dst[len(dst)-1] != '{' {
		dst = append(dst, ',')
	}
	n := len(dst)
	dst = slices.Grow(dst, len(key)+len(`"":`))[:n+len(key)+len(`"":`)]
	end := n + 1 + copy(dst[n+1:], key)
	dst[n], dst[end], dst[end+1] = '"', '"', ':'
	return dst
}

// appendText appends a member that holds text. Bytes that are no UTF-8 go into a
// member whose name ends in 64, in base64.
func appendText[T string | []byte](dst []byte, key string, text T) []byte {
	dst = appendKey(dst, key)
	if isPlain(text) || validUTF8(text) {
		return appendQuoted(dst, text)
	}
	dst = append(append(dst[:len(dst)-len(`":`)], "64"...), `":"`...)
	return append(appendBase64(dst, text), '"')
}

// plain are the bytes that stand in a string of JSON as they are.
var plain = func() (are [256]bool) {
	for c := ' '; c < 0x7f; c++ {
		are[c] = c != '"' && c != '\\'
	}
	return are
}()

// isPlain reports whether a text stands in a string as it is, as nearly all do.
func isPlain[T string | []byte](text T) bool {
	for i := range len(text) {
		if !plain[text[i]] {
			return false
		}
	}
	return true
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

const digits = "0123456789abcdef"

// appendQuoted appends valid UTF-8 as a JSON string.
func appendQuoted[T string | []byte](dst []byte, text T) []byte {
	if isPlain(text) {
		return append(append(append(dst, '"'), text...), '"')
	}
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
	n, width := len(dst), (bits.Len64(v|1)+3)/4
	dst = slices.Grow(dst, len(`"0x"`)+width)[:n+len(`"0x"`)+width]
	copy(dst[n:], `"0x`)
	last := len(dst) - 1
	dst[last] = '"'
	for at := last - 1; at >= last-width; at-- {
		dst[at] = digits[v&15]
		v >>= 4
	}
	return dst
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
