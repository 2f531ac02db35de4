package decode

import (
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// A diagMessage is what a question about sockets, or an answer, begins with, and the
// attributes behind it. It is decoded when there are size bytes.
type diagMessage struct {
	family     string // what the first field is called
	size       int
	body       payload
	attributes *attributes
}

// diagBody adds what a question about sockets or an answer says: flags tell them apart, and
// the family how they look.
func (x *context) diagBody(parts []value.Value, m *netlinkMessage) []value.Value {
	d := diagMessageOf(m)
	if d == nil || len(m.body) < 2 {
		return append(parts, x.familyBody(m.body))
	}
	if len(m.body) < d.size {
		short := append(x.a.Fields(1), value.Field{Name: d.family, Value: x.addressFamily(m.body)})
		return append(parts, x.a.Struct(short, true))
	}
	x.nl.family = m.body[0]
	parts = append(parts, d.body.decode(x, m.body))
	if rest := m.body[min(alignUp(d.size, 4), len(m.body)):]; len(rest) > 0 && d.attributes != nil {
		parts = append(parts, x.attributes(d.attributes, rest))
	}
	return parts
}

// diagOld is the first type of message that asks for Internet sockets by itself.
const diagByFamily = 20

func diagMessageOf(m *netlinkMessage) *diagMessage {
	asks := m.flags&nlmRequest != 0
	switch m.body[0] {
	case afUnix:
		return choice(asks, &unixQuestion, &unixAnswer)
	case afNetlink:
		return choice(asks, &netlinkQuestion, &netlinkAnswer)
	case afPacket:
		return choice(asks, &packetQuestion, &packetAnswer)
	case afSMC:
		return choice(asks, &smcQuestion, &smcAnswer)
	case afInet, afInet6:
		if asks && m.kind < diagByFamily && m.kind >= diagByFamily-2 {
			return &inetOldQuestion
		}
		return choice(asks, &inetQuestion, &inetAnswer)
	}
	return nil
}

func choice(asks bool, question, answer *diagMessage) *diagMessage {
	if asks {
		return question
	}
	return answer
}

// diagRecord is a message that a Record describes.
func diagRecord(r *syscalls.Record, size int, of *attributes) diagMessage {
	return diagMessage{r.Fields[0].Name, size, structure{r}, of}
}

// cookie is two words that tell a socket from later ones with the same number.
func cookie(name string) syscalls.Param {
	return syscalls.Param{Name: name, Type: syscalls.Array{Elem: u32, Count: 2}}
}

var tcpStateBits = asBits(uapi.TCPStates, "1<<", "", 0)

var (
	unixQuestion = diagRecord(&syscalls.Record{Name: "unix_diag_req", Fields: []syscalls.Param{
		familyField("sdiag_family"), {Name: "sdiag_protocol", Type: u8}, {Type: hidden(2)},
		{Name: "udiag_states", Type: oneOf(4, tcpStateBits)}, {Name: "udiag_ino", Type: u32},
		{Name: "udiag_show", Type: oneOf(4, uapi.UnixShow)}, cookie("udiag_cookie"),
	}}, 24, nil)
	unixAnswer = diagRecord(&syscalls.Record{Name: "unix_diag_msg", Fields: []syscalls.Param{
		familyField("udiag_family"), {Name: "udiag_type", Type: oneOf(1, uapi.SocketTypes)}, {Name: "udiag_state", Type: oneOf(1, uapi.TCPStates)},
		{Type: hidden(1)}, {Name: "udiag_ino", Type: u32}, cookie("udiag_cookie"),
	}}, 16, &unixAttributes)

	netlinkQuestion = diagRecord(&syscalls.Record{Name: "netlink_diag_req", Fields: []syscalls.Param{
		familyField("sdiag_family"), {Name: "sdiag_protocol", Type: oneOf(1, netlinkAny)}, {Type: hidden(2)},
		{Name: "ndiag_ino", Type: u32}, {Name: "ndiag_show", Type: oneOf(4, uapi.NetlinkShow)}, cookie("ndiag_cookie"),
	}}, 20, nil)
	netlinkAnswer = diagRecord(&syscalls.Record{Name: "netlink_diag_msg", Fields: []syscalls.Param{
		familyField("ndiag_family"), {Name: "ndiag_type", Type: oneOf(1, uapi.SocketTypes)},
		{Name: "ndiag_protocol", Type: oneOf(1, uapi.NetlinkProtocols)}, {Name: "ndiag_state", Type: oneOf(1, uapi.NetlinkStates)},
		{Name: "ndiag_portid", Type: u32}, {Name: "ndiag_dst_portid", Type: u32}, {Name: "ndiag_dst_group", Type: u32},
		{Name: "ndiag_ino", Type: u32}, cookie("ndiag_cookie"),
	}}, 28, &netlinkDiagAttributes)

	packetQuestion = diagRecord(&syscalls.Record{Name: "packet_diag_req", Fields: []syscalls.Param{
		familyField("sdiag_family"), {Name: "sdiag_protocol", Type: x8}, {Type: hidden(2)},
		{Name: "pdiag_ino", Type: u32}, {Name: "pdiag_show", Type: oneOf(4, uapi.PacketShow)}, cookie("pdiag_cookie"),
	}}, 20, nil)
	packetAnswer = diagRecord(&syscalls.Record{Name: "packet_diag_msg", Fields: []syscalls.Param{
		familyField("pdiag_family"), {Name: "pdiag_type", Type: oneOf(1, uapi.SocketTypes)}, {Name: "pdiag_num", Type: oneOf(2, uapi.EtherTypes)},
		{Name: "pdiag_ino", Type: u32}, cookie("pdiag_cookie"),
	}}, 16, &packetAttributes)
)

// netlinkAny is the protocols of netlink, and all of them.
var netlinkAny = func() *uapi.Set {
	s := *uapi.NetlinkProtocols
	s.Consts = append(append([]uapi.Const{}, s.Consts...), uapi.Const{Name: "NDIAG_PROTO_ALL", Value: 0xff})
	return &s
}()

var unixAttributes = attributes{names: uapi.UnixDiagAttributes, holds: []holding{
	{phrase{}, "UNIX_DIAG_NAME"},
	{unixFile{}, "UNIX_DIAG_VFS"},
	{nlU32, "UNIX_DIAG_PEER"},
	{nlUID, "UNIX_DIAG_UID"},
	{nlU8, "UNIX_DIAG_SHUTDOWN"},
	{list{nlU32, 4, nil}, "UNIX_DIAG_ICONS"},
	{&integers{name: "unix_diag_rqlen", runs: []run{{u32, "udiag_rqueue udiag_wqueue"}}}, "UNIX_DIAG_RQLEN"},
	{socketMemory, "UNIX_DIAG_MEMINFO"},
}}

// unixFile is the file that a socket is bound to.
type unixFile struct{}

func (unixFile) decode(x *context, b []byte) value.Value {
	if len(b) < 8 {
		return nil
	}
	dev := integer(b, 4, 4)
	number := x.a.Macro("makedev", x.a.Int(dev>>8&0xfff, 4, value.Hex), x.a.Int(dev&0xff|dev>>12&0xfff00, 4, value.Hex))
	return x.a.Struct(append(x.a.Fields(2),
		value.Field{Name: "udiag_vfs_dev", Value: number}, x.u32Field("udiag_vfs_ino", b, 0, value.Unsigned)), false)
}

var socketMemory = list{nlU32, 4, uapi.SocketMemory}

var netlinkDiagAttributes = attributes{names: uapi.NetlinkDiagAttributes, holds: []holding{
	{socketMemory, "NETLINK_DIAG_MEMINFO"},
	{netlinkGroups{}, "NETLINK_DIAG_GROUPS"},
	{&integers{name: "netlink_diag_ring", runs: []run{{u32, "ndr_block_size ndr_block_nr ndr_frame_size ndr_frame_nr"}}}, "NETLINK_DIAG_RX_RING NETLINK_DIAG_TX_RING"},
	{constant{4, uapi.NetlinkDiagFlags}, "NETLINK_DIAG_FLAGS"},
}}

// netlinkGroups is the groups of a netlink socket: longs of the program.
type netlinkGroups struct{}

func (netlinkGroups) decode(x *context, b []byte) value.Value {
	return list{number{x.abi.Word, value.HexAlt}, x.abi.Word, nil}.decode(x, b)
}

var packetRingConfig = &integers{name: "packet_diag_ring", runs: []run{{u32, "pdr_block_size pdr_block_nr pdr_frame_size pdr_frame_nr pdr_retire_tmo pdr_sizeof_priv pdr_features"}}}

var packetAttributes = attributes{names: uapi.PacketDiagAttributes, holds: []holding{
	{structure{&syscalls.Record{Name: "packet_diag_info", Fields: []syscalls.Param{
		interfaceField("pdi_index"), {Name: "pdi_version", Type: oneOf(4, uapi.PacketVersions)}, {Name: "pdi_reserve", Type: u32},
		{Name: "pdi_copy_thresh", Type: u32}, {Name: "pdi_tstamp", Type: u32}, {Name: "pdi_flags", Type: oneOf(4, uapi.PacketDiagFlags)},
	}}}, "PACKET_DIAG_INFO"},
	{list{packetMember{}, 44, nil}, "PACKET_DIAG_MCLIST"},
	{packetRingConfig, "PACKET_DIAG_RX_RING PACKET_DIAG_TX_RING"},
	{nlU32, "PACKET_DIAG_FANOUT"},
	{nlUID, "PACKET_DIAG_UID"},
	{socketMemory, "PACKET_DIAG_MEMINFO"},
	{list{filterPayload{}, 8, nil}, "PACKET_DIAG_FILTER"},
}}

var packetMemberHead = &syscalls.Record{Name: "packet_diag_mclist", Fields: []syscalls.Param{
	interfaceField("pdmc_index"), {Name: "pdmc_count", Type: u32}, {Name: "pdmc_type", Type: u16}, {Name: "pdmc_alen", Type: u16},
}}

// packetMember is an address that a packet socket listens to.
type packetMember struct{}

func (packetMember) decode(x *context, b []byte) value.Value {
	const head = 12
	s := x.record(packetMemberHead, b[:head], 0).(*value.Struct)
	n := min(int(integer(b, 10, 2)), maxHardware)
	s.Fields = append(s.Fields, value.Field{Name: "pdmc_addr", Value: x.octetString(b[head : head+n])})
	return s
}

// filterPayload is an instruction of a filter.
type filterPayload struct{}

func (filterPayload) decode(x *context, b []byte) value.Value { return x.socketInstruction(b) }
