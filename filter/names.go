package filter

import (
	"slices"
	"sync"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/decode"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/uapi"
)

// A walker goes through what the table says of a path in one call, without looking at any
// memory: through every type that the call may have there.
type walker struct {
	abi *abi.ABI
	// found is told of each type at the end of the path, and whether the kernel's answer
	// gives it.
	found func(t syscalls.Type, answer bool)
	// near, if not nil, is told of the names among which one of the path was looked for
	// in vain.
	near func(name string)
}

// params looks for the path among parameters.
func (w *walker) params(list []syscalls.Param, path decode.Path) {
	for i := range list {
		p := &list[i]
		if rest, ok := p.Type.(*syscalls.Rest); ok {
			rest.EachCase(w.abi, func(_ uint64, more []syscalls.Param) { w.params(more, path) })
			w.params(rest.Else, path)
			continue
		}
		if _, pad := p.Type.(syscalls.Pad); pad {
			continue
		}
		if p.Name == path[0].Name {
			w.walk(p.Type, path[1:], false)
		} else if w.near != nil {
			w.near(p.Name)
		}
	}
}

// within is params that does not tell of the parameters' own names.
func (w *walker) within(list []syscalls.Param, path decode.Path) {
	for i := range list {
		if list[i].Name == path[0].Name {
			w.walk(list[i].Type, path[1:], false)
		}
	}
}

// walk goes on from a type.
func (w *walker) walk(t syscalls.Type, path decode.Path, answer bool) {
	switch s := t.(type) {
	case syscalls.Pad:
		return
	case syscalls.If:
		if s.Any != 0 || len(s.Values) > 0 {
			w.walk(s.Then, path, answer)
		}
		return
	case syscalls.Switch:
		w.walk(s.Else, path, answer)
		for _, c := range s.Cases {
			w.walk(c, path, answer)
		}
		return
	case syscalls.Exchange:
		w.walk(s.Before, path, answer)
		w.walk(s.After, path, answer)
		return
	case syscalls.Custom:
		if plain := syscalls.Plain(w.abi, &s); plain != nil {
			w.walk(plain, path, answer)
			return
		}
	case syscalls.Pointer:
		if len(path) > 0 && s.Elem != nil {
			w.walk(s.Elem, path, answer || s.Dir == syscalls.Out)
			return
		}
	}
	if len(path) == 0 {
		w.end(t, answer)
		return
	}
	w.step(t, path, answer)
}

// end comes to what a path leads to.
func (w *walker) end(t syscalls.Type, answer bool) {
	p, ok := t.(syscalls.Pointer)
	if !ok || p.Elem == nil {
		w.found(t, answer)
		return
	}
	targets := walker{abi: w.abi, found: func(elem syscalls.Type, within bool) {
		if kindOfType(elem) != 0 {
			w.found(elem, answer || within || p.Dir == syscalls.Out)
		} else {
			w.found(t, answer)
		}
	}}
	targets.walk(p.Elem, nil, false)
}

// step goes on from a structure or an array.
func (w *walker) step(t syscalls.Type, path decode.Path, answer bool) {
	s := path[0]
	switch t := t.(type) {
	case *syscalls.Record:
		w.field(t, path, answer)
	case *syscalls.Union:
		w.field(t.Else, path, answer)
		for _, form := range t.Forms {
			w.field(form, path, answer)
		}
	case syscalls.Array:
		if s.Name == "" {
			w.walk(t.Elem, path[1:], answer)
		}
	case syscalls.Buf:
		if s.Name == "" {
			w.walk(syscalls.Bits{Width: 1}, path[1:], answer)
		}
	}
}

func (w *walker) field(r *syscalls.Record, path decode.Path, answer bool) {
	if f, _, ok := r.Field(w.abi, path[0].Name); ok {
		w.walk(f.Type, path[1:], answer)
		return
	}
	if w.near == nil {
		return
	}
	for i := range r.Fields {
		if inner, ok := r.Fields[i].Type.(*syscalls.Record); ok && r.Fields[i].Name == "" {
			w.field(inner, path, answer)
		} else if r.Fields[i].Name != "" {
			w.near(syscalls.Short(r.Fields[i].Name))
		}
	}
}

