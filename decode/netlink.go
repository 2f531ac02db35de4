package decode

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/procfs"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

const (
	netlinkHeader = 16
	attributeHead = 4
	netlinkRoute  = 0
	netlinkDiag   = 4 // sockets are looked at
	netlinkUevent = 15
	maxNetlink    = 1 << 16 // bytes of netlink messages
)

// Types of netlink messages.
const (
	nlmsgError = 2
	nlmsgDone  = 3
	firstOwn   = 16 // below it types belong to netlink itself
)

// data decodes n bytes that go through a socket: netlink messages or whatever else.
// What the descriptor is costs system calls to learn, so the bytes are looked at first.
func (x *context) data(fd int32, at abi.Addr, n uint64) value.Value {
	plain := x.buffer(at, n)
	if n < netlinkHeader || x.c.TID == 0 || fd < 0 || x.c.mode.Opaque {
		return plain
	}
	s, ok := plain.(*value.Str)
	if !ok {
		return plain
	}
	head := s.Bytes
	if len(head) < netlinkHeader {
		head = x.read(at, netlinkHeader)
	}
	if head == nil || integer(head, 0, 4) > maxNetlink {
		return plain
	}
	if v := x.netlink(fd, at, n, integer(head, 4, 2)); v != nil {
		return v
	}
	return plain
}

// netlink decodes n bytes as netlink messages, the first of the given kind; nil when
// they go through another socket.
func (x *context) netlink(fd int32, at abi.Addr, n, kind uint64) value.Value {
	protocol, ok := procfs.NetlinkProtocol(x.c.TID, int(fd))
	if !ok || protocol == netlinkUevent && kind != 0 {
		return nil
	}
	b := x.read(at, int(min(n, maxNetlink)))
	if b == nil {
		return nil
	}
	return x.netlinkMessages(protocol, b, at)
}

// netlinkMessages decodes the messages that b holds. A message alone stands for
// itself.
func (x *context) netlinkMessages(protocol int, b []byte, at abi.Addr) value.Value {
	limit := min(x.limit(), len(b)/netlinkHeader)
	elems := x.a.Values(limit + 1)
	more := false
	for len(b) >= netlinkHeader {
		if len(elems) == limit {
			more = true
			break
		}
		size := min(int(integer(b, 0, 4)), len(b))
		elems = append(elems, x.netlinkMessage(protocol, b[:max(size, netlinkHeader)]))
		step := alignUp(size, 4)
		if size < netlinkHeader || step >= len(b) {
			b = nil
			break
		}
		b, at = b[step:], at+abi.Addr(step)
	}
	if len(b) > 0 && !more {
		elems = append(elems, x.cut(at))
	}
	if len(elems) == 1 {
		return elems[0]
	}
	return x.a.Array(elems, more, value.List)
}

// netlinkMessage decodes one message: its header and what follows.
func (x *context) netlinkMessage(protocol int, b []byte) value.Value {
	kind := integer(b, 4, 2)
	head := x.a.Struct(append(x.a.Fields(5),
		x.u32Field("nlmsg_len", b, 0, value.Unsigned),
		value.Field{Name: "nlmsg_type", Value: x.a.Flags(kind, 2, netlinkTypes(protocol, kind))},
		value.Field{Name: "nlmsg_flags", Value: x.a.Flags(integer(b, 6, 2), 2, netlinkFlags(protocol, kind))},
		x.u32Field("nlmsg_seq", b, 8, value.Unsigned),
		value.Field{Name: "nlmsg_pid", Value: x.pid(syscalls.PID{}, integer(b, 12, 4))}), false)
	body := b[netlinkHeader:]
	if len(body) == 0 {
		return head
	}
	parts := append(x.a.Values(3), head)
	switch {
	case kind == nlmsgDone && len(body) == 4:
		parts = append(parts, x.a.Int(integer(body, 0, 4), 4, value.Signed))
	case kind == nlmsgError && len(body) >= 4:
		parts = append(parts, x.netlinkError(protocol, body))
	case protocol == netlinkRoute && kind >= firstOwn:
		parts = x.routeBody(parts, kind, body)
	default:
		parts = append(parts, x.binary(body))
	}
	return x.a.Array(parts, false, value.List)
}

func netlinkTypes(protocol int, kind uint64) *uapi.Set {
	switch {
	case kind < firstOwn:
		return uapi.NetlinkControls
	case protocol == netlinkRoute:
		return uapi.RouteMessages
	case protocol == netlinkDiag:
		return diagMessages
	}
	return uapi.NetlinkControls
}

const diagByFamily = 20 // SOCK_DIAG_BY_FAMILY

var diagMessages = &uapi.Set{Name: "socket diagnosis messages", Unknown: "SOCK_DIAG_???", Consts: []uapi.Const{
	{Name: "TCPDIAG_GETSOCK", Value: 18}, {Name: "DCCPDIAG_GETSOCK", Value: 19},
	{Name: "SOCK_DIAG_BY_FAMILY", Value: diagByFamily}, {Name: "SOCK_DESTROY", Value: 21},
}}

