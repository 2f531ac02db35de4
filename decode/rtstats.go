package decode

import (
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// statsAttributes are the statistics of a link.
var statsAttributes = attributes{names: uapi.StatsAttributes, holds: []holding{
	{counters{8, 24}, "IFLA_STATS_LINK_64"},
	{nested{&extendedStats}, "IFLA_STATS_LINK_XSTATS IFLA_STATS_LINK_XSTATS_SLAVE"},
	{nested{&attributes{names: uapi.OffloadStats, holds: []holding{{counters{8, 24}, "IFLA_OFFLOAD_XSTATS_CPU_HIT"}}}}, "IFLA_STATS_LINK_OFFLOAD_XSTATS"},
	{nested{&attributes{names: uapi.AddressFamilies, holds: []holding{{nested{&mplsStats}, "AF_MPLS"}}}}, "IFLA_STATS_AF_SPEC"},
}}

var mplsStats = attributes{names: uapi.MPLSStats, holds: []holding{{headed{&integers{name: "mpls_link_stats", runs: []run{{u64, "rx_packets tx_packets rx_bytes tx_bytes rx_errors tx_errors rx_dropped tx_dropped rx_noroute"}}}, 72, nil}, "MPLS_STATS_LINK"}}}

var extendedStats = attributes{names: uapi.ExtendedStats, holds: []holding{
	{nested{&bridgeStats}, "LINK_XSTATS_TYPE_BRIDGE"},
	{nested{&attributes{names: uapi.BondStats, holds: []holding{{nested{&attributes{names: uapi.Bond3ADStats, holds: []holding{
		{nlU64, `BOND_3AD_STAT_LACPDU_RX BOND_3AD_STAT_LACPDU_TX BOND_3AD_STAT_LACPDU_UNKNOWN_RX BOND_3AD_STAT_LACPDU_ILLEGAL_RX
			BOND_3AD_STAT_MARKER_RX BOND_3AD_STAT_MARKER_TX BOND_3AD_STAT_MARKER_RESP_RX BOND_3AD_STAT_MARKER_RESP_TX
			BOND_3AD_STAT_MARKER_UNKNOWN_RX`},
	}}}, "BOND_XSTATS_3AD"}}}}, "LINK_XSTATS_TYPE_BOND"},
}}

var bridgeStats = attributes{names: uapi.BridgeStats, holds: []holding{
	{headed{structure{&syscalls.Record{Name: "bridge_vlan_xstats", Fields: []syscalls.Param{
		{Name: "rx_bytes", Type: u64}, {Name: "rx_packets", Type: u64}, {Name: "tx_bytes", Type: u64}, {Name: "tx_packets", Type: u64},
		{Name: "vid", Type: u16}, {Name: "flags", Type: oneOf(2, uapi.BridgeVLANFlags)}, {Name: "pad2", Type: x32, Spare: true},
	}}}, 40, nil}, "BRIDGE_XSTATS_VLAN"},
	{headed{multicastStats{}, 240, nil}, "BRIDGE_XSTATS_MCAST"},
	{headed{&integers{name: "bridge_stp_xstats", runs: []run{{u64, "transition_blk transition_fwd rx_bpdu tx_bpdu rx_tcn tx_tcn"}}}, 48, nil}, "BRIDGE_XSTATS_STP"},
}}

// multicastStats is struct br_mcast_stats: counters of what came in and went out.
type multicastStats struct{}

func (multicastStats) decode(x *context, b []byte) value.Value {
	const pairs = `igmp_v1queries igmp_v2queries igmp_v3queries igmp_leaves igmp_v1reports igmp_v2reports igmp_v3reports igmp_parse_errors
		mld_v1queries mld_v2queries mld_leaves mld_v1reports mld_v2reports mld_parse_errors mcast_bytes mcast_packets`
	f := x.a.Fields(16)
	eachWord(pairs, func(name string) {
		size := 16
		if name == "igmp_parse_errors" || name == "mld_parse_errors" {
			size = 8
			f = append(f, value.Field{Name: name, Value: x.a.Int(integer(b, 0, 8), 8, value.Unsigned)})
		} else {
			f = append(f, value.Field{Name: name, Value: list{nlU64, 8, uapi.MulticastDirections}.decode(x, b[:size])})
		}
		b = b[size:]
	})
	return x.a.Struct(f, false)
}