// kindOfType is what kind of value a type is; zero for structures.
func kindOfType(t syscalls.Type) Kind {
	switch t.(type) {
	case syscalls.Str, syscalls.Buf, syscalls.Inet:
		return Text
	case syscalls.Bits, syscalls.FD, syscalls.PID:
		return Int
	}
	return 0
}

// kindOfWord is kindOfType of what is found at the end of a path, where a pointer to
// nothing that is known is a number.
func kindOfWord(a *abi.ABI, t syscalls.Type) Kind {
	switch t := t.(type) {
	case syscalls.Custom:
		return Int
	case syscalls.Pointer:
		if t.Elem == nil {
			return Int
		}
		if c, ok := t.Elem.(syscalls.Custom); ok && syscalls.Plain(a, &c) == nil {
			return Int
		}
		return 0
	}
	return kindOfType(t)
}

// eachRow calls yield with each call of a set under each ABI; of those that stand for others
// with the ones in the set.
func eachRow(c *Calls, yield func(a *abi.ABI, row *syscalls.Syscall)) {
	for _, a := range abi.All {
		table := syscalls.For(a)
		for nr := range uint64(maxNR) {
			row := table.Row(nr | a.NRBit)
			if row == nil || !c.Has(a, nr|a.NRBit) {
				continue
			}
			if c.holdsRow(a, nr, row) {
				yield(a, row)
			}
			for i := range row.Parts {
				if part := &row.Parts[i]; part.Call != nil && c.holdsPart(a, nr, row, part) {
					yield(a, part.Call)
				}
			}
		}
	}
}

// allSets are the sets of constants that any value of any call has.
var allSets = sync.OnceValue(func() map[*uapi.Set]bool {
	sets := map[*uapi.Set]bool{uapi.Errnos: true, uapi.Signals: true, uapi.FanotifyDirs: true}
	seen := map[syscalls.Type]bool{}
	eachRow(AllCalls(), func(a *abi.ABI, row *syscalls.Syscall) {
		addSets(a, sets, seen, row.Params)
	})
	return sets
})

func addSets(a *abi.ABI, sets map[*uapi.Set]bool, seen map[syscalls.Type]bool, list []syscalls.Param) {
	for i := range list {
		addSetsOf(a, sets, seen, list[i].Type)
	}
}

func addSetsOf(a *abi.ABI, sets map[*uapi.Set]bool, seen map[syscalls.Type]bool, t syscalls.Type) {
	switch s := t.(type) {
	case syscalls.Bits:
		if s.Set != nil {
			sets[s.Set] = true
		}
		if s.Enum != nil {
			sets[s.Enum.Set] = true
		}
	case syscalls.If:
		addSetsOf(a, sets, seen, s.Then)
	case syscalls.Switch:
		addSetsOf(a, sets, seen, s.Else)
		for _, c := range s.Cases {
			addSetsOf(a, sets, seen, c)
		}
	case syscalls.Pointer:
		addSetsOf(a, sets, seen, s.Elem)
	case syscalls.Array:
		addSetsOf(a, sets, seen, s.Elem)
	case syscalls.Custom:
		if plain := syscalls.Plain(a, &s); plain != nil {
			addSetsOf(a, sets, seen, plain)
		}
	case *syscalls.Rest:
		s.EachCase(a, func(_ uint64, more []syscalls.Param) { addSets(a, sets, seen, more) })
		addSets(a, sets, seen, s.Else)
	case *syscalls.Record:
		if !seen[s] {
			seen[s] = true
			addSets(a, sets, seen, s.Fields)
		}
	}
}

// add puts what is not there yet at the end of a list.
func add[T comparable](list []T, v T) []T {
	if slices.Contains(list, v) {
		return list
	}
	return append(list, v)
}

// returnsFD reports whether what a call returns is a descriptor.
func returnsFD(row *syscalls.Syscall) bool {
	if row == nil {
		return false
	}
	_, ok := row.Ret.(syscalls.FD)
	return ok
}

// abiIndex is where an ABI stands among all.
func abiIndex(a *abi.ABI) int {
	return max(slices.Index(abi.All, a), 0)
}
