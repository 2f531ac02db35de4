package value

// Truncate keeps the low size bytes of a word; a size that says nothing keeps all.
func Truncate(bits uint64, size uint8) uint64 {
	if size == 0 || size >= 8 {
		return bits
	}
	return bits & (1<<(8*size) - 1)
}

// Extend reads the low size bytes of a word as a signed number.
func Extend(bits uint64, size uint8) int64 {
	if size == 0 || size >= 8 {
		return int64(bits)
	}
	shift := 64 - 8*size
	return int64(bits<<shift) >> shift
}

// AppendChar appends a character as C writes it: 'x', '\x1f'.
func AppendChar(dst []byte, c byte) []byte {
	const digits = "0123456789abcdef"
	switch {
	case c == '\'' || c == '\\':
		return append(dst, '\'', '\\', c, '\'')
	case c >= ' ' && c <= '~':
		return append(dst, '\'', c, '\'')
	case c >= '\t' && c <= '\r':
		return append(dst, '\'', '\\', "tnvfr"[c-'\t'], '\'')
	}
	return append(dst, '\'', '\\', 'x', digits[c>>4], digits[c&15], '\'')
}
