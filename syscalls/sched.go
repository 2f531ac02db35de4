package syscalls

import (
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

var (
	resource   = enum(uapi.Resources)
	policy     = customOf(4, "schedPolicy")
	schedParam = record("sched_param", fields{{Name: "sched_priority", Type: num}})
	ioprio     = customOf(4, "ioprio")

	rlimit   = record("rlimit", fields{{Name: "rlim_cur", Type: limit}, {Name: "rlim_max", Type: limit}})
	rlimit64 = record("rlimit64", fields{{Name: "rlim_cur", Type: limit64}, {Name: "rlim_max", Type: limit64}})

	limit   = Bits{Width: KernelLong, Form: value.Kibi, Set: infinity}
	limit64 = Bits{Width: 8, Form: value.Kibi, Set: infinity}
	// infinity is the limit that is none, in 64 and in 32 bits.
	infinity = &uapi.Set{
		Name: "limits", Consts: []uapi.Const{{Name: "RLIM64_INFINITY", Value: 1<<64 - 1}},
	}
	infinity32 = &uapi.Set{
		Name: "limits", Consts: []uapi.Const{{Name: "RLIM_INFINITY", Value: 1<<32 - 1}},
	}
)

// priorityWho is a process, a process group or a user.
func priorityWho() Switch {
	return Switch{On: "which", Cases: map[uint64]Type{0: pid, 1: pgid}, Else: num}
}

// ioprioWho is the same, numbered from one.
func ioprioWho() Switch {
	return Switch{On: "which", Cases: map[uint64]Type{1: pid, 2: pgid}, Else: num}
}

var schedCalls = lazy(func() []Syscall {
	return []Syscall{
		{Name: "getrlimit", Ret: zero, Params: params{{Name: "resource", Type: resource}, {Name: "rlim", Type: out(rlimit)}}},
		{Name: "setrlimit", Ret: zero, Params: params{{Name: "resource", Type: resource}, {Name: "rlim", Type: in(rlimit)}}},
		{Name: "prlimit64", Ret: zero, Params: params{{Name: "pid", Type: pid}, {Name: "resource", Type: resource}, {Name: "new_limit", Type: in(rlimit64)}, {Name: "old_limit", Type: out(rlimit64)}}},
		{Name: "getrusage", Ret: zero, Params: params{{Name: "who", Type: enum(uapi.Usages)}, {Name: "usage", Type: out(Rusage)}}},
		{Name: "getpriority", Ret: num, Params: params{{Name: "which", Type: enum(uapi.Priorities)}, {Name: "who", Type: priorityWho()}}},
		{Name: "setpriority", Ret: zero, Params: params{{Name: "which", Type: enum(uapi.Priorities)}, {Name: "who", Type: priorityWho()}, {Name: "prio", Type: num}}},
		{Name: "nice", Ret: num, Params: params{{Name: "increment", Type: num}}},
		{Name: "sched_yield", Ret: zero, Params: params{}},
		{Name: "sched_setaffinity", Ret: zero, Params: params{{Name: "pid", Type: pid}, {Name: "cpusetsize", Type: unum}, {Name: "mask", Type: in(Custom{Name: "cpuset", Args: []string{"cpusetsize"}})}}},
		{Name: "sched_getaffinity", Ret: num, Params: params{{Name: "pid", Type: pid}, {Name: "cpusetsize", Type: unum}, {Name: "mask", Type: out(Custom{Name: "cpuset", Args: []string{string(Result)}})}}},
		{Name: "sched_setscheduler", Ret: zero, Params: params{{Name: "pid", Type: pid}, {Name: "policy", Type: policy}, {Name: "param", Type: in(schedParam)}}},
		{Name: "sched_getscheduler", Ret: hex, After: customOf(4, "schedPolicyName"), Params: params{{Name: "pid", Type: pid}}},
		{Name: "sched_setparam", Ret: zero, Params: params{{Name: "pid", Type: pid}, {Name: "param", Type: in(schedParam)}}},
		{Name: "sched_getparam", Ret: zero, Params: params{{Name: "pid", Type: pid}, {Name: "param", Type: out(schedParam)}}},
		{Name: "sched_get_priority_max", Ret: num, Params: params{{Name: "policy", Type: enum(uapi.SchedPolicies)}}},
		{Name: "sched_get_priority_min", Ret: num, Params: params{{Name: "policy", Type: enum(uapi.SchedPolicies)}}},
		{Name: "sched_rr_get_interval", Ret: zero, Params: params{{Name: "pid", Type: pid}, {Name: "tp", Type: out(timespec)}}},
		{Name: "sched_rr_get_interval_time64", Ret: zero, Params: params{{Name: "pid", Type: pid}, {Name: "tp", Type: out(timespec64)}}},
		{Name: "sched_setattr", Ret: zero, Params: params{{Name: "pid", Type: pid}, {Name: "attr", Type: custom("schedAttrSet")}, {Name: "flags", Type: hex}}},
		{Name: "sched_getattr", Ret: zero, Params: params{{Name: "pid", Type: pid}, {Name: "attr", Type: out(Custom{Name: "schedAttrGot"})}, {Name: "size", Type: unum}, {Name: "flags", Type: flags(uapi.SchedGetattrFlags)}}},
		{Name: "ioprio_get", Ret: num, After: ioprio, Params: params{{Name: "which", Type: enum(uapi.IoprioTargets)}, {Name: "who", Type: ioprioWho()}}},
		{Name: "ioprio_set", Ret: zero, Params: params{{Name: "which", Type: enum(uapi.IoprioTargets)}, {Name: "who", Type: ioprioWho()}, {Name: "ioprio", Type: ioprio}}},
	}
})

// i386SchedCalls are the calls whose limits have 32 bits; getrlimit, the older of
// the two, has another infinity, which has no name.
var i386SchedCalls = lazy(func() []Syscall {
	return []Syscall{
		{Name: "getrlimit", Ret: zero, Params: params{{Name: "resource", Type: resource}, {Name: "rlim", Type: out(rlimit32)}}},
		{Name: "setrlimit", Ret: zero, Params: params{{Name: "resource", Type: resource}, {Name: "rlim", Type: in(rlimit32)}}},
		{Name: "ugetrlimit", Ret: zero, Params: params{{Name: "resource", Type: resource}, {Name: "rlim", Type: out(rlimit32)}}},
	}
})

var (
	limit32  = Bits{Width: 4, Form: value.Kibi, Set: infinity32}
	rlimit32 = record("rlimit", fields{{Name: "rlim_cur", Type: limit32}, {Name: "rlim_max", Type: limit32}})
)
