package image

import (
	"errors"
	"regexp"
	"slices"
	"strings"

	"github.com/ianlancetaylor/demangle"

	"github.com/trapline/trapline/image/dwarf"
)

// A query is the name of functions that are looked for.
type query struct {
	file      string // only in this file; empty for any
	name      string // without spaces that mean nothing
	last      string // the end that the source's name must have
	part      []byte // is in every symbol
	params    bool   // the name has parameters
	templates bool   // the name has arguments of templates
	glob      *regexp.Regexp
}

// parseQuery reads a name as people type it.
func parseQuery(text string) (*query, error) {
	q := &query{name: text}
	if file, name, ok := cutFile(text); ok {
		q.file, q.name = file, name
	}
	q.name = strings.ReplaceAll(tidy(q.name), "[...]", "") // as Go's dumps have what stands for types
	if q.name == "" {
		return nil, errors.New("no name to look for")
	}
	q.params = strings.HasSuffix(strings.TrimSuffix(q.name, "const"), ")") && !strings.HasSuffix(q.name, "operator()")
	q.templates = strings.ContainsAny(q.name, "<[")
	if strings.Contains(q.name, "*") && !strings.ContainsAny(q.name, "(<") {
		q.glob = regexp.MustCompile("^" + strings.ReplaceAll(regexp.QuoteMeta(q.name), `\*`, ".*") + "$")
		return q, nil
	}
	q.last = bare(q.name)
	if i := strings.IndexByte(q.last, '('); i > 0 && !strings.Contains(q.last, "operator()") {
		q.last = q.last[:i]
	}
	if i := strings.LastIndexAny(q.last, ":."); i >= 0 {
		q.last = q.last[i+1:]
	}
	plain, _, _ := strings.Cut(q.name, "(")
	q.part = []byte(lastWord(plain))
	return q, nil
}

// cutFile cuts the file off a FILE:NAME.
func cutFile(text string) (file, name string, ok bool) {
	for i := 1; i+1 < len(text); i++ {
		if text[i] == ':' {
			ok = text[i+1] != ':' && strings.Contains(text[:i], ".")
			return text[:i], text[i+1:], ok
		}
	}
	return "", "", false
}

// maybe reports whether a function whose scopes are not known yet may be meant.
func (q *query) maybe(n *dwarf.Name) bool {
	return q.glob != nil || n.Linkage == q.name ||
		n.Plain != "" && (strings.HasSuffix(n.Plain, q.last) || strings.HasSuffix(bare(n.Plain), q.last))
}

// matches reports whether a function is meant.
func (q *query) matches(n *dwarf.Name) bool {
	if n.Linkage == q.name || q.is(tidy(n.Qualified())) {
		return true
	}
	if n.Linkage == "" {
		return false
	}
	options := []demangle.Option{demangle.NoParams}
	if q.params {
		options = nil
	}
	text, err := sourceText(n.Linkage, options...)
	return err == nil && q.is(tidy(text))
}

// is compares a name in full with the query, which may lack scopes and, all of them,
// arguments of templates.
func (q *query) is(name string) bool {
	if q.glob != nil {
		return q.glob.MatchString(name)
	}
	if !q.templates && !q.params {
		name = bare(name)
	}
	for _, separator := range []string{"::", ".", "/"} {
		if strings.HasSuffix(name, separator+q.name) {
			return true
		}
	}
	return name == q.name
}

// in reports whether the function that was found is in the query's file.
func (q *query) in(l *Location) bool {
	return q.file == "" || slices.ContainsFunc(l.Places, func(p Place) bool {
		return p.Function == l.Function && endsWith(p.File, q.file)
	})
}

// tidy takes out the spaces that mean nothing: all but those between two words.
func tidy(name string) string {
	var b strings.Builder
	for i, word := range strings.Fields(name) {
		if text := b.String(); i > 0 && isWord(text[len(text)-1]) && isWord(word[0]) {
			b.WriteByte(' ')
		}
		b.WriteString(word)
	}
	return b.String()
}

func isWord(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
}

// bare takes out the arguments of templates, and the types that Go's generic functions are for. The
// operators that have angles or brackets keep them.
func bare(name string) string {
	if !strings.ContainsAny(name, "<[") || strings.Contains(name, "operator") {
		return name
	}
	var b strings.Builder
	depth, open, end := 0, byte(0), byte(0)
	for i := range len(name) {
		switch c := name[i]; {
		case depth == 0 && c == '<':
			depth, open, end = 1, '<', '>'
		case depth == 0 && c == '[' && i > 0 && isWord(name[i-1]):
			depth, open, end = 1, '[', ']'
		case depth == 0:
			b.WriteByte(c)
		case c == open:
			depth++
		case c == end:
			depth--
		}
	}
	return b.String()
}
