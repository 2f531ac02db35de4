package syscalls

import "github.com/trapline/trapline/uapi"

// blockOps are the commands of block devices.
func blockOps() []op {
	var (
		get, getU = argp(out(num)), argp(out(unum))
		sectors   = argp(in(Custom{Name: "pair64"}))
		partition = record("blkpg_partition", fields{
			{Name: "start", Type: s64},
			{Name: "length", Type: s64},
			{Name: "pno", Type: num},
			{Name: "devname", Type: Str{Path: true, Room: 64}},
			{Name: "volname", Type: Str{Path: true, Room: 64}},
		})
		change = record("blkpg_ioctl_arg", fields{
			{Name: "op", Type: enum(uapi.PartitionOps)},
			{Name: "flags", Type: num},
			{Name: "datalen", Type: num},
			{Name: "data", Type: in(partition)},
		})
		// The kernel answers with the name of the file that the trace goes to.
		traceSetup = record("blk_user_trace_setup", fields{
			{Name: "name", Type: Str{Path: true, Room: 32}, Out: true},
			{Name: "act_mask", Type: u16},
			{Name: "buf_size", Type: u32},
			{Name: "buf_nr", Type: u32},
			{Name: "start_lba", Type: u64},
			{Name: "end_lba", Type: u64},
			{Name: "pid", Type: pid},
		})
	)
	return []op{
		{"BLKPG", argp(in(change))},
		{"BLKROSET", argp(in(num))},
		{"BLKROGET", get},
		{"BLKRRPART", bare},
		{"BLKGETSIZE", argp(out(ulong))},
		{"BLKFLSBUF", bare},
		{"BLKRASET", argp(ulong)},
		{"BLKRAGET", argp(out(long))},
		{"BLKFRASET", argp(ulong)},
		{"BLKFRAGET", argp(out(long))},
		{"BLKSECTGET", argp(out(u16))},
		{"BLKSSZGET", get},
		{"BLKBSZGET", get},
		{"BLKBSZSET", argp(in(num))},
		{"BLKGETSIZE64", argp(out(u64))},
		{"BLKTRACESETUP", argp(inout(traceSetup))},
		{"BLKTRACESTART", bare},
		{"BLKTRACESTOP", bare},
		{"BLKTRACETEARDOWN", bare},
		{"BLKDISCARD", sectors},
		{"BLKIOMIN", getU},
		{"BLKIOOPT", getU},
		{"BLKALIGNOFF", get},
		{"BLKPBSZGET", getU},
		{"BLKDISCARDZEROES", getU},
		{"BLKSECDISCARD", sectors},
		{"BLKROTATIONAL", argp(out(u16))},
		{"BLKZEROOUT", sectors},
		{"BLKGETZONESZ", getU},
		{"BLKGETNRZONES", getU},
		{"BLKGETDISKSEQ", argp(out(u64))},
	}
}
