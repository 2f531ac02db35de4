package probe

import (
	"fmt"
	"path"
	"strconv"
	"strings"

	"github.com/trapline/trapline/image"
)

// A Place is where a probe is, as a user writes it.
type Place struct {
	Text     string
	Module   string // the program or library; empty for all
	Function string // empty for a line or an address
	File     string // with Line
	Line     int
	Addr     uint64 // of the file Module, or of the program; with neither function nor line
}

// ParsePlace reads FUNCTION, FILE:LINE, MODULE:FUNCTION, MODULE:FILE:LINE, or an address of the
// program or MODULE:ADDRESS, as the file has it. FILE:FUNCTION is a function too, as gdb has it.
func ParsePlace(text string) (Place, error) {
	p := Place{Text: text}
	rest := text
	if module, after, ok := cutFile(text); ok && !isSource(module) {
		p.Module, rest = module, after
	}
	if addr, err := strconv.ParseUint(strings.TrimPrefix(rest, "*"), 0, 64); err == nil {
		p.Addr = addr
		return p, nil
	}
	if i := strings.LastIndexByte(rest, ':'); i > 0 {
		if line, err := strconv.Atoi(rest[i+1:]); err == nil {
			if p.File, p.Line = rest[:i], line; line <= 0 {
				return p, fmt.Errorf("%s: lines are counted from 1", text)
			}
			return p, nil
		}
	}
	if p.Function = rest; rest == "" {
		return p, fmt.Errorf("%q names no place: FUNCTION, FILE:LINE, LIBRARY:FUNCTION or an address", text)
	}
	return p, nil
}

// cutFile cuts the name of a program, library or source file off: what comes before a single colon,
// unless that is the beginning of something else.
func cutFile(text string) (name, rest string, ok bool) {
	i := strings.IndexByte(text, ':')
	if i <= 0 || strings.HasPrefix(text[i:], "::") || strings.ContainsAny(text[:i], "(<'\" ") {
		return "", text, false
	}
	return text[:i], text[i+1:], true
}

// isSource reports whether a name is that of a source file rather than a library: what comes
// behind its last dot is neither "so" nor a number.
func isSource(name string) bool {
	ext := path.Ext(name)
	if ext == "" || ext == ".so" || strings.Contains(name, ".so.") {
		return false
	}
	_, err := strconv.Atoi(ext[1:])
	return err != nil
}

// in reports whether the place is in files of that path: libc is in /lib/libc.so.6, and so is libc*.
func (p *Place) in(name string) bool {
	if p.Module == "" || name == p.Module {
		return true
	}
	base := path.Base(name)
	if ok, _ := path.Match(p.Module, base); ok {
		return true
	}
	rest, ok := strings.CutPrefix(base, path.Base(p.Module))
	return ok && (!strings.Contains(p.Module, "/") || strings.HasSuffix(name, p.Module)) &&
		(rest == "" || rest[0] == '.' || rest[0] == '-')
}

// IsAddress reports whether the place is an address rather than a function or a line.
func (p *Place) IsAddress() bool { return p.Function == "" && p.Line == 0 }

// find returns where the place is in a file.
func (p *Place) find(f *image.File) ([]image.Location, error) {
	switch {
	case !p.in(f.Name):
		return nil, nil
	case p.Line > 0:
		return f.FindLine(p.File, p.Line)
	case p.Function != "":
		return f.FindFunction(p.Function)
	case f.IsCode(p.Addr) && (p.Module != "" || f.IsProgram()):
		return []image.Location{{Addr: p.Addr}}, nil
	}
	return nil, nil
}
