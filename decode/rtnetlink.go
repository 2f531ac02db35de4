package decode

import (
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// Route messages that are understood, by the number of their first form.
const (
	rtmLink     = 16
	rtmAddress  = 20
	rtmRoute    = 24
	rtmNeighbor = 28
)

func routeMessageOf(kind uint64) *routeMessage {
	switch kind &^ 3 {
	case rtmLink:
		return &linkMessage
	case rtmAddress:
		return &addressMessage
	case rtmRoute:
		return &routingMessage
	case rtmNeighbor:
		return &neighborMessage
	}
	return nil
}

var (
	linkMessage = routeMessage{body: &syscalls.Record{Name: "ifinfomsg", Fields: []syscalls.Param{
		{Name: "ifi_family", Type: oneOf(1, uapi.AddressFamilies)},
		{Type: syscalls.If{Then: u8}},
		{Name: "ifi_type", Type: oneOf(2, uapi.HardwareTypes)},
		{Name: "ifi_index", Type: syscalls.Custom{Name: "interface", Width: 4}},
		{Name: "ifi_flags", Type: oneOf(4, uapi.InterfaceFlags)},
		{Name: "ifi_change", Type: oneOf(4, uapi.InterfaceFlags)},
	}}, attributes: uapi.LinkAttributes}

	addressMessage = routeMessage{body: &syscalls.Record{Name: "ifaddrmsg", Fields: []syscalls.Param{
		{Name: "ifa_family", Type: oneOf(1, uapi.AddressFamilies)},
		{Name: "ifa_prefixlen", Type: u8},
		{Name: "ifa_flags", Type: oneOf(1, uapi.AddressFlags)},
		{Name: "ifa_scope", Type: oneOf(1, uapi.RouteScopes)},
		{Name: "ifa_index", Type: syscalls.Custom{Name: "interface", Width: 4}},
	}}, attributes: uapi.AddressAttributes}

	routingMessage = routeMessage{body: &syscalls.Record{Name: "rtmsg", Fields: []syscalls.Param{
		{Name: "rtm_family", Type: oneOf(1, uapi.AddressFamilies)},
		{Name: "rtm_dst_len", Type: u8},
		{Name: "rtm_src_len", Type: u8},
		{Name: "rtm_tos", Type: syscalls.Bits{Width: 1, Form: value.Hex}},
		{Name: "rtm_table", Type: oneOf(1, uapi.RouteTables)},
		{Name: "rtm_protocol", Type: oneOf(1, uapi.RouteProtocols)},
		{Name: "rtm_scope", Type: oneOf(1, uapi.RouteScopes)},
		{Name: "rtm_type", Type: oneOf(1, uapi.RouteTypes)},
		{Name: "rtm_flags", Type: oneOf(4, uapi.RouteFlags)},
	}}, attributes: uapi.RouteAttributes}

	neighborMessage = routeMessage{body: &syscalls.Record{Name: "ndmsg", Fields: []syscalls.Param{
		{Name: "ndm_family", Type: oneOf(1, uapi.AddressFamilies)},
		{Type: syscalls.If{Then: syscalls.Array{Elem: u8, Count: 3}}},
		{Name: "ndm_ifindex", Type: syscalls.Custom{Name: "interface", Width: 4}},
		{Name: "ndm_state", Type: oneOf(2, uapi.NeighborStates)},
		{Name: "ndm_flags", Type: oneOf(1, uapi.NeighborFlags)},
		{Name: "ndm_type", Type: oneOf(1, uapi.RouteTypes)},
	}}, attributes: uapi.NeighborAttributes}

	routeCacheInfo = &syscalls.Record{Name: "rta_cacheinfo", Fields: []syscalls.Param{
		{Name: "rta_clntref", Type: u32}, {Name: "rta_lastuse", Type: u32}, {Name: "rta_expires", Type: s32}, {Name: "rta_error", Type: u32},
		{Name: "rta_used", Type: u32}, {Name: "rta_id", Type: syscalls.Bits{Width: 4, Form: value.Hex}}, {Name: "rta_ts", Type: u32}, {Name: "rta_tsage", Type: u32},
	}}
	neighborCacheInfo = &syscalls.Record{Name: "nda_cacheinfo", Fields: []syscalls.Param{
		{Name: "ndm_confirmed", Type: u32}, {Name: "ndm_used", Type: u32}, {Name: "ndm_updated", Type: u32}, {Name: "ndm_refcnt", Type: u32},
	}}

	cacheInfo = &syscalls.Record{Name: "ifa_cacheinfo", Fields: []syscalls.Param{
		{Name: "ifa_prefered", Type: u32}, {Name: "ifa_valid", Type: u32}, {Name: "cstamp", Type: u32}, {Name: "tstamp", Type: u32},
	}}

	linkStats   = statistics(4, 24)
	linkStats64 = statistics(8, 25)
)

func oneOf(w syscalls.Width, set *uapi.Set) syscalls.Bits {
	return syscalls.Bits{Width: w, Form: value.Hex, Set: set}
}

// statistics is struct rtnl_link_stats with the first n counters, each of w bytes.
func statistics(w syscalls.Width, n int) *syscalls.Record {
	names := [...]string{
		"rx_packets", "tx_packets", "rx_bytes", "tx_bytes", "rx_errors", "tx_errors", "rx_dropped", "tx_dropped",
		"multicast", "collisions", "rx_length_errors", "rx_over_errors", "rx_crc_errors", "rx_frame_errors",
		"rx_fifo_errors", "rx_missed_errors", "tx_aborted_errors", "tx_carrier_errors", "tx_fifo_errors",
		"tx_heartbeat_errors", "tx_window_errors", "rx_compressed", "tx_compressed", "rx_nohandler", "rx_otherhost_dropped",
	}
	r := &syscalls.Record{Name: "rtnl_link_stats"}
	for _, name := range names[:n] {
		r.Fields = append(r.Fields, syscalls.Param{Name: name, Type: syscalls.Bits{Width: w, Form: value.Unsigned}})
	}
	return r
}

// routeAttribute decodes what an attribute of the message says.
func (x *context) routeAttribute(m *routeMessage, kind uint64, family byte, b []byte) value.Value {
	switch m {
	case &linkMessage:
		return x.linkAttribute(kind, b)
	case &addressMessage:
		return x.addressAttribute(kind, family, b)
	case &neighborMessage:
		return x.neighborAttribute(kind, family, b)
	}
	return x.routingAttribute(kind, family, b)
}

// routingAttribute decodes what is known of a route.
func (x *context) routingAttribute(kind uint64, family byte, b []byte) value.Value {
	name, _ := uapi.RouteAttributes.Find(kind)
	switch name {
	case "RTA_DST", "RTA_SRC", "RTA_GATEWAY", "RTA_PREFSRC", "RTA_NEWDST":
		return x.familyAddr(family, b)
	case "RTA_IIF", "RTA_OIF":
		if len(b) >= 4 {
			return x.netInterface(integer(b, 0, 4))
		}
	case "RTA_TABLE":
		if len(b) >= 4 {
			return x.a.Flags(integer(b, 0, 4), 4, uapi.RouteTables)
		}
	case "RTA_PRIORITY", "RTA_UID", "RTA_FLOW", "RTA_MARK", "RTA_PREF", "RTA_TTL_PROPAGATE", "RTA_IP_PROTO":
		return x.plain(b)
	case "RTA_CACHEINFO":
		return x.whole(routeCacheInfo, b)
	}
	return nil
}

// neighborAttribute decodes what is known of a neighbor.
func (x *context) neighborAttribute(kind uint64, family byte, b []byte) value.Value {
	name, _ := uapi.NeighborAttributes.Find(kind)
	switch name {
	case "NDA_DST":
		return x.familyAddr(family, b)
	case "NDA_LLADDR":
		return x.hardwareAddr(b)
	case "NDA_PROBES", "NDA_VLAN", "NDA_VNI":
		return x.plain(b)
	case "NDA_IFINDEX", "NDA_MASTER":
		if len(b) >= 4 {
			return x.netInterface(integer(b, 0, 4))
		}
	case "NDA_CACHEINFO":
		return x.whole(neighborCacheInfo, b)
	}
	return nil
}

// plain decodes an unsigned number of whatever size; nil when it is none.
func (x *context) plain(b []byte) value.Value {
	if len(b) == 1 || len(b) == 2 || len(b) == 4 {
		return x.a.Int(littleEndian(b), len(b), value.Unsigned)
	}
	return nil
}

// whole decodes a structure; nil when b is too short for it.
func (x *context) whole(r *syscalls.Record, b []byte) value.Value {
	if len(b) < r.Size(x.abi) {
		return nil
	}
	return x.record(r, b, 0)
}

// linkAttribute decodes what is known of a network interface; nil when it is not
// understood.
func (x *context) linkAttribute(kind uint64, b []byte) value.Value {
	name, _ := uapi.LinkAttributes.Find(kind)
	switch name {
	case "IFLA_IFNAME", "IFLA_QDISC", "IFLA_IFALIAS", "IFLA_PHYS_PORT_NAME", "IFLA_PARENT_DEV_NAME", "IFLA_PARENT_DEV_BUS_NAME", "IFLA_ALT_IFNAME":
		return x.a.Str(untilNUL(b), false)
	case "IFLA_ADDRESS", "IFLA_BROADCAST", "IFLA_PERM_ADDRESS":
		return x.hardwareAddr(b)
	case "IFLA_LINK", "IFLA_MASTER", "IFLA_NEW_IFINDEX":
		if len(b) >= 4 {
			return x.netInterface(integer(b, 0, 4))
		}
	case "IFLA_EXT_MASK":
		if len(b) >= 4 {
			return x.a.Flags(integer(b, 0, 4), 4, uapi.LinkFilters)
		}
	case "IFLA_STATS":
		return x.counters(linkStats, b)
	case "IFLA_STATS64":
		return x.counters(linkStats64, b)
	case "IFLA_OPERSTATE", "IFLA_LINKMODE", "IFLA_CARRIER", "IFLA_PROTO_DOWN", "IFLA_NETNS_IMMUTABLE", "IFLA_HEADROOM", "IFLA_TAILROOM",
		"IFLA_MTU", "IFLA_TXQLEN", "IFLA_WEIGHT", "IFLA_NUM_VF", "IFLA_GROUP", "IFLA_PROMISCUITY", "IFLA_ALLMULTI",
		"IFLA_NUM_TX_QUEUES", "IFLA_NUM_RX_QUEUES", "IFLA_CARRIER_CHANGES", "IFLA_GSO_MAX_SEGS", "IFLA_GSO_MAX_SIZE",
		"IFLA_CARRIER_UP_COUNT", "IFLA_CARRIER_DOWN_COUNT", "IFLA_MIN_MTU", "IFLA_MAX_MTU", "IFLA_GRO_MAX_SIZE",
		"IFLA_TSO_MAX_SIZE", "IFLA_TSO_MAX_SEGS", "IFLA_GSO_IPV4_MAX_SIZE", "IFLA_GRO_IPV4_MAX_SIZE":
		return x.plain(b)
	}
	return nil
}

// counters decodes statistics, of which an older kernel has fewer.
func (x *context) counters(r *syscalls.Record, b []byte) value.Value {
	shown := *r
	size := r.Fields[0].Type.Size(x.abi)
	shown.Fields = r.Fields[:min(len(r.Fields), len(b)/size)]
	return x.record(&shown, b, 0)
}

// addressAttribute decodes what is known of an address.
func (x *context) addressAttribute(kind uint64, family byte, b []byte) value.Value {
	name, _ := uapi.AddressAttributes.Find(kind)
	switch name {
	case "IFA_ADDRESS", "IFA_LOCAL", "IFA_BROADCAST", "IFA_ANYCAST", "IFA_MULTICAST":
		return x.familyAddr(family, b)
	case "IFA_LABEL":
		return x.a.Str(untilNUL(b), false)
	case "IFA_FLAGS":
		if len(b) >= 4 {
			return x.a.Flags(integer(b, 0, 4), 4, uapi.AddressFlags)
		}
	case "IFA_RT_PRIORITY", "IFA_TARGET_NETNSID":
		if len(b) >= 4 {
			return x.a.Int(integer(b, 0, 4), 4, value.Unsigned)
		}
	case "IFA_CACHEINFO":
		return x.whole(cacheInfo, b)
	}
	return nil
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
