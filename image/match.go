package image

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/ianlancetaylor/demangle"
)

// find appends to buf the addresses of the symbols of that name.
func (t *symtab) find(buf []uint64, name string) []uint64 {
	names, err := t.file.content(t.strings)
	if err != nil {
		return buf
	}
	w := newWanted(name)
	symbols := t.sorted()
	for i := range symbols {
		s := &symbols[i]
		if uint64(s.name) < uint64(len(names)) && w.matches(cut(names[s.name:])) {
			buf = append(buf, s.addr)
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

// A wanted name is one that somebody looks for: as the linker has it, or as the source
// has it, with or without the outer scopes and the parameters.
type wanted struct {
	name   string
	part   []byte // is in every mangled form of it
	params bool
}

func newWanted(name string) *wanted {
	plain, _, params := strings.Cut(name, "(")
	part := lastWord(plain)
	if part != "" {
		part = strconv.Itoa(len(part)) + part
	}
	return &wanted{name: name, part: []byte(part), params: params}
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

func (w *wanted) matches(symbol []byte) bool {
	if string(symbol) == w.name {
		return true
	}
	if !mangled(symbol) || !bytes.Contains(symbol, w.part) || len(symbol) > maxMangled {
		return false
	}
	options := []demangle.Option{demangle.NoParams}
	if w.params {
		options = nil
	}
	name, err := sourceText(string(symbol), options...)
	return err == nil && (name == w.name || strings.HasSuffix(name, "::"+w.name))
}

// mangled reports whether a symbol may stand for a name of C++ or Rust.
func mangled(symbol []byte) bool {
	return len(symbol) > 2 && symbol[0] == '_' && (symbol[1] == 'Z' || symbol[1] == 'R')
}
