package decode

import (
	"maps"
	"testing"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/syscalls"
)

// A roll is what the types of one call refer to, among one set of siblings.
type roll struct {
	t        *testing.T
	call     string
	siblings map[string]bool
	depth    int
}

// TestRollCall checks that every decoder and every sibling a row names is there.
func TestRollCall(t *testing.T) {
	for _, a := range abi.All {
		table := syscalls.For(a)
		for _, name := range table.Names() {
			_, row, _ := table.Named(name)
			r := roll{t: t, call: a.Name + " " + name, siblings: names(row.Params)}
			r.params(row.Params)
			r.visit(row.Ret)
			r.visit(row.After)
		}
	}
}

// names collects the names of params, those in the cases of a Rest included.
func names(params []syscalls.Param) map[string]bool {
	all := map[string]bool{"": true, string(syscalls.Result): true}
	for _, p := range params {
		all[p.Name] = true
		if rest, ok := p.Type.(*syscalls.Rest); ok {
			for name := range names(rest.Else) {
				all[name] = true
			}
			rest.EachCase(abi.AMD64, func(_ uint64, c []syscalls.Param) { maps.Copy(all, names(c)) })
		}
	}
	return all
}

func (r roll) params(params []syscalls.Param) {
	for _, p := range params {
		r.visit(p.Type)
	}
}

func (r roll) sibling(name string) {
	if !r.siblings[name] {
		r.t.Errorf("%s: no sibling %q", r.call, name)
	}
}

func (r roll) visit(t syscalls.Type) {
	if r.depth++; r.depth > 20 {
		r.t.Fatalf("%s: types within types without end", r.call)
	}
	switch t := t.(type) {
	case syscalls.Custom:
		if find(t.Name) == nil {
			r.t.Errorf("%s: no decoder %q", r.call, t.Name)
		}
		for _, arg := range t.Args {
			r.sibling(arg)
		}
	case syscalls.Pointer:
		r.visit(t.Elem)
	case syscalls.Buf:
		r.sibling(string(t.Len))
	case syscalls.Array:
		r.sibling(string(t.Len))
		r.visit(t.Elem)
	case syscalls.If:
		r.sibling(t.On)
		r.visit(t.Then)
	case syscalls.Switch:
		r.sibling(t.On)
		r.visit(t.Else)
		for _, c := range t.Cases {
			r.visit(c)
		}
	case *syscalls.Rest:
		r.sibling(t.On)
		r.params(t.Else)
		t.EachCase(abi.AMD64, func(_ uint64, c []syscalls.Param) { r.params(c) })
	case *syscalls.Record:
		r.siblings = names(t.Fields)
		r.params(t.Fields)
	}
}
