package decode

import (
	"strconv"
	"strings"

	"github.com/trapline/trapline/mem"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// A payload is what a netlink attribute holds. Decode returns nil for bytes that are
// something else; they are shown as they are.
type payload interface {
	decode(x *context, b []byte) value.Value
}

// eachWord calls yield with each word of a list.
func eachWord(list string, yield func(string)) {
	for word := range strings.FieldsSeq(list) {
		yield(word)
	}
}

// number is an integer of size bytes; bytes behind it do not matter.
type number struct {
	size int
	form value.Form
}

var (
	nlU8  = number{1, value.Unsigned}
	nlU16 = number{2, value.Unsigned}
	nlU32 = number{4, value.Unsigned}
	nlU64 = number{8, value.Unsigned}
	nlS32 = number{4, value.Signed}
	nlS64 = number{8, value.Signed}
	nlX8  = number{1, value.Hex}
	nlX16 = number{2, value.Hex}
	nlX32 = number{4, value.Hex}
	nlX64 = number{8, value.Hex}
)

func (n number) decode(x *context, b []byte) value.Value {
	if len(b) < n.size {
		return nil
	}
	return x.a.Int(integer(b, 0, n.size), n.size, n.form)
}

// octetString is bytes nothing is known about, as many as strings may have.
func (x *context) octetString(b []byte) value.Value {
	shown := min(len(b), max(x.c.mode.Strings, 0))
	s := x.a.Str(b[:shown], shown < len(b))
	s.Binary = true
	return s
}

// identity is the id of a user or a group, or -1.
type identity struct{}

var nlUID = identity{}

func (identity) decode(x *context, b []byte) value.Value {
	if len(b) < 4 {
		return nil
	}
	return x.bits(&syscalls.Bits{Width: 4, Form: value.Unsigned, None: true}, integer(b, 0, 4))
}

// named is an integer of size bytes that has names. It is found in no more than eight
// bytes; a size of zero stands for as many as there are.
type named struct {
	size int
	set  *uapi.Set
}

func (n named) decode(x *context, b []byte) value.Value {
	if len(b) < n.size || len(b) > 8 {
		return nil
	}
	size := n.size
	if size == 0 {
		size = len(b)
	}
	return x.a.Flags(mem.Little(b[:size]), size, n.set)
}

// constant is an integer of size bytes that has names, whatever stands behind it. Where
// the set has no comment for others, they are just numbers.
type constant struct {
	size int
	set  *uapi.Set
}

func (c constant) decode(x *context, b []byte) value.Value {
	if len(b) < c.size {
		return nil
	}
	return x.bits(&syscalls.Bits{Width: syscalls.Width(c.size), Form: value.Hex, Set: c.set}, integer(b, 0, c.size))
}

// network is an integer of size bytes in network order.
type network struct {
	size  int
	macro string
}

var (
	nlBE16 = network{2, "htons"}
	nlBE32 = network{4, "htonl"}
	nlBE64 = network{8, "htobe64"}
)

func (n network) decode(x *context, b []byte) value.Value {
	if len(b) < n.size {
		return nil
	}
	v := uint64(0)
	for _, c := range b[:n.size] {
		v = v<<8 | uint64(c)
	}
	return x.a.Macro(n.macro, x.a.Or(x.a.Int(v, n.size, value.Unsigned))) // written so in every style
}

// jiffies is a time, in so many parts of a second.
type jiffies uint64

const (
	nlClock  jiffies = 100 // USER_HZ
	nlMillis jiffies = 1000
)

func (t jiffies) decode(x *context, b []byte) value.Value {
	if len(b) > 8 {
		return nil
	}
	v := mem.Little(b)
	n := x.a.Int(v, 8, value.Unsigned)
	if v == 0 {
		return n
	}
	seconds := strconv.AppendUint(x.a.Bytes(32), v/uint64(t), 10)
	seconds = append(seconds, '.')
	for unit := uint64(t) / 10; unit > 0; unit /= 10 {
		seconds = append(seconds, byte('0'+v/unit%10))
	}
	return x.a.Meaning(n, text(append(seconds, " s"...)))
}

// phrase is a string, which is thought to end with a NUL.
type phrase struct{}

func (phrase) decode(x *context, b []byte) value.Value {
	b = b[:min(len(b), max(x.c.mode.Strings, 0))]
	s := x.a.Str(b, true)
	s.NUL = len(b) > 0 && b[len(b)-1] == 0
	return s
}

// structure is a structure. Bytes behind it do not matter.
type structure struct{ *syscalls.Record }

func (s structure) decode(x *context, b []byte) value.Value {
	n := extent(s.Record, x)
	if len(b) < n {
		return nil
	}
	return x.record(s.Record, b, 0)
}

// extent is the size of a structure up to the end of its last field.
func extent(r *syscalls.Record, x *context) int {
	end := 0
	for i := range r.Fields {
		end = alignUp(end, r.Fields[i].Type.Align(x.abi)) + r.Fields[i].Type.Size(x.abi)
	}
	return end
}

// followed is a payload with something behind it; nil when there is nothing.
type followed interface {
	payload
	rest(x *context, b []byte) value.Value
}

// headed is something of size bytes and, behind it, more; nil: bytes. Both stand side by side
// in the attribute.
type headed struct {
	head   payload
	size   int
	behind payload
}

func (h headed) decode(x *context, b []byte) value.Value {
	if len(b) < h.size {
		return nil
	}
	return h.head.decode(x, b[:h.size])
}

func (h headed) rest(x *context, b []byte) value.Value {
	b = b[h.size:]
	if len(b) == 0 {
		return nil
	}
	if h.behind != nil {
		if v := h.behind.decode(x, b); v != nil {
			return v
		}
	}
	return x.octetString(b)
}

// pieces are the fields of a structure that lie side by side, for what a Record does not
// hold. Bytes behind them do not matter.
type pieces []piece

// A piece is one of them, of size bytes.
type piece struct {
	name string
	size int
	what payload // nil: it is not shown
}

func (p pieces) size() (n int) {
	for i := range p {
		n += p[i].size
	}
	return n
}

func (p pieces) decode(x *context, b []byte) value.Value {
	if len(b) < p.size() {
		return nil
	}
	f := x.a.Fields(len(p))
	for i := range p {
		if p[i].what != nil {
			if v := p[i].what.decode(x, b[:p[i].size]); v != nil {
				f = append(f, value.Field{Name: p[i].name, Value: v})
			}
		}
		b = b[p[i].size:]
	}
	return x.a.Struct(f, false)
}

// plainBytes are bytes nothing is known about.
type plainBytes struct{}

func (plainBytes) decode(x *context, b []byte) value.Value { return x.octetString(b) }

// spareBytes are bytes that are left out while they are zero.
type spareBytes struct{}

func (spareBytes) decode(x *context, b []byte) value.Value {
	if mem.Little(b) == 0 {
		return nil
	}
	return x.octetString(b)
}

// list is an array of structures or numbers of size bytes each.
type list struct {
	elem payload
	size int
	// index, if it is not nil, names the positions.
	index *uapi.Set
}

func (l list) decode(x *context, b []byte) value.Value {
	n := len(b) / l.size
	if n == 0 {
		return nil
	}
	shown := min(n, x.limit())
	elems := x.a.Values(shown)
	for i := range shown {
		e := l.elem.decode(x, b[i*l.size:(i+1)*l.size])
		if l.index != nil {
			e = x.a.Item(x.position(uint64(i), l.index), e)
		}
		elems = append(elems, e)
	}
	x.elems -= shown
	return x.a.Array(elems, shown < n, value.List)
}

// position is the index of an element, by its name.
func (x *context) position(i uint64, names *uapi.Set) value.Value {
	if name, ok := names.Find(i); ok {
		m := x.a.Macro(name)
		m.Number = x.a.Int(i, 4, value.Unsigned)
		return m
	}
	return x.a.Meaning(x.a.Int(i, 4, value.Unsigned), names.Unknown)
}

// nested is attributes.
type nested struct{ *attributes }

func (n nested) decode(x *context, b []byte) value.Value {
	if len(b) < attributeHead {
		return nil
	}
	return x.attributes(n.attributes, b)
}

var (
	nlInterface = interfaceIndex{}
	nlHardware  = hardware{}
	nlAddress   = familyAddress{}
	nlInet      = addressOf(afInet)
	nlInet6     = addressOf(afInet6)
	nlFD        = descriptor{}
	nlBytes     = plainBytes{}
)

// interfaceIndex is the index of a network interface.
type interfaceIndex struct{}

func (interfaceIndex) decode(x *context, b []byte) value.Value {
	if len(b) < 4 {
		return nil
	}
	return x.netInterface(integer(b, 0, 4))
}

// maxHardware is MAX_ADDR_LEN.
const maxHardware = 32

// hardware is a link layer address.
type hardware struct{}

func (hardware) decode(x *context, b []byte) value.Value {
	if len(b) > maxHardware {
		return nil
	}
	return x.hardwareAddr(b)
}

// familyAddress is an address of the family that the message is about.
type familyAddress struct{}

func (familyAddress) decode(x *context, b []byte) value.Value { return x.familyAddr(x.nl.family, b) }

// addressOf is an address of that family.
type addressOf byte

func (a addressOf) decode(x *context, b []byte) value.Value { return x.familyAddr(byte(a), b) }

// descriptor is a descriptor of the program.
type descriptor struct{}

func (descriptor) decode(x *context, b []byte) value.Value {
	if len(b) < 4 {
		return nil
	}
	return x.descriptor(int32(integer(b, 0, 4)))
}

// familyAddr is an address of a family, without a port.
func (x *context) familyAddr(family byte, b []byte) value.Value {
	switch {
	case family == afInet && len(b) >= 4:
		return x.inetAddr(b[:4])
	case family == afInet6 && len(b) >= 16:
		return x.inet6Addr(b[:16])
	}
	return nil
}

// asBits is a set of flags whose bits the constants of another set number from first on.
// Before and after are written around each name.
func asBits(s *uapi.Set, before, after string, first uint64) *uapi.Set {
	flags := &uapi.Set{Name: s.Name + ", as bits", Unknown: before + s.Unknown + after, Flags: true}
	for _, c := range s.Consts {
		if c.Value >= first && c.Value-first < 64 {
			flags.Consts = append(flags.Consts, uapi.Const{Name: before + c.Name + after, Value: 1 << (c.Value - first)})
		}
	}
	return flags
}

// quiet is a set whose unknown values are shown without a comment.
func quiet(s *uapi.Set) *uapi.Set {
	copied := *s
	copied.Unknown = ""
	return &copied
}

// protocol is a protocol of the link layer, in network order.
type protocol struct{ set *uapi.Set }

var (
	nlEtherType  = protocol{uapi.EtherTypes}
	nlBridgeType = protocol{bridgeTypes}
)

func (p protocol) decode(x *context, b []byte) value.Value {
	if len(b) < 2 || len(b) > 8 {
		return nil
	}
	return x.a.Macro("htons", x.a.Flags(swap16(integer(b, 0, 2)), 2, p.set))
}

// bridgeTypes are protocols, which have another comment where bridges are concerned.
var bridgeTypes = func() *uapi.Set {
	s := *uapi.EtherTypes
	s.Unknown = "ETHER_P_???"
	return &s
}()
