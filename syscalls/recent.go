package syscalls

// The range of a file that cachestat asks for, and what it answers.
var (
	cacheRange = record("cachestat_range", fields{{Name: "off", Type: x64}, {Name: "len", Type: u64}})
)

// cacheState is struct cachestat.
func cacheState() *Record {
	return record("cachestat", fields{
		{Name: "nr_cache", Type: u64}, {Name: "nr_dirty", Type: u64}, {Name: "nr_writeback", Type: u64},
		{Name: "nr_evicted", Type: u64}, {Name: "nr_recently_evicted", Type: u64},
	})
}

// recentCalls are calls of recent kernels that belong to no subsystem here.
var recentCalls = lazy(func() []Syscall {
	return []Syscall{
		{Name: "cachestat", Class: Desc, Ret: zero, Params: params{{Name: "fd", Type: fd}, {Name: "cstat_range", Type: in(cacheRange)}, {Name: "cstat", Type: out(cacheState())}, {Name: "flags", Type: hex}}},
		{Name: "uprobe", Ret: num, Params: params{}},
		{Name: "uretprobe", Ret: num, Params: params{}},
		{Name: "rseq_slice_yield", Ret: zero, Params: params{}},
	}
})
