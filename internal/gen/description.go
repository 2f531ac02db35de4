package main

import (
	"errors"
	"fmt"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// A description is one .set file.
type description struct {
	path   string // as errors show it: uapi/file.set
	name   string // file
	sets   []*set
	groups []*group
}

// A group is the constants below one run of includes. They are compiled together.
type group struct {
	includes []include
	consts   []*constant // those without a literal
	structs  []structure
}

type include struct {
	header string
	line   int
}

// A set is one uapi.Set to be.
type set struct {
	ident   string // OpenFlags
	name    string // open flags
	flags   bool
	unknown string // O_???
	line    int
	consts  []*constant
}

// A constant is one name of a set; literal is its value where no header has it.
type constant struct {
	name    string
	literal *values
	line    int
}

func readDescription(path string) (*description, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	base := filepath.Base(path)
	if filepath.Ext(base) != ".set" {
		return nil, fmt.Errorf("%s: not a .set file", path)
	}
	d := &description{path: "uapi/" + base, name: strings.TrimSuffix(base, ".set")}
	var errs []error
	for i, line := range strings.Split(string(text), "\n") {
		line, _, _ = strings.Cut(line, "#")
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		if err := d.add(line, i+1); err != nil {
			errs = append(errs, d.errorf(i+1, "%v", err))
		}
	}
	return d, errors.Join(append(errs, d.check())...)
}

func (d *description) errorf(line int, format string, args ...any) error {
	return fmt.Errorf("%s:%d: %s", d.path, line, fmt.Sprintf(format, args...))
}

// add takes one line that says something.
func (d *description) add(line string, nr int) error {
	if header, ok := strings.CutPrefix(line, "include "); ok {
		d.include(include{strings.TrimSpace(header), nr})
		return nil
	}
	if rest, ok := strings.CutPrefix(line, "set "); ok {
		return d.set(rest, nr)
	}
	if rest, ok := strings.CutPrefix(line, "struct "); ok {
		return d.structure(rest, nr)
	}
	return d.constant(line, nr)
}

func (d *description) include(inc include) {
	if len(d.groups) == 0 || len(d.group().consts)+len(d.group().structs) > 0 {
		d.groups = append(d.groups, &group{})
	}
	g := d.group()
	g.includes = append(g.includes, inc)
}

// group is the group that constants are added to.
func (d *description) group() *group { return d.groups[len(d.groups)-1] }

var setLine = regexp.MustCompile(`^(\w+)\s+"([^"]+)"\s+(flags|enum)(?:\s+(\S+))?$`)

func (d *description) set(line string, nr int) error {
	m := setLine.FindStringSubmatch(line)
	if m == nil {
		return errors.New(`want: set Ident "name" flags|enum [UNKNOWN_???]`)
	}
	if !token.IsExported(m[1]) {
		return fmt.Errorf("%s does not begin with a capital", m[1])
	}
	d.sets = append(d.sets, &set{ident: m[1], name: m[2], flags: m[3] == "flags", unknown: m[4], line: nr})
	return nil
}

var constantName = regexp.MustCompile(`^[A-Za-z_]\w*$`)

func (d *description) constant(line string, nr int) error {
	if len(d.sets) == 0 {
		return errors.New("a constant outside of any set")
	}
	name, literal, given := strings.Cut(line, "=")
	c := &constant{name: strings.TrimSpace(name), line: nr}
	if !constantName.MatchString(c.name) {
		return fmt.Errorf("%q is not the name of a constant", c.name)
	}
	s := d.sets[len(d.sets)-1]
	s.consts = append(s.consts, c)
	if given {
		v, err := parseValues(literal)
		c.literal = &v
		return err
	}
	if len(d.groups) == 0 {
		return fmt.Errorf("%s has neither an include above it nor a value", c.name)
	}
	g := d.group()
	g.consts = append(g.consts, c)
	return nil
}

// check reports what is wrong with the file as a whole.
func (d *description) check() error {
	var errs []error
	for _, s := range d.sets {
		if len(s.consts) == 0 {
			errs = append(errs, d.errorf(s.line, "%s has no constants", s.ident))
		}
		seen := map[string]int{}
		for _, c := range s.consts {
			if first := seen[c.name]; first != 0 {
				errs = append(errs, d.errorf(c.line, "%s is already on line %d", c.name, first))
			}
			seen[c.name] = c.line
		}
	}
	return errors.Join(errs...)
}
