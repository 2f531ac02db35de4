package decode

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// fsmountCustom names the decoders of the calls that mount by descriptors.
func fsmountCustom(name string) custom {
	switch name {
	case "word":
		return word
	case "binary":
		return binaryValue
	case "mountAttr":
		return mountAttr
	case "listRequest":
		return listRequest
	case "statRequest":
		return statRequest
	case "mountState":
		return mountState
	}
	return nil
}

var (
	mountMask = syscalls.Bits{Width: 8, Set: uapi.StatmountMask}
	mountBits = syscalls.Bits{Width: 8, Set: uapi.MountAttributes}
	mountKind = syscalls.Bits{Width: 8, Set: uapi.MountPropagation}
)

// longestWord is the most bytes of a key or a text that the kernel takes.
const longestWord = 256

// word decodes a key or a text of fsconfig.
func word(x *context, w uint64) value.Value { return x.strWithin(abi.Addr(w), longestWord) }

// largestBinary is the most bytes of a value that the kernel takes.
const largestBinary = 1 << 20

// binaryValue decodes fsconfig's value of bytes; its argument is their number.
func binaryValue(x *context, w uint64) value.Value {
	n := x.arg(0)
	if n > largestBinary {
		return x.a.Lost(abi.Addr(w))
	}
	return x.hexBuffer(abi.Addr(w), n)
}

var mountAttrRecord = &syscalls.Record{Name: "mount_attr", Fields: []syscalls.Param{
	{Name: "attr_set", Type: mountBits}, {Name: "attr_clr", Type: mountBits},
	{Name: "propagation", Type: mountKind}, {Name: "userns_fd", Type: u64},
}}

// mountAttr decodes struct mount_attr; its argument is the size the program
// believes it has.
func mountAttr(x *context, w uint64) value.Value {
	return x.extensible(mountAttrRecord, abi.Addr(w), x.arg(0))
}

// mountRequest is struct mnt_id_req, whose first two versions are known.
func mountRequest(id, param syscalls.Type) *syscalls.Record {
	return &syscalls.Record{Name: "mnt_id_req", Fields: []syscalls.Param{
		{Name: "size", Type: u32}, {Name: "mnt_ns_fd", Type: fd},
		{Name: "mnt_id", Type: id}, {Name: "param", Type: param}, {Name: "mnt_ns_id", Type: x64},
	}}
}

var (
	mountRoot = syscalls.Bits{Width: 8, Form: value.Hex, Set: uapi.ListmountTargets}
	listed    = mountRequest(mountRoot, x64)
	inspected = mountRequest(x64, mountMask)
)

func listRequest(x *context, w uint64) value.Value { return x.request(listed, abi.Addr(w)) }
func statRequest(x *context, w uint64) value.Value { return x.request(inspected, abi.Addr(w)) }

// request decodes as many fields of struct mnt_id_req as its size covers.
func (x *context) request(r *syscalls.Record, at abi.Addr) value.Value {
	const (
		first  = 24 // MNT_ID_REQ_SIZE_VER0
		second = 32
	)
	size, ok := x.load(at, 4)
	if !ok || x.c.mode.Opaque {
		return x.a.Lost(at)
	}
	f := append(x.a.Fields(6), value.Field{Name: "size", Value: x.a.Int(size, 4, value.Unsigned)})
	if size < first {
		return x.a.Struct(f, false)
	}
	known := *r
	if size < second {
		known.Fields = r.Fields[:4]
	}
	b := x.read(at, int(min(size, second)))
	if b == nil {
		return x.a.Struct(append(f, value.Field{Value: x.a.Macro("???")}), false)
	}
	f = append(f[:0], x.record(&known, b, at).(*value.Struct).Fields...)
	return x.a.Struct(x.rest(f, at, second, size), false)
}

// A mountPart is fields of struct statmount that are there when the mask has a bit.
// A text is an offset into the bytes behind the structure.
type mountPart struct {
	bit    uint64
	offset int
	name   string
	kind   syscalls.Type // nil for a text
	count  int           // where the number of texts stands, if there are many
}

// mountOptions stand in front of the mask.
var mountOptions = mountPart{bit: 0x80, offset: 4, name: "mnt_opts"}