// netlinkFlags are the flags that a message of the kind may have: route messages
// come in fours, to create, delete, ask and change.
func netlinkFlags(protocol int, kind uint64) *uapi.Set {
	switch {
	case kind == nlmsgError:
		return uapi.NetlinkAckFlags
	case protocol == netlinkDiag && kind == diagByFamily:
		return uapi.NetlinkGetFlags
	case protocol != netlinkRoute || kind < firstOwn:
		return uapi.NetlinkFlags
	}
	switch kind % 4 {
	case 0:
		return uapi.NetlinkNewFlags
	case 1:
		return uapi.NetlinkDelFlags
	case 2:
		return uapi.NetlinkGetFlags
	}
	return uapi.NetlinkFlags
}

// netlinkError decodes an error, negative, and the message it answers.
func (x *context) netlinkError(protocol int, b []byte) value.Value {
	v := integer(b, 0, 4)
	number := value.Value(x.a.Int(v, 4, value.Signed))
	if name, ok := uapi.Errnos.Find(truncate(-v, 4)); ok {
		number = x.a.Macro(text(append(append(x.a.Bytes(32), '-'), name...)))
	}
	f := append(x.a.Fields(2), value.Field{Name: "error", Value: number})
	if b = b[4:]; len(b) >= netlinkHeader && x.depth < maxDepth {
		x.depth++
		defer x.leave()
		f = append(f, value.Field{Name: "msg", Value: x.netlinkMessage(protocol, b)})
	}
	return x.a.Struct(f, false)
}

// A route message has a structure and attributes behind it.
type routeMessage struct {
	body       *syscalls.Record
	attributes *uapi.Set
}

// routeBody adds what a route message says. Every such structure begins with a
// family; one that is too short shows only that.
func (x *context) routeBody(parts []value.Value, kind uint64, b []byte) []value.Value {
	m := routeMessageOf(kind)
	if m == nil {
		return append(parts, x.familyBody(b))
	}
	size := m.body.Size(x.abi)
	if len(b) < size {
		short := append(x.a.Fields(1), value.Field{Name: m.body.Fields[0].Name, Value: x.a.Flags(uint64(b[0]), 1, uapi.AddressFamilies)})
		return append(parts, x.a.Struct(short, true))
	}
	parts = append(parts, x.record(m.body, b[:size], 0))
	if rest := b[min(alignUp(size, 4), len(b)):]; len(rest) >= attributeHead {
		parts = append(parts, x.attributes(m, b[0], rest))
	}
	return parts
}

// familyBody is a route message of which only the family is known.
func (x *context) familyBody(b []byte) value.Value {
	f := append(x.a.Fields(2), value.Field{Name: "family", Value: x.a.Flags(uint64(b[0]), 1, uapi.AddressFamilies)})
	if len(b) > 1 {
		f = append(f, value.Field{Name: "data", Value: x.binary(b[1:])})
	}
	return x.a.Struct(f, false)
}

// attributes decodes the attributes that b holds. One alone stands for itself.
func (x *context) attributes(m *routeMessage, family byte, b []byte) value.Value {
	limit := min(x.limit(), len(b)/attributeHead)
	elems := x.a.Values(limit)
	more := false
	for len(b) >= attributeHead {
		if len(elems) == limit {
			more = true
			break
		}
		size := int(integer(b, 0, 2))
		end := min(max(size, attributeHead), len(b))
		elems = append(elems, x.attribute(m, family, b[:end]))
		step := alignUp(size, 4)
		if size < attributeHead || step >= len(b) {
			break
		}
		b = b[step:]
	}
	if len(elems) == 1 {
		return elems[0]
	}
	return x.a.Array(elems, more, value.List)
}

func (x *context) attribute(m *routeMessage, family byte, b []byte) value.Value {
	const nested, network = 0x8000, 0x4000
	kind := integer(b, 2, 2)
	f := append(x.a.Fields(2), value.Field{Name: "nla_len", Value: x.a.Int(integer(b, 0, 2), 2, value.Unsigned)})
	name := value.Value(x.a.Flags(kind&^(nested|network), 2, m.attributes))
	switch {
	case kind&nested != 0:
		name = x.a.Or(x.a.Macro("NLA_F_NESTED"), name)
	case kind&network != 0:
		name = x.a.Or(x.a.Macro("NLA_F_NET_BYTEORDER"), name)
	}
	head := x.a.Struct(append(f, value.Field{Name: "nla_type", Value: name}), false)
	body := b[attributeHead:]
	if len(body) == 0 {
		return head
	}
	v := x.routeAttribute(m, kind&^(nested|network), family, body)
	if v == nil {
		v = x.binary(body)
	}
	return x.a.Array(append(x.a.Values(2), head, v), false, value.List)
}
