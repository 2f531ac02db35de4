package cover

import "strings"

// foldName takes the arguments of templates out of a function's name, so that all copies
// have the same: those of C++ and Rust, `max<int>`, and of Go, `Max[go.shape.int]`.
func foldName(name string) string {
	if !strings.ContainsAny(name, "<[") {
		return name
	}
	var b strings.Builder
	endless := false // arguments that do not end
	for i := 0; i < len(name); {
		n := operator(name, i)
		if n == 0 && !endless && i > 0 && argumentsAt(name, i) {
			n := bracketed(name[i:])
			i += n
			if endless = n == 0; !endless {
				continue
			}
		}
		n = max(n, 1)
		b.WriteString(name[i : i+n])
		i += n
	}
	return b.String()
}

// argumentsAt reports whether arguments begin at i of a name: behind a name or operator().
func argumentsAt(name string, i int) bool {
	return (name[i] == '<' || name[i] == '[') && (isWord(name[i-1]) || name[i-1] == ')')
}

// operators have brackets in their names. The longest come first.
var operators = []string{"operator<<=", "operator>>=", "operator<=>", "operator->*", "operator<<", "operator>>", "operator<=", "operator>=", "operator->", "operator[]", "operator<", "operator>"}

// operator returns the length of an operator's name at i of a name; zero if there is none.
func operator(name string, i int) int {
	if name[i] != 'o' || i > 0 && isWord(name[i-1]) {
		return 0
	}
	for _, o := range operators {
		if strings.HasPrefix(name[i:], o) {
			return len(o)
		}
	}
	return 0
}

func isWord(c byte) bool {
	return c == '_' || c >= 0x80 || '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z'
}

// closer returns the bracket that ends what begins with another; zero if it is none.
func closer(c byte) byte {
	switch c {
	case '(':
		return ')'
	case '<', '[', '{':
		return c + 2
	}
	return 0
}

// bracketed returns the length of the arguments that s begins with, brackets included; zero
// if they do not end. Within parentheses > may be an operator.
func bracketed(s string) int {
	var open []byte // what closes the brackets that are open
	for i := 0; i < len(s); i++ {
		if n := operator(s, i); n > 0 {
			i += n - 1
			continue
		}
		if c := closer(s[i]); c != 0 {
			open = append(open, c)
		} else if arrow := s[i] == '>' && (s[i-1] == '-' || s[i-1] == '='); !arrow && s[i] == open[len(open)-1] {
			open = open[:len(open)-1]
		}
		if len(open) == 0 {
			return i + 1
		}
	}
	return 0
}
