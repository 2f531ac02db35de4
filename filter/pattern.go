package filter

import (
	"regexp"
	"strings"
)

// CompileGlob makes a regular expression of a glob: * stands for any part of a component of
// a path, ** for any number of them, ? for one character and [...] for one of several. It
// matches the whole string.
func CompileGlob(glob string) (*regexp.Regexp, error) {
	var b strings.Builder
	b.WriteString(`(?s)\A`)
	for i := 0; i < len(glob); {
		n := globPart(&b, glob[i:])
		i += n
	}
	b.WriteString(`\z`)
	return regexp.Compile(b.String())
}

// globPart writes what the glob begins with and returns how much of it that is.
func globPart(b *strings.Builder, glob string) int {
	switch {
	case strings.HasPrefix(glob, "/**/"):
		b.WriteString(`/(?:.*/)?`)
		return 4
	case strings.HasPrefix(glob, "**"):
		b.WriteString(`.*`)
		return 2
	case glob[0] == '*':
		b.WriteString(`[^/]*`)
		return 1
	case glob[0] == '?':
		b.WriteString(`[^/]`)
		return 1
	case glob[0] == '\\' && len(glob) > 1:
		b.WriteString(regexp.QuoteMeta(glob[1:2]))
		return 2
	case glob[0] == '[':
		if n := globClass(b, glob); n > 0 {
			return n
		}
	}
	n := strings.IndexAny(glob[1:], `*?[\/`) + 1
	if n == 0 {
		n = len(glob)
	}
	b.WriteString(regexp.QuoteMeta(glob[:n]))
	return n
}

// globClass writes the class of characters that the glob begins with; zero when it does
// not end.
func globClass(b *strings.Builder, glob string) int {
	body := glob[1:]
	not := strings.HasPrefix(body, "!") || strings.HasPrefix(body, "^")
	if not {
		body = body[1:]
	}
	first := strings.HasPrefix(body, "]") // which then is one of the characters
	skip := 0
	if first {
		skip = 1
	}
	end := strings.IndexByte(body[skip:], ']') + skip
	if end < skip {
		return 0
	}
	b.WriteByte('[')
	if not {
		b.WriteString(`^/`)
	}
	b.WriteString(strings.NewReplacer(`\`, `\\`, `[`, `\[`, `]`, `\]`, `^`, `\^`).Replace(body[:end]))
	b.WriteByte(']')
	return len(glob) - len(body) + end + 1
}
