package script

import (
	"fmt"
	"slices"
	"strings"

	"go.starlark.net/starlark"

	"github.com/trapline/trapline/decode"
	"github.com/trapline/trapline/filter"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/value"
)

// values are the arguments of a call, or what a structure or an array among them holds.
type values struct {
	c    *call
	path decode.Path // empty for the arguments themselves
}

var (
	_ starlark.HasSetField = (*values)(nil)
	_ starlark.HasSetKey   = (*values)(nil)
	_ starlark.Sequence    = (*values)(nil)
)

// String implements starlark.Value.
func (v *values) String() string {
	if len(v.path) == 0 {
		return "args"
	}
	return v.path.String()
}

func (*values) Type() string         { return "values" }
func (*values) Freeze()              {}
func (*values) Truth() starlark.Bool { return true }

// Hash implements starlark.Value.
func (*values) Hash() (uint32, error) { return 0, fmt.Errorf("unhashable: values") }

func (v *values) to(s decode.Step) decode.Path { return append(slices.Clone(v.path), s) }

// Attr implements starlark.HasAttrs.
func (v *values) Attr(name string) (starlark.Value, error) {
	if v.c.task == nil {
		return nil, errOver
	}
	if !slices.Contains(v.AttrNames(), name) && !v.has(name) {
		return nil, nil
	}
	return v.get(v.to(decode.Step{Name: name})), nil
}

// has reports whether there is a value of that name, by the short name of a field too.
func (v *values) has(name string) bool {
	_, ok := v.c.Scene.Call.LocateWord(v.to(decode.Step{Name: name}))
	return ok
}

