package decode

import (
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// A routeMessage is a structure, which begins with a family, and attributes behind it.
type routeMessage struct {
	body       *syscalls.Record
	attributes *attributes
}

// routeMessageOf returns what messages of a type say; nil when that is not described.
// Messages come in fours, which say the same.
func routeMessageOf(kind uint64) *routeMessage {
	if _, ok := uapi.RouteMessages.Find(kind); !ok {
		return nil
	}
	i := kind&^3 - firstOwn
	if kind == rtmGetDCB || kind == rtmSetDCB {
		return &dcbMessage
	}
	if i/4 < uint64(len(routeMessages)) {
		return routeMessages[i/4]
	}
	return nil
}

const (
	rtmGetNeighbor    = 30
	rtmGetDCB         = 78
	rtmSetDCB         = 79
	rtmNewCacheReport = 96
)

// routeMessages are the messages in the order of their types, by fours.
var routeMessages = [...]*routeMessage{
	&linkMessage, &addressMessage, &routingMessage, &neighborMessage,
	&ruleMessage, &trafficMessage, &trafficMessage, &trafficMessage,
	&actionMessage, nil, &addressMessage, &addressMessage,
	&neighborTableMessage, nil, &labelMessage, nil,
	&netconfMessage, &multicastMessage, &namespaceMessage, &statsMessage,
	nil, &trafficMessage, &nexthopMessage, nil,
}

// routeBody adds what a route message says.
func (x *context) routeBody(parts []value.Value, m *netlinkMessage) []value.Value {
	if m.kind == rtmGetNeighbor && m.body[0] == afBridge { // asks for a forwarding database
		return x.bodied(parts, linkMessage.body, linkMessage.attributes, m.body)
	}
	if r := routeMessageOf(m.kind); r != nil {
		return x.bodied(parts, r.body, r.attributes, m.body)
	}
	if m.kind == rtmNewCacheReport {
		return x.cacheReport(parts, m.body)
	}
	return append(parts, x.familyBody(m.body))
}

// cacheReport adds a report about the multicast cache, of which only the family is known.
func (x *context) cacheReport(parts []value.Value, b []byte) []value.Value {
	parts = append(parts, x.record(generalBody, b, 0))
	if len(b) > 4 {
		parts = append(parts, x.octetString(b[4:]))
	}
	return parts
}

// familyField is the family that a message begins with.
func familyField(name string) syscalls.Param {
	return syscalls.Param{Name: name, Type: oneOf(1, uapi.AddressFamilies)}
}

// interfaceField is the index of an interface.
func interfaceField(name string) syscalls.Param {
	return syscalls.Param{Name: name, Type: syscalls.Custom{Name: "interface", Width: 4}}
}

// generalBody is struct rtgenmsg.
var generalBody = &syscalls.Record{Name: "rtgenmsg", Fields: []syscalls.Param{familyField("rtgen_family")}}

var (
	linkMessage = routeMessage{&syscalls.Record{Name: "ifinfomsg", Fields: []syscalls.Param{
		familyField("ifi_family"),
		{Type: hidden(1)},
		{Name: "ifi_type", Type: oneOf(2, uapi.HardwareTypes)},
		interfaceField("ifi_index"),
		{Name: "ifi_flags", Type: oneOf(4, uapi.InterfaceFlags)},
		{Name: "ifi_change", Type: x32},
	}}, &linkAttributes}

	addressMessage = routeMessage{&syscalls.Record{Name: "ifaddrmsg", Fields: []syscalls.Param{
		familyField("ifa_family"),
		{Name: "ifa_prefixlen", Type: u8},
		{Name: "ifa_flags", Type: oneOf(1, uapi.AddressFlags)},
		{Name: "ifa_scope", Type: oneOf(1, quietScopes)},
		interfaceField("ifa_index"),
	}}, &addressAttributes}

	routingMessage = routeMessage{&syscalls.Record{Name: "rtmsg", Fields: []syscalls.Param{
		familyField("rtm_family"),
		{Name: "rtm_dst_len", Type: u8},
		{Name: "rtm_src_len", Type: u8},
		{Name: "rtm_tos", Type: oneOf(1, uapi.ServiceTypes)},
		{Name: "rtm_table", Type: oneOf(1, quietTables)},
		{Name: "rtm_protocol", Type: oneOf(1, uapi.RouteProtocols)},
		{Name: "rtm_scope", Type: oneOf(1, quietScopes)},
		{Name: "rtm_type", Type: oneOf(1, uapi.RouteTypes)},
		{Name: "rtm_flags", Type: oneOf(4, uapi.RouteFlags)},
	}}, &routeAttributes}

	neighborMessage = routeMessage{&syscalls.Record{Name: "ndmsg", Fields: []syscalls.Param{
		familyField("ndm_family"),
		{Type: hidden(3)},
		interfaceField("ndm_ifindex"),
		{Name: "ndm_state", Type: oneOf(2, uapi.NeighborStates)},
		{Name: "ndm_flags", Type: oneOf(1, uapi.NeighborFlags)},
		{Name: "ndm_type", Type: oneOf(1, uapi.RouteTypes)},
	}}, &neighborAttributes}

	ruleMessage = routeMessage{&syscalls.Record{Name: "fib_rule_hdr", Fields: []syscalls.Param{
		familyField("family"),
		{Name: "dst_len", Type: u8},
		{Name: "src_len", Type: u8},
		{Name: "tos", Type: oneOf(1, uapi.ServiceTypes)},
		{Name: "table", Type: oneOf(1, uapi.RouteTables)},
		{Type: hidden(2)},
		{Name: "action", Type: oneOf(1, uapi.RuleActions)},
		{Name: "flags", Type: oneOf(4, uapi.RuleFlags)},
	}}, &ruleAttributes}

	trafficMessage = routeMessage{&syscalls.Record{Name: "tcmsg", Fields: []syscalls.Param{
		familyField("tcm_family"),
		{Type: hidden(3)},
		interfaceField("tcm_ifindex"),
		{Name: "tcm_handle", Type: u32},
		{Name: "tcm_parent", Type: u32},
		{Name: "tcm_info", Type: u32},
	}}, &trafficAttributes}

	actionMessage        = padded("tcamsg", "tca_family", &actionAttributes)
	neighborTableMessage = padded("ndtmsg", "ndtm_family", &neighborTableAttributes)
	netconfMessage       = padded("netconfmsg", "ncm_family", &netconfAttributes)
	namespaceMessage     = padded("rtgenmsg", "rtgen_family", &namespaceAttributes)

	labelMessage = routeMessage{&syscalls.Record{Name: "ifaddrlblmsg", Fields: []syscalls.Param{
		familyField("ifal_family"),
		{Type: hidden(1)},
		{Name: "ifal_prefixlen", Type: u8},
		{Name: "ifal_flags", Type: u8},
		interfaceField("ifal_index"),
		{Name: "ifal_seq", Type: u32},
	}}, &labelAttributes}

	dcbMessage = routeMessage{&syscalls.Record{Name: "dcbmsg", Fields: []syscalls.Param{
		familyField("dcb_family"),
		{Name: "cmd", Type: oneOf(1, uapi.DCBCommands)},
		{Type: hidden(2)},
	}}, &attributes{names: uapi.DCBAttributes}}

	multicastMessage = routeMessage{&syscalls.Record{Name: "br_port_msg", Fields: []syscalls.Param{
		familyField("family"),
		{Type: hidden(3)},
		interfaceField("ifindex"),
	}}, &multicastAttributes}

	statsMessage = routeMessage{&syscalls.Record{Name: "if_stats_msg", Fields: []syscalls.Param{
		familyField("family"),
		{Name: "pad1", Type: x8, Spare: true},
		{Name: "pad2", Type: x16, Spare: true},
		interfaceField("ifindex"),
		{Name: "filter_mask", Type: oneOf(4, asBits(uapi.StatsAttributes, "1<<", "", 0))},
	}}, &statsAttributes}

	nexthopMessage = routeMessage{&syscalls.Record{Name: "nhmsg", Fields: []syscalls.Param{
		familyField("nh_family"),
		{Name: "nh_scope", Type: oneOf(1, quietScopes)},
		{Name: "nh_protocol", Type: oneOf(1, uapi.RouteProtocols)},
		{Name: "resvd", Type: x8, Spare: true},
		{Name: "nh_flags", Type: oneOf(4, uapi.NexthopFlags)},
	}}, &nexthopAttributes}
)

// padded is a message of a family and nothing else.
func padded(tag, family string, of *attributes) routeMessage {
	return routeMessage{&syscalls.Record{Name: tag, Fields: []syscalls.Param{familyField(family)}}, of}
}

var (
	quietScopes = quiet(uapi.RouteScopes)
	quietTables = quiet(uapi.RouteTables)
)
