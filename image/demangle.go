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
	name, plt := strings.CutSuffix(symbol, pltSuffix)
	if len(name) > maxMangled {
		return symbol
	}
	name = demangle.Filter(name, demangle.MaxLength(maxDemangled), demangle.Verbose)
	if plt {
		name += pltSuffix
	}
	return name
}
