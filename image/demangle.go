package image

import (
	"strconv"
	"strings"

	"github.com/ianlancetaylor/demangle"
)

// Limits of demangling: a short name can stand for one that fills the memory.
const (
	maxMangled   = 16 << 10
	maxDemangled = 16 // a power of two
)

// Demangle returns the name of a symbol as its C++ or Rust source has it, with the types
// of its parameters; a name of another language as it is.
func Demangle(symbol string) string {
	name, plt := strings.CutSuffix(symbol, pltSuffix)
	if len(name) > maxMangled {
		return symbol
	}
	name, err := sourceText(name, demangle.Verbose)
	if err != nil {
		return symbol
	}
	if plt {
		name += pltSuffix
	}
	return name
}

// sourceText is what a mangled name stands for.
func sourceText(name string, options ...demangle.Option) (string, error) {
	if isOldRust(name) {
		name = keepUnderscores(name)
	}
	return demangle.ToString(name, append(options, demangle.MaxLength(maxDemangled))...)
}

// isOldRust reports whether a name is Rust's in its older form, which ends in a hash.
func isOldRust(name string) bool {
	const hash = "17h0123456789abcdefE"
	at := len(name) - len(hash)
	return at > 0 && strings.HasPrefix(name, "_ZN") && strings.HasPrefix(name[at:], "17h") &&
		strings.Trim(name[at+3:len(name)-1], "0123456789abcdef") == ""
}

// keepUnderscores doubles the underscore that begins a word of such a name: the library
// takes it for a separator, which Rust has none of.
func keepUnderscores(name string) string {
	b := []byte("_ZN")
	for rest := name[len(b):]; rest != "E"; {
		digits := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
		n, err := strconv.Atoi(rest[:digits])
		if err != nil || n >= len(rest)-digits {
			return name
		}
		word := rest[digits:][:n]
		rest = rest[digits+n:]
		if strings.HasPrefix(word, "_") {
			word = "_" + word
		}
		b = append(strconv.AppendInt(b, int64(len(word)), 10), word...)
	}
	return string(append(b, 'E'))
}
