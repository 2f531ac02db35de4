package decode

import (
	"sync"

	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/uapi"
)

// Flags that decide which attributes there are.
const (
	bpfNumaNode = 1 << 2 // BPF_F_NUMA_NODE
	bpfReplace  = 1 << 2 // BPF_F_REPLACE
	bpfID       = 1 << 5 // BPF_F_ID
)

// bpfCommands are the commands by number.
var bpfCommands = sync.OnceValue(func() []bpfCommand {
	return []bpfCommand{
		0:  bpfMapCreate,
		1:  bpfElement("value", uapi.BPFElementFlags, 24), // BPF_MAP_LOOKUP_ELEM
		2:  bpfElement("value", uapi.BPFUpdateFlags, 0),   // BPF_MAP_UPDATE_ELEM
		3:  {size: 16, fields: bpfKey},                    // BPF_MAP_DELETE_ELEM
		4:  {size: 24, fields: append(bpfKey, bpfField{name: "next_key", at: 16, kind: addr64})},
		5:  bpfProgLoad,
		6:  bpfObject, // BPF_OBJ_PIN
		7:  bpfObject, // BPF_OBJ_GET
		8:  bpfAttach, // BPF_PROG_ATTACH
		9:  bpfAttach, // BPF_PROG_DETACH
		10: bpfTestRun,
		11: bpfNext,                                       // BPF_PROG_GET_NEXT_ID
		12: bpfNext,                                       // BPF_MAP_GET_NEXT_ID
		13: {size: 4, fields: bpfAtStart("prog_id")},      // BPF_PROG_GET_FD_BY_ID
		14: {size: 12, fields: bpfOpen("map_id")},         // BPF_MAP_GET_FD_BY_ID
		15: bpfInfo,                                       // BPF_OBJ_GET_INFO_BY_FD
		16: bpfQuery,                                      // BPF_PROG_QUERY
		17: bpfTracepoint,                                 // BPF_RAW_TRACEPOINT_OPEN
		18: bpfBTFLoad,                                    // BPF_BTF_LOAD
		19: bpfBTFOpen,                                    // BPF_BTF_GET_FD_BY_ID
		20: bpfTaskQuery,                                  // BPF_TASK_FD_QUERY
		21: bpfElement("value", uapi.BPFElementFlags, 24), // BPF_MAP_LOOKUP_AND_DELETE_ELEM
		22: {size: 4, fields: bpfFDAtStart("map_fd")},     // BPF_MAP_FREEZE
		23: bpfNext,                                       // BPF_BTF_GET_NEXT_ID
		24: bpfBatch(uapi.BPFElementFlags, bpfCursors, bpfKeys, bpfValues),
		25: bpfBatch(uapi.BPFElementFlags, bpfCursors, bpfKeys, bpfValues),
		26: bpfBatch(uapi.BPFUpdateFlags, bpfKeys, bpfValues),
		27: bpfBatch(uapi.BPFElementFlags, bpfKeys),
		28: bpfLinkCreate,
		29: bpfLinkUpdate,
		30: {size: 4, fields: bpfAtStart("link_id")}, // BPF_LINK_GET_FD_BY_ID
		31: bpfNext,                                  // BPF_LINK_GET_NEXT_ID
		32: {member: "enable_stats", size: 4, fields: []bpfField{{name: "type", kind: bpfFlags(uapi.BPFStats)}}},
		33: {member: "iter_create", size: 8, fields: append(bpfFDAtStart("link_fd"), bpfField{name: "flags", at: 4, kind: x32})},
		34: {member: "link_detach", size: 4, fields: bpfFDAtStart("link_fd")},
		35: bpfPair("prog_bind_map", "prog_fd", "map_fd"),
		36: {member: "token_create", size: 8, fields: []bpfField{{name: "flags", kind: x32}, {name: "bpffs_fd", at: 4, kind: fd}}},
		37: bpfStream,
		38: bpfPair("prog_assoc_struct_ops", "map_fd", "prog_fd"),
	}
})

func bpfAtStart(name string) []bpfField   { return []bpfField{{name: name, kind: u32}} }
func bpfFDAtStart(name string) []bpfField { return []bpfField{{name: name, kind: fd}} }

// bpfOpen is an id and how to open what it names.
func bpfOpen(name string) []bpfField {
	return append(bpfAtStart(name), bpfField{name: "open_flags", at: 8, kind: bpfFlags(uapi.BPFOpenFlags), over: 8})
}

