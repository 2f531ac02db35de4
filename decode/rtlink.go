package decode

import (
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// linkAttributes are what is said of a network interface.
var linkAttributes = attributes{names: uapi.LinkAttributes, holds: []holding{
	{linkHardware{}, "IFLA_ADDRESS IFLA_BROADCAST IFLA_PERM_ADDRESS"},
	{phrase{}, "IFLA_IFNAME IFLA_QDISC IFLA_IFALIAS IFLA_PHYS_PORT_NAME IFLA_ALT_IFNAME IFLA_PARENT_DEV_NAME IFLA_PARENT_DEV_BUS_NAME"},
	{nlU8, "IFLA_OPERSTATE IFLA_LINKMODE IFLA_CARRIER IFLA_PROTO_DOWN IFLA_NETNS_IMMUTABLE"},
	{nlU16, "IFLA_HEADROOM IFLA_TAILROOM"},
	{nlU32, `IFLA_MTU IFLA_TXQLEN IFLA_WEIGHT IFLA_NET_NS_PID IFLA_NUM_VF IFLA_GROUP IFLA_PROMISCUITY
		IFLA_NUM_TX_QUEUES IFLA_NUM_RX_QUEUES IFLA_CARRIER_CHANGES IFLA_GSO_MAX_SEGS IFLA_GSO_MAX_SIZE
		IFLA_CARRIER_UP_COUNT IFLA_CARRIER_DOWN_COUNT IFLA_MIN_MTU IFLA_MAX_MTU IFLA_GRO_MAX_SIZE
		IFLA_TSO_MAX_SIZE IFLA_TSO_MAX_SEGS IFLA_ALLMULTI IFLA_DEVLINK_PORT IFLA_GSO_IPV4_MAX_SIZE IFLA_GRO_IPV4_MAX_SIZE`},
	{nlU64, "IFLA_MAX_PACING_OFFLOAD_HORIZON"},
	{nlS32, "IFLA_LINK_NETNSID IFLA_NEW_NETNSID IFLA_IF_NETNSID"},
	{nlFD, "IFLA_NET_NS_FD"},
	{nlInterface, "IFLA_LINK IFLA_MASTER IFLA_NEW_IFINDEX"},
	{named{4, uapi.LinkFilters}, "IFLA_EXT_MASK"},
	{constant{4, uapi.LinkEvents}, "IFLA_EVENT"},
	{counters{4, 23}, "IFLA_STATS"},
	{counters{8, 24}, "IFLA_STATS64"},
	{structure{linkMap}, "IFLA_MAP"},
	{linkInfo{}, "IFLA_LINKINFO"},
	{nested{&vfInfo}, "IFLA_VFINFO_LIST"},
	{nested{&attributes{names: uapi.VFPortAttributes, holds: []holding{{nested{&portAttributes}, "IFLA_VF_PORT"}}}}, "IFLA_VF_PORTS"},
	{nested{&portAttributes}, "IFLA_PORT_SELF"},
	{linkProtocol{}, "IFLA_PROTINFO"},
	{linkFamilies{}, "IFLA_AF_SPEC"},
	{nested{&linkXDP}, "IFLA_XDP"},
	{nested{&attributes{names: uapi.LinkAttributes, holds: []holding{{phrase{}, "IFLA_ALT_IFNAME"}}}}, "IFLA_PROP_LIST"},
	{nested{&attributes{names: uapi.ProtoDownAttributes, holds: []holding{
		{nlX32, "IFLA_PROTO_DOWN_REASON_MASK IFLA_PROTO_DOWN_REASON_VALUE"},
	}}}, "IFLA_PROTO_DOWN_REASON"},
}}

var linkXDP = attributes{names: uapi.LinkXDPAttributes, holds: []holding{
	{nlFD, "IFLA_XDP_FD"},
	{nlU32, "IFLA_XDP_PROG_ID IFLA_XDP_DRV_PROG_ID IFLA_XDP_SKB_PROG_ID IFLA_XDP_HW_PROG_ID"},
	{nlFD, "IFLA_XDP_EXPECTED_FD"},
	{named{1, uapi.XDPAttached}, "IFLA_XDP_ATTACHED"},
	{constant{4, uapi.XDPAttachFlags}, "IFLA_XDP_FLAGS"},
}}

var linkMap = &syscalls.Record{Name: "rtnl_link_ifmap", Fields: []syscalls.Param{
	{Name: "mem_start", Type: x64}, {Name: "mem_end", Type: x64}, {Name: "base_addr", Type: x64},
	{Name: "irq", Type: u16}, {Name: "dma", Type: u8}, {Name: "port", Type: u8},
}}

// counters is struct rtnl_link_stats of so many bytes a counter. Older kernels have only the
// first known of them, and longer ones are shown as far as they go.
type counters struct{ size, least int }

var counterNames = [...]string{
	"rx_packets", "tx_packets", "rx_bytes", "tx_bytes", "rx_errors", "tx_errors", "rx_dropped", "tx_dropped",
	"multicast", "collisions", "rx_length_errors", "rx_over_errors", "rx_crc_errors", "rx_frame_errors",
	"rx_fifo_errors", "rx_missed_errors", "tx_aborted_errors", "tx_carrier_errors", "tx_fifo_errors",
	"tx_heartbeat_errors", "tx_window_errors", "rx_compressed", "tx_compressed", "rx_nohandler", "rx_otherhost_dropped",
}

func (c counters) decode(x *context, b []byte) value.Value {
	n := min(len(b)/c.size, c.least+1)
	if n < c.least {
		return nil
	}
	f := x.a.Fields(n)
	for i, name := range counterNames[:n] {
		f = append(f, value.Field{Name: name, Value: x.a.Int(integer(b, i*c.size, c.size), c.size, value.Unsigned)})
	}
	return x.a.Struct(f, false)
}

// linkHardware is the address of a link. Where the family of the message, read as a kind of
// hardware, has short addresses, strace shows no more of it, and so do we.
type linkHardware struct{}

func (linkHardware) decode(x *context, b []byte) value.Value {
	if n := hardwareSizes[x.nl.family]; n > 0 && len(b) <= maxHardware {
		m := x.hardwareAddr(b[:min(n, len(b))])
		m.Number = x.binary(b)
		return m
	}
	return hardware{}.decode(x, b)
}

var hardwareSizes = [256]int{0: 7, 1: 6, 3: 7, 6: 6, 7: 1, 15: 2, 24: 16, 27: 8, 32: 20}

// vfInfo is what is said of virtual functions.
var vfInfo = attributes{names: uapi.VFInfoAttributes, holds: []holding{{nested{&vfAttributes}, "IFLA_VF_INFO"}}}

var vfAttributes = attributes{names: uapi.VFAttributes, holds: []holding{
	{pieces{{"vf", 4, nlU32}, {"mac", maxHardware, nlHardware}}, "IFLA_VF_MAC"},
	{pieces{{"broadcast", maxHardware, nlHardware}}, "IFLA_VF_BROADCAST"},
	{vfNumbers("vlan qos"), "IFLA_VF_VLAN"},
	{vfNumbers("rate"), "IFLA_VF_TX_RATE"},
	{vfNumbers("min_tx_rate max_tx_rate"), "IFLA_VF_RATE"},
	{vfNumbers("setting"), "IFLA_VF_SPOOFCHK IFLA_VF_RSS_QUERY_EN IFLA_VF_TRUST"},
	{structure{&syscalls.Record{Name: "ifla_vf_link_state", Fields: []syscalls.Param{
		{Name: "vf", Type: u32}, {Name: "link_state", Type: oneOf(4, uapi.VFLinkStates)},
	}}}, "IFLA_VF_LINK_STATE"},
	{vfGUID{}, "IFLA_VF_IB_NODE_GUID IFLA_VF_IB_PORT_GUID"},
	{nested{&attributes{names: uapi.VFStatsAttributes, holds: []holding{
		{nlU64, `IFLA_VF_STATS_RX_PACKETS IFLA_VF_STATS_TX_PACKETS IFLA_VF_STATS_RX_BYTES IFLA_VF_STATS_TX_BYTES
			IFLA_VF_STATS_BROADCAST IFLA_VF_STATS_MULTICAST IFLA_VF_STATS_RX_DROPPED IFLA_VF_STATS_TX_DROPPED`},
	}}}, "IFLA_VF_STATS"},
	{nested{&attributes{names: uapi.VFVLANAttributes, holds: []holding{{pieces{
		{"vf", 4, nlU32}, {"vlan", 4, nlU32}, {"qos", 4, nlU32}, {"vlan_proto", 2, nlEtherType}, {"", 2, nil},
	}, "IFLA_VF_VLAN_INFO"}}}}, "IFLA_VF_VLAN_LIST"},
}}

// vfNumbers is a virtual function and numbers about it.
func vfNumbers(names string) *integers {
	return &integers{name: "ifla_vf", runs: []run{{u32, "vf"}, {u32, names}}}
}

// vfGUID is struct ifla_vf_guid, whose second field is aligned or not.
type vfGUID struct{}

func (vfGUID) decode(x *context, b []byte) value.Value {
	const packed, aligned = 12, 16
	if len(b) < packed || len(b) > aligned {
		return nil
	}
	at := 4
	if len(b) == aligned {
		at = 8
	}
	return x.a.Struct(append(x.a.Fields(2), x.u32Field("vf", b, 0, value.Unsigned),
		value.Field{Name: "guid", Value: x.a.Int(integer(b, at, 8), 8, value.Hex)}), false)
}

var portAttributes = attributes{names: uapi.PortAttributes, holds: []holding{
	{nlU32, "IFLA_PORT_VF"},
	{phrase{}, "IFLA_PORT_PROFILE"},
	{pieces{{"vsi_mgr_id", 1, nlU8}, {"vsi_type_id", 3, nlBytes}, {"vsi_type_version", 1, nlU8}, {"pad", 3, spareBytes{}}}, "IFLA_PORT_VSI_TYPE"},
	{nlU8, "IFLA_PORT_REQUEST"},
	{nlU16, "IFLA_PORT_RESPONSE"},
}}

// linkInfo is what is said of the kind of a link. The data that belong to the kind follow
// its name.
type linkInfo struct{}

func (linkInfo) decode(x *context, b []byte) value.Value {
	outer := x.nl
	v := nested{&linkInfoAttributes}.decode(x, b)
	x.nl = outer
	return v
}

var linkInfoAttributes = attributes{names: uapi.LinkInfoAttributes, holds: []holding{
	{linkKind{}, "IFLA_INFO_KIND"},
	{slaveKind{}, "IFLA_INFO_SLAVE_KIND"},
	{linkData{}, "IFLA_INFO_DATA"},
	{slaveData{}, "IFLA_INFO_SLAVE_DATA"},
	{linkStatistics{}, "IFLA_INFO_XSTATS"},
}}

// linkKind is the name of the kind of a link.
type linkKind struct{}

func (linkKind) decode(x *context, b []byte) value.Value {
	x.nl.link = text(untilNUL(b))
	return x.kindName(b)
}

// slaveKind is the name of the kind of what the link is part of.
type slaveKind struct{}

func (slaveKind) decode(x *context, b []byte) value.Value {
	x.nl.slave = text(untilNUL(b))
	return x.kindName(b)
}

// kindName is the name of a kind, which ends at the first NUL.
func (x *context) kindName(b []byte) value.Value {
	if name := untilNUL(b); len(name) < len(b) {
		return x.a.Str(name, false)
	}
	return phrase{}.decode(x, b)
}

// linkData is what belongs to the kind of the link.
type linkData struct{}

func (linkData) decode(x *context, b []byte) value.Value {
	switch x.nl.link {
	case "bridge":
		return nested{&bridgeAttributes}.decode(x, b)
	case "tun":
		return nested{&tunAttributes}.decode(x, b)
	}
	return nil
}

// slaveData is what belongs to the kind of what the link is part of.
type slaveData struct{}

func (slaveData) decode(x *context, b []byte) value.Value {
	if x.nl.slave == "bridge" {
		return nested{&portOfBridge}.decode(x, b)
	}
	return nil
}

// linkStatistics is statistics of a kind of link: a CAN bus.
type linkStatistics struct{}

func (linkStatistics) decode(x *context, b []byte) value.Value {
	if x.nl.link == "can" {
		return canStats.decode(x, b)
	}
	return nil
}

var canStats = &integers{name: "can_device_stats", runs: []run{{u32, "bus_error error_warning error_passive bus_off arbitration_lost restarts"}}}

var tunAttributes = attributes{names: uapi.LinkTunAttributes, holds: []holding{
	{nlUID, "IFLA_TUN_OWNER IFLA_TUN_GROUP"},
	{nlU32, "IFLA_TUN_NUM_QUEUES IFLA_TUN_NUM_DISABLED_QUEUES"},
	{named{1, uapi.TunTypes}, "IFLA_TUN_TYPE"},
	{nlU8, "IFLA_TUN_PI IFLA_TUN_VNET_HDR IFLA_TUN_PERSIST IFLA_TUN_MULTI_QUEUE"},
}}

// linkProtocol is what the family of the message says of a link.
type linkProtocol struct{}

func (linkProtocol) decode(x *context, b []byte) value.Value {
	switch x.nl.family {
	case afBridge:
		return nested{&portOfBridge}.decode(x, b)
	case afInet6:
		return nested{&linkInet6}.decode(x, b)
	}
	return nil
}

// linkFamilies is what each family says of a link, or what a bridge does.
type linkFamilies struct{}

func (linkFamilies) decode(x *context, b []byte) value.Value {
	if x.nl.family == afBridge {
		return nested{&linkBridge}.decode(x, b)
	}
	return nested{&familiesOfLink}.decode(x, b)
}

var familiesOfLink = attributes{names: uapi.AddressFamilies, holds: []holding{
	{nested{&attributes{names: uapi.LinkInetAttributes, holds: []holding{{list{nlS32, 4, inetSettings}, "IFLA_INET_CONF"}}}}, "AF_INET"},
	{nested{&linkInet6}, "AF_INET6"},
	{nested{&attributes{names: uapi.LinkMCTPAttributes, holds: []holding{{nlU32, "IFLA_MCTP_NET"}, {nlX8, "IFLA_MCTP_PHYS_BINDING"}}}}, "AF_MCTP"},
}}

// inetSettings are the positions of the settings of IPv4, which are numbered from one.
var inetSettings = func() *uapi.Set {
	s := &uapi.Set{Name: "positions of " + uapi.InetSettings.Name, Unknown: uapi.InetSettings.Unknown}
	for _, c := range uapi.InetSettings.Consts {
		s.Consts = append(s.Consts, uapi.Const{Name: c.Name + "-1", Value: c.Value - 1})
	}
	return s
}()

var linkInet6 = attributes{names: uapi.LinkInet6Attributes, holds: []holding{
	{named{4, uapi.LinkInet6Flags}, "IFLA_INET6_FLAGS"},
	{list{nlS32, 4, uapi.Inet6Settings}, "IFLA_INET6_CONF"},
	{list{nlU64, 8, uapi.Inet6Stats}, "IFLA_INET6_STATS"},
	{list{nlU64, 8, uapi.ICMP6Stats}, "IFLA_INET6_ICMP6STATS"},
	{&integers{name: "ifla_cacheinfo", runs: []run{{u32, "max_reasm_len tstamp reachable_time retrans_time"}}}, "IFLA_INET6_CACHEINFO"},
	{nlInet6, "IFLA_INET6_TOKEN"},
	{named{1, uapi.AddrGenModes}, "IFLA_INET6_ADDR_GEN_MODE"},
	{nlU32, "IFLA_INET6_RA_MTU"},
}}
