package syscalls

import "github.com/trapline/trapline/uapi"

var (
	utsname = record("new_utsname", fields{
		{Name: "sysname", Type: Str{Room: 65, Path: true}},
		{Name: "nodename", Type: Str{Room: 65, Path: true}},
		{Name: "release", Type: Str{Room: 65, Path: true}, Verbose: true},
		{Name: "version", Type: Str{Room: 65, Path: true}, Verbose: true},
		{Name: "machine", Type: Str{Room: 65, Path: true}, Verbose: true},
		{Name: "domainname", Type: Str{Room: 65, Path: true}, Verbose: true},
	})

	// hostName is a name that its length ends, not a NUL; the kernel takes 64 bytes.
	hostName = in(Custom{Name: "hostName", Args: []string{"len"}})

	randomBytes = out(Custom{Name: "randomBytes", Args: []string{string(Result)}})
)

// sysinfo is struct sysinfo.
func sysinfo() *Record {
	return record("sysinfo", fields{
		{Name: "uptime", Type: klong},
		{Name: "loads", Type: list(kulong, 3)},
		{Name: "totalram", Type: kulong},
		{Name: "freeram", Type: kulong},
		{Name: "sharedram", Type: kulong},
		{Name: "bufferram", Type: kulong},
		{Name: "totalswap", Type: kulong},
		{Name: "freeswap", Type: kulong},
		{Name: "procs", Type: u16},
		{Name: "totalhigh", Type: kulong},
		{Name: "freehigh", Type: kulong},
		{Name: "mem_unit", Type: u32},
	})
}

// rebootRestart2 is LINUX_REBOOT_CMD_RESTART2.
const rebootRestart2 = 0xA1B2C3D4

var miscCalls = lazy(func() []Syscall {
	return []Syscall{
		{Name: "getrandom", Ret: ssize, Params: params{{Name: "buf", Type: randomBytes}, {Name: "buflen", Type: size}, {Name: "flags", Type: flags(uapi.RandomFlags)}}},
		{Name: "sysinfo", Ret: zero, Params: params{{Name: "info", Type: out(sysinfo())}}},
		{Name: "uname", Ret: zero, Params: params{{Name: "buf", Type: out(utsname)}}},
		{Name: "sethostname", Ret: zero, Params: params{{Name: "name", Type: hostName}, {Name: "len", Type: unum}}},
		{Name: "setdomainname", Ret: zero, Params: params{{Name: "name", Type: hostName}, {Name: "len", Type: unum}}},
		{Name: "syslog", Ret: num, Params: params{{Name: "type", Type: customOf(4, "syslogAction")}, syslogRest()}},
		{Name: "acct", Class: File, Ret: zero, Params: params{{Name: "path", Type: path}}},
		{Name: "reboot", Ret: num, Params: params{{Name: "magic", Type: enum(uapi.RebootMagic1)}, {Name: "magic2", Type: enum(uapi.RebootMagic2)}, {Name: "op", Type: enum(uapi.RebootCommands)}, {Name: "arg", Type: when(str, "op", rebootRestart2)}}},
		{Name: "swapon", Class: File, Ret: zero, Params: params{{Name: "path", Type: path}, {Name: "swapflags", Type: customOf(4, "swapFlags")}}},
		{Name: "swapoff", Class: File, Ret: zero, Params: params{{Name: "path", Type: path}}},
		{Name: "vhangup", Ret: zero, Params: params{}},
		{Name: "init_module", Ret: zero, Params: params{{Name: "module_image", Type: addr}, {Name: "len", Type: size}, {Name: "param_values", Type: str}}},
		{Name: "finit_module", Class: Desc, Ret: zero, Params: params{{Name: "fd", Type: fd}, {Name: "param_values", Type: str}, {Name: "flags", Type: flags(uapi.ModuleFlags)}}},
		{Name: "delete_module", Ret: zero, Params: params{{Name: "name", Type: str}, {Name: "flags", Type: flags(uapi.DeleteModuleFlags)}}},
		{Name: "kexec_load", Ret: zero, Params: params{{Name: "entry", Type: addr}, {Name: "nr_segments", Type: ulong}, {Name: "segments", Type: in(Custom{Name: "kexecSegments", Args: []string{"nr_segments"}})}, {Name: "flags", Type: custom("kexecFlags")}}},
		{Name: "kexec_file_load", Class: Desc, Ret: zero, Params: params{{Name: "kernel_fd", Type: fd}, {Name: "initrd_fd", Type: fd}, {Name: "cmdline_len", Type: ulong}, {Name: "cmdline", Type: in(bytes("cmdline_len"))}, {Name: "flags", Type: flagsOf(Long, uapi.KexecFileFlags)}}},
		{Name: "sysfs", Ret: num, Params: params{{Name: "arg1", Type: lhex}, {Name: "arg2", Type: lhex}, {Name: "arg3", Type: lhex}}},
		{Name: "lookup_dcookie", Ret: num, Params: params{{Name: "cookie", Type: u64}, {Name: "buffer", Type: addr}, {Name: "len", Type: size}}},

		{Name: "ustat", Class: StatFSLike, Ret: zero, Params: params{{Name: "dev", Type: customOf(4, "ustatDevice")}, {Name: "ubuf", Type: addr}}},

		// Calls of x86.
		{Name: "ioperm", Ret: zero, Params: params{{Name: "from", Type: lhex}, {Name: "num", Type: lhex}, {Name: "turn_on", Type: num}}},
		{Name: "iopl", Ret: zero, Params: params{{Name: "level", Type: num}}},
		{Name: "modify_ldt", Ret: num, Params: params{{Name: "func", Type: num}, {Name: "ptr", Type: in(Custom{Name: "ldtEntry", Args: []string{"bytecount"}})}, {Name: "bytecount", Type: ulong}}},
		{Name: "arch_prctl", Ret: num, Params: params{{Name: "op", Type: enum(uapi.ArchPrctlOptions)}, archPrctlRest()}},

		{Name: "perf_event_open", Class: Desc, Ret: fd, Params: params{{Name: "attr", Type: in(Custom{Name: "perfAttr"})}, {Name: "pid", Type: PID{Bare: true}}, {Name: "cpu", Type: num}, {Name: "group_fd", Type: fd}, {Name: "flags", Type: flagsOf(Long, uapi.PerfOpenFlags)}}},
	}
})