// bpfPair is two descriptors and flags.
func bpfPair(member, first, second string) bpfCommand {
	return bpfCommand{member: member, size: 12, fields: []bpfField{
		{name: first, kind: fd}, {name: second, at: 4, kind: fd}, {name: "flags", at: 8, kind: x32},
	}}
}

var bpfMapCreate = bpfCommand{size: 92, fields: []bpfField{
	{name: "map_type", kind: bpfFlags(uapi.BPFMapTypes)},
	{name: "key_size", at: 4, kind: u32},
	{name: "value_size", at: 8, kind: u32},
	{name: "max_entries", at: 12, kind: u32},
	{name: "map_flags", at: 16, kind: bpfFlags(uapi.BPFMapFlags), over: 16},
	{name: "inner_map_fd", at: 20, kind: fd, over: 20},
	{name: "numa_node", at: 24, kind: syscalls.Custom{Name: "bpfNode", Width: 4}, over: 24, when: bpfHas(16, bpfNumaNode)},
	{name: "map_name", at: 28, kind: bpfName, over: 28},
	{name: "map_ifindex", at: 44, kind: bpfIndex, over: 44},
	{name: "btf_fd", at: 48, kind: fd, over: 48},
	{name: "btf_key_type_id", at: 52, kind: u32, over: 48},
	{name: "btf_value_type_id", at: 56, kind: u32, over: 48},
	{name: "btf_vmlinux_value_type_id", at: 60, kind: u32, over: 60},
	{name: "map_extra", at: 64, kind: bpfKind("bpfExtra"), over: 64},
	{name: "value_type_btf_obj_fd", at: 72, kind: fd, over: 72},
	{name: "map_token_fd", at: 76, kind: fd, over: 76},
	{name: "excl_prog_hash", at: 80, kind: addr64, over: 80},
	{name: "excl_prog_hash_size", at: 88, kind: u32, over: 80},
}}

// bpfKey is a map and a key of it.
var bpfKey = []bpfField{{name: "map_fd", kind: fd}, {name: "key", at: 8, kind: addr64}}

// bpfElement is a map, a key and what belongs to it.
func bpfElement(name string, flags *uapi.Set, over int) bpfCommand {
	return bpfCommand{size: 32, fields: append(bpfKey,
		bpfField{name: name, at: 16, kind: addr64},
		bpfField{name: "flags", at: 24, kind: bpfFlags64(flags), over: over})}
}

var bpfProgLoad = bpfCommand{size: 168, fields: []bpfField{
	{name: "prog_type", kind: bpfFlags(uapi.BPFProgramTypes)},
	{name: "insn_cnt", at: 4, kind: u32},
	{name: "insns", at: 8, kind: bpfKind("bpfProgram"), n: 4},
	{name: "license", at: 16, kind: bpfTextType},
	{name: "log_level", at: 24, kind: u32, over: 24},
	{name: "log_size", at: 28, kind: u32, over: 24},
	{name: "log_buf", at: 32, kind: bpfKind("bpfLog"), n: 28, over: 24},
	{name: "kern_version", at: 40, kind: syscalls.Custom{Name: "bpfVersion", Width: 4}, over: 40},
	{name: "prog_flags", at: 44, kind: bpfFlags(uapi.BPFProgramFlags), over: 44},
	{name: "prog_name", at: 48, kind: bpfName, over: 48},
	{name: "prog_ifindex", at: 64, kind: bpfIndex, over: 64},
	{name: "expected_attach_type", at: 68, kind: bpfFlags(uapi.BPFAttachTypes), over: 68},
	{name: "prog_btf_fd", at: 72, kind: fd, over: 72},
	{name: "func_info_rec_size", at: 76, kind: u32, over: 72},
	{name: "func_info", at: 80, kind: addr64, over: 72},
	{name: "func_info_cnt", at: 88, kind: u32, over: 72},
	{name: "line_info_rec_size", at: 92, kind: u32, over: 72},
	{name: "line_info", at: 96, kind: addr64, over: 72},
	{name: "line_info_cnt", at: 104, kind: u32, over: 72},
	{name: "attach_btf_id", at: 108, kind: u32, over: 108},
	{name: "attach_prog_fd", at: 112, kind: fd, over: 112},
	{name: "core_relo_cnt", at: 116, kind: u32, over: 128},
	{name: "fd_array", at: 120, kind: addr64, over: 120},
	{name: "core_relos", at: 128, kind: addr64, over: 128},
	{name: "core_relo_rec_size", at: 136, kind: u32, over: 128},
	{name: "log_true_size", at: 140, kind: u32, over: 140, late: true},
	{name: "prog_token_fd", at: 144, kind: fd, over: 144},
	{name: "fd_array_cnt", at: 148, kind: u32, over: 148},
	{name: "signature", at: 152, kind: bpfKind("bpfBinary"), n: 160, over: 152},
	{name: "signature_size", at: 160, kind: u32, over: 152},
	{name: "keyring_id", at: 164, kind: s32, over: 152},
}}

