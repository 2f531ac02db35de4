package syscalls

import "github.com/trapline/trapline/uapi"

// perfOps are the commands of performance counters.
func perfOps() []op {
	group := argp(flags(uapi.PerfIOFlags))
	return []op{
		{"PERF_EVENT_IOC_ENABLE", group},
		{"PERF_EVENT_IOC_DISABLE", group},
		{"PERF_EVENT_IOC_RESET", group},
		{"PERF_EVENT_IOC_REFRESH", argp(num)},
		{"PERF_EVENT_IOC_PERIOD", argp(in(u64))},
		{"PERF_EVENT_IOC_SET_OUTPUT", argp(fd)},
		{"PERF_EVENT_IOC_SET_FILTER", argp(str)},
		{"PERF_EVENT_IOC_ID", argp(out(u64))},
		{"PERF_EVENT_IOC_SET_BPF", argp(fd)},
		{"PERF_EVENT_IOC_PAUSE_OUTPUT", argp(ulong)},
		{"PERF_EVENT_IOC_QUERY_BPF", argp(custom("perfPrograms"))},
		{"PERF_EVENT_IOC_MODIFY_ATTRIBUTES", argp(in(Custom{Name: "perfAttr"}))},
	}
}
