package decode

import (
	"math/bits"
	"strings"
	"sync"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/mem"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// sigsetSize is the size in bytes of the kernel's sigset_t.
const sigsetSize = 8

// members names signals as members of a set: HUP for SIGHUP.
var members = sync.OnceValue(func() *uapi.Set {
	s := &uapi.Set{Name: "members of signal sets"}
	for _, c := range uapi.Signals.Consts {
		s.Consts = append(s.Consts, uapi.Const{Name: strings.TrimPrefix(c.Name, "SIG"), Value: c.Value})
	}
	return s
})

// sigset decodes a sigset_t of as many bytes as the sibling says. The kernel takes
// one size only; any that is neither shorter than a word nor longer is shown.
func sigset(x *context, w uint64) value.Value {
	n := x.arg(0)
	if n < uint64(x.abi.Word) || n > sigsetSize {
		return x.a.Lost(abi.Addr(w))
	}
	return x.sigsetAt(abi.Addr(w), int(n))
}

// pendingSigset decodes what rt_sigpending filled in, which may be a part of a set.
func pendingSigset(x *context, w uint64) value.Value {
	n := x.arg(0)
	if n == 0 || n > sigsetSize {
		return x.a.Lost(abi.Addr(w))
	}
	b := x.read(abi.Addr(w), int(n))
	if b == nil || x.c.mode.Opaque {
		return x.a.Lost(abi.Addr(w))
	}
	return x.signals(mem.Little(b), sigsetSize)
}

// oldSigset decodes a signal set of one word of the first Linux.
func oldSigset(x *context, w uint64) value.Value { return x.sigsetAt(abi.Addr(w), x.abi.Word) }

// sigmask decodes a signal set that is passed by value.
func sigmask(x *context, w uint64) value.Value { return x.signals(uint64(uint32(w)), 4) }

// mask and oldMask explain a result that is a signal set.
func mask(x *context, w uint64) value.Value    { return x.named("mask", sigmask(x, w)) }
func oldMask(x *context, w uint64) value.Value { return x.named("old mask", sigmask(x, w)) }

// signalName explains a result that is a signal.
func signalName(x *context, w uint64) value.Value { return x.spelled(w, uapi.Signals) }

// named is a structure of one field.
func (x *context) named(name string, v value.Value) value.Value {
	return x.a.Struct(append(x.a.Fields(1), value.Field{Name: name, Value: v}), false)
}

// sigsetAt decodes the n bytes of a signal set at an address.
func (x *context) sigsetAt(at abi.Addr, n int) value.Value {
	b := x.read(at, n)
	if b == nil || x.c.mode.Opaque {
		return x.a.Lost(at)
	}
	return x.signals(mem.Little(b), alignUp(n, 4))
}

// signals decodes a signal set of n bytes. One that has most signals is shown as
// the set of all but the others.
func (x *context) signals(set uint64, n int) value.Value { return signalArray(x.a, set, n) }

func signalArray(a *value.Arena, set uint64, n int) *value.Array {
	set = truncate(set, n)
	style := value.Members
	if bits.OnesCount64(set) >= 8*n*2/3 {
		set, style = truncate(^set, n), value.Absent
	}
	elems := a.Values(bits.OnesCount64(set))
	for ; set != 0; set &= set - 1 {
		nr := uint64(bits.TrailingZeros64(set)) + 1
		elems = append(elems, a.Flags(nr, 4, members()))
	}
	return a.Array(elems, false, style)
}
