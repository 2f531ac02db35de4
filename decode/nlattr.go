package decode

import (
	"sync"

	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// Bits of the type of a netlink attribute that say how it is written.
const (
	nlaNested  = 0x8000
	nlaNetwork = 0x4000
)

// attributes describes the attributes that stand together: behind the body of a message or
// within another attribute.
type attributes struct {
	names *uapi.Set // nil: they are numbered
	holds []holding
	each  payload // what attributes hold that are not in holds; nil: bytes

	once sync.Once
	of   map[uint64]payload
}

// A holding is attributes, separated by blanks, that hold the same.
type holding struct {
	what  payload
	names string
}

// payload returns what the attribute of that type holds; nil when that is not known.
func (a *attributes) payload(kind uint64) payload {
	a.once.Do(a.index)
	if p, ok := a.of[kind]; ok {
		return p
	}
	return a.each
}

func (a *attributes) index() {
	a.of = map[uint64]payload{}
	for _, h := range a.holds {
		eachWord(h.names, func(name string) {
			if v, ok := a.names.Value(name); ok {
				a.of[v] = h.what
			}
		})
	}
}

// attributes decodes the attributes that b holds. One alone stands for itself. What is too
// short to be one is bytes.
func (x *context) attributes(of *attributes, b []byte) value.Value {
	if len(b) < attributeHead || x.depth >= maxDepth {
		return x.octetString(b)
	}
	x.depth++
	defer x.leave()
	return x.aligned(b, attributeHead, func(b []byte) value.Value { return x.attribute(of, b) })
}

// aligned decodes things side by side that begin with their size, each at four bytes and
// with a head. One alone stands for itself; what is too short for a head is bytes.
func (x *context) aligned(b []byte, head int, one func([]byte) value.Value) value.Value {
	limit := x.limit()
	elems := x.a.Values(min(limit, len(b)/head) + 1)
	for len(b) > 0 {
		if len(elems) >= limit {
			return x.a.Array(elems, true, value.List)
		}
		if len(b) < head {
			elems = append(elems, x.octetString(b))
			break
		}
		size := int(integer(b, 0, 2))
		elems = append(elems, one(b[:min(max(size, head), len(b))]))
		step := alignUp(size, 4)
		if size < head || step >= len(b) {
			break
		}
		b = b[step:]
	}
	x.elems -= len(elems)
	if len(elems) == 1 {
		return elems[0]
	}
	return x.a.Array(elems, false, value.List)
}

// attribute decodes one attribute: its header and what it holds.
func (x *context) attribute(of *attributes, b []byte) value.Value {
	head := x.a.Struct(append(x.a.Fields(2),
		value.Field{Name: "nla_len", Value: x.a.Int(integer(b, 0, 2), 2, value.Unsigned)},
		value.Field{Name: "nla_type", Value: x.attributeType(of, integer(b, 2, 2))}), false)
	body := b[attributeHead:]
	if len(body) == 0 {
		return head
	}
	parts := append(x.a.Values(3), head)
	return x.a.Array(x.held(parts, of.payload(integer(b, 2, 2)&^(nlaNested|nlaNetwork)), body), false, value.List)
}

// held adds what an attribute holds.
func (x *context) held(parts []value.Value, p payload, b []byte) []value.Value {
	if p == nil {
		return append(parts, x.octetString(b))
	}
	v := p.decode(x, b)
	if v == nil {
		return append(parts, x.octetString(b))
	}
	parts = append(parts, v)
	if h, ok := p.(followed); ok {
		if rest := h.rest(x, b); rest != nil {
			parts = append(parts, rest)
		}
	}
	return parts
}

func (x *context) attributeType(of *attributes, kind uint64) value.Value {
	plain := kind &^ (nlaNested | nlaNetwork)
	name := value.Value(x.a.Int(plain, 2, value.Hex))
	if of.names != nil {
		name = x.a.Flags(plain, 2, of.names)
	}
	if kind == plain {
		return name
	}
	return x.a.Or(x.a.Flags(kind&nlaNested, 2, uapi.AttributeFlags), x.a.Flags(kind&nlaNetwork, 2, uapi.AttributeFlags), name)
}
