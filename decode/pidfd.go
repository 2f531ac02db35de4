package decode

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// pidfdKnown is the size of struct pidfd_info that is known, pidfdFirst that of its first
// version. A command's number tells which a program has.
const (
	pidfdFirst = 64
	pidfdKnown = 88
	pidfdAsks  = 11 // the command's own number
)

// A fact is a field of struct pidfd_info, which is there when the mask has its bit.
type fact struct {
	name string
	at   int
	bit  uint64
	kind syscalls.Type
}

var processFacts = [...]fact{
	{"cgroupid", 8, 1 << 2, u64},
	{"pid", 16, 1 << 0, pid},
	{"tgid", 20, 1 << 0, pid},
	{"ppid", 24, 1 << 0, pid},
	{"ruid", 28, 1 << 1, uid},
	{"rgid", 32, 1 << 1, uid},
	{"euid", 36, 1 << 1, uid},
	{"egid", 40, 1 << 1, uid},
	{"suid", 44, 1 << 1, uid},
	{"sgid", 48, 1 << 1, uid},
	{"fsuid", 52, 1 << 1, uid},
	{"fsgid", 56, 1 << 1, uid},
	{"exit_code", 60, 1 << 3, syscalls.Custom{Name: "exitCode", Width: 4}},
	{"coredump_mask", 64, 1 << 4, syscalls.Bits{Width: 4, Set: uapi.CoredumpFlags}},
	{"coredump_signal", 68, 1 << 6, syscalls.Bits{Width: 4, Set: uapi.Signals}},
	{"coredump_code", 72, 1 << 7, u32},
	{"supported_mask", 80, 1 << 5, syscalls.Bits{Width: 8, Set: uapi.ProcessInfo}},
}

// pidfdInfo decodes struct pidfd_info: what is asked of a process, and what is known.
func pidfdInfo(x *context, w uint64) value.Value {
	at, op := abi.Addr(w), x.arg(0)
	size := op >> 16 & 0x3fff
	if op>>30 != ioctlRead|ioctlWrite || op&0xff != pidfdAsks || size < pidfdFirst {
		return x.a.Int(w, x.abi.Word, value.Hex)
	}
	mask, ok := x.load(at, 8)
	if !x.exit {
		x.keep(mask, ok)
		return nil
	}
	asked, kept := x.kept()
	if !kept || x.c.mode.Opaque {
		return x.a.Ptr(at, nil)
	}
	f := append(x.a.Fields(1+len(processFacts)), value.Field{Name: "mask", Value: x.a.Flags(asked, 8, uapi.ProcessInfo)})
	b := x.read(at, int(min(size, pidfdKnown)))
	if x.c.Result.Failed || b == nil {
		return x.a.Struct(f, false)
	}
	if mask != asked {
		change := x.a.Change(f[0].Value, x.a.Flags(mask, 8, uapi.ProcessInfo))
		change.Apart = true
		f[0].Value = change
	}
	return x.a.Struct(x.facts(f, b, mask), false)
}

func (x *context) facts(f []value.Field, b []byte, mask uint64) []value.Field {
	for i := range processFacts {
		t := &processFacts[i]
		size := t.kind.Size(x.abi)
		if mask&t.bit != 0 && t.at+size <= len(b) {
			f = append(f, value.Field{Name: t.name, Value: x.scalar(t.kind, integer(b, t.at, size))})
		}
	}
	return f
}

// exitCode decodes the status that a process ended with.
func exitCode(x *context, w uint64) value.Value {
	return x.a.Array(append(x.a.Values(1), x.status(w)), false, value.List)
}