// syslogRest is what follows each action of syslog.
func syslogRest() Param {
	return Param{Type: &Rest{On: "type",
		Cases: map[uint64][]Param{
			0: {}, 1: {}, 5: {}, 6: {}, 7: {}, 9: {}, 10: {}, // those that need no more
			2: syslogRead, 3: syslogRead, 4: syslogRead,
			8: {{Name: "bufp", Type: addr}, {Name: "len", Type: customOf(4, "logLevel")}},
		},
		Else: []Param{{Name: "bufp", Type: addr}, {Name: "len", Type: num}},
	}}
}

var syslogRead = []Param{{Name: "bufp", Type: out(bytes(Result))}, {Name: "len", Type: num}}

var (
	archNone   = []Param{}
	archHex    = []Param{{Name: "addr", Type: lhex}}
	archResult = []Param{{Name: "addr", Type: out(addr)}}
	archGot    = []Param{{Name: "addr", Type: out(flagsOf(8, uapi.XFeatureMasks))}}
	archWanted = []Param{{Name: "addr", Type: enumOf(Long, uapi.XFeatures)}}
)

// KexecSegment is struct kexec_segment, a part of the kernel to load.
var KexecSegment = record("kexec_segment", fields{{Name: "buf", Type: addr}, {Name: "bufsz", Type: size}, {Name: "mem", Type: addr}, {Name: "memsz", Type: size}})

// archPrctlRest is what follows each operation of arch_prctl.
func archPrctlRest() Param {
	return Param{Type: &Rest{On: "op",
		Cases: map[uint64][]Param{
			0x1003: archResult, 0x1004: archResult, // ARCH_GET_FS, ARCH_GET_GS
			0x1011: archNone,                                  // ARCH_GET_CPUID
			0x1021: archGot, 0x1022: archGot, 0x1024: archGot, // ARCH_GET_XCOMP_*
			0x1023: archWanted, 0x1025: archWanted, // ARCH_REQ_XCOMP_*
		},
		Else: archHex,
	}}
}
