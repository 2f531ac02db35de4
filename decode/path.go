package decode

import (
	"fmt"
	"strconv"
	"strings"
)

// A Path names a value of a call: a parameter and, from there on, fields and elements.
type Path []Step

// A Step of a Path is a field by its name or, without one, an element by its number.
type Step struct {
	Name  string
	Index int
}

// ParsePath reads a path as it is written: msg.iov[0].base.
func ParsePath(text string) (Path, error) {
	var p Path
	for part := range strings.SplitSeq(text, ".") {
		name, rest, elements := strings.Cut(part, "[")
		if name == "" {
			return nil, fmt.Errorf("%q is no name of a value", text)
		}
		p = append(p, Step{Name: name})
		for index := range strings.SplitSeq(rest, "[") {
			if !elements {
				break
			}
			n, err := strconv.ParseUint(strings.TrimSuffix(index, "]"), 10, 31)
			if err != nil || !strings.HasSuffix(index, "]") {
				return nil, fmt.Errorf("%q is no name of a value", text)
			}
			p = append(p, Step{Index: int(n)})
		}
	}
	return p, nil
}

// String is the path as it is written.
func (p Path) String() string {
	var b strings.Builder
	for i, s := range p {
		switch {
		case s.Name == "":
			b.WriteString("[" + strconv.Itoa(s.Index) + "]")
		case i > 0:
			b.WriteString("." + s.Name)
		default:
			b.WriteString(s.Name)
		}
	}
	return b.String()
}
