package filter

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/uapi"
)

// own are constants that belong to no set of the kernel's.
var own = map[string]uint64{"NULL": 0, "S_IFMT": 0o170000}

// constant makes a constant of a name: one of those that the context may be or, if it has
// no names, one of any set. It returns nil when there is none.
func (s *scope) constant(p *Parser, n *name, context *name) (node, error) {
	c := &constant{pos: n.pos, text: n.path[0].Name}
	if v, ok := own[c.text]; ok {
		c.always(v)
		return c, nil
	}
	if context != nil {
		for _, d := range context.domains {
			c.define(d)
		}
		if len(c.forms) > 0 {
			return c, nil
		}
		if err := s.strange(p, c, context); err != nil {
			return nil, err
		}
	}
	sets, ok := c.search()
	if !ok {
		return nil, p.errorAt(n, "%s has several values: compare it with what it belongs to", c.text)
	}
	if sets == 0 {
		return nil, nil
	}
	return c, nil
}

// strange is the error about a constant that the context does not have, nil when that may
// be compared with any.
func (s *scope) strange(p *Parser, c *constant, context *name) error {
	if context.built != nil && context.built.name == "ret" {
		if _, ok := uapi.Errnos.Value(c.text); ok {
			return p.errorAt(c, "ret is -1 for any error: compare errno with %s", c.text)
		}
		return nil
	}
	if len(context.domains) == 0 {
		return nil
	}
	return s.noConstant(p, c, context)
}

func (c *constant) always(v uint64) {
	for i := range c.every {
		c.every[i], c.exists[i] = v, true
	}
}

// define adds what the constant is in a domain.
func (c *constant) define(d domain) {
	if d.enum != nil {
		if v, ok := d.enum.Value(c.text); ok {
			c.forms = add(c.forms, form{set: d.enum, value: v, mask: d.mask})
			return
		}
	}
	if d.set == nil {
		return
	}
	if v, ok := d.set.Value(c.text); ok {
		mask := uint64(0)
		if !d.set.Flags {
			mask = ^uint64(0)
		}
		c.forms = add(c.forms, form{set: d.set, value: v, mask: mask})
	}
}

// search looks the constant up in all sets and returns in how many it is; ok is false when
// they do not agree.
func (c *constant) search() (sets int, ok bool) {
	for set := range allSets() {
		for i, a := range abi.All {
			v, there := set.For(a).Value(c.text)
			if !there {
				continue
			}
			if sets++; c.exists[i] && c.every[i] != v {
				return sets, false
			}
			c.every[i], c.exists[i] = v, true
		}
	}
	return sets, true
}

// constantNames are the names of all constants.
func constantNames() []string {
	var names []string
	for set := range allSets() {
		for i := range set.Consts {
			names = append(names, set.Consts[i].Name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// noConstant is the error about a constant that the context does not have.
func (s *scope) noConstant(p *Parser, c *constant, context *name) error {
	names := map[string]bool{}
	what := "constants"
	for _, d := range context.domains {
		for _, set := range []*uapi.Set{d.set, d.enum} {
			if set == nil {
				continue
			}
			what = set.Name
			for i := range set.Consts {
				names[set.Consts[i].Name] = true
			}
		}
	}
	if len(context.domains) > 1 {
		what = "constants"
	}
	near := slices.Sorted(maps.Keys(names))
	return p.errorAt(c, "%s is none of the %s of %s%s", c.text, what, context.path, suggest(c.text, near))
}

// plural is a number of things.
func plural(n int, what string) string {
	if n == 1 {
		return "one " + what
	}
	return fmt.Sprint(strconv.Itoa(n), " ", what, "s")
}
