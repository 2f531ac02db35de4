package probe

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/trapline/trapline/image"
	"github.com/trapline/trapline/internal/alike"
)

// Missing says why a probe's place has not been found so far, and what may have been meant; nil if
// it has been.
func (p *Probe) Missing() error {
	switch {
	case p.Found > 0, p.unwatched != nil: // that has been told
		return nil
	case p.Watch != nil:
		return fmt.Errorf("%s was no variable of the programs and libraries", p.Place.Text)
	case len(p.without) == 0 && p.Place.Module != "":
		return fmt.Errorf("%s: no %s was loaded", p.Place.Text, p.Place.Module)
	case p.Place.Function != "":
		return fmt.Errorf("%s was in none of the programs and libraries%s", p.Place.Text, p.meant())
	case p.Place.Line > 0:
		return fmt.Errorf("%s was in none of the programs and libraries: %w", p.Place.Text, p.lineless())
	}
	return fmt.Errorf("%s is no code", p.Place.Text)
}

// lineless says why a line is nowhere.
func (p *Probe) lineless() error {
	debug := false
	for _, f := range p.without {
		for range f.Statements(p.Place.File) {
			return errors.New("the file has no code from there on")
		}
		debug = debug || f.DWARF() != nil
	}
	if debug {
		return fmt.Errorf("none has been made from a file %s", p.Place.File)
	}
	return errors.New("none has debug information")
}

// meant is what the name of a function may be a misspelling of, to stand behind a message.
func (p *Probe) meant() string {
	for _, f := range p.without {
		if near := p.Place.near(f); len(near) > 0 {
			return alike.Hint(near)
		}
	}
	return ""
}

// mostMeant is how many functions are proposed.
const mostMeant = 3

// near returns functions of a file that may be meant: those in the same scope whose name is like
// this one, or else those of this name in other scopes.
func (p *Place) near(f *image.File) (near []string) {
	scope, name := cutScope(p.Function)
	last := map[string]bool{}
	for _, full := range f.FunctionNames() {
		_, short := cutScope(full)
		last[short] = true
	}
	if last[name] {
		scope = ""
	}
	for _, n := range alike.To(name, slices.Sorted(maps.Keys(last))) {
		found, _ := f.FindFunction(scope + n)
		for i := range found {
			if full := found[i].Function; !slices.Contains(near, full) && len(near) < mostMeant {
				near = append(near, full)
			}
		}
	}
	return near
}

// cutScope cuts the name of a function from what it is in.
func cutScope(full string) (scope, name string) {
	full, _, _ = strings.Cut(full, "<")
	i := strings.LastIndexAny(full, ":.") + 1
	return full[:i], full[i:]
}
