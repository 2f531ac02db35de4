package syscalls

import (
	"slices"
	"testing"

	"github.com/trapline/trapline/abi"
)

// Every sibling that a type refers to by name is there: a parameter of the call or
// a field of the same structure.
func TestReferences(t *testing.T) {
	for _, a := range abi.All {
		for _, name := range For(a).Names() {
			_, row, _ := For(a).Named(name)
			r := &references{t: t, call: a.Name + " " + name}
			r.list(row.Params)
			if row.Ret != nil {
				r.scope = namesOf(row.Params)
				r.of(row.Ret)
			}
		}
	}
}

type references struct {
	t     *testing.T
	call  string
	scope []string
	depth int
}

func namesOf(list []Param) []string {
	all := []string{string(Result), ""}
	for _, p := range list {
		all = append(all, p.Name)
	}
	return all
}

// list checks parameters or fields, which see each other and what is around them.
func (r *references) list(list []Param) {
	if r.depth > 20 {
		return
	}
	r.depth++
	outer := r.scope
	r.scope = append(slices.Clone(outer), namesOf(list)...)
	for _, p := range list {
		r.of(p.Type)
	}
	r.scope = outer
	r.depth--
}

func (r *references) name(name string) {
	if !slices.Contains(r.scope, name) {
		r.t.Errorf("%s: nothing is called %q", r.call, name)
	}
}

func (r *references) of(t Type) {
	switch t := t.(type) {
	case Buf:
		r.name(string(t.Len))
	case Array:
		r.name(string(t.Len))
		r.of(t.Elem)
	case Pointer:
		if t.Elem != nil {
			r.of(t.Elem)
		}
	case *Record:
		r.list(t.Fields)
	case If:
		r.name(t.On)
		r.of(t.Then)
	case Switch:
		r.name(t.On)
		for _, c := range t.Cases {
			r.of(c)
		}
		r.of(t.Else)
	case *Rest:
		r.name(t.On)
		t.EachCase(abi.AMD64, func(_ uint64, c []Param) { r.list(c) })
		r.list(t.Else)
	case Custom:
		for _, arg := range t.Args {
			r.name(arg)
		}
	}
}
