package decode

import (
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// addressAttributes are what is said of an address.
var addressAttributes = attributes{names: uapi.AddressAttributes, holds: []holding{
	{nlAddress, "IFA_ADDRESS IFA_LOCAL IFA_BROADCAST IFA_ANYCAST IFA_MULTICAST"},
	{phrase{}, "IFA_LABEL"},
	{&integers{name: "ifa_cacheinfo", runs: []run{{u32, "ifa_prefered ifa_valid cstamp tstamp"}}}, "IFA_CACHEINFO"},
	{constant{4, uapi.AddressFlags}, "IFA_FLAGS"},
	{nlU32, "IFA_RT_PRIORITY"},
	{nlS32, "IFA_TARGET_NETNSID"},
}}

var labelAttributes = attributes{names: uapi.LabelAttributes, holds: []holding{{nlAddress, "IFAL_ADDRESS"}, {nlU32, "IFAL_LABEL"}}}

// routeAttributes are what is said of a route.
var routeAttributes = attributes{names: uapi.RouteAttributes, holds: append(nexthopHoldings,
	holding{multipath{}, "RTA_MULTIPATH"})}

// pathAttributes are what is said of one of a route's paths.
var pathAttributes = attributes{names: uapi.RouteAttributes, holds: nexthopHoldings}

var nexthopHoldings = []holding{
	{nlAddress, "RTA_DST RTA_SRC RTA_GATEWAY RTA_PREFSRC RTA_NEWDST"},
	{nlInterface, "RTA_IIF RTA_OIF"},
	{nlU32, "RTA_PRIORITY RTA_PROTOINFO RTA_FLOW RTA_MP_ALGO RTA_MARK RTA_UID RTA_NH_ID"},
	{nlU64, "RTA_EXPIRES"},
	{nlU16, "RTA_SPORT RTA_DPORT"},
	{nlU8, "RTA_PREF RTA_TTL_PROPAGATE RTA_IP_PROTO"},
	{nlBE32, "RTA_FLOWLABEL"},
	{constant{4, quietTables}, "RTA_TABLE"},
	{constant{2, uapi.Encapsulations}, "RTA_ENCAP_TYPE"},
	{nested{&routeMetrics}, "RTA_METRICS"},
	{structure{routeCacheInfo}, "RTA_CACHEINFO"},
	{&integers{name: "rta_mfc_stats", runs: []run{{u64, "mfcs_packets mfcs_bytes mfcs_wrong_if"}}}, "RTA_MFC_STATS"},
	{routeVia{}, "RTA_VIA"},
}

var routeMetrics = attributes{names: uapi.RouteMetrics, holds: []holding{
	{nlU32, `RTAX_LOCK RTAX_MTU RTAX_WINDOW RTAX_RTT RTAX_RTTVAR RTAX_SSTHRESH RTAX_CWND RTAX_ADVMSS RTAX_REORDERING
		RTAX_HOPLIMIT RTAX_INITCWND RTAX_FEATURES RTAX_RTO_MIN RTAX_INITRWND RTAX_QUICKACK`},
	{phrase{}, "RTAX_CC_ALGO"},
}}

var routeCacheInfo = &syscalls.Record{Name: "rta_cacheinfo", Fields: []syscalls.Param{
	{Name: "rta_clntref", Type: u32}, {Name: "rta_lastuse", Type: u32}, {Name: "rta_expires", Type: u32}, {Name: "rta_error", Type: u32},
	{Name: "rta_used", Type: u32}, {Name: "rta_id", Type: x32}, {Name: "rta_ts", Type: u32}, {Name: "rta_tsage", Type: u32},
}}

var nexthop = &syscalls.Record{Name: "rtnexthop", Fields: []syscalls.Param{
	{Name: "rtnh_len", Type: u16},
	{Name: "rtnh_flags", Type: oneOf(1, uapi.NexthopFlags)},
	{Name: "rtnh_hops", Type: u8},
	interfaceField("rtnh_ifindex"),
}}

// multipath is the paths of a route, each with attributes behind it.
type multipath struct{}

func (multipath) decode(x *context, b []byte) value.Value {
	const head = 8
	if len(b) < head {
		return nil
	}
	return x.aligned(b, head, x.path)
}

// path is one of a route's paths.
func (x *context) path(b []byte) value.Value {
	const head = 8
	hop := x.record(nexthop, b[:head], 0)
	if len(b) == head {
		return hop
	}
	return x.a.Array(append(x.a.Values(2), hop, x.attributes(&pathAttributes, b[head:])), false, value.List)
}

// routeVia is struct rtvia: a family of two bytes and an address.
type routeVia struct{}

func (routeVia) decode(x *context, b []byte) value.Value {
	if len(b) < 2 {
		return nil
	}
	family := integer(b, 0, 2)
	f := append(x.a.Fields(2), value.Field{Name: "rtvia_family", Value: x.a.Flags(family, 2, uapi.AddressFamilies)})
	if b = b[2:]; len(b) > 0 {
		addr := value.Value(nil)
		if family < 256 {
			addr = x.familyAddr(byte(family), b)
		}
		if addr == nil {
			addr = x.octetString(b)
		}
		f = append(f, value.Field{Name: "rtvia_addr", Value: addr})
	}
	return x.a.Struct(f, false)
}

// neighborAttributes are what is said of a neighbor.
var neighborAttributes = attributes{names: uapi.NeighborAttributes, holds: []holding{
	{nlAddress, "NDA_DST"},
	{nlHardware, "NDA_LLADDR"},
	{nlU32, "NDA_PROBES NDA_VNI NDA_LINK_NETNSID NDA_SRC_VNI NDA_NH_ID"},
	{nlU16, "NDA_VLAN"},
	{nlBE16, "NDA_PORT"},
	{nlInterface, "NDA_IFINDEX NDA_MASTER"},
	{named{0, uapi.IPProtocols}, "NDA_PROTOCOL"},
	{&integers{name: "nda_cacheinfo", runs: []run{{u32, "ndm_confirmed ndm_used ndm_updated ndm_refcnt"}}}, "NDA_CACHEINFO"},
	{nested{&attributes{names: uapi.ForwardingAttributes, holds: []holding{{named{1, uapi.FDBNotify}, "NFEA_ACTIVITY_NOTIFY"}}}}, "NDA_FDB_EXT_ATTRS"},
	{named{4, uapi.NeighborExtFlags}, "NDA_FLAGS_EXT"},
	{named{2, uapi.NeighborStates}, "NDA_NDM_STATE_MASK"},
	{named{1, uapi.NeighborFlags}, "NDA_NDM_FLAGS_MASK"},
}}

// neighborTableAttributes are what is said of a table of neighbors.
var neighborTableAttributes = attributes{names: uapi.NeighborTableAttributes, holds: []holding{
	{phrase{}, "NDTA_NAME"},
	{nlU32, "NDTA_THRESH1 NDTA_THRESH2 NDTA_THRESH3"},
	{nlU64, "NDTA_GC_INTERVAL"},
	{neighborTableConfig, "NDTA_CONFIG"},
	{nested{&neighborParameters}, "NDTA_PARMS"},
	{neighborTableStats{}, "NDTA_STATS"},
}}

var neighborTableConfig = &integers{name: "ndt_config", runs: []run{
	{u16, "ndtc_key_len ndtc_entry_size"},
	{u32, "ndtc_entries ndtc_last_flush ndtc_last_rand ndtc_hash_rnd"},
	{syscalls.Bits{Width: 4, Form: value.HexAlt}, "ndtc_hash_mask"},
	{u32, "ndtc_hash_chain_gc ndtc_proxy_qlen"},
}}

// neighborTableStats is struct ndt_stats, whose last counter is newer.
type neighborTableStats struct{}

var neighborTableCounters = &integers{name: "ndt_stats", runs: []run{{u64, `ndts_allocs ndts_destroys ndts_hash_grows
	ndts_res_failed ndts_lookups ndts_hits ndts_rcv_probes_mcast ndts_rcv_probes_ucast ndts_periodic_gc_runs ndts_forced_gc_runs ndts_table_fulls`}}}

func (neighborTableStats) decode(x *context, b []byte) value.Value {
	r := *neighborTableCounters.record()
	if len(b) < r.Size(x.abi) {
		r.Fields = r.Fields[:len(r.Fields)-1]
	}
	return structure{&r}.decode(x, b)
}

var neighborParameters = attributes{names: uapi.NeighborParameters, holds: []holding{
	{nlInterface, "NDTPA_IFINDEX"},
	{nlU32, `NDTPA_REFCNT NDTPA_QUEUE_LEN NDTPA_APP_PROBES NDTPA_UCAST_PROBES NDTPA_MCAST_PROBES NDTPA_PROXY_QLEN
		NDTPA_QUEUE_LENBYTES NDTPA_MCAST_REPROBES`},
	{nlU64, `NDTPA_REACHABLE_TIME NDTPA_BASE_REACHABLE_TIME NDTPA_RETRANS_TIME NDTPA_GC_STALETIME NDTPA_DELAY_PROBE_TIME
		NDTPA_ANYCAST_DELAY NDTPA_PROXY_DELAY NDTPA_LOCKTIME NDTPA_INTERVAL_PROBE_TIME_MS`},
}}

// ruleAttributes are what is said of a routing rule.
var ruleAttributes = attributes{names: uapi.RuleAttributes, holds: []holding{
	{nlAddress, "FRA_DST FRA_SRC"},
	{phrase{}, "FRA_IIFNAME FRA_OIFNAME"},
	{nlU32, "FRA_GOTO FRA_PRIORITY FRA_FWMARK FRA_FLOW FRA_SUPPRESS_IFGROUP FRA_SUPPRESS_PREFIXLEN FRA_FWMASK"},
	{nlU8, "FRA_L3MDEV FRA_DSCP"},
	{nlX8, "FRA_DSCP_MASK"},
	{nlX16, "FRA_SPORT_MASK FRA_DPORT_MASK"},
	{nlBE32, "FRA_FLOWLABEL FRA_FLOWLABEL_MASK"},
	{nlBE64, "FRA_TUN_ID"},
	{constant{4, quietTables}, "FRA_TABLE"},
	{constant{1, uapi.RouteProtocols}, "FRA_PROTOCOL"},
	{named{0, uapi.IPProtocols}, "FRA_IP_PROTO"},
	{&integers{name: "fib_rule_uid_range", runs: []run{{u32, "start end"}}}, "FRA_UID_RANGE"},
	{&integers{name: "fib_rule_port_range", runs: []run{{u16, "start end"}}}, "FRA_SPORT_RANGE FRA_DPORT_RANGE"},
}}

var netconfAttributes = attributes{names: uapi.NetconfAttributes, holds: []holding{
	{nlInterface, "NETCONFA_IFINDEX"},
	{nlS32, `NETCONFA_FORWARDING NETCONFA_RP_FILTER NETCONFA_MC_FORWARDING NETCONFA_PROXY_NEIGH
		NETCONFA_IGNORE_ROUTES_WITH_LINKDOWN NETCONFA_INPUT NETCONFA_BC_FORWARDING NETCONFA_FORCE_FORWARDING`},
}}

var namespaceAttributes = attributes{names: uapi.NamespaceAttributes, holds: []holding{
	{nlS32, "NETNSA_NSID NETNSA_TARGET_NSID NETNSA_CURRENT_NSID"},
	{nlU32, "NETNSA_PID"},
	{nlFD, "NETNSA_FD"},
}}

// nexthopAttributes are what is said of a next hop.
var nexthopAttributes = attributes{names: uapi.NexthopAttributes, holds: []holding{
	{nlU32, "NHA_ID NHA_BLACKHOLE NHA_GROUPS NHA_FDB"},
	{nlInterface, "NHA_OIF NHA_MASTER"},
	{list{structure{&syscalls.Record{Name: "nexthop_grp", Fields: []syscalls.Param{
		{Name: "id", Type: u32}, {Name: "weight", Type: u8},
		{Name: "weight_high", Type: u8},
		{Name: "resvd2", Type: x16, Spare: true},
	}}}, 8, nil}, "NHA_GROUP"},
	{named{2, uapi.NexthopGroupTypes}, "NHA_GROUP_TYPE"},
	{constant{2, uapi.Encapsulations}, "NHA_ENCAP_TYPE"},
	{nlAddress, "NHA_GATEWAY"},
	{nested{&attributes{names: uapi.NexthopGroupAttributes, holds: []holding{
		{nlU16, "NHA_RES_GROUP_BUCKETS"},
		{nlClock, "NHA_RES_GROUP_IDLE_TIMER NHA_RES_GROUP_UNBALANCED_TIMER NHA_RES_GROUP_UNBALANCED_TIME"},
	}}}, "NHA_RES_GROUP"},
	{nested{&attributes{names: uapi.NexthopBucketAttributes, holds: []holding{
		{nlU16, "NHA_RES_BUCKET_INDEX"},
		{nlClock, "NHA_RES_BUCKET_IDLE_TIME"},
		{nlU32, "NHA_RES_BUCKET_NH_ID"},
	}}}, "NHA_RES_BUCKET"},
}}
