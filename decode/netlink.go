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
	maxNetlink    = 1 << 16 // bytes of netlink messages
)

// Protocols of netlink whose messages are described.
const (
	netlinkRoute     = 0
	netlinkDiag      = 4
	netlinkXfrm      = 6
	netlinkSELinux   = 7
	netlinkAudit     = 9
	netlinkNetfilter = 12
	netlinkUevent    = 15
	netlinkGeneric   = 16
	netlinkCrypto    = 21
)

// Types of netlink messages.
const (
	nlmsgError = 2
	nlmsgDone  = 3
	firstOwn   = 16 // below it types belong to netlink itself
)

// Flags of netlink messages.
const (
	nlmRequest = 1
	nlmCapped  = 0x100 // an error has only the header of the message it answers
)

// netlinkContext is what a message says about what stands within it.
type netlinkContext struct {
	family byte   // of its addresses
	link   string // the kind of its link
	slave  string // the kind of what the link is part of
}

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
	if v := x.netlink(fd, at, n); v != nil {
		return v
	}
	return plain
}

// netlink decodes n bytes as netlink messages; nil when they go through another socket,
// or through one whose messages are text.
func (x *context) netlink(fd int32, at abi.Addr, n uint64) value.Value {
	protocol, ok := procfs.NetlinkProtocol(x.c.TID, int(fd))
	if !ok || protocol == netlinkUevent {
		return nil
	}
	b := x.read(at, int(min(n, maxNetlink)))
	if b == nil {
		return nil
	}
	return x.netlinkMessages(protocol, b)
}

// netlinkMessages decodes the messages that b holds. A message alone stands for
// itself.
func (x *context) netlinkMessages(protocol int, b []byte) value.Value {
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
		b = b[step:]
	}
	if len(b) > 0 && !more {
		elems = append(elems, x.octetString(b))
	}
	if len(elems) == 1 {
		return elems[0]
	}
	return x.a.Array(elems, more, value.List)
}

// A netlinkMessage is a message: its header taken apart, and what follows.
type netlinkMessage struct {
	protocol    int
	kind, flags uint64
	body        []byte
}

// netlinkMessage decodes one message: its header and what follows.
func (x *context) netlinkMessage(protocol int, b []byte) value.Value {
	m := netlinkMessage{protocol, integer(b, 4, 2), integer(b, 6, 2), b[netlinkHeader:]}
	head := x.netlinkHead(&m, b)
	if len(m.body) == 0 {
		return head
	}
	outer := x.nl
	x.nl = netlinkContext{}
	parts := x.netlinkBody(append(x.a.Values(4), head), &m)
	x.nl = outer
	return x.a.Array(parts, false, value.List)
}

func (x *context) netlinkHead(m *netlinkMessage, b []byte) value.Value {
	return x.a.Struct(append(x.a.Fields(5),
		x.u32Field("nlmsg_len", b, 0, value.Unsigned),
		value.Field{Name: "nlmsg_type", Value: x.netlinkType(m)},
		value.Field{Name: "nlmsg_flags", Value: x.a.Flags(m.flags, 2, netlinkFlags(m))},
		x.u32Field("nlmsg_seq", b, 8, value.Unsigned),
		value.Field{Name: "nlmsg_pid", Value: x.pid(syscalls.PID{}, integer(b, 12, 4))}), false)
}

// netlinkBody adds what a message says.
func (x *context) netlinkBody(parts []value.Value, m *netlinkMessage) []value.Value {
	switch {
	case m.kind == nlmsgDone && len(m.body) == 4:
		return append(parts, x.a.Int(integer(m.body, 0, 4), 4, value.Signed))
	case m.kind == nlmsgError && len(m.body) >= 4+netlinkHeader:
		return append(parts, x.netlinkError(m))
	case m.kind < firstOwn:
		return append(parts, x.octetString(m.body))
	}
	switch m.protocol {
	case netlinkRoute:
		return x.routeBody(parts, m)
	case netlinkDiag:
		return x.diagBody(parts, m)
	case netlinkSELinux:
		return x.selinuxBody(parts, m)
	case netlinkNetfilter:
		return x.netfilterBody(parts, m)
	case netlinkGeneric:
		return x.genericBody(parts, m)
	case netlinkCrypto:
		return x.cryptoBody(parts, m)
	}
	return append(parts, x.octetString(m.body))
}

// netlinkType is the type of a message, by its name.
func (x *context) netlinkType(m *netlinkMessage) value.Value {
	set := uapi.NetlinkControls
	if m.kind >= firstOwn {
		switch m.protocol {
		case netlinkRoute:
			set = uapi.RouteMessages
		case netlinkDiag:
			set = uapi.DiagMessages
		case netlinkXfrm:
			set = uapi.TransformMessages
		case netlinkSELinux:
			set = uapi.SELinuxMessages
		case netlinkAudit:
			set = uapi.AuditMessages
		case netlinkCrypto:
			set = uapi.CryptoMessages
		case netlinkNetfilter:
			return x.netfilterType(m.kind)
		case netlinkGeneric:
			return x.genericType(m.kind)
		}
	}
	return x.a.Flags(m.kind, 2, set)
}

// netlinkFlags are the flags that a message may have.
func netlinkFlags(m *netlinkMessage) *uapi.Set {
	switch {
	case m.kind == nlmsgError:
		return uapi.NetlinkAckFlags
	case m.kind < firstOwn:
		return uapi.NetlinkFlags
	}
	switch m.protocol {
	case netlinkRoute:
		return flagsByTurn(m.kind)
	case netlinkDiag, netlinkGeneric:
		return uapi.NetlinkGetFlags
	case netlinkXfrm:
		return transformFlags(m.kind)
	case netlinkNetfilter:
		return netfilterFlags(m.kind)
	case netlinkCrypto:
		return cryptoFlags(m.kind)
	}
	return uapi.NetlinkFlags
}

