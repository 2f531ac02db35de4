package syscalls

import (
	"maps"
	"sync"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// Plain describes as data what a Custom type shows in a form of its own: where its fields
// lie and what their bits are called, for those who compare and change them. It returns
// nil where there is no more to tell than an address, and Pad where there is no such value. A Ref in the result may be one of
// Arg0, Arg1 and Arg2.
func Plain(a *abi.ABI, c *Custom) Type {
	if forms, ok := plainByABI()[c.Name]; ok {
		return forms.of(a)
	}
	if t, ok := plain()[c.Name]; ok {
		return t
	}
	if c.Width != 0 {
		return plainNumber(c.Width)
	}
	return nil
}

// Arg0, Arg1 and Arg2 refer to the sibling that is the argument of that number of the
// Custom type.
const (
	Arg0 Ref = "$0"
	Arg1 Ref = "$1"
	Arg2 Ref = "$2"
)

// Inet is an address of the Internet of Bytes bytes, 4 or 16. As a value it is the text
// that people write.
type Inet struct{ Bytes int }

func (t Inet) Size(*abi.ABI) int { return t.Bytes }
func (Inet) Align(*abi.ABI) int  { return 4 }

// Union is a structure of one of several forms. The field Tag, which all have at the same
// place as Else, tells which. Len names the sibling that says how many bytes of it there
// are.
type Union struct {
	Tag   string
	Forms map[uint64]*Record
	Else  *Record
	Len   Ref
}

func (t *Union) Size(a *abi.ABI) int  { return t.Else.Size(a) }
func (t *Union) Align(a *abi.ABI) int { return t.Else.Align(a) }

// mixed is a word of flags, of which the bits in mask are one of the constants of enum.
func mixed(w Width, flags *uapi.Set, mask uint64, enum *uapi.Set) Bits {
	return Bits{Width: w, Set: flags, Enum: &Enum{Mask: mask, Set: enum}}
}

// plainNumber is a number without names.
func plainNumber(w Width) Type { return Bits{Width: w, Form: value.Unsigned} }

// plain are the descriptions that serve every ABI.
var plain = sync.OnceValue(func() map[string]Type {
	all := plainWords()
	for _, name := range shapeless {
		all[name] = Pad{}
	}
	maps.Copy(all, plainPointers())
	maps.Copy(all, plainMemory())
	return all
})

// shapeless are words that are no value of their own: halves in an order of their own, a number
// of pages, an address of all arguments, nothing that the program passes.
var shapeless = [...]string{"highFirst", "pageOffset", "oldMmapAddr", "oldMmapLength", "oldMmapProt", "oldMmapFlags", "oldMmapFD", "oldMmapOffset", "resumed", "sigframe", "rtSigframe"}

// plainWords are words of several parts, or whose names another word decides.
func plainWords() map[string]Type {
	return map[string]Type{
		"openFlags":      mixed(4, uapi.OpenFlags, 3, uapi.OpenModes),
		"fileMode":       mixed(2, uapi.ModeBits, 0o170000, uapi.FileTypes),
		"mapFlags":       mixed(Long, uapi.MapFlags, 0xf, uapi.MapTypes),
		"mempolicy":      mixed(4, uapi.MempolicyModeFlags, 0xff, uapi.MempolicyModes),
		"socketType":     mixed(4, uapi.SocketFlags, 0xf, uapi.SocketTypes),
		"cloneFlags":     mixed(Long, uapi.CloneFlags, 0xff, uapi.Signals),
		"statxFlags":     mixed(4, uapi.AtFlags, 0x6000, uapi.StatxSync),
		"futexOp":        mixed(4, uapi.FutexFlags, futexMask, uapi.FutexOperations),
		"futex2Flags":    mixed(4, uapi.Futex2Flags, 3, uapi.Futex2Sizes),
		"fanotifyFlags":  mixed(4, uapi.FanotifyFlags, 0xc, uapi.FanotifyClasses),
		"personality":    mixed(4, uapi.PersonalityFlags, 0xff, uapi.Personalities),
		"schedPolicy":    mixed(4, uapi.SchedPolicyFlags, 0xff, uapi.SchedPolicies),
		"shmCommand":     mixed(4, uapi.IPCVersion, 0xff, uapi.ShmCommands),
		"semCommand":     mixed(4, uapi.IPCVersion, 0xff, uapi.SemCommands),
		"msgCommand":     mixed(4, uapi.IPCVersion, 0xff, uapi.MsgCommands),
		"kexecFlags":     mixed(Long, uapi.KexecFlags, 0xffff0000, uapi.KexecArchs),
		"ioctlCommand":   Bits{Width: 4, Form: value.Hex, Set: uapi.IoctlCommands},
		"memfdFlags":     flags(uapi.MemfdFlags),
		"ipcCall":        enum(uapi.IPCCalls),
		"ipcFlags":       flags(uapi.IPCGetFlags),
		"shmFlags":       flags(uapi.ShmGetFlags),
		"swapFlags":      flags(uapi.SwapFlags),
		"syslogAction":   enum(uapi.SyslogActions),
		"ptraceSignal":   enum(uapi.Signals),
		"signalName":     enum(uapi.Signals),
		"fanotifyDir":    dirfd,
		"socketProtocol": named(Arg0, map[uint64]*uapi.Set{2: uapi.IPProtocols, 10: uapi.IPProtocols, 16: uapi.NetlinkProtocols}),
		"setOption":      named(Arg0, map[uint64]*uapi.Set{0: uapi.IPSetOptions, 1: uapi.SocketSetOptions, 6: uapi.TCPOptions, 41: uapi.IPV6SetOptions}),
		"getOption":      named(Arg0, map[uint64]*uapi.Set{0: uapi.IPGetOptions, 1: uapi.SocketGetOptions, 6: uapi.TCPOptions, 41: uapi.IPV6GetOptions}),
	}
}

// plainPointers are words that are addresses.
func plainPointers() map[string]Type {
	return map[string]Type{
		"peer":             out(sockaddr()),
		"peerLen":          inout(num),
		"remaining":        out(timespec),
		"remaining64":      out(timespec64),
		"timeout":          in(timespec),
		"timeout64":        in(timespec64),
		"receivedMsghdr":   out(headerOf(Out)),
		"mmsghdrs":         in(array(messageOf(In), Arg1)),
		"receivedMmsghdrs": out(array(messageOf(Out), Arg1)),
		"getOptionValue":   out(bytes(Arg2)),
		"cloneArgs":        in(cloneArgs()),
	}
}

// plainMemory is what lies behind an address.
func plainMemory() map[string]Type {
	return map[string]Type{
		"sockaddr":       sockaddr(),
		"message":        bytes(Arg1),
		"received":       bytes(Result),
		"msghdr":         headerOf(In),
		"filledIovecs":   Array{Elem: iovecOf(Out), Len: Arg0, Filled: true},
		"argv":           Array{Elem: str, Ended: true},
		"envp":           Array{Elem: str, Ended: true},
		"openHow":        openHowRecord(),
		"siginfo":        siginfoRecord(),
		"pollfds":        array(pollfd(), Arg0),
		"statxTime":      statxStamp(),
		"setOptionValue": bytes(Arg2),
		"waitStatus":     num,
		"seconds":        klong,
		"xattrValue":     bytes(Arg0),
		"xattrAnswer":    bytes(Result),
		"groups":         array(gid, Arg0),
		"sigaction":      sigactionRecord(),
		"oldSigaction":   oldSigactionRecord(),
		"oldStat":        statOld(),
		"sigset":         SignalSet,
		"wholeSigset":    SignalSet,
		"pendingSigset":  SignalSet,
		"uringSigset":    SignalSet,
		"oldSigset":      flagsOf(Long, SignalSet.Set),
		"sigmask":        flagsOf(Long, SignalSet.Set),
		"sigevent":       sigeventRecord(),
		"utimbuf":        record("utimbuf", fields{{Name: "actime", Type: klong}, {Name: "modtime", Type: klong}}),
		"utimes":         list(timeval, 2),
		"utimens":        list(timespec, 2),
		"utimens64":      list(timespec64, 2),
		"epollTimeout":   timespec64,
		"schedAttrSet":   in(schedAttr()),
		"schedAttrGot":   schedAttr(),
		"hostName":       bytes(Arg0),
		"memfdName":      Str{},
		"taskName":       Str{Room: 16},
		"newTaskName":    Str{Room: 16},
		"randomBytes":    bytes(Result),
		"xattrReply":     bytes(Result),
		"childUsage":     Rusage,
		"rseq":           Rseq,
		"msgbuf":         record("msgbuf", fields{{Name: "mtype", Type: long}}),
		"futexWaiters":   array(FutexWaiter, Arg0),
		"kexecSegments":  array(KexecSegment, Arg0),
		"vectorControl":  mixed(Long, uapi.PrctlVectorFlags, 3, uapi.PrctlVectors),
		"mountAttr":      mountAttrRecord(),
		"landlockRuleset": record("landlock_ruleset_attr", fields{
			{Name: "handled_access_fs", Type: flagsOf(8, uapi.LandlockAccessFS)}, {Name: "handled_access_net", Type: flagsOf(8, uapi.LandlockAccessNet)}, {Name: "scoped", Type: flagsOf(8, uapi.LandlockScopes)},
		}),
		"landlockPath": &Record{Name: "landlock_path_beneath_attr", Packed: true, Fields: fields{{Name: "allowed_access", Type: flagsOf(8, uapi.LandlockAccessFS)}, {Name: "parent_fd", Type: fd}}},
	}
}

// named is an int whose names the value of a sibling decides.
func named(on Ref, sets map[uint64]*uapi.Set) Type {
	s := Switch{On: string(on), Cases: map[uint64]Type{}, Else: num}
	for v, set := range sets {
		s.Cases[v] = enum(set)
	}
	return s
}

// A byABI is a description that differs from one ABI to another.
type byABI struct{ x86, i386, arm64 Type }

func (b byABI) of(a *abi.ABI) Type {
	switch a {
	case abi.I386:
		return b.i386
	case abi.ARM64:
		return b.arm64
	}
	return b.x86
}

var plainByABI = sync.OnceValue(func() map[string]byABI {
	packed, aligned := array(epollPacked, Arg0), array(epollAligned, Arg0)
	return map[string]byABI{
		"stat":        {stat8(), stat4(), statGeneric()},
		"stat64":      {nil, stat4Large(), nil},
		"epollEvent":  {epollPacked, epollPacked, epollAligned},
		"epollEvents": {packed, packed, aligned},
	}
})

// Register returns the first register that holds parameter i under the ABI, counted from
// zero, and how many there are. The parameters before it are those of the row or, for what
// Rest stands for, in its place.
func Register(params []Param, a *abi.ABI, i int) (reg, count int) {
	for n := range i + 1 {
		p := &params[n]
		reg += count
		if p.Reg > 0 {
			reg = p.Reg - 1
		}
		count = Registers(p.Type, a)
	}
	return reg, count
}

// Signed reports whether the number may be negative.
func (b Bits) Signed() bool {
	return b.Form == value.Signed && !b.None && (b.Set == nil || !b.Set.Flags)
}
