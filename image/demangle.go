package image

import (
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
	name, version, _ := strings.Cut(symbol, "@")
	if version == pltSuffix || len(name) > maxMangled {
		return symbol
	}
	return demangle.Filter(name, demangle.MaxLength(maxDemangled))
}
