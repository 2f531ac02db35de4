package decode

import (
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/uapi"
)

// bpfLinkCreate is what links have in common; the type of attachment decides the rest.
var bpfLinkCreate = bpfCommand{member: "link_create", size: 16, more: bpfLinkMore, fields: []bpfField{
	{name: "prog_fd", kind: fd},
	{name: "target_fd", at: 4, kind: fd, when: bpfOnFD(8)},
	{name: "target_ifindex", at: 4, kind: bpfIndex, when: bpfOnDevice(8)},
	{name: "attach_type", at: 8, kind: bpfFlags(uapi.BPFAttachTypes)},
	{name: "flags", at: 12, kind: bpfAttachFlags},
}}

// bpfPlaces are the flags that say where among other programs one is put.
const bpfPlaces = 1<<3 | 1<<4 // BPF_F_BEFORE, BPF_F_AFTER

// bpfLinkMore returns the attributes that belong to the type of attachment.
func bpfLinkMore(d *bpfData) *bpfCommand {
	switch kind := d.u32(8); kind {
	case 28: // BPF_TRACE_ITER
		return &bpfLinkIter
	case 24, 25, 26, 27, 58: // BPF_TRACE_FENTRY, _FEXIT, BPF_MODIFY_RETURN, BPF_LSM_MAC, BPF_TRACE_FSESSION
		return &bpfLinkTracing
	case 41: // BPF_PERF_EVENT
		return &bpfLinkPerf
	case 42: // BPF_TRACE_KPROBE_MULTI
		return &bpfLinkKprobes
	case 48: // BPF_TRACE_UPROBE_MULTI
		return &bpfLinkUprobes
	case 45: // BPF_NETFILTER
		return &bpfLinkNetfilter
	case 46, 47: // BPF_TCX_INGRESS, BPF_TCX_EGRESS
		return &bpfLinkTCX
	case 54, 55: // BPF_NETKIT_PRIMARY, BPF_NETKIT_PEER
		return &bpfLinkNetkit
	case 59, 60, 61: // BPF_TRACE_FENTRY_MULTI and its kind
		return &bpfLinkTracings
	default:
		return bpfLinkCgroupOf(kind, d)
	}
}

// bpfCgroups are the types of attachment to a cgroup, a bit each.
const bpfCgroups = 1<<0 | 1<<1 | 1<<2 | 1<<3 | 1<<6 | 1<<8 | 1<<9 | 1<<10 | 1<<11 | 1<<12 | 1<<13 | 1<<14 | 1<<15 | 1<<18 |
	1<<19 | 1<<20 | 1<<21 | 1<<22 | 1<<29 | 1<<30 | 1<<31 | 1<<32 | 1<<34 | 1<<49 | 1<<50 | 1<<51 | 1<<52 | 1<<53

func bpfLinkCgroupOf(kind uint64, d *bpfData) *bpfCommand {
	switch {
	case kind >= 64 || bpfCgroups>>kind&1 == 0:
		return nil
	case d.u32(12)&bpfPlaces != 0:
		return &bpfLinkCgroup
	}
	return &bpfLinkTarget
}

var (
	bpfLinkTarget = bpfCommand{size: 20, fields: []bpfField{{name: "target_btf_id", at: 16, kind: u32, when: bpfHas(16, 1<<32-1)}}}

	bpfLinkIter = bpfCommand{size: 28, fields: []bpfField{
		{name: "iter_info", at: 16, kind: bpfKind("bpfMaps"), n: 24},
		{name: "iter_info_len", at: 24, kind: u32},
	}}

	bpfLinkPerf = bpfCommand{member: "perf_event", size: 24, fields: []bpfField{{name: "bpf_cookie", at: 16, kind: x64}}}

	bpfLinkTracing = bpfCommand{member: "tracing", size: 32, fields: []bpfField{
		{name: "target_btf_id", at: 16, kind: u32},
		{name: "cookie", at: 24, kind: x64},
	}}

	bpfLinkTracings = bpfCommand{member: "tracing_multi", size: 36, fields: []bpfField{
		{name: "ids", at: 16, kind: bpfKind("bpfIDs"), n: 32},
		{name: "cookies", at: 24, kind: bpfKind("bpfHexes"), n: 32},
		{name: "cnt", at: 32, kind: u32},
	}}

	bpfLinkKprobes = bpfCommand{member: "kprobe_multi", size: 48, fields: []bpfField{
		{name: "flags", at: 16, kind: bpfFlags(uapi.BPFKprobeFlags)},
		{name: "cnt", at: 20, kind: u32},
		{name: "syms", at: 24, kind: bpfKind("bpfSymbols"), n: 20},
		{name: "addrs", at: 32, kind: bpfKind("bpfHexes"), n: 20},
		{name: "cookies", at: 40, kind: bpfKind("bpfHexes"), n: 20},
	}}

	bpfLinkUprobes = bpfCommand{member: "uprobe_multi", size: 64, fields: []bpfField{
		{name: "path", at: 16, kind: bpfKind("bpfPath")},
		{name: "offsets", at: 24, kind: bpfKind("bpfHexes"), n: 48},
		{name: "ref_ctr_offsets", at: 32, kind: bpfKind("bpfHexes"), n: 48},
		{name: "cookies", at: 40, kind: bpfKind("bpfHexes"), n: 48},
		{name: "cnt", at: 48, kind: u32},
		{name: "flags", at: 52, kind: bpfFlags(uapi.BPFUprobeFlags)},
		{name: "pid", at: 56, kind: pid},
		{name: "path_fd", at: 60, kind: fd, over: 60},
	}}

	bpfLinkNetfilter = bpfCommand{member: "netfilter", size: 32, fields: []bpfField{
		{name: "pf", at: 16, kind: u32},
		{name: "hooknum", at: 20, kind: u32},
		{name: "priority", at: 24, kind: s32},
		{name: "flags", at: 28, kind: bpfFlags(uapi.BPFNetfilterFlags)},
	}}

	bpfLinkTCX    = bpfPlaced("tcx")
	bpfLinkNetkit = bpfPlaced("netkit")
	bpfLinkCgroup = bpfPlaced("cgroup")
)

// bpfPlaced is a place among other programs.
func bpfPlaced(member string) bpfCommand {
	return bpfCommand{member: member, size: 32, fields: []bpfField{
		{name: "relative_fd", at: 16, kind: fd, when: bpfLacks(12, bpfID)},
		{name: "relative_id", at: 16, kind: u32, when: bpfHas(12, bpfID)},
		{name: "expected_revision", at: 24, kind: x64},
	}}
}

// bpfIterInfo is union bpf_iter_link_info as strace shows it, four bytes an element.
var bpfIterInfo = &syscalls.Record{Name: "bpf_iter_link_info", Fields: []syscalls.Param{
	{Name: "map", Type: &syscalls.Record{Fields: []syscalls.Param{{Name: "map_fd", Type: fd}}}},
}}
