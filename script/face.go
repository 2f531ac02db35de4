package script

import (
	"maps"
	"slices"

	"go.starlark.net/starlark"
)

// A face is what scripts see of a T: values by their names, and functions.
type face[T starlark.Value] struct {
	values    map[string]func(T) (starlark.Value, error)
	functions map[string]func(T, *starlark.Builtin, starlark.Tuple, []starlark.Tuple) (starlark.Value, error)
}

// attr is an attribute; nil when there is none of that name.
func (f *face[T]) attr(of T, name string) (starlark.Value, error) {
	if value, ok := f.values[name]; ok {
		return value(of)
	}
	function, ok := f.functions[name]
	if !ok {
		return nil, nil
	}
	return starlark.NewBuiltin(name, func(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
		return function(of, b, args, kwargs)
	}), nil
}

func (f *face[T]) names() []string {
	names := slices.AppendSeq(slices.Collect(maps.Keys(f.values)), maps.Keys(f.functions))
	slices.Sort(names)
	return names
}