// AttrNames implements starlark.HasAttrs.
func (v *values) AttrNames() []string {
	if v.c.task == nil {
		return nil
	}
	if len(v.path) == 0 {
		return v.c.paramNames()
	}
	r, ok := v.record()
	if !ok {
		return nil
	}
	var names []string
	for i := range r.Fields {
		if name := r.Fields[i].Name; name != "" {
			names = append(names, name, syscalls.Short(name))
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func (c *call) paramNames() []string {
	row := c.Scene.Call.Row
	if row == nil {
		return nil
	}
	var names []string
	for i := range row.Params {
		if name := row.Params[i].Name; name != "" {
			names = append(names, name)
		}
	}
	return names
}

// place is where the structure or the array lies.
func (v *values) place() (p decode.Place, ok bool) {
	return v.c.Scene.Call.LocateTarget(v.path)
}

func (v *values) record() (*syscalls.Record, bool) {
	p, ok := v.place()
	r, is := p.Type.(*syscalls.Record)
	return r, ok && is
}

// get is the value that a path leads to; None where there is nothing, or not yet.
func (v *values) get(path decode.Path) starlark.Value {
	scene := &v.c.Scene
	p, ok := scene.Call.LocateTarget(path)
	if !ok || p.Answer() && !v.c.Ended() || v.c.replaced() && (p.Regs == 0 || len(p.Hops()) > 0) {
		return starlark.None
	}
	switch p.Type.(type) {
	case *syscalls.Record, *syscalls.Union, syscalls.Array:
		return &values{v.c, path}
	}
	found := scene.At(path)
	return valueOf(&found)
}

// replaced reports whether the memory that the call had is that of another program by now.
func (c *call) replaced() bool {
	return c.Ended() && !c.Result.Failed && strings.HasPrefix(c.what, "execve")
}

// valueOf is a value as scripts have it.
func valueOf(v *filter.Value) starlark.Value {
	switch {
	case v.Kind == filter.Text:
		return starlark.String(v.Bytes)
	case v.Missing():
		return starlark.None
	case v.Signed:
		return starlark.MakeInt64(int64(v.Bits))
	}
	return starlark.MakeUint64(v.Bits)
}

// index is the number of an element.
func index(key starlark.Value) (decode.Step, error) {
	i, err := starlark.AsInt32(key)
	return decode.Step{Index: i}, err
}

// Get implements starlark.Mapping: an element of an array.
func (v *values) Get(key starlark.Value) (starlark.Value, bool, error) {
	step, err := index(key)
	switch {
	case err != nil:
		return nil, false, err
	case v.c.task == nil:
		return nil, false, errOver
	case step.Index < 0 || step.Index >= v.Len():
		return nil, false, fmt.Errorf("%s has %d elements", v, v.Len())
	}
	return v.get(v.to(step)), true, nil
}

// Len implements starlark.Sequence.
func (v *values) Len() int {
	if v.c.task == nil || len(v.path) == 0 {
		return 0
	}
	p, _ := v.place()
	array, ok := p.Type.(syscalls.Array)
	if !ok {
		return 0
	}
	return p.Size / max(array.Elem.Size(v.c.Made.ABI), 1)
}

// Iterate implements starlark.Iterable.
func (v *values) Iterate() starlark.Iterator { return &elements{of: v, n: v.Len()} }

// elements goes through an array.
type elements struct {
	of   *values
	i, n int
}

// Next implements starlark.Iterator.
func (e *elements) Next(next *starlark.Value) bool {
	if e.i >= e.n || e.of.c.task == nil {
		return false
	}
	*next = e.of.get(e.of.to(decode.Step{Index: e.i}))
	e.i++
	return true
}

// Done implements starlark.Iterator.
func (*elements) Done() {}

// SetKey implements starlark.HasSetKey.
func (v *values) SetKey(key, to starlark.Value) error {
	step, err := index(key)
	if err != nil {
		return err
	}
	return v.set(v.to(step), to)
}

// SetField implements starlark.HasSetField.
func (v *values) SetField(name string, to starlark.Value) error {
	if v.c.task != nil && !slices.Contains(v.AttrNames(), name) && !v.has(name) {
		return starlark.NoSuchAttrError(fmt.Sprintf("%s has no .%s", v.c.what, name))
	}
	return v.set(v.to(decode.Step{Name: name}), to)
}

// set changes a value.
func (v *values) set(path decode.Path, to starlark.Value) error {
	c := v.c
	if err := c.decided(); err != nil {
		return err
	}
	if err := c.settable(path); err != nil {
		return err
	}
	before := kept(c.Scene.At(path))
	after := before
	var err error
	if before.Missing() {
		return fmt.Errorf("%s is not there", path)
	} else if data, ok := bytesOf(to); ok && before.Kind == filter.Text {
		after.Bytes = data
		err = c.SetBytes(path, data)
	} else if before.Kind == filter.Int {
		if after.Bits, err = number(to, &before); err == nil {
			err = c.SetInt(path, after.Bits)
		}
	} else {
		err = fmt.Errorf("it is %s, this is a %s", before.Kind, to.Type())
	}
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	c.Marks.Args = true
	c.Note(path.String(), before, after)
	return nil
}

// settable says why a value cannot be changed.
func (c *call) settable(path decode.Path) error {
	p, ok := c.Scene.Call.LocateWord(path)
	pointer, _ := p.Type.(syscalls.Pointer)
	answer := p.Answer() || pointer.Dir == syscalls.Out && pointer.Elem != nil
	switch {
	case !ok:
		return fmt.Errorf("%s is not there", path)
	case answer && !c.Ended():
		return fmt.Errorf("%s is known only when the call has ended", path)
	case c.Ended() && !answer && !written(&p, pointer):
		return fmt.Errorf("%s: the call has been made already", path)
	case !c.Has(path):
		return fmt.Errorf("%s cannot be read", path)
	}
	return nil
}

// written reports whether the kernel writes there among others.
func written(p *decode.Place, pointer syscalls.Pointer) bool {
	for _, hop := range p.Hops() {
		if hop.Dir == syscalls.InOut {
			return true
		}
	}
	return pointer.Elem != nil && pointer.Dir == syscalls.InOut
}

// kept is a value that outlives the next look at the call.
func kept(v filter.Value) filter.Value {
	v.Bytes = slices.Clone(v.Bytes)
	return v
}

// bitsOf is a number that a script gives.
func bitsOf(v starlark.Value) (bits uint64, signed bool, err error) {
	n, ok := v.(starlark.Int)
	if !ok {
		return 0, false, fmt.Errorf("a number is needed, not a %s", v.Type())
	}
	if i, ok := n.Int64(); ok {
		return uint64(i), true, nil
	}
	if u, ok := n.Uint64(); ok {
		return u, false, nil
	}
	return 0, false, fmt.Errorf("%s is too large", n)
}

// number is a number that takes the place of another.
func number(v starlark.Value, before *filter.Value) (uint64, error) {
	bits, signed, err := bitsOf(v)
	if err != nil {
		return 0, err
	}
	negative := signed && int64(bits) < 0
	fits := value.Truncate(bits, before.Size) == bits
	if negative {
		fits = value.Extend(bits, before.Size) == int64(bits)
	}
	if !fits {
		return 0, fmt.Errorf("%s does not fit into %d bytes", v, before.Size)
	}
	if before.Signed {
		return uint64(value.Extend(bits, before.Size)), nil
	}
	return value.Truncate(bits, before.Size), nil
}
