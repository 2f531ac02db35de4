package variable

import (
	"strings"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/image/dwarf"
)

// Encodings of base types: DW_ATE_*.
const (
	ateBoolean      = 2
	ateComplex      = 3
	ateFloat        = 4
	ateSigned       = 5
	ateSignedChar   = 6
	ateUnsigned     = 7
	ateUnsignedChar = 8
	ateUTF          = 16
	ateUCS          = 17
	ateASCII        = 18
)

// kinds are those of base types by their encoding.
var kinds = map[int64]Kind{
	ateBoolean: Bool, ateComplex: Complex, ateFloat: Float, ateSigned: Int, ateUnsigned: Uint,
	ateSignedChar: Int, ateUnsignedChar: Uint, ateUTF: Char, ateUCS: Char, ateASCII: Char,
}

// characters are the types of characters of C, C++ and Rust by their names, with what stands
// before the quotes.
var characters = map[string]string{
	"char": "", "signed char": "", "unsigned char": "", "char8_t": "u8", "char16_t": "u", "char32_t": "U", "wchar_t": "L",
}

// readBase reads the entry of a base type that has a name of its own, or one given by a typedef.
func (t *Type) readBase(e dwarf.Entry, alias string) {
	encoding, _ := e.Int(dwarf.AttrEncoding)
	t.Kind = kinds[encoding]
	for _, name := range []string{alias, t.Name} {
		if before, ok := characters[name]; ok && t.Size <= 4 {
			t.Kind, t.text = Char, before
			break
		}
	}
	if t.Kind == Char && t.Size != 1 && t.Size != 2 && t.Size != 4 {
		t.Kind = Uint
	}
	t.positive = encoding == ateUnsignedChar || encoding == ateUnsigned || encoding == ateUTF
	t.quad = strings.Contains(t.Name, "128") || t.info.abi == abi.ARM64
	t.brain = strings.Contains(t.Name, "bf")
}
