package decode

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// futexCustom names the decoders of futexes.
func futexCustom(name string) custom {
	switch name {
	case "futexOp":
		return futexOp
	case "futexWakeOp":
		return futexWakeOp
	case "futexBitset":
		return futexBitset
	case "futex2Flags":
		return futex2Flags
	case "futexWaiters":
		return futexWaiters
	}
	return nil
}

// futexOp decodes the operation of futex. Its flags have names of their own only
// where the kernel takes them; FUTEX_*_PRIVATE are operations in their own right.
func futexOp(x *context, w uint64) value.Value {
	const (
		wait, fd, waitBitset, waitRequeue = 0, 2, 9, 11
		command, private, realtime        = 0x7f, 0x80, 0x100
	)
	flag := uint64(0)
	switch w {
	case fd | private:
		flag = private
	case wait | realtime, waitBitset | realtime, waitRequeue | realtime,
		wait | private | realtime, waitBitset | private | realtime, waitRequeue | private | realtime:
		flag = realtime
	}
	op := x.a.Flags(w&^flag, 4, uapi.FutexOperations)
	if flag == 0 {
		return op
	}
	return x.a.Or(op, x.a.Flags(flag, 4, uapi.FutexFlags))
}

// futexWakeOp decodes what FUTEX_WAKE_OP does to the second futex, written as the
// parts that FUTEX_OP puts together.
func futexWakeOp(x *context, w uint64) value.Value {
	parts := x.a.Values(5)
	if w>>31&1 != 0 {
		parts = append(parts, x.wakePart(8, 28, uapi.FutexOperands))
	}
	parts = append(parts,
		x.wakePart(w>>28&7, 28, uapi.FutexWakeOperations),
		x.wakePart(w>>12&0xfff, 12, nil),
		x.wakePart(w>>24&0xf, 24, uapi.FutexComparisons),
		x.a.Int(w&0xfff, 4, value.Hex))
	return x.a.Or(parts...)
}

// wakePart is a part of a word: v<<by, with its name where the set has one.
func (x *context) wakePart(v, by uint64, set *uapi.Set) value.Value {
	shift := x.a.Int(by, 4, value.Unsigned)
	if set == nil {
		return x.a.Macro("<<", x.a.Int(v, 4, value.Hex), shift)
	}
	return x.a.Macro("<<", x.a.Flags(v, 4, set), shift)
}

// futex2Flags decodes the flags of the calls that came after futex: a size and bits.
func futex2Flags(x *context, w uint64) value.Value {
	const sizes = 3
	return x.a.Or(x.a.Flags(w&sizes, 4, uapi.Futex2Sizes), x.a.Flags(w&^sizes, 4, uapi.Futex2Flags))
}

// futexBitset decodes the bits that a waker and a waiter must share.
func futexBitset(x *context, w uint64) value.Value {
	return x.known(uapi.FutexBitset, w, x.abi.Word)
}

// futexWaiters decodes as many futexes as the sibling says; the kernel takes no more
// than maxWaiters.
func futexWaiters(x *context, w uint64) value.Value {
	const maxWaiters = 128
	n := x.arg(0)
	v := x.array(syscalls.FutexWaiter, min(n, maxWaiters), abi.Addr(w))
	if list, ok := v.(*value.Array); ok && n > maxWaiters && len(list.Elems) == maxWaiters {
		list.More = true
	}
	return v
}
