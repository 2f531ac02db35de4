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
	dword     = syscalls.Bits{Width: 4, Form: value.Unsigned}
	qword     = syscalls.Bits{Width: 8, Form: value.Unsigned}
	qhex      = syscalls.Bits{Width: 8, Form: value.Hex}
	mountMask = syscalls.Bits{Width: 8, Set: uapi.StatmountMask}
	mountBits = syscalls.Bits{Width: 8, Set: uapi.MountAttributes}
	mountKind = syscalls.Bits{Width: 8, Set: uapi.MountPropagation}
)

// binaryValue decodes fsconfig's value of bytes; its argument is their number.
func binaryValue(x *context, w uint64) value.Value {
	n := int32(x.arg(0))
	if n <= 0 {
		return x.a.Lost(abi.Addr(w))
	}
	return x.hexBuffer(abi.Addr(w), uint64(n))
}

var mountAttrRecord = &syscalls.Record{Name: "mount_attr", Fields: []syscalls.Param{
	{Name: "attr_set", Type: mountBits}, {Name: "attr_clr", Type: mountBits},
	{Name: "propagation", Type: mountKind}, {Name: "userns_fd", Type: qword},
}}

// mountAttr decodes struct mount_attr; its argument is the size the program
// believes it has.
func mountAttr(x *context, w uint64) value.Value {
	return x.extensible(mountAttrRecord, abi.Addr(w), x.arg(0))
}

// mountRequest is struct mnt_id_req, whose first two versions are known.
func mountRequest(id, param syscalls.Type) *syscalls.Record {
	return &syscalls.Record{Name: "mnt_id_req", Fields: []syscalls.Param{
		{Name: "size", Type: dword}, {Name: "mnt_ns_fd", Type: dword},
		{Name: "mnt_id", Type: id}, {Name: "param", Type: param}, {Name: "mnt_ns_id", Type: qhex},
	}}
}

var (
	mountRoot = syscalls.Bits{Width: 8, Form: value.Hex, Set: uapi.ListmountTargets}
	listed    = mountRequest(mountRoot, qhex)
	inspected = mountRequest(qhex, mountMask)
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
	known := *r
	switch {
	case size < first:
		known.Fields = r.Fields[:1]
	case size < second:
		known.Fields = r.Fields[:4]
	}
	return x.recordAt(&known, at)
}

// A mountPart is fields of struct statmount that are there when the mask has a bit.
// A text is an offset into the bytes behind the structure.
type mountPart struct {
	bit    uint64
	offset int
	name   string
	kind   syscalls.Type // nil for a text
}

var mountParts = []mountPart{
	{0x1, 16, "sb_dev_major", dword},
	{0x1, 20, "sb_dev_minor", dword},
	{0x1, 24, "sb_magic", syscalls.Bits{Width: 8, Form: value.Hex, Set: uapi.FSMagic}},
	{0x1, 32, "sb_flags", syscalls.Bits{Width: 4, Set: uapi.MountFlags}},
	{0x20, 36, "fs_type", nil},
	{0x2, 40, "mnt_id", qhex},
	{0x2, 48, "mnt_parent_id", qhex},
	{0x2, 56, "mnt_id_old", syscalls.Bits{Width: 4, Form: value.Hex}},
	{0x2, 60, "mnt_parent_id_old", syscalls.Bits{Width: 4, Form: value.Hex}},
	{0x2, 64, "mnt_attr", mountBits},
	{0x2, 72, "mnt_propagation", mountKind},
	{0x2, 80, "mnt_peer_group", qword},
	{0x2, 88, "mnt_master", qword},
	{0x4, 96, "propagate_from", qword},
	{0x8, 104, "mnt_root", nil},
	{0x10, 108, "mnt_point", nil},
	{0x40, 112, "mnt_ns_id", qhex},
	{0x100, 120, "fs_subtype", nil},
	{0x200, 124, "sb_source", nil},
	{0x1000, 144, "supported_mask", mountMask},
}

// mountTexts is the size of struct statmount; its texts begin there.
const mountTexts = 512

// mountState decodes struct statmount; its argument is the room there was for it.
func mountState(x *context, w uint64) value.Value {
	at := abi.Addr(w)
	b := x.read(at, mountTexts)
	if b == nil || x.arg(0) < mountTexts || x.c.mode.Opaque {
		return x.a.Lost(at)
	}
	mask := integer(b, 8, 8)
	f := append(x.a.Fields(2+len(mountParts)),
		value.Field{Name: "size", Value: x.a.Int(integer(b, 0, 4), 4, value.Unsigned)},
		value.Field{Name: "mask", Value: x.scalar(mountMask, mask)})
	for i := range mountParts {
		p := &mountParts[i]
		if mask&p.bit == 0 {
			continue
		}
		f = append(f, value.Field{Name: p.name, Value: x.mountPart(p, b, at)})
	}
	return x.a.Struct(f, false)
}

func (x *context) mountPart(p *mountPart, b []byte, at abi.Addr) value.Value {
	if p.kind != nil {
		return x.element(p.kind, b, p.offset, at)
	}
	return x.str(syscalls.Str{Path: true}, at+mountTexts+abi.Addr(integer(b, p.offset, 4)))
}
