package decode

import (
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/uapi"
)

// trafficAttributes are what is said of queues, classes and filters.
var trafficAttributes = attributes{names: uapi.TrafficAttributes, holds: []holding{
	{phrase{}, "TCA_KIND TCA_EXT_WARN_MSG"},
	{&integers{name: "tc_stats", runs: []run{{u64, "bytes"}, {u32, "packets drops overlimits bps pps qlen backlog"}}}, "TCA_STATS"},
	{structure{&syscalls.Record{Name: "tc_estimator", Fields: []syscalls.Param{{Name: "interval", Type: syscalls.Bits{Width: 1}}, {Name: "ewma_log", Type: u8}}}}, "TCA_RATE"},
	{nlU32, "TCA_FCNT TCA_CHAIN TCA_INGRESS_BLOCK TCA_EGRESS_BLOCK TCA_DUMP_FLAGS"},
	{nlU8, "TCA_HW_OFFLOAD"},
	{nested{&trafficStats}, "TCA_STATS2"},
	{nested{&attributes{names: uapi.TrafficTables, holds: []holding{
		{structure{&syscalls.Record{Name: "tc_sizespec", Fields: trafficSizes}}, "TCA_STAB_BASE"},
		{list{nlU16, 2, nil}, "TCA_STAB_DATA"},
	}}}, "TCA_STAB"},
}}

var trafficSizes = []syscalls.Param{
	{Name: "cell_log", Type: u8}, {Name: "size_log", Type: u8}, {Name: "cell_align", Type: syscalls.Bits{Width: 2}},
	{Name: "overhead", Type: s32}, {Name: "linklayer", Type: u32}, {Name: "mpu", Type: u32}, {Name: "mtu", Type: u32}, {Name: "tsize", Type: u32},
}

var trafficBasic = &integers{name: "gnet_stats_basic", runs: []run{{u64, "bytes"}, {u32, "packets"}}}

var trafficStats = attributes{names: uapi.TrafficStats, holds: []holding{
	{trafficBasic, "TCA_STATS_BASIC TCA_STATS_BASIC_HW"},
	{&integers{name: "gnet_stats_rate_est", runs: []run{{u32, "bps pps"}}}, "TCA_STATS_RATE_EST"},
	{&integers{name: "gnet_stats_rate_est64", runs: []run{{u64, "bps pps"}}}, "TCA_STATS_RATE_EST64"},
	{&integers{name: "gnet_stats_queue", runs: []run{{u32, "qlen backlog drops requeues overlimits"}}}, "TCA_STATS_QUEUE"},
	{nlU64, "TCA_STATS_PKT64"},
}}

// actionAttributes are what is said of actions, which are numbered.
var actionAttributes = attributes{names: uapi.ActionAttributes, holds: []holding{
	{nested{&attributes{each: nested{&actionParts}}}, "TCA_ROOT_TAB"},
	{named{4, uapi.ActionDumpFlags}, "TCA_ROOT_FLAGS"},
	{nlU32, "TCA_ROOT_COUNT"},
	{nlMillis, "TCA_ROOT_TIME_DELTA"},
	{phrase{}, "TCA_ROOT_EXT_WARN_MSG"},
}}

var actionParts = attributes{names: uapi.ActionParts, holds: []holding{
	{phrase{}, "TCA_ACT_KIND"},
	{nlU32, "TCA_ACT_INDEX TCA_ACT_IN_HW_COUNT"},
	{nested{&trafficStats}, "TCA_ACT_STATS"},
	{named{4, uapi.ActionFlags}, "TCA_ACT_FLAGS"},
	{named{4, uapi.ActionHardwareStats}, "TCA_ACT_HW_STATS TCA_ACT_USED_HW_STATS"},
}}
