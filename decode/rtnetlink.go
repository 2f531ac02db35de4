package decode

import (
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// Route messages that are understood, by the number of their first form.
const (
	rtmLink    = 16
	rtmAddress = 20
)

func routeMessageOf(kind uint64) *routeMessage {
	switch kind &^ 3 {
	case rtmLink:
		return &linkMessage
	case rtmAddress:
		return &addressMessage
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
	if m == &linkMessage {
		return x.linkAttribute(kind, b)
	}
	return x.addressAttribute(kind, family, b)
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
	case "IFLA_STATS":
		return x.counters(linkStats, b)
	case "IFLA_STATS64":
		return x.counters(linkStats64, b)
	case "IFLA_OPERSTATE", "IFLA_LINKMODE", "IFLA_CARRIER", "IFLA_PROTO_DOWN", "IFLA_NETNS_IMMUTABLE", "IFLA_HEADROOM", "IFLA_TAILROOM",
		"IFLA_MTU", "IFLA_TXQLEN", "IFLA_WEIGHT", "IFLA_NUM_VF", "IFLA_GROUP", "IFLA_EXT_MASK", "IFLA_PROMISCUITY", "IFLA_ALLMULTI",
		"IFLA_NUM_TX_QUEUES", "IFLA_NUM_RX_QUEUES", "IFLA_CARRIER_CHANGES", "IFLA_GSO_MAX_SEGS", "IFLA_GSO_MAX_SIZE",
		"IFLA_CARRIER_UP_COUNT", "IFLA_CARRIER_DOWN_COUNT", "IFLA_MIN_MTU", "IFLA_MAX_MTU", "IFLA_GRO_MAX_SIZE",
		"IFLA_TSO_MAX_SIZE", "IFLA_TSO_MAX_SEGS", "IFLA_GSO_IPV4_MAX_SIZE", "IFLA_GRO_IPV4_MAX_SIZE":
		if len(b) == 1 || len(b) == 2 || len(b) == 4 {
			return x.a.Int(littleEndian(b), len(b), value.Unsigned)
		}
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
		if len(b) >= cacheInfo.Size(x.abi) {
			return x.record(cacheInfo, b, 0)
		}
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
