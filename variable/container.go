package variable

import (
	"strings"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/image/dwarf"
)

// A container is what a class of C++'s library holds, as libstdc++ lays it out.
type container struct {
	n int64
	// names are those of the members of an element that are a key and a value; empty without keys.
	names [2]string
	// each shows elements from the first on, as long as use wants more.
	each func(use func(Value) bool)
}

// opener returns what finds the elements of the classes that do not have them in one place, by
// name; nil for other classes.
func opener(name string) func(*Value) (container, bool) {
	switch strings.Replace(name, "multi", "", 1) {
	case "list":
		return (*Value).list
	case "deque":
		return (*Value).deque
	case "tuple":
		return (*Value).tuple
	case "map", "set":
		return (*Value).tree
	case "unordered_map", "unordered_set":
		return (*Value).hashed
	}
	return nil
}

// template is the name of a class without its arguments.
func (t *Type) template() string {
	name, _, _ := strings.Cut(t.Name, "<")
	return name
}

// pair are the members of std::pair.
var pair = [2]string{"first", "second"}

// contained returns the elements of a container.
func (v *Value) contained() (c container, ok bool) {
	if v.err == nil && v.typ != nil && v.typ.Kind == Pointer && strings.HasPrefix(v.typ.Elem().Name, "map<") {
		if to := v.deref(); to.err == nil {
			return to.goMap()
		}
	}
	if v.err != nil || v.typ == nil || v.typ.Kind != Struct || !v.placed || !strings.Contains(v.typ.Name, "<") {
		return c, false
	}
	name := v.typ.template()
	read := opener(name)
	if read == nil {
		return c, false
	}
	own := *v // as in wrapped
	c, ok = read(&own)
	if strings.Contains(name, "map") {
		c.names = pair
	}
	return c, ok
}

// path returns a member of a member and so on.
func (v *Value) path(names ...string) Value {
	at := *v
	for _, name := range names {
		if at.err != nil || at.typ == nil {
			break
		}
		at = at.member(name)
	}
	return at
}

// count is the number that a member of members is.
func (v *Value) count(names ...string) (n int64, ok bool) {
	m := v.path(names...)
	n, err := m.integer()
	return n, err == nil && n >= 0
}

// argument is an argument of a template, a type, by the name of its parameter.
func (t *Type) argument(name string) *Type {
	for kid := range t.entry.Kids() {
		if kid.Tag == dwarf.TagTemplateType && kid.Name() == name {
			return t.info.typeAt(kid.Ref(dwarf.AttrType))
		}
	}
	return nil
}

// word reads a word of memory.
func (v *Value) word(addr uint64) uint64 {
	b := make([]byte, v.frame.Regs.ABI.Word)
	if _, err := v.frame.Memory.ReadMem(b, abi.Addr(addr)); err != nil {
		return 0
	}
	return little(b, len(b))
}

// maxElements is how many elements are gone through at most.
const maxElements = 1 << 16

// linked shows the elements that begin so many words into nodes, each of which next leads from to
// another.
func (v *Value) linked(first uint64, n, words int64, elem *Type, next func(uint64) uint64) container {
	off := uint64(words * int64(v.frame.Regs.ABI.Word))
	return container{n: n, each: func(use func(Value) bool) {
		for at, i := first, int64(0); at != 0 && i < min(n, maxElements); at, i = next(at), i+1 {
			if !use(Value{frame: v.frame, typ: elem, addr: abi.Addr(at + off), placed: true}) {
				return
			}
		}
	}}
}

// list is a ring of nodes that begin with two pointers.
func (v *Value) list() (c container, ok bool) {
	node, elem := v.path("_M_impl", "_M_node"), v.typ.argument("_Tp")
	n, ok := v.count("_M_impl", "_M_node", "_M_size")
	if !ok || elem == nil || !node.placed {
		return c, false
	}
	return v.linked(v.word(uint64(node.addr)), n, 2, elem, v.word), true
}

// hashed is a table whose nodes are all in one list.
func (v *Value) hashed() (c container, ok bool) {
	table := v.path("_M_h")
	if table.err != nil || table.typ.Kind != Struct {
		return c, false
	}
	first := table.path("_M_before_begin", "_M_nxt")
	at, err := first.integer()
	n, ok := table.count("_M_element_count")
	elem := table.typ.argument("_Value")
	if err != nil || !ok || elem == nil {
		return c, false
	}
	return v.linked(uint64(at), n, 1, elem, v.word), true
}

// tree is a tree whose nodes begin with a color and pointers to the parent and both children.
func (v *Value) tree() (c container, ok bool) {
	rb := v.path("_M_t")
	if rb.err != nil || rb.typ.Kind != Struct {
		return c, false
	}
	head, elem := rb.path("_M_impl", "_M_header"), rb.typ.argument("_Val")
	n, ok := rb.count("_M_impl", "_M_node_count")
	if !ok || elem == nil || !head.placed {
		return c, false
	}
	t := nodes{v, uint64(v.frame.Regs.ABI.Word)}
	return v.linked(t.left(uint64(head.addr)), n, 4, elem, t.next), true
}

