package syscalls

import (
	"maps"
	"testing"

	"github.com/trapline/trapline/abi"
)

// customs are the Custom types that parameters are made of, by name.
func customs(found map[string]Custom, seen map[*Record]bool, a *abi.ABI, list []Param) {
	for i := range list {
		customsOf(found, seen, a, list[i].Type)
	}
}

func customsOf(found map[string]Custom, seen map[*Record]bool, a *abi.ABI, t Type) {
	switch t := t.(type) {
	case Custom:
		found[t.Name] = t
		if plain := Plain(a, &t); plain != nil {
			customsOf(found, seen, a, plain)
		}
	case Pointer:
		customsOf(found, seen, a, t.Elem)
	case Array:
		customsOf(found, seen, a, t.Elem)
	case Exchange:
		customsOf(found, seen, a, t.Before)
		customsOf(found, seen, a, t.After)
	case If:
		customsOf(found, seen, a, t.Then)
	case Switch:
		customsOf(found, seen, a, t.Else)
		for _, c := range t.Cases {
			customsOf(found, seen, a, c)
		}
	case *Rest:
		customs(found, seen, a, t.Else)
		t.EachCase(a, func(_ uint64, more []Param) { customs(found, seen, a, more) })
	case *Record:
		if !seen[t] {
			seen[t] = true
			customs(found, seen, a, t.Fields)
		}
	}
}

// Every description is of a type that a call has, and has the type's size.
func TestPlain(t *testing.T) {
	found := map[string]Custom{}
	for _, a := range abi.All {
		seen := map[*Record]bool{}
		for row := range For(a).all {
			if row == nil {
				continue
			}
			customs(found, seen, a, row.Params)
			customsOf(found, seen, a, row.After)
			for i := range row.Parts {
				customs(found, seen, a, row.Parts[i].Call.Params)
			}
		}
	}
	names := maps.Clone(plain())
	for name := range plainByABI() {
		names[name] = nil
	}
	for name := range names {
		c, ok := found[name]
		if !ok {
			t.Errorf("no call has a %s", name)
			continue
		}
		for _, a := range abi.All {
			p := Plain(a, &c)
			if _, pad := p.(Pad); pad {
				continue
			}
			if p != nil && c.Width != 0 && p.Size(a) != c.Size(a) {
				t.Errorf("%s: %s has %d bytes, described are %d", a, name, c.Size(a), p.Size(a))
			}
		}
	}
}
