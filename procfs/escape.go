package procfs

// unescape undoes what the kernel does to a name in /proc/pid/status: "\n" for a
// newline, "\\" for a backslash.
func unescape(text []byte) string {
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		if c, ok := escaped(text[i:]); ok {
			out = append(out, c)
			i++
			continue
		}
		out = append(out, text[i])
	}
	return string(out)
}

// escaped tells what the two characters that text begins with stand for.
func escaped(text []byte) (byte, bool) {
	if len(text) < 2 || text[0] != '\\' {
		return 0, false
	}
	switch text[1] {
	case 'n':
		return '\n', true
	case '\\':
		return '\\', true
	}
	return 0, false
}
