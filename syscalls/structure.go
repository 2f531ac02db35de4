package syscalls

import (
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// The structures that Plain describes.

// sockaddr is the address of a socket, whose family decides what it is made of.
func sockaddr() *Union {
	return &Union{Tag: "sa_family", Len: Arg0, Else: socketAddress("sockaddr", "sa", Param{Name: "sa_data", Type: Str{Room: 126}}),
		Forms: map[uint64]*Record{
			1: socketAddress("sockaddr_un", "sun", Param{Name: "sun_path", Type: Str{Path: true, Room: 108, Abstract: true}}),
			2: socketAddress("sockaddr_in", "sin", Param{Name: "sin_port", Type: port}, Param{Name: "sin_addr", Type: Inet{Bytes: 4}}),
			10: socketAddress("sockaddr_in6", "sin6", Param{Name: "sin6_port", Type: port}, Param{Name: "sin6_flowinfo", Type: Bits{Width: 4, Form: value.Unsigned, BigEndian: true}},
				Param{Name: "sin6_addr", Type: Inet{Bytes: 16}}, Param{Name: "sin6_scope_id", Type: u32}),
			16: socketAddress("sockaddr_nl", "nl", Param{Name: "nl_pad", Type: u16}, Param{Name: "nl_pid", Type: u32}, Param{Name: "nl_groups", Type: x32}),
			17: socketAddress("sockaddr_ll", "sll", Param{Name: "sll_protocol", Type: Bits{Width: 2, Set: uapi.EtherTypes, BigEndian: true}}, Param{Name: "sll_ifindex", Type: num},
				Param{Name: "sll_hatype", Type: enumOf(2, uapi.HardwareTypes)}, Param{Name: "sll_pkttype", Type: enumOf(1, uapi.PacketTypes)}, Param{Name: "sll_halen", Type: u8}),
			40: socketAddress("sockaddr_vm", "svm", Param{Name: "svm_reserved1", Type: u16}, Param{Name: "svm_port", Type: enum(uapi.VsockPorts)}, Param{Name: "svm_cid", Type: enum(uapi.VsockCIDs)}),
		},
	}
}

// port is a port in network order.
var port = Bits{Width: 2, Form: value.Unsigned, BigEndian: true}

func socketAddress(tag, prefix string, rest ...Param) *Record {
	return record(tag, append(fields{{Name: prefix + "_family", Type: enumOf(2, uapi.AddressFamilies)}}, rest...))
}

// iovecOf is a buffer that the kernel reads or fills.
func iovecOf(d Dir) *Record {
	return record("iovec", fields{{Name: "iov_base", Type: Pointer{Elem: bytes("iov_len"), Dir: d}}, {Name: "iov_len", Type: size}})
}

// headerOf is the struct msghdr of a message that is sent or received.
func headerOf(d Dir) *Record {
	address := *sockaddr()
	address.Len = "msg_namelen"
	return record("msghdr", fields{
		{Name: "msg_name", Type: Pointer{Elem: &address, Dir: d}},
		{Name: "msg_namelen", Type: num},
		{Name: "msg_iov", Type: in(Array{Elem: iovecOf(d), Len: "msg_iovlen", Filled: d == Out})},
		{Name: "msg_iovlen", Type: size},
		{Name: "msg_control", Type: Pointer{Elem: bytes("msg_controllen"), Dir: d}},
		{Name: "msg_controllen", Type: size},
		{Name: "msg_flags", Type: messageFlags},
	})
}

// messageOf is one of several messages. Its length, not the result, would say how much of the
// buffers of one that came in is filled: these are addresses only.
func messageOf(d Dir) *Record {
	header := headerOf(d)
	if d == Out {
		header.Fields[2].Type = in(array(remoteIov, "msg_iovlen"))
	}
	return record("mmsghdr", fields{{Name: "msg_hdr", Type: header}, {Name: "msg_len", Type: u32}})
}

// cloneArgs is struct clone_args.
func cloneArgs() *Record {
	return record("clone_args", fields{
		{Name: "flags", Type: flagsOf(8, uapi.Clone3Flags)}, {Name: "pidfd", Type: x64}, {Name: "child_tid", Type: x64}, {Name: "parent_tid", Type: x64},
		{Name: "exit_signal", Type: enumOf(8, uapi.Signals)}, {Name: "stack", Type: x64}, {Name: "stack_size", Type: x64}, {Name: "tls", Type: x64},
		{Name: "set_tid", Type: x64}, {Name: "set_tid_size", Type: u64}, {Name: "cgroup", Type: u64},
	})
}

// openHowRecord is struct open_how.
func openHowRecord() *Record {
	return record("open_how", fields{
		{Name: "flags", Type: mixed(8, uapi.OpenHowFlags, 3, uapi.OpenModes)},
		{Name: "mode", Type: Bits{Width: 8, Form: value.OctalMin}},
		{Name: "resolve", Type: flagsOf(8, uapi.ResolveFlags)},
	})
}

var sigactionFlags = flagsOf(Long, uapi.SigactionFlags)

// The mask is aligned as the two halves that 32-bit kernels make of it.
func sigactionRecord() *Record {
	return &Record{Name: "kernel_sigaction", Packed: true, Fields: fields{
		{Name: "sa_handler", Type: handler}, {Name: "sa_flags", Type: sigactionFlags}, {Name: "sa_restorer", Type: addr}, {Name: "sa_mask", Type: SignalSet},
	}}
}

// oldSigactionRecord is struct old_sigaction.
func oldSigactionRecord() *Record {
	return record("old_sigaction", fields{{Name: "sa_handler", Type: handler}, {Name: "sa_mask", Type: flagsOf(Long, SignalSet.Set)}, {Name: "sa_flags", Type: sigactionFlags}, {Name: "sa_restorer", Type: addr}})
}

// SignalSet is the kernel's sigset_t, in which signals are bits that have their names.
var SignalSet = flagsOf(8, signalBits())

func signalBits() *uapi.Set {
	s := &uapi.Set{Name: "signals", Flags: true}
	for _, c := range uapi.Signals.Consts {
		if c.Value >= 1 && c.Value <= 64 {
			s.Consts = append(s.Consts, uapi.Const{Name: c.Name, Value: 1 << (c.Value - 1)})
		}
	}
	return s
}

// sigeventRecord has of the fields that depend on sigev_notify the thread's.
func sigeventRecord() *Record {
	return record("sigevent", fields{{Name: "sigev_value", Type: addr}, {Name: "sigev_signo", Type: sig}, {Name: "sigev_notify", Type: enum(uapi.SigevNotify)}, {Name: "sigev_notify_thread_id", Type: pid}})
}

// schedAttr is struct sched_attr.
func schedAttr() *Record {
	return record("sched_attr", fields{
		{Name: "size", Type: u32}, {Name: "sched_policy", Type: enum(uapi.SchedPolicies)}, {Name: "sched_flags", Type: flagsOf(8, uapi.SchedFlags)}, {Name: "sched_nice", Type: num}, {Name: "sched_priority", Type: u32},
		{Name: "sched_runtime", Type: u64}, {Name: "sched_deadline", Type: u64}, {Name: "sched_period", Type: u64}, {Name: "sched_util_min", Type: u32}, {Name: "sched_util_max", Type: u32},
	})
}

// mountAttrRecord is struct mount_attr.
func mountAttrRecord() *Record {
	return record("mount_attr", fields{
		{Name: "attr_set", Type: flagsOf(8, uapi.MountAttributes)}, {Name: "attr_clr", Type: flagsOf(8, uapi.MountAttributes)}, {Name: "propagation", Type: flagsOf(8, uapi.MountFlags)}, {Name: "userns_fd", Type: u64},
	})
}

// siginfoRecord has of the fields that depend on the code those of a signal that a process
// or its end has sent. They begin where a word may.
func siginfoRecord() *Record {
	return record("siginfo", fields{
		{Name: "si_signo", Type: sig}, {Name: "si_errno", Type: enum(uapi.Errnos)}, {Name: "si_code", Type: num},
		{Type: record("sender", fields{{Name: "si_pid", Type: pid}, {Name: "si_uid", Type: uid}, {Name: "si_status", Type: num}, {Name: "si_utime", Type: klong}})},
	})
}

var (
	// On x86 struct epoll_event has no gap in it.
	epollPacked  = &Record{Name: "epoll_event", Fields: epollAligned.Fields, Packed: true}
	epollAligned = record("epoll_event", fields{{Name: "events", Type: flagsOf(4, uapi.EpollEvents)}, {Name: "data", Type: u64}})
)

// pollfd is struct pollfd.
func pollfd() *Record {
	return record("pollfd", fields{{Name: "fd", Type: fd}, {Name: "events", Type: flagsOf(2, uapi.PollEvents)}, {Name: "revents", Type: flagsOf(2, uapi.PollEvents)}})
}

// statxStamp is a struct statx_timestamp.
func statxStamp() *Record {
	return record("statx_timestamp", fields{{Name: "tv_sec", Type: s64}, {Name: "tv_nsec", Type: u32}, gap(num)})
}

// gap is a part of a structure without a name.
func gap(t Type) Param { return Param{Type: hidden(t)} }

// statMode is a file's mode in an int.
var statMode = mixed(4, uapi.ModeBits, 0o170000, uapi.FileTypes)

// The forms of struct stat: of amd64 and x32, of <asm-generic/stat.h> with 64-bit longs, and
// of i386 the usual one, that of stat64 and the first of all.

// stat8 is that of amd64 and x32.
func stat8() *Record {
	return record("stat", append(fields{
		{Name: "st_dev", Type: u64}, {Name: "st_ino", Type: u64}, {Name: "st_nlink", Type: u64}, {Name: "st_mode", Type: statMode}, {Name: "st_uid", Type: uid}, {Name: "st_gid", Type: gid}, gap(u32),
		{Name: "st_rdev", Type: u64}, {Name: "st_size", Type: s64}, {Name: "st_blksize", Type: s64}, {Name: "st_blocks", Type: s64},
	}, append(statTimes(s64, u64), gap(list(s64, 3)))...))
}

// statGeneric is that of <asm-generic/stat.h>.
func statGeneric() *Record {
	return record("stat", append(fields{
		{Name: "st_dev", Type: u64}, {Name: "st_ino", Type: u64}, {Name: "st_mode", Type: statMode}, {Name: "st_nlink", Type: u32}, {Name: "st_uid", Type: uid}, {Name: "st_gid", Type: gid},
		{Name: "st_rdev", Type: u64}, gap(u64), {Name: "st_size", Type: s64}, {Name: "st_blksize", Type: num}, gap(u32), {Name: "st_blocks", Type: s64},
	}, append(statTimes(s64, u64), gap(u64))...))
}

// stat4 is the usual one of i386.
func stat4() *Record {
	return record("stat", append(fields{
		{Name: "st_dev", Type: u32}, {Name: "st_ino", Type: u32}, {Name: "st_mode", Type: fileMode}, {Name: "st_nlink", Type: u16}, {Name: "st_uid", Type: u16}, {Name: "st_gid", Type: u16},
		{Name: "st_rdev", Type: u32}, {Name: "st_size", Type: u32}, {Name: "st_blksize", Type: u32}, {Name: "st_blocks", Type: u32},
	}, append(statTimes(u32, u32), gap(list(u32, 2)))...))
}

// stat4Large is its stat64.
func stat4Large() *Record {
	return record("stat64", append(append(fields{
		{Name: "st_dev", Type: u64}, gap(u32), gap(u32), {Name: "st_mode", Type: statMode}, {Name: "st_nlink", Type: u32}, {Name: "st_uid", Type: uid}, {Name: "st_gid", Type: gid},
		{Name: "st_rdev", Type: u64}, gap(u32), {Name: "st_size", Type: s64}, {Name: "st_blksize", Type: u32}, {Name: "st_blocks", Type: u64},
	}, statTimes(u32, u32)...), Param{Name: "st_ino", Type: u64}))
}

// statOld is the first of all.
func statOld() *Record {
	return record("__old_kernel_stat", fields{
		{Name: "st_dev", Type: u16}, {Name: "st_ino", Type: u16}, {Name: "st_mode", Type: fileMode}, {Name: "st_nlink", Type: u16}, {Name: "st_uid", Type: u16}, {Name: "st_gid", Type: u16},
		{Name: "st_rdev", Type: u16}, {Name: "st_size", Type: u32}, {Name: "st_atime", Type: u32}, {Name: "st_mtime", Type: u32}, {Name: "st_ctime", Type: u32},
	})
}

// statTimes are the times of struct stat.
func statTimes(sec, nsec Type) fields {
	return fields{
		{Name: "st_atime", Type: sec}, {Name: "st_atime_nsec", Type: nsec},
		{Name: "st_mtime", Type: sec}, {Name: "st_mtime_nsec", Type: nsec},
		{Name: "st_ctime", Type: sec}, {Name: "st_ctime_nsec", Type: nsec},
	}
}
