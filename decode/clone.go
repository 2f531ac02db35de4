package decode

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// Bits of clone's flags.
const (
	cloneSignal     = 0xff
	clonePidfd      = 0x00001000
	cloneSetTLS     = 0x00080000
	cloneParentSet  = 0x00100000
	cloneChildClear = 0x00200000
	cloneChildSet   = 0x01000000
	cloneIntoCgroup = 0x200000000
	cloneArgsLeast  = 64 // CLONE_ARGS_SIZE_VER0
	cloneArgsKnown  = 88 // CLONE_ARGS_SIZE_VER2
	maxSetTID       = 32 // MAX_PID_NS_LEVEL
)

// cloneFlags decodes clone's flags, whose lowest byte is the signal that tells the
// parent of the child's end.
func cloneFlags(x *context, w uint64) value.Value {
	flags := x.a.Flags(w&^cloneSignal, x.abi.Word, uapi.CloneFlags)
	if w&cloneSignal == 0 {
		return flags
	}
	return x.a.Or(flags, x.a.Flags(w&cloneSignal, 4, uapi.Signals))
}

// tls decodes what a new thread's storage is: on i386 a segment, elsewhere an
// address.
func tls(x *context, w uint64) value.Value {
	if x.abi != abi.I386 {
		return nil
	}
	return userDesc(x, w)
}

// cloneArgs decodes struct clone_args, whose size the caller gives, and what the
// kernel has filled in behind its pointers.
func cloneArgs(x *context, w uint64) value.Value {
	at, size := abi.Addr(w), x.arg(0)
	if at == 0 || size < cloneArgsLeast || x.c.mode.Opaque {
		return x.a.Ptr(at, nil)
	}
	known := int(min(size, cloneArgsKnown))
	b := x.read(at, known)
	if b == nil {
		return x.a.Lost(at)
	}
	b = append(x.a.Bytes(cloneArgsKnown), b...)[:cloneArgsKnown]
	clear(b[known:])
	flags := integer(b, 0, 8)
	if x.exit {
		return x.cloned(b, flags)
	}
	args := x.a.Ptr(at, x.cloneStruct(b, flags, size, at))
	if flags&(clonePidfd|cloneParentSet) == 0 {
		return args
	}
	change := x.a.Change(args, nil)
	change.Apart = true
	return change
}

// cloneStruct lists the fields of struct clone_args that matter for the flags.
func (x *context) cloneStruct(b []byte, flags, size uint64, at abi.Addr) *value.Struct {
	f := x.a.Fields(13)
	add := func(name string, v value.Value) { f = append(f, value.Field{Name: name, Value: v}) }
	pointer := func(off int) value.Value { return x.a.Int(integer(b, off, 8), 8, value.Address) }

	add("flags", x.a.Flags(flags, 8, uapi.Clone3Flags))
	if flags&clonePidfd != 0 {
		add("pidfd", pointer(8))
	}
	if flags&(cloneChildSet|cloneChildClear) != 0 {
		add("child_tid", pointer(16))
	}
	if flags&cloneParentSet != 0 {
		add("parent_tid", pointer(24))
	}
	add("exit_signal", x.exitSignal(integer(b, 32, 8)))
	add("stack", pointer(40))
	add("stack_size", x.a.Int(integer(b, 48, 8), 8, value.Hex))
	if flags&cloneSetTLS != 0 {
		add("tls", x.cloneTLS(integer(b, 56, 8)))
	}
	if tids, n := integer(b, 64, 8), integer(b, 72, 8); tids != 0 || n != 0 {
		add("set_tid", x.setTIDs(tids, n))
		add("set_tid_size", x.a.Int(n, 8, value.Unsigned))
	}
	if cgroup := integer(b, 80, 8); cgroup != 0 || flags&cloneIntoCgroup != 0 && size >= cloneArgsKnown {
		add("cgroup", x.cgroup(cgroup))
	}
	return x.a.Struct(x.rest(f, at, cloneArgsKnown, size), false)
}

// exitSignal decodes a signal that a 64-bit field holds.
func (x *context) exitSignal(sig uint64) value.Value {
	if _, ok := uapi.Signals.Find(sig); ok {
		return x.a.Flags(sig, 8, uapi.Signals)
	}
	return x.a.Int(sig, 8, value.Unsigned)
}

func (x *context) cgroup(w uint64) value.Value {
	if w > 1<<31-1 {
		return x.a.Int(w, 8, value.Unsigned)
	}
	return x.descriptor(int32(w))
}

func (x *context) cloneTLS(w uint64) value.Value {
	if x.abi == abi.I386 && w != 0 && w>>32 == 0 {
		if v, ok := userDesc(x, w).(*value.Struct); ok {
			return v
		}
	}
	return x.a.Int(w, 8, value.Address)
}

// setTIDs decodes the ids that a new process is to have, innermost namespace first.
func (x *context) setTIDs(at, n uint64) value.Value {
	if n == 0 || n > maxSetTID || at != x.abi.TruncateWord(at) {
		return x.a.Int(at, 8, value.Address)
	}
	v := x.array(syscalls.PID{Bare: true}, n, abi.Addr(at))
	if _, lost := v.(*value.Lost); lost {
		return x.a.Int(at, 8, value.Address)
	}
	return v
}

// cloned decodes what clone3 has written behind its pointers.
func (x *context) cloned(b []byte, flags uint64) value.Value {
	if x.c.Result.Failed {
		return nil
	}
	f := x.a.Fields(2)
	if flags&clonePidfd != 0 {
		f = append(f, value.Field{Name: "pidfd", Value: x.behindPointer(syscalls.FD{}, integer(b, 8, 8))})
	}
	if flags&cloneParentSet != 0 {
		f = append(f, value.Field{Name: "parent_tid", Value: x.behindPointer(syscalls.PID{}, integer(b, 24, 8))})
	}
	return x.a.Struct(f, false)
}

// behindPointer decodes an integer of four bytes behind a pointer.
func (x *context) behindPointer(t syscalls.Type, at uint64) value.Value {
	w, ok := x.load(abi.Addr(at), 4)
	if !ok {
		return x.a.Int(at, 8, value.Address)
	}
	return x.a.Ptr(abi.Addr(at), x.scalar(t, w))
}
