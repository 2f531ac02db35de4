package json

import (
	"slices"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// A node is the members of an object that is a value, whatever kind it turns out to
// be.
type node struct {
	kind                         string // the member that names it
	bits                         uint64
	size                         uint8
	form                         value.Form
	set                          uapi.Set
	text                         []byte // of str, macro and note
	path                         []byte
	elems                        []value.Value
	args                         []value.Value
	fields                       []value.Field
	number                       value.Value // of macro
	words                        *value.Array
	to                           value.Value // of ptr and note
	after                        value.Value
	isPath, more, apart, meaning bool
	abstract, nul, binary        bool // of str

	// of descriptors and ids
	deleted bool
	object  value.Object
	group   bool
	ours    uint64
}

// value reads a value.
func (p *parser) value() value.Value {
	if p.null() {
		return nil
	}
	var n node
	p.object(func(key string) { p.member(&n, key) })
	if p.err != nil {
		return nil
	}
	return p.build(&n)
}

// member reads one member of a value.
func (p *parser) member(n *node, key string) {
	switch key {
	case "int", "flags", "enum", "fd", "pid", "ptr", "lost":
		p.named(n, key)
		n.bits = p.uint()
	case "str", "str64", "note", "note64":
		p.named(n, key)
		n.text = p.bytes(key)
	case "macro":
		p.named(n, key)
		n.text = []byte(p.word())
	case "or", "array", "members", "absent":
		p.named(n, key)
		n.elems = p.values()
	case "struct":
		p.named(n, key)
		n.fields = p.fields()
	case "before":
		p.named(n, key)
		n.to = p.value()
	case "index":
		p.named(n, key)
		n.after = p.value()
	case "after":
		n.after = p.value()
	case "to", "of":
		n.to = p.value()
	case "args":
		n.args = p.values()
	case "number":
		n.number = p.value()
	case "words":
		n.words, _ = p.value().(*value.Array)
	default:
		p.detail(n, key)
	}
}

// detail reads a member that says more about a value.
func (p *parser) detail(n *node, key string) {
	switch key {
	case "size":
		n.size = uint8(p.upTo(8))
	case "form":
		n.form = value.Form(p.oneOf(forms[:]))
	case "set":
		n.set.Name = p.word()
	case "name":
		n.set.Consts = append(n.set.Consts, uapi.Const{Name: p.word()})
	case "names":
		p.names(func(name string) {
			n.set.Consts = append(n.set.Consts, uapi.Const{Name: name, Value: p.uint()})
		})
	case "unknown":
		n.set.Unknown = p.word()
	case "path", "path64":
		p.path(n, key)
	case "deleted":
		n.deleted = p.bool()
	case "object":
		n.object = p.readObject()
	case "group":
		n.group = p.bool()
	case "comm", "comm64":
		n.text = p.bytes(key)
	case "ours":
		n.ours = p.uint()
	case "more":
		n.more = p.bool()
	case "abstract":
		n.abstract = p.bool()
	case "nul":
		n.nul = p.bool()
	case "binary":
		n.binary = p.bool()
	case "apart":
		n.apart = p.bool()
	case "meaning":
		n.meaning = p.bool()
	default:
		p.skip()
	}
}

// path reads what a descriptor refers to, or whether a string is a path.
func (p *parser) path(n *node, key string) {
	if p.peek() == '"' {
		n.path = p.bytes(key)
	} else {
		n.isPath = p.bool()
	}
}

func (p *parser) named(n *node, kind string) {
	if n.kind != "" {
		p.fail("column %d: a value is both %s and %s", p.pos, n.kind, kind)
	}
	n.kind = kind
}

// oneOf reads one of names and returns which.
func (p *parser) oneOf(names []string) int {
	name := string(p.text())
	i := slices.Index(names, name)
	if i < 0 && p.err == nil {
		p.fail("column %d: %q is unknown here", p.pos, name)
	}
	return max(i, 0)
}

func (p *parser) values() []value.Value {
	var all []value.Value
	p.array(func() { all = append(all, p.value()) })
	return all
}

func (p *parser) fields() []value.Field {
	var all []value.Field
	p.array(func() {
		var f value.Field
		p.object(func(key string) {
			switch key {
			case "name":
				f.Name = p.word()
			case "value":
				f.Value = p.value()
			default:
				p.skip()
			}
		})
		all = append(all, f)
	})
	return all
}

// build makes the value that the members say.
func (p *parser) build(n *node) value.Value {
	switch n.kind {
	case "int":
		return &value.Int{Bits: value.Truncate(n.bits, n.size), Size: n.size, Form: n.form}
	case "flags", "enum":
		return n.flags()
	case "or":
		return &value.Or{Parts: n.elems}
	case "fd":
		return n.fd()
	case "pid":
		return &value.PID{Num: int32(n.bits), Group: n.group, Comm: string(n.text), Ours: int32(n.ours)}
	case "str", "str64":
		return &value.Str{Bytes: n.text, More: n.more, Path: n.isPath, Abstract: n.abstract, NUL: n.nul, Binary: n.binary}
	case "ptr":
		return &value.Ptr{Addr: abi.Addr(n.bits), To: n.to}
	case "struct":
		return &value.Struct{Fields: n.fields, More: n.more}
	case "macro":
		return &value.Macro{Name: string(n.text), Args: n.args, Number: n.number}
	case "before":
		return &value.Change{Before: n.to, After: n.after, Apart: n.apart}
	case "note", "note64":
		return &value.Note{Of: n.to, Text: string(n.text), Meaning: n.meaning}
	case "index":
		return &value.Item{Index: n.after, Of: n.to}
	case "lost":
		return &value.Lost{Addr: abi.Addr(n.bits)}
	}
	if style := slices.Index(styles[:], n.kind); style >= 0 {
		return &value.Array{Elems: n.elems, More: n.more, Style: value.Style(style), Words: n.words}
	}
	p.fail("column %d: a value of no known kind", p.pos)
	return nil
}

// fd makes a descriptor.
func (n *node) fd() value.Value {
	fd := &value.FD{Num: int32(n.bits), Path: string(n.path), Deleted: n.deleted, Object: n.object}
	if n.set.Name != "" {
		fd.Set = n.named(uint64(uint32(n.bits)))
	}
	return fd
}

// named makes the set of a number that has one name, or none.
func (n *node) named(bits uint64) *uapi.Set {
	set := n.set
	if len(set.Consts) > 0 {
		set.Consts = []uapi.Const{{Name: set.Consts[0].Name, Value: bits}}
	}
	return &set
}

// flags makes a number with names. Its set has only the names that it uses.
func (n *node) flags() value.Value {
	bits := value.Truncate(n.bits, n.size)
	set := &n.set
	if set.Flags = n.kind == "flags"; !set.Flags {
		set = n.named(bits)
	}
	return &value.Flags{Bits: bits, Size: n.size, Set: set}
}
