package decode

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

var (
	unseen     = func(t syscalls.Type) syscalls.If { return syscalls.If{Then: t} }
	fileExtent = &syscalls.Record{Name: "fiemap_extent", Fields: []syscalls.Param{
		{Name: "fe_logical", Type: u64},
		{Name: "fe_physical", Type: u64},
		{Name: "fe_length", Type: u64},
		{Name: "fe_reserved64", Type: unseen(syscalls.Array{Elem: u64, Count: 2})},
		{Name: "fe_flags", Type: syscalls.Bits{Width: 4, Set: uapi.ExtentFlags}},
		{Name: "fe_reserved", Type: unseen(syscalls.Array{Elem: s32, Count: 3})},
	}}
)

// fiemapHead is the size of struct fiemap without its extents.
const fiemapHead = 32

// fiemap decodes what FS_IOC_FIEMAP asks and, behind it, the extents it found.
func fiemap(x *context, w uint64) value.Value {
	at := abi.Addr(w)
	if at == 0 || x.exit && x.c.Result.Failed {
		return x.nullAtEntry()
	}
	b := x.read(at, fiemapHead)
	switch {
	case b == nil || x.c.mode.Opaque:
		return x.a.Lost(at)
	case x.exit:
		return x.fiemapFound(at, b)
	}
	change := x.a.Change(x.fiemapAsked(b), nil)
	change.Apart = true
	return change
}

// nullAtEntry is NULL at entry and nothing at exit.
func (x *context) nullAtEntry() value.Value {
	if x.exit {
		return nil
	}
	return x.a.Ptr(0, nil)
}

func (x *context) fiemapAsked(b []byte) value.Value {
	f := append(x.a.Fields(4),
		value.Field{Name: "fm_start", Value: x.a.Int(integer(b, 0, 8), 8, value.Unsigned)},
		value.Field{Name: "fm_length", Value: x.a.Int(integer(b, 8, 8), 8, value.Unsigned)},
		value.Field{Name: "fm_flags", Value: x.a.Flags(integer(b, 16, 4), 4, uapi.FiemapFlags)},
		value.Field{Name: "fm_extent_count", Value: x.a.Int(integer(b, 24, 4), 4, value.Unsigned)})
	return x.a.Struct(f, false)
}

func (x *context) fiemapFound(at abi.Addr, b []byte) value.Value {
	n := integer(b, 20, 4)
	f := append(x.a.Fields(3),
		value.Field{Name: "fm_flags", Value: x.a.Flags(integer(b, 16, 4), 4, uapi.FiemapFlags)},
		value.Field{Name: "fm_mapped_extents", Value: x.a.Int(n, 4, value.Unsigned)})
	if !x.c.mode.Verbose {
		return x.a.Struct(f, true)
	}
	f = append(f, value.Field{Name: "fm_extents", Value: x.array(fileExtent, n, at+fiemapHead)})
	return x.a.Struct(f, false)
}
