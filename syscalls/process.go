package syscalls

import (
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

const (
	cloneParentTID = 0x00101000 // CLONE_PARENT_SETTID|CLONE_PIDFD
	clonePIDFD     = 0x00001000
	cloneChildTID  = 0x01200000 // CLONE_CHILD_SETTID|CLONE_CHILD_CLEARTID
	cloneTLS       = 0x00080000 // CLONE_SETTLS
)

var (
	argv       = in(Custom{Name: "argv"})
	envp       = in(Custom{Name: "envp"})
	wstatus    = out(Custom{Name: "waitStatus", Args: []string{string(Result)}})
	childUsage = out(Custom{Name: "childUsage", Args: []string{string(Result)}})
	tlsArg     = Pointer{Elem: Custom{Name: "tls"}, Dir: Out}
	// cloneTold is where clone tells of the child: by its id, or by a descriptor.
	cloneTold = Switch{On: "flags", Mask: clonePIDFD, Cases: map[uint64]Type{clonePIDFD: out(fd)}, Else: out(pid)}
	// shownLate is an address that is not followed, shown when the call has ended.
	shownLate = Pointer{Dir: Out}
)

// clone returns clone's parameters; tls and child are the registers, plus one, of
// the last two.
func clone(tls, child int) params {
	return params{
		{Name: "child_stack", Type: addr, Reg: 2},
		{Name: "flags", Type: custom("cloneFlags"), Reg: 1},
		{Name: "parent_tid", Type: with(cloneTold, "flags", cloneParentTID), Reg: 3},
		{Name: "tls", Type: with(tlsArg, "flags", cloneTLS), Reg: tls},
		{Name: "child_tidptr", Type: with(shownLate, "flags", cloneChildTID), Reg: child},
	}
}

var processCalls = lazy(func() []Syscall {
	return []Syscall{
		{Name: "execve", Class: File | Process, Ret: zero, Params: params{{Name: "pathname", Type: path}, {Name: "argv", Type: argv}, {Name: "envp", Type: envp}}},
		{Name: "execveat", Class: Desc | File | Process, Ret: zero, Params: params{{Name: "dirfd", Type: dirfd}, {Name: "pathname", Type: path}, {Name: "argv", Type: argv}, {Name: "envp", Type: envp}, {Name: "flags", Type: flags(uapi.ExecveatFlags)}}},
		{Name: "clone", Class: Process, Ret: pid, After: custom("childNamespaces", "flags"), Named: true, Params: clone(5, 4)},
		{Name: "clone3", Class: Process, Ret: pid, After: custom("child3Namespaces", "cl_args"), Params: params{{Name: "cl_args", Type: custom("cloneArgs", "size")}, {Name: "size", Type: size}}},
		{Name: "fork", Class: Process, Ret: pid, Params: params{}},
		{Name: "vfork", Class: Process, Ret: pid, Params: params{}},
		{Name: "exit", Class: Process, Ret: nothing, Params: params{{Name: "status", Type: num}}},
		{Name: "exit_group", Class: Process, Ret: nothing, Params: params{{Name: "status", Type: num}}},
		{Name: "wait4", Class: Process, Ret: pid, Params: params{{Name: "pid", Type: pid}, {Name: "status", Type: wstatus}, {Name: "options", Type: flags(uapi.WaitOptions)}, {Name: "usage", Type: childUsage}}},
		{Name: "waitpid", Class: Process, Ret: pid, Params: params{{Name: "pid", Type: pid}, {Name: "status", Type: wstatus}, {Name: "options", Type: flags(uapi.WaitOptions)}}},
		{Name: "waitid", Class: Process, Ret: zero, Params: params{{Name: "idtype", Type: enum(uapi.WaitIDTypes)}, {Name: "id", Type: Switch{On: "idtype", Cases: map[uint64]Type{1: pid, 2: pgid, 3: fd}, Else: num}}, {Name: "siginfo", Type: out(siginfo)}, {Name: "options", Type: flags(uapi.WaitOptions)}, {Name: "usage", Type: out(Rusage)}}},

		{Name: "getpid", Class: Pure, Ret: pid, Params: params{}},
		{Name: "getppid", Class: Pure, Ret: pid, Params: params{}},
		{Name: "gettid", Class: Pure, Ret: pid, Params: params{}},
		{Name: "getpgrp", Class: Pure, Ret: pgid, Params: params{}},
		{Name: "getpgid", Ret: pgid, Params: params{{Name: "pid", Type: pid}}},
		{Name: "setpgid", Ret: zero, Params: params{{Name: "pid", Type: pid}, {Name: "pgid", Type: pgid}}},
		{Name: "getsid", Ret: pgid, Params: params{{Name: "pid", Type: pid}}},
		{Name: "setsid", Ret: pgid, Params: params{}},
		{Name: "set_tid_address", Ret: pid, Params: params{{Name: "tidptr", Type: addr}}},
		{Name: "pidfd_open", Class: Desc, Ret: fd, Params: params{{Name: "pid", Type: pid}, {Name: "flags", Type: flags(uapi.PidfdOpenFlags)}}},
		{Name: "pidfd_getfd", Class: Desc, Ret: fd, Params: params{{Name: "pidfd", Type: fd}, {Name: "targetfd", Type: FD{PIDFD: "pidfd"}}, {Name: "flags", Type: hex}}},
		{Name: "set_thread_area", Ret: zero, After: custom("threadAreaEntry", "u_info"), Params: params{{Name: "u_info", Type: in(Custom{Name: "userDesc"})}}},
		{Name: "get_thread_area", Ret: zero, Params: params{{Name: "u_info", Type: Pointer{Elem: Custom{Name: "threadArea"}, Dir: InOut}}}},
		{Name: "unshare", Ret: zero, After: custom("namespaces", "flags"), Params: params{{Name: "flags", Type: flagsOf(Long, uapi.UnshareFlags)}}},
		{Name: "setns", Class: Desc, Ret: zero, After: custom("namespaces", "nstype"), Params: params{{Name: "fd", Type: fd}, {Name: "nstype", Type: flags(uapi.SetnsFlags)}}},
		{Name: "personality", Ret: hex, After: customOf(4, "personality"), Params: params{{Name: "persona", Type: customOf(4, "personality")}}},
		{Name: "kcmp", Ret: num, Params: params{{Name: "pid1", Type: pid}, {Name: "pid2", Type: pid}, {Name: "type", Type: enum(uapi.KcmpTypes)}, kcmpRest()}},
		{Name: "rseq", Ret: zero, Params: params{{Name: "rseq", Type: in(Custom{Name: "rseq", Args: []string{"rseq_len"}})}, {Name: "rseq_len", Type: unum}, {Name: "flags", Type: flags(uapi.RseqFlags)}, {Name: "sig", Type: hex}}},
		{Name: "membarrier", Ret: Switch{On: "cmd", Cases: map[uint64]Type{0: hex}, Else: num}, After: customOf(4, "membarrierQuery", "cmd"), Params: params{{Name: "cmd", Type: enum(uapi.MembarrierCommand)}, {Name: "flags", Type: flags(uapi.MembarrierFlags)}, {Name: "cpu_id", Type: with(num, "flags", 1)}}},
		{Name: "getcpu", Ret: zero, Params: params{{Name: "cpu", Type: out(unum)}, {Name: "node", Type: out(unum)}, {Name: "tcache", Type: addr}}},
		{Name: "seccomp", Ret: num, Params: params{{Name: "operation", Type: enum(uapi.SeccompOperations)}, seccompRest()}},

		{Name: "landlock_create_ruleset", Class: Desc, Ret: Switch{On: "flags", Cases: map[uint64]Type{0: fd}, Else: num}, Params: params{{Name: "attr", Type: in(Custom{Name: "landlockRuleset", Args: []string{"size"}})}, {Name: "size", Type: size}, {Name: "flags", Type: flags(uapi.LandlockCreateFlags)}}},
		{Name: "landlock_add_rule", Class: Desc, Ret: zero, Params: params{{Name: "ruleset_fd", Type: fd}, {Name: "rule_type", Type: enum(uapi.LandlockRuleTypes)}, {Name: "rule_attr", Type: landlockRule()}, {Name: "flags", Type: flags(uapi.LandlockRuleFlags)}}},
		{Name: "landlock_restrict_self", Class: Desc, Ret: zero, Params: params{{Name: "ruleset_fd", Type: fd}, {Name: "flags", Type: hex}}},
	}
})

// otherProcessCalls pass clone's last two arguments the other way round, as arm64 and
// i386 do.
var otherProcessCalls = lazy(func() []Syscall {
	return []Syscall{
		{Name: "clone", Class: Process, Ret: pid, After: custom("childNamespaces", "flags"), Named: true, Params: clone(4, 5)},
	}
})

// kcmpRest is what kcmp compares, by type.
func kcmpRest() Param {
	return Param{Type: &Rest{On: "type",
		Cases: map[uint64][]Param{
			0: {{Name: "idx1", Type: FD{Of: "pid1"}}, {Name: "idx2", Type: FD{Of: "pid2"}}}, // KCMP_FILE
			1: {}, 2: {}, 3: {}, 4: {}, 5: {}, 6: {},
			7: {{Name: "idx1", Type: FD{Of: "pid1"}}, {Name: "idx2", Type: in(kcmpSlot)}}, // KCMP_EPOLL_TFD
		},
		Else: []Param{{Name: "idx1", Type: lhex}, {Name: "idx2", Type: lhex}},
	}}
}

var kcmpSlot = record("kcmp_epoll_slot", fields{{Name: "efd", Type: FD{Of: "pid2"}}, {Name: "tfd", Type: FD{Of: "pid2"}}, {Name: "toff", Type: u32}})

// Rseq is struct rseq, what a thread shares with the scheduler.
var Rseq = record("rseq", fields{
	{Name: "cpu_id_start", Type: u32},
	{Name: "cpu_id", Type: Bits{Width: 4, Form: value.Unsigned, Set: uapi.RseqCPUs}},
	{Name: "rseq_cs", Type: Bits{Width: 8, Form: value.Address}},
	{Name: "flags", Type: flags(uapi.RseqCSFlags)},
	{Name: "node_id", Type: u32},
	{Name: "mm_cid", Type: u32},
	{Name: "slice_ctrl", Type: record("rseq_slice_ctrl", fields{{Name: "request", Type: u8}, {Name: "granted", Type: u8}, {Name: "__reserved", Type: x16}})},
	{Name: "__reserved", Type: u8},
})

// sockFprog is a classic BPF program; its instructions are shown on request only.
var sockFprog = Custom{Name: "sockFprog"}

// seccompRest is what follows each operation of seccomp.
func seccompRest() Param {
	return Param{Type: &Rest{On: "operation",
		Cases: map[uint64][]Param{
			0: {{Name: "flags", Type: hex}, {Name: "args", Type: addr}},
			1: {{Name: "flags", Type: flags(uapi.SeccompFilterFlags)}, {Name: "args", Type: in(sockFprog)}},
			2: {{Name: "flags", Type: hex}, {Name: "args", Type: in(enum(uapi.SeccompActions))}},
			3: {{Name: "flags", Type: hex}, {Name: "args", Type: out(notifSizes)}},
		},
		Else: []Param{{Name: "flags", Type: hex}, {Name: "args", Type: addr}},
	}}
}

var notifSizes = record("seccomp_notif_sizes", fields{{Name: "seccomp_notif", Type: u16}, {Name: "seccomp_notif_resp", Type: u16}, {Name: "seccomp_data", Type: u16}})

// landlockRule is the attributes of a rule, by type.
func landlockRule() Switch {
	return Switch{On: "rule_type",
		Cases: map[uint64]Type{
			1: in(Custom{Name: "landlockPath"}),
			2: in(record("landlock_net_port_attr", fields{{Name: "allowed_access", Type: flagsOf(8, uapi.LandlockAccessNet)}, {Name: "port", Type: u64}})),
		},
		Else: addr,
	}
}