// flagsByTurn are the flags of messages that come in fours: to create, delete, ask and
// change.
func flagsByTurn(kind uint64) *uapi.Set {
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

// flagsByName are the flags of messages whose names say what they do.
func flagsByName(set *uapi.Set, kind uint64, creates, deletes, asks string) *uapi.Set {
	name, ok := set.Find(kind)
	flags := uapi.NetlinkFlags
	if !ok {
		return flags
	}
	for _, turn := range [...]struct {
		names string
		flags *uapi.Set
	}{{creates, uapi.NetlinkNewFlags}, {deletes, uapi.NetlinkDelFlags}, {asks, uapi.NetlinkGetFlags}} {
		eachWord(turn.names, func(word string) {
			if word == name {
				flags = turn.flags
			}
		})
	}
	return flags
}

func transformFlags(kind uint64) *uapi.Set {
	return flagsByName(uapi.TransformMessages, kind,
		"XFRM_MSG_NEWSA XFRM_MSG_NEWPOLICY XFRM_MSG_NEWAE XFRM_MSG_NEWSADINFO XFRM_MSG_NEWSPDINFO",
		"XFRM_MSG_DELSA XFRM_MSG_DELPOLICY",
		"XFRM_MSG_GETSA XFRM_MSG_GETPOLICY XFRM_MSG_GETAE XFRM_MSG_GETSADINFO XFRM_MSG_GETSPDINFO")
}

var errorAttributes = attributes{names: uapi.ErrorAttributes, holds: []holding{
	{phrase{}, "NLMSGERR_ATTR_MSG"},
	{nlU32, "NLMSGERR_ATTR_OFFS"},
	{list{nlU8, 1, nil}, "NLMSGERR_ATTR_COOKIE"},
}}

// netlinkError decodes an error, negative, the message it answers, and attributes that
// say more.
func (x *context) netlinkError(m *netlinkMessage) value.Value {
	v, answered := integer(m.body, 0, 4), m.body[4:]
	number := value.Value(x.a.Int(v, 4, value.Signed))
	if name, ok := uapi.Errnos.Find(truncate(-v, 4)); ok {
		m := x.a.Macro(text(append(append(x.a.Bytes(32), '-'), name...)))
		m.Number, number = number, m
	}
	f := append(x.a.Fields(2), value.Field{Name: "error", Value: number})
	size := min(max(int(integer(answered, 0, 4)), netlinkHeader), len(answered))
	if m.flags&nlmCapped != 0 {
		size = netlinkHeader
	}
	if x.depth < maxDepth {
		x.depth++
		defer x.leave()
		f = append(f, value.Field{Name: "msg", Value: x.netlinkMessage(m.protocol, answered[:size])})
	}
	s := x.a.Struct(f, false)
	if rest := answered[min(alignUp(size, 4), len(answered)):]; len(rest) > 0 {
		return x.a.Array(append(x.a.Values(2), s, x.attributes(&errorAttributes, rest)), false, value.List)
	}
	return s
}

// bodied adds a structure and the attributes behind it. The structure begins with a
// family; where it is too short, only that is shown.
func (x *context) bodied(parts []value.Value, r *syscalls.Record, of *attributes, b []byte) []value.Value {
	size := extent(r, x)
	if len(b) < size {
		short := append(x.a.Fields(1), value.Field{Name: r.Fields[0].Name, Value: x.addressFamily(b)})
		return append(parts, x.a.Struct(short, true))
	}
	x.nl.family = b[0]
	parts = append(parts, x.record(r, b[:size], 0))
	if rest := b[min(alignUp(r.Size(x.abi), 4), len(b)):]; len(rest) > 0 && of != nil {
		parts = append(parts, x.attributes(of, rest))
	}
	return parts
}

// addressFamily is the family that b begins with.
func (x *context) addressFamily(b []byte) value.Value {
	return x.a.Flags(uint64(b[0]), 1, uapi.AddressFamilies)
}

// familyBody is a message of which only the family is known.
func (x *context) familyBody(b []byte) value.Value {
	f := append(x.a.Fields(2), value.Field{Name: "family", Value: x.addressFamily(b)})
	if len(b) > 1 {
		f = append(f, value.Field{Name: "data", Value: x.octetString(b[1:])})
	}
	return x.a.Struct(f, false)
}

var (
	selinuxEnforce = &syscalls.Record{Name: "selnl_msg_setenforce", Fields: []syscalls.Param{{Name: "val", Type: s32}}}
	selinuxPolicy  = &syscalls.Record{Name: "selnl_msg_policyload", Fields: []syscalls.Param{{Name: "seqno", Type: u32}}}
)

// selinuxBody adds what a message of SELinux says.
func (x *context) selinuxBody(parts []value.Value, m *netlinkMessage) []value.Value {
	r := selinuxEnforce
	switch name, _ := uapi.SELinuxMessages.Find(m.kind); {
	case name == "SELNL_MSG_POLICYLOAD":
		r = selinuxPolicy
	case name == "":
		return append(parts, x.octetString(m.body))
	}
	if len(m.body) < 4 {
		return append(parts, x.octetString(m.body))
	}
	return append(parts, x.record(r, m.body, 0))
}
