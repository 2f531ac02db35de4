package strace

// A Style is how values look. The zero Style is strace's without options.
type Style struct {
	Constants Constants // -X
	Escape    Escape    // -x -xx
	Color     bool      // --color

	inside bool // a comment, where there is no other
}

// Constants says how numbers with names are written.
type Constants uint8

const (
	Abbrev  Constants = iota // names
	Raw                      // numbers
	Verbose                  // numbers with the names behind them
)

// Escape says how bytes that are not printable ASCII are written.
type Escape uint8

const (
	Octal    Escape = iota // \1 \303, or C's \n
	HexChars               // \x01 in place of octal
	HexASCII               // strings that are not all ASCII in hexadecimal
	HexAll                 // all strings in hexadecimal
)