// nodes are those of a tree.
type nodes struct {
	*Value
	size uint64 // of a word
}

func (t nodes) parent(at uint64) uint64 { return t.word(at + t.size) }
func (t nodes) left(at uint64) uint64   { return t.word(at + 2*t.size) }
func (t nodes) right(at uint64) uint64  { return t.word(at + 3*t.size) }

// next is the node behind another in the order of keys.
func (t nodes) next(at uint64) uint64 {
	if r := t.right(at); r != 0 {
		for n := 0; n < maxDepth; n++ {
			l := t.left(r)
			if l == 0 {
				break
			}
			r = l
		}
		return r
	}
	up := t.parent(at)
	for n := 0; n < maxDepth && up != 0 && at == t.right(up); n++ {
		at, up = up, t.parent(up)
	}
	return up
}

// dequeSize is how many bytes a block of a deque has.
const dequeSize = 512

// deque is a vector of blocks.
func (v *Value) deque() (c container, ok bool) {
	elem, impl := v.typ.argument("_Tp"), v.path("_M_impl")
	if elem == nil || elem.size() <= 0 || impl.err != nil {
		return c, false
	}
	var at [5]int64
	for i, path := range [][2]string{
		{"_M_start", "_M_cur"}, {"_M_start", "_M_first"}, {"_M_start", "_M_node"}, {"_M_finish", "_M_cur"}, {"_M_finish", "_M_node"},
	} {
		if at[i], ok = impl.count(path[:]...); !ok {
			return c, false
		}
	}
	word, size := int64(v.frame.Regs.ABI.Word), elem.size()
	each := max(dequeSize/size, 1)
	skip := (at[0] - at[1]) / size
	last := v.word(uint64(at[4]))
	c.n = (at[4]-at[2])/word*each + (at[3]-int64(last))/size - skip
	c.each = func(use func(Value) bool) {
		for i := skip; i < skip+min(c.n, maxElements); i++ {
			block := v.word(uint64(at[2] + i/each*word))
			if !use(Value{frame: v.frame, typ: elem, addr: abi.Addr(block + uint64(i%each*size)), placed: true}) {
				return
			}
		}
	}
	return c, c.n >= 0
}

// tuple has each element in a base of its own, the first in the outermost.
func (v *Value) tuple() (c container, ok bool) {
	var all []Value
	for at, n := *v, 0; n < maxDepth; n++ {
		var head, rest Value
		for i := range at.typ.members {
			switch part := at.part(&at.typ.members[i]); {
			case part.err != nil || part.typ.Kind != Struct:
			case part.typ.template() == "_Head_base":
				head = part.headOf()
			case part.typ.template() == "_Tuple_impl":
				rest = part
			}
		}
		if head.typ != nil {
			all = append(all, head)
		}
		if rest.typ == nil {
			break
		}
		at = rest
	}
	c.n = int64(len(all))
	c.each = func(use func(Value) bool) {
		for _, e := range all {
			if !use(e) {
				return
			}
		}
	}
	return c, len(all) > 0
}

// headOf is the element in a base of a tuple; the base itself if that is what it has.
func (v *Value) headOf() Value {
	if head := v.member("_M_head_impl"); head.err == nil {
		return head
	}
	return *v
}

// appendContainer appends the elements of a container, those of maps behind their keys.
func (v *Value) appendContainer(b []byte, c container, l Limits, depth int) []byte {
	if depth >= min(l.Depth, maxDepth)+1 {
		return append(b, "{...}"...)
	}
	b = append(b, '{')
	i := 0
	c.each(func(e Value) bool {
		if i > 0 {
			b = append(b, ", "...)
		}
		if i == l.Elements {
			b = append(b, "..."...)
			return false
		}
		i++
		if c.names[0] != "" {
			key := e.path(c.names[0])
			b = append(key.append(append(b, '['), l, depth+1), "] = "...)
			e = e.path(c.names[1])
		}
		b = e.append(b, l, depth+1)
		return true
	})
	return append(b, '}')
}

// at returns the element of a container that an index means: a key, or how many are before it.
func (c *container) at(index *Value) Value {
	found := failed("it has no such element")
	n, err := index.integer()
	i := int64(0)
	c.each(func(e Value) bool {
		if c.names[0] == "" {
			if err == nil && i == n {
				found = e
			}
			i++
			return i <= n
		}
		key := e.path(c.names[0])
		same := combine("==", &key, index)
		if yes, err := same.truth(); err == nil && yes {
			found = e.path(c.names[1])
		}
		return found.err != nil
	})
	return found
}
