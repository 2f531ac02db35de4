package decode

import (
	"strconv"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// uringRegistered is IORING_REGISTER_USE_REGISTERED_RING.
const uringRegistered = 1 << 31

// uringRing decodes the descriptor of a ring, or the index of one that is registered.
func uringRing(x *context, w uint64) value.Value {
	if x.arg(0)&uringRegistered != 0 {
		return x.a.Int(w, 4, value.Unsigned)
	}
	return x.descriptor(int32(w))
}

// uringOperation decodes what is to be registered, and with which kind of ring.
func uringOperation(x *context, w uint64) value.Value {
	op := x.a.Flags(w&^uringRegistered, 4, uapi.UringRegister)
	if w&uringRegistered == 0 {
		return op
	}
	return x.a.Or(op, x.a.Flags(uringRegistered, 4, uapi.UringRegistered))
}

// The lists that a structure points to, of as many elements as its sibling says.
func uringFDs(x *context, w uint64) value.Value { return x.uringList(w, syscalls.FD{}) }
func uringNewFDs(x *context, w uint64) value.Value {
	return x.uringList(w, syscalls.Custom{Name: "uringNewFD", Width: 4})
}
func uringIovecs(x *context, w uint64) value.Value { return x.uringList(w, uringIovec) }
func uringTags(x *context, w uint64) value.Value   { return x.uringList(w, x64) }

func (x *context) uringList(w uint64, elem syscalls.Type) value.Value {
	n := x.arg(0)
	return x.pointed(w, func(at abi.Addr) value.Value { return x.array(elem, n, at) })
}

var skippedFD = &uapi.Set{Name: "descriptors that stay", Consts: []uapi.Const{{Name: "IORING_REGISTER_FILES_SKIP", Value: 1<<32 - 2}}}

// uringNewFD decodes a descriptor that takes the place of another, if it is none that leaves that alone.
func uringNewFD(x *context, w uint64) value.Value {
	if int32(w) == -2 {
		return x.special(-2, skippedFD)
	}
	return x.descriptor(int32(w))
}

var uringIovec = &syscalls.Record{Name: "iovec", Fields: []syscalls.Param{
	{Name: "iov_base", Type: syscalls.Bits{Width: syscalls.Long, Form: value.Address}},
	{Name: "iov_len", Type: syscalls.Bits{Width: syscalls.Long, Form: value.Unsigned}},
}}

// uringFilesReplaced decodes struct io_uring_files_update, whose length is the call's.
func uringFilesReplaced(x *context, w uint64) value.Value {
	s, ok := x.recordAt(uringFilesHead, abi.Addr(w)).(*value.Struct)
	if !ok || x.c.mode.Opaque {
		return x.a.Lost(abi.Addr(w))
	}
	fds, _ := x.load(abi.Addr(w)+8, 8)
	s.Fields = append(append(x.a.Fields(len(s.Fields)+1), s.Fields...), value.Field{Name: "fds", Value: uringNewFDs(x, fds)})
	return s
}

var uringFilesHead = &syscalls.Record{Name: "io_uring_files_update", Fields: []syscalls.Param{
	{Name: "offset", Type: u32},
	{Name: "resv", Type: x32, Spare: true},
	{Type: unseen(u64)},
}}

// uringRestriction decodes what a restriction is about; of one that is not known, what
// stands behind it is told too.
func uringRestriction(x *context, w uint64) value.Value {
	kind := x.a.Flags(w, 2, uapi.UringRestrictions)
	if _, ok := uapi.UringRestrictions.Find(w); ok {
		return kind
	}
	return x.a.Note(kind, x.hexText("op: ", integer(x.scope.data, 2, 1)))
}

// uringResources is what is registered at once, uringUpdate what replaces a part of it.
func uringResources(list string) *syscalls.Record {
	return &syscalls.Record{Name: "io_uring_rsrc_register", Fields: []syscalls.Param{
		{Name: "nr", Type: u32},
		{Name: "flags", Type: syscalls.Bits{Width: 4, Set: uapi.UringResourceFlags}},
		{Name: "resv2", Type: x64, Spare: true},
		{Name: "data", Type: syscalls.Custom{Name: list, Width: 8, Args: []string{"nr"}}},
		{Name: "tags", Type: syscalls.Custom{Name: "uringTags", Width: 8, Args: []string{"nr"}}},
	}}
}

func uringUpdate(list string) *syscalls.Record {
	return &syscalls.Record{Name: "io_uring_rsrc_update2", Fields: []syscalls.Param{
		{Name: "offset", Type: u32},
		{Name: "resv", Type: x32, Spare: true},
		{Name: "data", Type: syscalls.Custom{Name: list, Width: 8, Args: []string{"nr"}}},
		{Name: "tags", Type: syscalls.Custom{Name: "uringTags", Width: 8, Args: []string{"nr"}}},
		{Name: "nr", Type: u32},
		{Name: "resv2", Type: x32, Spare: true},
	}}
}

func uringFiles(x *context, w uint64) value.Value { return x.uringSized(uringResources("uringFDs"), w) }
func uringBuffers(x *context, w uint64) value.Value {
	return x.uringSized(uringResources("uringIovecs"), w)
}
func uringFilesUpdate(x *context, w uint64) value.Value {
	return x.uringSized(uringUpdate("uringNewFDs"), w)
}
func uringBuffersUpdate(x *context, w uint64) value.Value {
	return x.uringSized(uringUpdate("uringIovecs"), w)
}

// uringSized decodes a structure whose size the caller gives, and what it has behind the known end.
func (x *context) uringSized(r *syscalls.Record, w uint64) value.Value {
	known, size := uint64(r.Size(x.abi)), x.arg(0)
	if size < known || x.c.mode.Opaque {
		return x.a.Lost(abi.Addr(w))
	}
	s, ok := x.recordAt(r, abi.Addr(w)).(*value.Struct)
	if !ok {
		return x.a.Lost(abi.Addr(w))
	}
	s.Fields = x.rest(s.Fields, abi.Addr(w), known, size)
	return s
}

// uringWorkers decodes the most workers that there may be of each kind, and what it was before.
func uringWorkers(x *context, w uint64) value.Value {
	at, n := abi.Addr(w), x.arg(0)
	switch {
	case !x.exit:
		v := x.uringWorkerCounts(at, n)
		if list, ok := v.(*value.Array); !ok || n == 0 || torn(list) {
			return v
		}
		change := x.a.Change(v, nil)
		change.Apart = true
		return change
	case x.c.Result.Failed:
		return x.a.Ptr(at, nil)
	}
	return x.uringWorkerCounts(at, n)
}

// torn reports whether a list ends where memory cannot be read.
func torn(a *value.Array) bool {
	_, counts := a.Elems[len(a.Elems)-1].(*value.Item)
	return !counts
}

func (x *context) uringWorkerCounts(at abi.Addr, n uint64) value.Value {
	if at == 0 {
		return x.a.Lost(at)
	}
	list, ok := x.array(u32, n, at).(*value.Array)
	if !ok {
		return x.a.Lost(at)
	}
	for i, v := range list.Elems {
		if count, ok := v.(*value.Int); ok {
			list.Elems[i] = x.a.Item(x.a.Flags(uint64(i), 4, uapi.UringWorkers), count)
		}
	}
	return list
}

// uringProbe decodes struct io_uring_probe: which operations a kernel has. The program must
// fill it with zeros, and what is in it before that the call is none of the answer.
func uringProbe(x *context, w uint64) value.Value {
	at, room := abi.Addr(w), x.arg(0)
	b := x.read(at, uringProbeSize+int(min(room, maxRead))*probeOp.Size(x.abi))
	if b == nil || x.c.mode.Opaque || x.exit && x.c.Result.Failed {
		return x.a.Lost(at)
	}
	if !x.exit && zeros(b) {
		return nil
	}
	if x.exit {
		room = min(room, integer(b, 1, 1))
	}
	s := x.record(uringProbeHead, b[:uringProbeSize], at).(*value.Struct)
	ops := x.array(probeOp, room, at+uringProbeSize)
	s.Fields = append(append(x.a.Fields(len(s.Fields)+1), s.Fields...), value.Field{Name: "ops", Value: ops})
	return s
}

const uringProbeSize = 16 // without the operations

var uringProbeHead = &syscalls.Record{Name: "io_uring_probe", Fields: []syscalls.Param{
	{Name: "last_op", Type: syscalls.Bits{Width: 1, Set: uringOpNumbers}},
	{Name: "ops_len", Type: u8},
	{Name: "resv", Type: x16, Spare: true},
	{Name: "resv2", Type: syscalls.Array{Elem: x32, Count: 3}, Spare: true},
}}

var probeOp = &syscalls.Record{Name: "io_uring_probe_op", Fields: []syscalls.Param{
	{Name: "op", Type: syscalls.Bits{Width: 1, Set: uringOpNumbers}},
	{Name: "resv", Type: x8, Spare: true},
	{Name: "flags", Type: syscalls.Bits{Width: 2, Set: uapi.UringProbeFlags}},
	{Name: "resv2", Type: x32, Spare: true},
}}

// hexText writes a prefix and a number.
func (x *context) hexText(prefix string, n uint64) string {
	b := append(x.a.Bytes(len(prefix)+18), prefix...)
	if n != 0 {
		b = append(b, "0x"...)
	}
	return text(strconv.AppendUint(b, n, 16))
}