var bpfObject = bpfCommand{size: 20, fields: []bpfField{
	{name: "pathname", kind: bpfKind("bpfPath")},
	{name: "bpf_fd", at: 8, kind: fd},
	{name: "file_flags", at: 12, kind: bpfFlags(uapi.BPFFileFlags), over: 12},
	{name: "path_fd", at: 16, kind: syscalls.FD{At: true}, over: 16},
}}

var bpfAttach = bpfCommand{size: 32, fields: []bpfField{
	{name: "target_fd", kind: fd, when: bpfOnFD(8)},
	{name: "target_ifindex", kind: bpfIndex, when: bpfOnDevice(8)},
	{name: "attach_bpf_fd", at: 4, kind: fd},
	{name: "attach_type", at: 8, kind: bpfFlags(uapi.BPFAttachTypes)},
	{name: "attach_flags", at: 12, kind: bpfAttachFlags},
	{name: "replace_bpf_fd", at: 16, kind: fd, over: 16},
	{name: "relative_fd", at: 20, kind: fd, over: 20, when: bpfLacks(12, bpfID)},
	{name: "relative_id", at: 20, kind: u32, over: 20, when: bpfHas(12, bpfID)},
	{name: "expected_revision", at: 24, kind: u64, over: 20},
}}

// bpfOnDevice tells whether a program is attached to a network interface by the type of
// attachment at a place.
func bpfOnDevice(at int) func(*bpfData) bool {
	return func(d *bpfData) bool {
		switch d.u32(at) {
		case 37, 46, 47, 54, 55: // BPF_XDP, BPF_TCX_*, BPF_NETKIT_*
			return true
		}
		return false
	}
}

func bpfOnFD(at int) func(*bpfData) bool {
	device := bpfOnDevice(at)
	return func(d *bpfData) bool { return !device(d) }
}

var bpfTestRun = bpfCommand{member: "test", size: 76, fields: []bpfField{
	{name: "prog_fd", kind: fd},
	{name: "retval", at: 4, kind: u32},
	{name: "data_size_in", at: 8, kind: u32},
	{name: "data_size_out", at: 12, kind: u32},
	{name: "data_in", at: 16, kind: addr64},
	{name: "data_out", at: 24, kind: addr64},
	{name: "repeat", at: 32, kind: u32},
	{name: "duration", at: 36, kind: u32},
	{name: "ctx_size_in", at: 40, kind: u32, over: 40},
	{name: "ctx_size_out", at: 44, kind: u32, over: 40},
	{name: "ctx_in", at: 48, kind: addr64, over: 40},
	{name: "ctx_out", at: 56, kind: addr64, over: 40},
	{name: "flags", at: 64, kind: bpfFlags(uapi.BPFTestFlags), over: 64},
	{name: "cpu", at: 68, kind: u32, over: 64},
	{name: "batch_size", at: 72, kind: u32, over: 72},
}}

// bpfNext is an id and the next one, which the kernel writes.
var bpfNext = bpfCommand{size: 8, fields: []bpfField{
	{name: "start_id", kind: u32}, {name: "next_id", at: 4, kind: u32, late: true},
}}

var bpfInfo = bpfCommand{member: "info", size: 16, kept: 4, fields: []bpfField{
	{name: "bpf_fd", kind: fd},
	{name: "info_len", at: 4, kind: bpfFilledLength, late: true},
	{name: "info", at: 8, kind: addr64},
}}