var mountParts = []mountPart{
	{bit: 0x1, offset: 16, name: "sb_dev_major", kind: u32},
	{bit: 0x1, offset: 20, name: "sb_dev_minor", kind: u32},
	{bit: 0x1, offset: 24, name: "sb_magic", kind: syscalls.Bits{Width: 8, Form: value.Hex, Set: uapi.FSMagic}},
	{bit: 0x1, offset: 32, name: "sb_flags", kind: syscalls.Bits{Width: 4, Set: uapi.MountFlags}},
	{bit: 0x20, offset: 36, name: "fs_type"},
	{bit: 0x2, offset: 40, name: "mnt_id", kind: x64},
	{bit: 0x2, offset: 48, name: "mnt_parent_id", kind: x64},
	{bit: 0x2, offset: 56, name: "mnt_id_old", kind: x32},
	{bit: 0x2, offset: 60, name: "mnt_parent_id_old", kind: x32},
	{bit: 0x2, offset: 64, name: "mnt_attr", kind: mountBits},
	{bit: 0x2, offset: 72, name: "mnt_propagation", kind: mountKind},
	{bit: 0x2, offset: 80, name: "mnt_peer_group", kind: u64},
	{bit: 0x2, offset: 88, name: "mnt_master", kind: u64},
	{bit: 0x4, offset: 96, name: "propagate_from", kind: u64},
	{bit: 0x8, offset: 104, name: "mnt_root"},
	{bit: 0x10, offset: 108, name: "mnt_point"},
	{bit: 0x40, offset: 112, name: "mnt_ns_id", kind: x64},
	{bit: 0x100, offset: 120, name: "fs_subtype"},
	{bit: 0x200, offset: 124, name: "sb_source"},
	{bit: 0x400, offset: 128, name: "opt_num", kind: u32},
	{bit: 0x400, offset: 132, name: "opt_array", count: 128},
	{bit: 0x800, offset: 136, name: "opt_sec_num", kind: u32},
	{bit: 0x800, offset: 140, name: "opt_sec_array", count: 136},
	{bit: 0x1000, offset: 144, name: "supported_mask", kind: mountMask},
	{bit: 0x2000, offset: 152, name: "mnt_uidmap_num", kind: u32},
	{bit: 0x2000, offset: 156, name: "mnt_uidmap", count: 152},
	{bit: 0x4000, offset: 160, name: "mnt_gidmap_num", kind: u32},
	{bit: 0x4000, offset: 164, name: "mnt_gidmap", count: 160},
}

// mountTexts is the size of struct statmount; its texts begin there.
const mountTexts = 512

// mountState decodes struct statmount; its argument is the room there was for it. Of one that the
// room did not hold, the rest counts as zero.
func mountState(x *context, w uint64) value.Value {
	const least = 4 // the size
	at, room := abi.Addr(w), min(x.arg(0), mountTexts)
	if room < least || x.c.mode.Opaque {
		return x.a.Lost(at)
	}
	got := x.read(at, int(room))
	if got == nil {
		return x.a.Lost(at)
	}
	b := x.padded(got, mountTexts)
	mask := integer(b, 8, 8)
	f := append(x.a.Fields(3+len(mountParts)), value.Field{Name: "size", Value: x.a.Int(integer(b, 0, 4), 4, value.Unsigned)})
	f = x.mountPart(f, &mountOptions, mask, b, at)
	f = append(f, value.Field{Name: "mask", Value: x.scalar(mountMask, mask)})
	for i := range mountParts {
		f = x.mountPart(f, &mountParts[i], mask, b, at)
	}
	return x.a.Struct(f, false)
}

// mountPart adds a part, if the mask has it.
func (x *context) mountPart(f []value.Field, p *mountPart, mask uint64, b []byte, at abi.Addr) []value.Field {
	if mask&p.bit == 0 {
		return f
	}
	var v value.Value
	switch text := at + mountTexts + abi.Addr(integer(b, p.offset, 4)); {
	case p.kind != nil:
		v = x.element(p.kind, b, p.offset, at)
	case p.count != 0:
		v = x.texts(text, integer(b, p.count, 4))
	default:
		v = x.str(syscalls.Str{Path: true}, text)
	}
	return append(f, value.Field{Name: p.name, Value: v})
}

// texts decodes n strings, each of which follows the NUL of the one before.
func (x *context) texts(at abi.Addr, n uint64) value.Value {
	limit := min(n, uint64(x.limit()))
	x.elems -= int(limit)
	elems := x.a.Values(int(limit))
	for range limit {
		s, ok := x.str(syscalls.Str{Path: true}, at).(*value.Str)
		if !ok {
			elems = append(elems, x.cut(at))
			return x.a.Array(elems, false, value.List)
		}
		elems = append(elems, s)
		at += abi.Addr(len(s.Bytes) + 1)
	}
	return x.a.Array(elems, n > limit, value.List)
}
