package decode

import (
	"bytes"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// attributeCustom names the decoders of what files have besides their contents:
// attributes, times, handles and mounts.
func attributeCustom(name string) custom {
	switch name {
	case "xattrValue":
		return xattrValue
	case "xattrAnswer":
		return xattrAnswer
	case "xattrNames":
		return xattrNames
	case "xattrArgs":
		return xattrArgs
	case "xattrReply":
		return xattrReply
	case "fileAttr":
		return fileAttr
	case "fileAttrs":
		return fileAttrs
	case "fileHandle":
		return fileHandle
	case "newFileHandle":
		return newFileHandle
	case "mountType":
		return mountType
	case "mountFlags":
		return mountFlags
	case "mountData":
		return mountData
	case "utimbuf":
		return utimbuf
	case "utimes":
		return utimes
	case "utimens":
		return utimens
	case "utimens64":
		return utimens64
	}
	return nil
}

// xattrValue decodes the value of an attribute; the NUL that ends a string is not
// shown.
func xattrValue(x *context, w uint64) value.Value {
	return x.xattr(abi.Addr(w), x.arg(0))
}

// xattrAnswer decodes the value that was asked for, if it was not only its size.
func xattrAnswer(x *context, w uint64) value.Value {
	if x.arg(0) == 0 {
		return x.a.Lost(abi.Addr(w))
	}
	return x.xattr(abi.Addr(w), x.c.Result.Value)
}

func (x *context) xattr(at abi.Addr, n uint64) value.Value {
	if n > largestXattr {
		return x.a.Lost(at)
	}
	v := x.buffer(at, n)
	if s, ok := v.(*value.Str); ok {
		s.NUL = bytes.HasSuffix(s.Bytes, []byte{0})
	}
	return v
}

// largestXattr is XATTR_SIZE_MAX.
const largestXattr = 65536

// xattrNames decodes a list of names, each with its NUL.
func xattrNames(x *context, w uint64) value.Value {
	if x.arg(0) == 0 {
		return x.a.Lost(abi.Addr(w))
	}
	return x.buffer(abi.Addr(w), x.c.Result.Value)
}

// xattrArgs decodes struct xattr_args as setxattrat reads it.
func xattrArgs(x *context, w uint64) value.Value {
	b := x.xattrHead(abi.Addr(w))
	if b == nil {
		return x.a.Lost(abi.Addr(w))
	}
	n := integer(b, 8, 4)
	return x.xattrStruct(abi.Addr(w), b, x.pointed(integer(b, 0, 8), func(at abi.Addr) value.Value { return x.xattr(at, n) }))
}

// xattrReply decodes struct xattr_args with the value that getxattrat has put there.
func xattrReply(x *context, w uint64) value.Value {
	if !x.exit {
		return nil
	}
	b := x.xattrHead(abi.Addr(w))
	if b == nil {
		return x.a.Lost(abi.Addr(w))
	}
	at, r := integer(b, 0, 8), x.c.Result
	if r.Failed || integer(b, 8, 4) == 0 {
		return x.xattrStruct(abi.Addr(w), b, x.a.Ptr(abi.Addr(at), nil))
	}
	return x.xattrStruct(abi.Addr(w), b, x.pointed(at, func(at abi.Addr) value.Value { return x.xattr(at, r.Value) }))
}

// xattrSize is the size of struct xattr_args.
const xattrSize = 16

func (x *context) xattrHead(at abi.Addr) []byte {
	if x.arg(0) < xattrSize || x.c.mode.Opaque {
		return nil
	}
	return x.read(at, xattrSize)
}

func (x *context) xattrStruct(at abi.Addr, b []byte, v value.Value) value.Value {
	f := append(x.a.Fields(4),
		value.Field{Name: "value", Value: v},
		value.Field{Name: "size", Value: x.a.Int(integer(b, 8, 4), 4, value.Unsigned)},
		value.Field{Name: "flags", Value: x.a.Flags(integer(b, 12, 4), 4, uapi.XattrFlags)})
	return x.a.Struct(x.rest(f, at, xattrSize, x.arg(0)), false)
}

// pointed is a pointer within a structure and what decode makes of its target.
func (x *context) pointed(w uint64, decode func(abi.Addr) value.Value) value.Value {
	if w == 0 {
		return x.a.Ptr(0, nil)
	}
	v := decode(abi.Addr(w))
	if lost, ok := v.(*value.Lost); ok {
		return lost
	}
	return x.a.Ptr(abi.Addr(w), v)
}

// fileAttr decodes struct file_attr as file_setattr reads it; its argument is the size the program
// believes it has. The kernel does not look at the number of extents.
func fileAttr(x *context, w uint64) value.Value {
	if x.arg(0) > largestStruct {
		return x.a.Lost(abi.Addr(w))
	}
	return x.extensible(setFileAttr, abi.Addr(w), x.arg(0))
}

// fileAttrs decodes struct file_attr as file_getattr fills it.
func fileAttrs(x *context, w uint64) value.Value {
	return x.extensible(gotFileAttr, abi.Addr(w), x.arg(0))
}

var (
	setFileAttr = fileAttrRecord(syscalls.If{Then: u32})
	gotFileAttr = fileAttrRecord(u32)
)

func fileAttrRecord(extents syscalls.Type) *syscalls.Record {
	return &syscalls.Record{Name: "file_attr", Fields: []syscalls.Param{
		{Name: "fa_xflags", Type: syscalls.Bits{Width: 8, Set: uapi.ExtendedFlags}}, {Name: "fa_extsize", Type: u32},
		{Name: "fa_nextents", Type: extents}, {Name: "fa_projid", Type: x32},
		{Name: "fa_cowextsize", Type: u32},
	}}
}

// maxHandle is MAX_HANDLE_SZ.
const maxHandle = 128

// fileHandle decodes struct file_handle as open_by_handle_at takes it.
func fileHandle(x *context, w uint64) value.Value {
	at := abi.Addr(w)
	b := x.read(at, 8)
	if b == nil || x.c.mode.Opaque {
		return x.a.Lost(at)
	}
	n := integer(b, 0, 4)
	f := append(x.a.Fields(3), value.Field{Name: "handle_bytes", Value: x.a.Int(n, 4, value.Unsigned)})
	return x.a.Struct(x.handle(f, at, b, n), false)
}

// handle adds what stands behind the size of a handle.
func (x *context) handle(f []value.Field, at abi.Addr, b []byte, n uint64) []value.Field {
	f = append(f, value.Field{Name: "handle_type", Value: x.a.Int(integer(b, 4, 4), 4, value.Signed)})
	return append(f, value.Field{Name: "f_handle", Value: x.hexAll(at+8, n)})
}

// hexAll is n bytes in hexadecimal, up to the largest handle, however long strings may be.
func (x *context) hexAll(at abi.Addr, n uint64) value.Value {
	b := x.read(at, int(min(n, maxHandle)))
	if b == nil && n > 0 {
		return x.a.Macro("???")
	}
	s := x.a.Str(b, n > maxHandle)
	s.Binary = true
	return s
}

// newFileHandle decodes struct file_handle as name_to_handle_at fills it: its size
// is what there is room for, then what was needed.
func newFileHandle(x *context, w uint64) value.Value {
	at := abi.Addr(w)
	b := x.read(at, 8)
	if !x.exit {
		x.keep(integer(b, 0, 4), b != nil)
		return nil
	}
	before, kept := x.kept()
	if !kept || x.c.mode.Opaque {
		return x.a.Lost(at)
	}
	return x.a.Struct(x.filledHandle(at, b, before), false)
}

func (x *context) filledHandle(at abi.Addr, b []byte, before uint64) []value.Field {
	const overflow = 75 // EOVERFLOW: there was too little room
	size := value.Value(x.a.Int(before, 4, value.Unsigned))
	tells := !x.c.Result.Failed || x.c.Result.Errno() == overflow
	if after := integer(b, 0, 4); tells && b != nil && after != before {
		change := x.a.Change(size, x.a.Int(after, 4, value.Unsigned))
		change.Apart = true
		size = change
	}
	f := append(x.a.Fields(3), value.Field{Name: "handle_bytes", Value: size})
	if x.c.Result.Failed || b == nil {
		return f
	}
	return x.handle(f, at, b, integer(b, 0, 4))
}

// What mount's flags say about its other arguments.
const (
	msRemount     = 1 << 5
	msBind        = 1 << 12
	msMove        = 1 << 13
	msPropagation = 1<<17 | 1<<18 | 1<<19 | 1<<20
	msMagicMask   = 0xffff0000
	msMagic       = 0xc0ed0000
)

// plainMount returns mount's flags without the magic that old programs add.
func plainMount(flags uint64) uint64 {
	if flags&msMagicMask == msMagic {
		return flags &^ msMagicMask
	}
	return flags
}

// mountType decodes the type of the file system, where it matters.
func mountType(x *context, w uint64) value.Value {
	if plainMount(x.arg(0))&(msRemount|msBind|msMove|msPropagation) != 0 {
		return x.a.Ptr(abi.Addr(w), nil)
	}
	return x.pointer(&syscalls.Pointer{Elem: syscalls.Str{}}, w)
}

// mountData decodes the options of the file system, where they matter.
func mountData(x *context, w uint64) value.Value {
	flags := plainMount(x.arg(0))
	if flags&(msBind|msMove|msPropagation) != 0 && flags&msRemount == 0 {
		return x.a.Ptr(abi.Addr(w), nil)
	}
	return x.pointer(&syscalls.Pointer{Elem: syscalls.Str{}}, w)
}

func mountFlags(x *context, w uint64) value.Value {
	n := x.abi.Word
	if w&msMagicMask != msMagic {
		return x.a.Flags(w, n, uapi.MountFlags)
	}
	magic := x.a.Flags(msMagic, n, uapi.MountMagic)
	if w &= 1<<16 - 1; w == 0 {
		return magic
	}
	return x.a.Or(magic, x.a.Flags(w, n, uapi.MountFlags))
}

// utimbuf decodes the two times of utime.
func utimbuf(x *context, w uint64) value.Value {
	n := x.abi.KernelLong
	b := x.read(abi.Addr(w), 2*n)
	if b == nil || x.c.mode.Opaque {
		return x.a.Lost(abi.Addr(w))
	}
	date := func(i int) value.Value {
		sec := signed(integer(b, i*n, n), n)
		return x.stamp(x.a.Int(uint64(sec), 8, value.Signed), sec, 0, second)
	}
	f := append(x.a.Fields(2), value.Field{Name: "actime", Value: date(0)}, value.Field{Name: "modtime", Value: date(1)})
	return x.a.Struct(f, false)
}

// A timeLayout is how a structure of seconds and a fraction looks.
type timeLayout struct {
	word     int
	fraction string
	unit     uint64
	special  bool // UTIME_NOW and UTIME_OMIT may stand in for a fraction
}

func utimes(x *context, w uint64) value.Value {
	return x.times(timeLayout{x.abi.KernelLong, "tv_usec", micro, false}, abi.Addr(w))
}

func utimens(x *context, w uint64) value.Value {
	return x.times(timeLayout{x.abi.KernelLong, "tv_nsec", nano, true}, abi.Addr(w))
}

func utimens64(x *context, w uint64) value.Value {
	return x.times(timeLayout{8, "tv_nsec", nano, true}, abi.Addr(w))
}

// times decodes the two times of a file.
func (x *context) times(l timeLayout, at abi.Addr) value.Value {
	b := x.read(at, 4*l.word)
	if b == nil || x.c.mode.Opaque {
		return x.a.Lost(at)
	}
	const both = 2
	elems := x.a.Values(both)
	for i := range min(both, x.limit()) {
		elems = append(elems, x.time(l, b[2*i*l.word:]))
	}
	return x.a.Array(elems, len(elems) < both, value.List)
}

var utimeSpecials = &uapi.Set{Name: "times", Consts: []uapi.Const{
	{Name: "UTIME_NOW", Value: 1<<30 - 1}, {Name: "UTIME_OMIT", Value: 1<<30 - 2},
}}

func (x *context) time(l timeLayout, b []byte) value.Value {
	sec, frac := signed(integer(b, 0, l.word), l.word), integer(b, l.word, l.word)
	f := append(x.a.Fields(2),
		value.Field{Name: "tv_sec", Value: x.a.Int(uint64(sec), 8, value.Signed)},
		value.Field{Name: l.fraction, Value: x.a.Int(frac, l.word, value.Unsigned)})
	t := x.a.Struct(f, false)
	if name, ok := utimeSpecials.Find(frac); ok && l.special {
		m := x.a.Macro(name)
		m.Number = t
		return m
	}
	return x.stamp(t, sec, frac, l.unit)
}
