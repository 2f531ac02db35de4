package variable

import (
	"errors"

	"github.com/trapline/trapline/image/dwarf"
)

// errNothing is what there is of a value in what has none.
var errNothing = errors.New("no value")

// wrapper returns what reads the value that a class of C++'s library stands for, by its name: a
// pointer, or what may be there; nil for other classes.
func wrapper(name string) func(*Value) Value {
	switch name {
	case "unique_ptr":
		return (*Value).pointer
	case "shared_ptr", "weak_ptr":
		return func(v *Value) Value { return v.path("_M_ptr") }
	case "reference_wrapper":
		return func(v *Value) Value { return v.path("_M_data") }
	case "stack", "queue", "priority_queue":
		return func(v *Value) Value { return v.path("c") }
	case "optional":
		return (*Value).optional
	case "variant":
		return (*Value).variant
	case "atomic":
		return (*Value).atomic
	}
	return nil
}

// wrapped returns the value that another stands for; ok is false if it stands for itself.
func (v *Value) wrapped() (in Value, ok bool) {
	if v.err != nil || v.typ == nil || v.typ.Kind != Struct {
		return in, false
	}
	read := wrapper(v.typ.template())
	if read == nil {
		return in, false
	}
	own := *v // so that only values of such classes are left to the garbage collector
	in = read(&own)
	return in, in.err == nil || in.err == errNothing
}

// pointer is the pointer that a class has somewhere.
func (v *Value) pointer() Value {
	left := steps(maxSteps)
	return v.pointerIn(&left)
}

// pointerIn returns the first pointer in a structure, its bases and their members.
func (v *Value) pointerIn(left *steps) Value {
	for i := range v.typ.members {
		switch part := v.part(&v.typ.members[i]); {
		case part.err != nil || !left.spend():
		case part.typ.Kind == Pointer:
			return part
		case part.typ.Kind == Struct:
			if found := part.pointerIn(left); found.err == nil {
				return found
			}
		}
	}
	return failed("a %s has no pointer", v.typ)
}

func (v *Value) optional() Value {
	payload := v.path("_M_payload")
	engaged := payload.path("_M_engaged")
	switch yes, err := engaged.truth(); {
	case err != nil:
		return Value{err: err}
	case !yes:
		return Value{err: errNothing}
	}
	return payload.path("_M_payload", "_M_value")
}

// variant is the alternative that the index tells, of which the type is one of the template's
// arguments.
func (v *Value) variant() Value {
	i, ok := v.count("_M_index")
	at := v.path("_M_u")
	types := v.typ.pack()
	if !ok || at.err != nil {
		return failed("a %s has no index", v.typ)
	}
	if i >= int64(len(types)) {
		return Value{err: errNothing}
	}
	for range i {
		at = at.path("_M_rest")
	}
	first := at.path("_M_first")
	if first.err != nil {
		return first
	}
	return first.within(Value{frame: v.frame, typ: types[i]}, 0)
}

// maxPack is how many arguments of a template are known.
const maxPack = 256

// pack is the types of a template that takes any number of them.
func (t *Type) pack() (all []*Type) {
	for kid := range t.entry.Kids() {
		if kid.Tag != dwarf.TagGNUParameterPack {
			continue
		}
		for arg := range kid.Kids() {
			if arg.Tag == dwarf.TagTemplateType && len(all) < maxPack {
				all = append(all, t.info.typeAt(arg.Ref(dwarf.AttrType)))
			}
		}
	}
	return all
}

func (v *Value) atomic() Value {
	for _, path := range [][]string{{"_M_i"}, {"_M_fp"}, {"_M_b", "_M_p"}} {
		if in := v.path(path...); in.err == nil {
			return in
		}
	}
	return failed("a %s has no value", v.typ)
}