var bpfQuery = bpfCommand{member: "query", size: 64, kept: 24, fields: []bpfField{
	{name: "target_fd", kind: fd, when: bpfOnFD(4)},
	{name: "target_ifindex", kind: bpfIndex, when: bpfOnDevice(4)},
	{name: "attach_type", at: 4, kind: bpfFlags(uapi.BPFAttachTypes)},
	{name: "query_flags", at: 8, kind: bpfFlags(uapi.BPFQueryFlags)},
	{name: "attach_flags", at: 12, kind: bpfAttachFlags},
	{name: "prog_ids", at: 16, kind: bpfKind("bpfIDsGot"), n: 24, late: true},
	{name: "prog_cnt", at: 24, kind: bpfFilledLength},
	{name: "prog_attach_flags", at: 32, kind: bpfKind("bpfFlagsGot"), n: 24, over: 32},
	{name: "link_ids", at: 40, kind: bpfKind("bpfIDsGot"), n: 24, over: 40},
	{name: "link_attach_flags", at: 48, kind: bpfKind("bpfFlagsGot"), n: 24, over: 40},
	{name: "revision", at: 56, kind: x64, over: 40},
}}

var bpfTracepoint = bpfCommand{member: "raw_tracepoint", size: 24, fields: []bpfField{
	{name: "name", kind: bpfKind("bpfTracepointName")},
	{name: "prog_fd", at: 8, kind: fd},
	{name: "cookie", at: 16, kind: x64, over: 23},
}}

var bpfBTFLoad = bpfCommand{size: 40, fields: []bpfField{
	{name: "btf", kind: bpfKind("bpfBuffer"), n: 16},
	{name: "btf_log_buf", at: 8, kind: addr64},
	{name: "btf_size", at: 16, kind: u32},
	{name: "btf_log_size", at: 20, kind: u32},
	{name: "btf_log_level", at: 24, kind: u32},
	{name: "btf_log_true_size", at: 28, kind: u32, over: 28, late: true},
	{name: "btf_flags", at: 32, kind: bpfFlags(uapi.BPFFileFlags), over: 32},
	{name: "btf_token_fd", at: 36, kind: fd, over: 32},
}}

var bpfBTFOpen = bpfCommand{size: 16, fields: append(bpfOpen("btf_id"), bpfField{name: "fd_by_id_token_fd", at: 12, kind: fd, over: 8})}

var bpfTaskQuery = bpfCommand{member: "task_fd_query", size: 48, kept: 12, fields: []bpfField{
	{name: "pid", kind: pid},
	{name: "fd", at: 4, kind: fd},
	{name: "flags", at: 8, kind: u32},
	{name: "buf_len", at: 12, kind: bpfFilledLength, late: true},
	{name: "buf", at: 16, kind: bpfKind("bpfLog"), n: 12},
	{name: "prog_id", at: 24, kind: u32},
	{name: "fd_type", at: 28, kind: bpfFlags(uapi.BPFFDTypes)},
	{name: "probe_offset", at: 32, kind: x64},
	{name: "probe_addr", at: 40, kind: x64},
}}

var (
	bpfCursors = []bpfField{{name: "in_batch", kind: addr64}, {name: "out_batch", at: 8, kind: addr64}}
	bpfKeys    = []bpfField{{name: "keys", at: 16, kind: addr64}}
	bpfValues  = []bpfField{{name: "values", at: 24, kind: addr64}}
)

// bpfBatch is many elements of a map at once.
func bpfBatch(flags *uapi.Set, parts ...[]bpfField) bpfCommand {
	var fields []bpfField
	for _, part := range parts {
		fields = append(fields, part...)
	}
	return bpfCommand{member: "batch", size: 56, kept: 32, counts: true, fields: append(fields,
		bpfField{name: "count", at: 32, kind: u32},
		bpfField{name: "map_fd", at: 36, kind: fd},
		bpfField{name: "elem_flags", at: 40, kind: bpfFlags64(flags)},
		bpfField{name: "flags", at: 48, kind: x64})}
}

var bpfLinkUpdate = bpfCommand{member: "link_update", size: 16, fields: []bpfField{
	{name: "link_fd", kind: fd},
	{name: "new_prog_fd", at: 4, kind: fd},
	{name: "flags", at: 8, kind: bpfAttachFlags},
	{name: "old_prog_fd", at: 12, kind: fd, when: bpfHas(8, bpfReplace)},
}}

var bpfStream = bpfCommand{member: "prog_stream_read", size: 20, fields: []bpfField{
	{name: "stream_buf", kind: bpfKind("bpfBuffer"), n: 8, late: true},
	{name: "stream_buf_len", at: 8, kind: u32},
	{name: "stream_id", at: 12, kind: u32},
	{name: "prog_fd", at: 16, kind: fd},
}}
