package decode

import (
	"math/bits"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/value"
)

// maxDescriptors is the most descriptors of a set that are looked at.
const maxDescriptors = 1 << 20

// fdset decodes a set of descriptors below the sibling nfds.
func fdset(x *context, w uint64) value.Value {
	n := int32(x.arg(0))
	if n <= 0 || x.c.mode.Opaque {
		return nil
	}
	if v := x.descriptors(abi.Addr(w), n, (*context).descriptor); v != nil {
		return v
	}
	return x.a.Lost(abi.Addr(w))
}

// descriptors decodes the members below n of a set of descriptors, each by one; nil
// when it cannot be read.
func (x *context) descriptors(at abi.Addr, n int32, one func(*context, int32) *value.FD) *value.Array {
	n = min(n, maxDescriptors)
	word := x.abi.Word
	b := x.read(at, alignUp(int(n), 8*word)/8)
	if b == nil {
		return nil
	}
	members := 0
	for _, c := range b {
		members += bits.OnesCount8(c)
	}
	elems := x.a.Values(min(members, maxElems))
	for i := range b {
		for c := b[i]; c != 0; c &= c - 1 {
			fd := int32(8*i + bits.TrailingZeros8(c))
			if fd >= n || len(elems) == cap(elems) {
				break
			}
			elems = append(elems, one(x, fd))
		}
	}
	return x.a.Array(elems, false, value.Members)
}

func selected(x *context, w uint64) value.Value    { return x.selected(w, timeval) }
func pselected(x *context, w uint64) value.Value   { return x.selected(w, timespec) }
func pselected64(x *context, w uint64) value.Value { return x.selected(w, timespec64) }

var selectSets = [...]string{"in", "out", "except"}

// selected shows the descriptors that select found ready and the time left. The
// siblings are the limit, the three sets and the timeout.
func (x *context) selected(w uint64, timeout *syscalls.Record) value.Value {
	if w == 0 {
		return x.remark("Timeout")
	}
	f := x.a.Fields(len(selectSets) + 1)
	for i, name := range selectSets {
		at := abi.Addr(x.arg(i + 1))
		if at == 0 {
			continue
		}
		if set := x.descriptors(at, int32(x.arg(0)), (*context).bareDescriptor); set != nil && len(set.Elems) > 0 {
			f = append(f, value.Field{Name: name, Value: set})
		}
	}
	if at := abi.Addr(x.arg(4)); at != 0 {
		f = x.left(f, timeout, at)
	}
	return x.a.Struct(f, false)
}
