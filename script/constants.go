package script

import (
	"go.starlark.net/starlark"

	"github.com/trapline/trapline/filter"
)

// constants are the kernel's, as attributes: const.O_CLOEXEC.
type constants struct{ known map[string]starlark.Value }

var _ starlark.HasAttrs = (*constants)(nil)

func (*constants) String() string        { return "const" }
func (*constants) Type() string          { return "const" }
func (*constants) Freeze()               {}
func (*constants) Truth() starlark.Bool  { return true }
func (*constants) Hash() (uint32, error) { return starlark.String("const").Hash() }
func (*constants) AttrNames() []string   { return nil }

// Attr implements starlark.HasAttrs.
func (c *constants) Attr(name string) (starlark.Value, error) {
	if v, ok := c.known[name]; ok {
		return v, nil
	}
	bits, err := filter.Constant(name)
	if err != nil {
		return nil, err
	}
	v := starlark.MakeUint64(bits)
	if int64(bits) < 0 {
		v = starlark.MakeInt64(int64(bits))
	}
	c.known[name] = v
	return v, nil
}
