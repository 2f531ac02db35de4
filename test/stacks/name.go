package main

import (
	"regexp"
	"strings"
)

// hidden is what one of the two may say of a name and the other not, without their
// meaning different functions: versions, the mark of a PLT entry, hashes of Rust and its
// crates, the prefix of the names that glibc calls its own functions by, what tells GCC's
// copies of a function apart, and what Go's are compiled for.
var hidden = regexp.MustCompile(`^__GI_|( \[clone )?\.(part|constprop|isra|cold)[.\d]*\]?$|@plt$|@@?[A-Za-z_0-9.]+$|::h[0-9a-f]{16}$|\[[0-9a-f]{16}\]|\[abi:\w+\]|\[(go\.shape\..*|\.\.\.)\]`)

// plain is a function's name without what comes and goes with the kind of information it
// is from: a C++ function's parameters and return type, which only a mangled name has.
func plain(name string) string {
	for before := ""; before != name; {
		before, name = name, hidden.ReplaceAllString(name, "")
	}
	name = strings.TrimPrefix(strings.TrimPrefix(name, "non-"), "virtual thunk to ")
	begin, end := extent(name)
	return name[begin:end]
}

// extent finds where the name begins, after the last space outside of brackets, and where
// it ends, at a parameter list.
func extent(name string) (begin, end int) {
	depth := 0
	for i := 0; i < len(name); {
		if operator := operatorAt(name, i); operator > 0 && depth == 0 {
			i += operator
			continue
		}
		switch name[i] {
		case '(':
			if depth == 0 && i > begin && !isScope(name[closing(name, i):]) {
				return begin, i
			}
			depth++
		case '<', '[', '{':
			depth++
		case ')', ']', '}':
			depth--
		case '>':
			if i > 0 && name[i-1] != '-' {
				depth--
			}
		case ' ':
			if depth == 0 {
				begin = i + 1
			}
		}
		i++
	}
	return begin, len(name)
}

// isScope reports whether what follows a parenthesis goes on with the name.
func isScope(rest string) bool {
	return strings.HasPrefix(rest, "::") || strings.HasPrefix(rest, ".") || strings.HasPrefix(rest, "#")
}

// closing returns the place after the bracket that closes the one at i.
func closing(name string, i int) int {
	depth := 0
	for ; i < len(name); i++ {
		switch name[i] {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return i
}

// operators are those of C++ whose names have brackets or spaces, longer ones first.
var operators = []string{"()", "[]", "<=>", "<<=", ">>=", "->*", "<<", ">>", "<=", ">=", "->", "<", ">", " new[]", " delete[]", " new", " delete"}

// operatorAt returns how long the operator's name at i is; zero if there is none.
func operatorAt(name string, i int) int {
	const word = "operator"
	if !strings.HasPrefix(name[i:], word) || i > 0 && name[i-1] != ':' && name[i-1] != ' ' {
		return 0
	}
	rest := name[i+len(word):]
	for _, o := range operators {
		if after, found := strings.CutPrefix(rest, o); found && strings.HasPrefix(after, " <") {
			return len(word) + len(o) + 1
		} else if found {
			return len(word) + len(o)
		}
	}
	if strings.HasPrefix(rest, " ") { // a conversion: its type is a part of the name
		return len(word) + 1
	}
	return len(word)
}
