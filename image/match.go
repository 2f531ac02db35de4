package image

import (
	"bytes"
	"strings"

	"github.com/ianlancetaylor/demangle"
)

// find appends to buf the functions of the table that are meant.
func (t *symtab) find(buf []Location, q *query) []Location {
	names, err := t.file.content(t.strings)
	if err != nil {
		return buf
	}
	symbols := t.sorted()
	for i := range symbols {
		s := &symbols[i]
		if uint64(s.name) >= uint64(len(names)) {
			continue
		}
		if name, ok := q.symbol(cut(names[s.name:])); ok {
			buf = append(buf, Location{Addr: s.addr, Function: name})
		}
	}
	return buf
}

// cut returns what is before the first NUL, or what a name may have at most.
func cut(b []byte) []byte {
	b = b[:min(len(b), maxName)]
	if end := bytes.IndexByte(b, 0); end >= 0 {
		return b[:end]
	}
	return b
}

// lastWord is the last word of a name that mangling keeps; empty if it keeps none that
// is certain, as of an operator or of template arguments.
func lastWord(name string) string {
	start := strings.LastIndexAny(name, ":~ ") + 1
	if strings.ContainsAny(name, "<>") || strings.Contains(name, "operator") {
		return ""
	}
	return name[start:]
}

// symbol reports whether a symbol is of a function that is meant, and what people call that.
func (q *query) symbol(symbol []byte) (name string, ok bool) {
	switch {
	case string(symbol) == q.name:
		return Demangle(q.name), true
	case !bytes.Contains(symbol, q.part) || isPart(symbol):
		return "", false
	case mangled(symbol):
		return q.mangled(symbol)
	}
	name = withoutCopy(string(symbol))
	return name, q.is(name)
}

// mangled is symbol for a name of C++ or Rust.
func (q *query) mangled(symbol []byte) (name string, ok bool) {
	if len(symbol) > maxMangled {
		return "", false
	}
	options := []demangle.Option{demangle.NoParams}
	if q.params {
		options = nil
	}
	name, err := sourceText(string(symbol), options...)
	return name, err == nil && q.is(tidy(name))
}

// isPart reports whether a symbol is that of a part of a function, which GCC has put
// elsewhere.
func isPart(symbol []byte) bool {
	return bytes.Contains(symbol, []byte(".cold")) || bytes.Contains(symbol, []byte(".part."))
}

// withoutCopy takes off what GCC adds to the name of a copy that it has made of a function.
func withoutCopy(name string) string {
	for _, kind := range []string{".constprop.", ".isra.", ".lto_priv.", ".localalias"} {
		if at := strings.Index(name, kind); at > 0 {
			name = name[:at]
		}
	}
	return name
}

// mangled reports whether a symbol may stand for a name of C++ or Rust.
func mangled(symbol []byte) bool {
	return len(symbol) > 2 && symbol[0] == '_' && (symbol[1] == 'Z' || symbol[1] == 'R')
}
