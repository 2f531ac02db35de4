package strace

// The colors of a line, as escape sequences.
const (
	plain    = "\x1b[0m"
	inFail   = "\x1b[31m"
	inResult = "\x1b[32m"
	inCall   = "\x1b[33m"
	inName   = "\x1b[34m"
	inValue  = "\x1b[35m"
	inNote   = "\x1b[36m"
	inField  = "\x1b[39m"
)

// paint appends an escape sequence when there is color.
func (s *Style) paint(dst []byte, escape string) []byte {
	if !s.Color {
		return dst
	}
	return append(dst, escape...)
}

// mark appends punctuation, which is plain among colored values.
func (s *Style) mark(dst []byte, text string) []byte {
	if !s.Color {
		return append(dst, text...)
	}
	dst = append(dst, plain...)
	dst = append(dst, text...)
	return append(dst, inValue...)
}

// name appends the name of a constant.
func (s *Style) name(dst []byte, name string) []byte {
	if !s.Color {
		return append(dst, name...)
	}
	dst = append(dst, inName...)
	dst = append(dst, name...)
	return append(dst, inValue...)
}

// openNote begins a comment, closeNote ends it.
func (s *Style) openNote(dst []byte) []byte {
	return append(s.paint(dst, inNote), " /* "...)
}

func (s *Style) closeNote(dst []byte) []byte {
	dst = append(s.paint(dst, inNote), " */"...)
	return s.paint(dst, inValue)
}

// ended appends text that ends a part of the line, with color taken off around it.
func (s *Style) ended(dst []byte, text string) []byte {
	dst = append(s.paint(dst, plain), text...)
	return s.paint(dst, plain)
}
