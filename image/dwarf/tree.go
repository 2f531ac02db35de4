package dwarf

import (
	"cmp"
	"slices"
	"sort"
)

// A tree is what a unit's entries say of its code: functions and the calls inlined in
// them, and the scopes that names are completed from.
type tree struct {
	calls  []call  // in the order of the entries: a call before those inlined in it
	spans  []Span  // those of all calls
	scopes []scope // in the order of the entries
	starts []start // the ranges of functions, ascending
	passed []Span  // of the section: entries of which only they themselves were read, ascending
}

// A call is a function with code, or a call of one that is inlined.
type call struct {
	entry        uint64 // offset of what describes it
	first, count int32  // of spans
	next         int32  // the first call that is not inlined in it
	parent       int32  // the call it is inlined in; negative for a function
	file, line   uint32
	column       uint32
}

// A scope is a namespace, a type or a module: what is inside has its name before its own.
type scope struct {
	entry, end uint64
	parent     int32
}

// A start is a range of a function.
type start struct {
	Span
	call int32
}

// A nest is an entry whose children are being read.
type nest struct {
	call  int32 // the innermost call, negative outside of all
	scope int32
	dead  bool // inside a function that has no code
}

// A reader builds the tree of a unit.
type reader struct {
	u       *unit
	c       *cursor
	t       *tree
	outline bool   // what is in an entry is passed where the entry says where it ends
	target  uint64 // what is around the entry at this offset is not passed
	nest
	outer []nest
	after uint64 // the entry behind the one that is read and all in it; zero if it does not say
}

// code returns the unit's tree.
func (u *unit) code() *tree {
	if u.tree == nil {
		u.about()
		r := u.reader(u.at(u.first))
		u.tree = r.read()
	}
	return u.tree
}

// reader returns a reader of the entries that the cursor is at.
func (u *unit) reader(c *cursor) reader {
	return reader{u: u, c: c, t: &tree{}, nest: nest{call: -1, scope: -1}}
}

// read reads the tree.
func (r *reader) read() *tree {
	for !r.c.done() {
		r.entry()
	}
	if r.c.bad {
		r.u.d.fail(errShort)
	}
	r.close(0)
	r.t.sort()
	return r.t
}

// entry reads the next entry.
func (r *reader) entry() {
	off := r.u.offset(r.c)
	code := r.c.uleb()
	if code == 0 {
		r.close(len(r.outer) - 1)
		return
	}
	a := r.u.abbrevs.get(code)
	if a == nil {
		r.c.bad = true
		return
	}
	inner := r.nest
	switch a.tag {
	case TagSubprogram, TagInlined:
		inner = r.function(off, a)
	case TagNamespace, TagClass, TagStructure, TagUnion, TagEnum, TagModule, TagInterface:
		r.after = r.u.skip(r.c, a)
		if a.children {
			r.t.scopes = append(r.t.scopes, scope{entry: off, parent: r.scope})
			inner.scope = int32(len(r.t.scopes) - 1)
		}
	default:
		r.after = r.u.skip(r.c, a)
	}
	if !a.children {
		return
	}
	r.outer = append(r.outer, r.nest)
	r.nest = inner
	if r.outline {
		r.pass(off)
	}
}

// pass passes what is in the entry, if it is known where that ends: but not what is in a function
// that is in another, since all of that is read.
func (r *reader) pass(off uint64) {
	outer, inside := r.outer[len(r.outer)-1], Span{off + 1, r.after}
	if outer.call >= 0 || r.after <= r.u.offset(r.c) || r.after > r.u.end || inside.Contains(r.target) {
		return
	}
	r.t.passed = append(r.t.passed, Span{off, r.after})
	r.c.pos = int(r.after - r.u.off)
	r.close(len(r.outer) - 1)
}

// function reads a function or an inlined call, and returns where its children are.
func (r *reader) function(off uint64, a *abbrev) nest {
	in := r.nest
	if a.tag == TagSubprogram && !a.code {
		r.after = r.u.skip(r.c, a)
		in.dead = true
		return in
	}
	k := call{entry: off, parent: -1, first: int32(len(r.t.spans))}
	r.after = 0
	var p pcs
	r.u.each(r.c, a, func(at Attr, v value) {
		switch at {
		case AttrSibling:
			r.after = r.u.sibling(v)
		case AttrLowPC, AttrHighPC, AttrRanges:
			p.set(r.u, at, v)
		case AttrCallFile:
			k.file = uint32(v.n)
		case AttrCallLine:
			k.line = uint32(v.n)
		case AttrCallColumn:
			k.column = uint32(v.n)
		}
	})
	if a.tag == TagInlined {
		k.parent = r.call
		in.dead = in.dead || r.call < 0
	}
	if in.dead && a.tag == TagInlined {
		return in
	}
	r.t.spans = p.spans(r.u, r.t.spans)
	k.count = int32(len(r.t.spans)) - k.first
	if k.count == 0 {
		in.dead = a.tag == TagSubprogram
		return in
	}
	in.dead = false
	r.t.calls = append(r.t.calls, k)
	in.call = int32(len(r.t.calls) - 1)
	return in
}

// close ends entries until depth of them are left.
func (r *reader) close(depth int) {
	for len(r.outer) > max(depth, 0) {
		outer := r.outer[len(r.outer)-1]
		r.outer = r.outer[:len(r.outer)-1]
		if r.call != outer.call && r.call >= 0 {
			r.t.calls[r.call].next = int32(len(r.t.calls))
		}
		if r.scope != outer.scope {
			r.t.scopes[r.scope].end = r.u.offset(r.c)
		}
		r.nest = outer
	}
}

// sort fills in what is known once all calls are.
func (t *tree) sort() {
	for i := range t.calls {
		k := &t.calls[i]
		if k.next == 0 {
			k.next = int32(i + 1)
		}
		if k.parent < 0 {
			for _, s := range t.of(k) {
				t.starts = append(t.starts, start{s, int32(i)})
			}
		}
	}
	slices.SortStableFunc(t.starts, func(a, b start) int { return cmp.Compare(a.Low, b.Low) })
}

// of are the ranges of a call.
func (t *tree) of(k *call) []Span { return t.spans[k.first : k.first+k.count] }

// maxOverlap is how many ranges before the nearest are tried: those of functions that the
// linker folded into one begin at the same address.
const maxOverlap = 64

// function returns the function that an address lies in; negative if it lies in none.
func (t *tree) function(addr uint64) int32 {
	i := sort.Search(len(t.starts), func(i int) bool { return t.starts[i].Low > addr })
	for n := 0; i > 0 && n < maxOverlap; n++ {
		i--
		if t.starts[i].Contains(addr) {
			return t.starts[i].call
		}
	}
	return -1
}

// innermost returns the innermost call that an address lies in; negative if it lies in
// no function.
func (t *tree) innermost(addr uint64) int32 {
	in := t.function(addr)
	if in < 0 {
		return in
	}
	for i := in + 1; i < t.calls[in].next; {
		k := &t.calls[i]
		if k.parent == in && t.covers(k, addr) {
			in, i = i, i+1
		} else {
			i = k.next
		}
	}
	return in
}

// covers reports whether an address lies in a call.
func (t *tree) covers(k *call, addr uint64) bool {
	return slices.ContainsFunc(t.of(k), func(s Span) bool { return s.Contains(addr) })
}

// entry is where a call begins for an address in it: the lowest address of its range that
// has it, since a function may lie in several pieces.
func (t *tree) begin(k *call, addr uint64) uint64 {
	for _, s := range t.of(k) {
		if s.Contains(addr) {
			return s.Low
		}
	}
	return addr
}
