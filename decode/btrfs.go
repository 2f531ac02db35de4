package decode

import (
	"encoding/hex"
	"strconv"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// btrfsCustom names the decoders of btrfs.
func btrfsCustom(name string) custom {
	switch name {
	case "uuid":
		return uuid
	case "btrfsInherit":
		return btrfsInherit
	case "btrfsSubvolume":
		return btrfsSubvolume
	case "btrfsSubvolumeAnswer":
		return btrfsSubvolumeAnswer
	case "btrfsStats":
		return btrfsStats
	case "perMille":
		return perMille
	case "seconds64":
		return seconds64
	case "btrfsSources":
		return btrfsSources
	case "btrfsTime":
		return btrfsTime
	case "btrfsFeatures":
		return btrfsFeatures
	case "btrfsFeaturePair":
		return btrfsFeaturePair
	case "btrfsFeatureTriple":
		return btrfsFeatureTriple
	case "btrfsSpaces":
		return btrfsSpaces
	}
	return btrfsTreeCustom(name)
}

// uuid decodes an id of 16 bytes.
func uuid(x *context, w uint64) value.Value {
	b := x.read(abi.Addr(w), 16)
	if b == nil {
		return x.a.Lost(abi.Addr(w))
	}
	t := x.a.Bytes(36)
	for i, part := range [][]byte{b[:4], b[4:6], b[6:8], b[8:10], b[10:]} {
		if i > 0 {
			t = append(t, '-')
		}
		t = hex.AppendEncode(t, part)
	}
	return x.a.Macro(text(t))
}

var btrfsInheritance = &syscalls.Record{Name: "btrfs_qgroup_inherit", Fields: []syscalls.Param{
	{Name: "flags", Type: syscalls.Bits{Width: 8, Set: uapi.BtrfsInheritFlags}},
	{Name: "num_qgroups", Type: u64},
	{Name: "num_ref_copies", Type: u64},
	{Name: "num_excl_copies", Type: u64},
	{Name: "lim", Type: &syscalls.Record{Name: "btrfs_qgroup_limit", Fields: []syscalls.Param{
		{Name: "flags", Type: syscalls.Bits{Width: 8, Set: uapi.BtrfsLimitFlags}},
		{Name: "max_rfer", Type: u64},
		{Name: "max_excl", Type: u64},
		{Name: "rsv_rfer", Type: u64},
		{Name: "rsv_excl", Type: u64},
	}}},
	{Name: "qgroups", Type: syscalls.Array{Elem: u64, Len: "num_qgroups"}, Verbose: true},
}}

// btrfsInherit decodes a pointer to the quota groups that a subvolume is to be in.
func btrfsInherit(x *context, w uint64) value.Value {
	at, ok := x.load(abi.Addr(w), x.abi.Word)
	if !ok {
		return x.a.Lost(abi.Addr(w))
	}
	return x.pointed(at, func(at abi.Addr) value.Value { return x.recordAt(btrfsInheritance, at) })
}

// btrfsSubvolume decodes the flags of a subvolume behind a pointer, which are written as if
// they were the argument.
func btrfsSubvolume(x *context, w uint64) value.Value {
	flags, ok := x.load(abi.Addr(w), 8)
	if !ok || x.c.mode.Opaque {
		return x.a.Ptr(abi.Addr(w), nil)
	}
	return x.a.Flags(flags, 8, uapi.BtrfsSubvolumeFlags)
}

func btrfsSubvolumeAnswer(x *context, w uint64) value.Value {
	switch {
	case !x.exit:
		return nil
	case x.c.Result.Failed:
		return x.a.Ptr(abi.Addr(w), nil)
	}
	return btrfsSubvolume(x, w)
}

// btrfsStats decodes the statistics of a device, as many as it has.
func btrfsStats(x *context, w uint64) value.Value {
	const known = 5
	n := x.arg(0)
	shown := min(n, known)
	b := x.readSome(abi.Addr(w), int(shown)*8)
	elems := x.a.Values(known)
	for i := range uint64(len(b) / 8) {
		elems = append(elems, x.a.Item(x.decimal(uapi.BtrfsStats, i, 8), x.a.Int(integer(b, int(i)*8, 8), 8, value.Unsigned)))
	}
	return x.a.Array(elems, shown < n, value.List)
}

// perMille decodes a share of a thousand.
func perMille(x *context, w uint64) value.Value {
	v := x.a.Int(w, 8, value.Unsigned)
	if w > 1000 {
		return v
	}
	return x.a.Note(v, text(append(appendTenths(x.a.Bytes(16), w), '%')))
}

// appendTenths appends a number of tenths: 50.5.
func appendTenths(dst []byte, n uint64) []byte {
	dst = strconv.AppendUint(dst, n/10, 10)
	return strconv.AppendUint(append(dst, '.'), n%10, 10)
}

// seconds64 decodes a time in seconds with its date.
func seconds64(x *context, w uint64) value.Value {
	return x.stamp(x.a.Int(w, 8, value.Unsigned), int64(w), 0, second)
}

// btrfsSources decodes the subvolumes that a stream may take data from, when everything is
// asked for.
func btrfsSources(x *context, w uint64) value.Value {
	if !x.c.mode.Verbose {
		return x.a.Ptr(abi.Addr(w), nil)
	}
	n := x.arg(0)
	return x.pointed(w, func(at abi.Addr) value.Value {
		return x.array(btrfsID, n, at)
	})
}

// btrfsTime decodes struct btrfs_ioctl_timespec with its date.
func btrfsTime(x *context, w uint64) value.Value {
	b := x.read(abi.Addr(w), 12)
	if b == nil {
		return x.a.Lost(abi.Addr(w))
	}
	sec, frac := integer(b, 0, 8), integer(b, 8, 4)
	f := append(x.a.Fields(2),
		value.Field{Name: "sec", Value: x.a.Int(sec, 8, value.Unsigned)},
		value.Field{Name: "nsec", Value: x.a.Int(frac, 4, value.Unsigned)})
	return x.stamp(x.a.Struct(f, false), int64(sec), frac, nano)
}

// btrfsFlags are features: those that every kernel must know to write, to read, or at all.
var btrfsFlags = &syscalls.Record{Name: "btrfs_ioctl_feature_flags", Fields: []syscalls.Param{
	{Name: "compat_flags", Type: syscalls.Bits{Width: 8, Set: &uapi.Set{Name: "compatible features", Unknown: "BTRFS_FEATURE_COMPAT_???", Flags: true}}},
	{Name: "compat_ro_flags", Type: syscalls.Bits{Width: 8, Set: uapi.BtrfsReadFeatures}},
	{Name: "incompat_flags", Type: syscalls.Bits{Width: 8, Set: uapi.BtrfsIncompatible}},
}}

func btrfsFeatures(x *context, w uint64) value.Value {
	if x.c.mode.Opaque {
		return x.a.Lost(abi.Addr(w))
	}
	return x.recordAt(btrfsFlags, abi.Addr(w))
}

// btrfsFeaturePair decodes the features that are set, and which of all those that are.
func btrfsFeaturePair(x *context, w uint64) value.Value { return x.btrfsFeatureSets(w, "", "") }

// btrfsFeatureTriple decodes what features a kernel knows.
func btrfsFeatureTriple(x *context, w uint64) value.Value {
	return x.btrfsFeatureSets(w, "supported", "safe to set", "safe to clear")
}

func (x *context) btrfsFeatureSets(w uint64, notes ...string) value.Value {
	size := btrfsFlags.Size(x.abi)
	b := x.read(abi.Addr(w), size*len(notes))
	if b == nil || x.c.mode.Opaque {
		return x.a.Lost(abi.Addr(w))
	}
	elems := x.a.Values(len(notes))
	for i, note := range notes {
		v := x.record(btrfsFlags, b[i*size:], abi.Addr(w))
		if note != "" {
			v = x.a.Note(v, note)
		}
		elems = append(elems, v)
	}
	return x.a.Array(elems, false, value.List)
}

var btrfsSpace = &syscalls.Record{Name: "btrfs_ioctl_space_info", Fields: []syscalls.Param{
	{Name: "flags", Type: syscalls.Bits{Width: 8, Set: uapi.BtrfsBlockGroups}},
	{Name: "total_bytes", Type: u64},
	{Name: "used_bytes", Type: u64},
}}

// btrfsSpaces decodes room for what is known of the space of a file system and, at exit,
// what is.
func btrfsSpaces(x *context, w uint64) value.Value {
	b := x.read(abi.Addr(w), 16)
	if b == nil || x.c.mode.Opaque {
		return x.nothingOr(w)
	}
	if !x.exit {
		x.keep(integer(b, 0, 8), true)
		return x.before(x.only("space_slots", x.a.Int(integer(b, 0, 8), 8, value.Unsigned)))
	}
	if x.c.Result.Failed {
		return nil
	}
	n := integer(b, 8, 8)
	f := append(x.a.Fields(2), value.Field{Name: "total_spaces", Value: x.a.Int(n, 8, value.Unsigned)})
	slots, _ := x.kept()
	switch {
	case slots == 0 && n != 0: // only how many there are was asked for
		return x.a.Struct(f, false)
	case !x.c.mode.Verbose:
		return x.a.Struct(f, true)
	}
	return x.a.Struct(append(f, value.Field{Name: "spaces", Value: x.array(btrfsSpace, n, abi.Addr(w)+16)}), false)
}

// before is what an argument is at entry, which something else follows at exit.
func (x *context) before(v value.Value) value.Value {
	change := x.a.Change(v, nil)
	change.Apart = true
	return change
}

// nothingOr is the address of what cannot be read at entry, and nothing at exit.
func (x *context) nothingOr(w uint64) value.Value {
	if x.exit {
		return nil
	}
	return x.a.Ptr(abi.Addr(w), nil)
}
