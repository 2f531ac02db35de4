package syscalls

import (
	"strings"

	"github.com/trapline/trapline/abi"
)

// Field returns the field of that name and where it lies. The name may be written without
// what most fields of a structure begin with, up to the first underscore: port for
// sin_port. A short name that two fields have is neither's.
func (r *Record) Field(a *abi.ABI, name string) (f *Param, offset int, ok bool) {
	if f, offset = r.field(a, name, exactly); f != nil {
		return f, offset, true
	}
	f, offset = r.field(a, name, briefly)
	return f, offset, f != nil
}

// Short is the name of a field without the prefix that it shares with its neighbours.
func Short(field string) string {
	if _, short, ok := strings.Cut(field, "_"); ok && short != "" {
		return short
	}
	return field
}

func exactly(field, name string) bool { return field == name }
func briefly(field, name string) bool { return Short(field) == name }

// field returns the only field that is called name; those of a structure without a name
// of its own count too.
func (r *Record) field(a *abi.ABI, name string, called func(field, name string) bool) (found *Param, offset int) {
	for i := range r.Fields {
		f, at := &r.Fields[i], 0
		if inner, ok := f.Type.(*Record); ok && f.Name == "" {
			f, at = inner.field(a, name, called)
		} else if f.Name == "" || !called(f.Name, name) {
			f = nil
		}
		if f == nil {
			continue
		}
		if found != nil {
			return nil, 0
		}
		found, offset = f, r.Offset(a, i)+at
	}
	return found, offset
}
