package variable

import (
	"github.com/trapline/trapline/image/dwarf"
	"github.com/trapline/trapline/unwind"
)

// maxCount is how many elements an array is believed to have.
const maxCount = 1 << 40

// readArray reads the dimensions of an array: one of arrays if there are several.
func (t *Type) readArray(e dwarf.Entry) {
	inner, n := t, 0
	for kid := range e.Kids() {
		if kid.Tag != dwarf.TagSubrange || n == maxDepth {
			continue
		}
		if n++; n > 1 {
			inner.to = &Type{Kind: Array, info: t.info, elem: t.elem}
			inner = inner.to
		}
		inner.Count, inner.bound = dimension(kid)
	}
}

// dimension is how many elements a dimension has, or the entry of one that has as many as
// something says while the program runs.
func dimension(e dwarf.Entry) (n int64, bound dwarf.Entry) {
	if n, ok := e.Int(dwarf.AttrCount); ok {
		return believed(n), bound
	}
	if upper, ok := e.Int(dwarf.AttrUpperBound); ok {
		lower, _ := e.Int(dwarf.AttrLowerBound)
		return believed(upper - lower + 1), bound
	}
	if e.Has(dwarf.AttrCount) || e.Has(dwarf.AttrUpperBound) {
		return 0, e
	}
	return 0, bound
}

func believed(n int64) int64 { return max(min(n, maxCount), 0) }

// settle returns the type with the numbers of elements that its arrays have now. A structure of
// which the unit does not say what is in it may be known to another.
func (f *Frame) settle(t *Type, depth int) *Type {
	if t.opaque {
		t.complete()
	}
	if t.Kind != Array || depth == maxDepth {
		return t
	}
	elem := f.settle(t.Elem(), depth+1)
	if !t.bound.Valid() && elem == t.Elem() {
		return t
	}
	now := *t
	now.to, now.Size = elem, 0
	if t.bound.Valid() {
		now.Count, now.bound = f.count(t.bound), dwarf.Entry{}
	}
	return &now
}

// count computes how many elements a dimension has.
func (f *Frame) count(e dwarf.Entry) int64 {
	if n, ok := f.compute(e, dwarf.AttrCount); ok {
		return believed(n)
	}
	upper, _ := f.compute(e, dwarf.AttrUpperBound)
	lower, _ := e.Int(dwarf.AttrLowerBound)
	return believed(upper - lower + 1)
}

// compute computes a number that an expression tells, or a variable.
func (f *Frame) compute(e dwarf.Entry, at dwarf.Attr) (n int64, ok bool) {
	if to := e.Ref(at); to.Valid() {
		v := Variable{entry: to}
		if v.settle(f.Scope); v.typ.Kind == Array {
			return 0, false // whose bounds might be this one
		}
		value := f.Get(&v)
		n, err := value.integer()
		return n, err == nil
	}
	v := Variable{entry: e, settled: true, address: e.Indexed, location: e.Location(at, f.Scope.addr)}
	pieces, err := f.Scope.locator(f, &v).Locate(v.location)
	if err != nil || len(pieces) != 1 {
		return 0, false
	}
	switch p := pieces[0]; p.Kind {
	case unwind.InMemory: // what is computed is taken for an address where nothing says otherwise
		return int64(p.Addr), true
	case unwind.IsValue:
		return int64(p.Value), true
	}
	return 0, false
}
