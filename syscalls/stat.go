package syscalls

import (
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// stat and stat64 are structures whose fields stand in another order than people
// read them, and whose layout every ABI chose for itself: package decode has them.
var (
	stat    = out(Custom{Name: "stat"})
	stat64  = out(Custom{Name: "stat64"})
	oldStat = out(Custom{Name: "oldStat"})
)

var statxTime = customField(16, "statxTime")

// statxRecord has a field for every bit of its mask.
func statxRecord() *Record {
	return record("statx", fields{
		{Name: "stx_mask", Type: flags(uapi.StatxMask)},
		{Name: "stx_blksize", Type: u32, Verbose: true},
		{Name: "stx_attributes", Type: flagsOf(8, uapi.StatxAttributes)},
		{Name: "stx_nlink", Type: with(u32, "stx_mask", 0x4), Verbose: true},
		{Name: "stx_uid", Type: with(uid, "stx_mask", 0x8), Verbose: true},
		{Name: "stx_gid", Type: with(gid, "stx_mask", 0x10), Verbose: true},
		{Name: "stx_mode", Type: with(fileMode, "stx_mask", 0x3)},
		{Name: "stx_ino", Type: with(u64, "stx_mask", 0x100), Verbose: true},
		{Name: "stx_size", Type: with(u64, "stx_mask", 0x200)},
		{Name: "stx_blocks", Type: with(u64, "stx_mask", 0x400), Verbose: true},
		{Name: "stx_attributes_mask", Type: flagsOf(8, uapi.StatxAttributes), Verbose: true},
		{Name: "stx_atime", Type: with(statxTime, "stx_mask", 0x20), Verbose: true},
		{Name: "stx_btime", Type: with(statxTime, "stx_mask", 0x800), Verbose: true},
		{Name: "stx_ctime", Type: with(statxTime, "stx_mask", 0x80), Verbose: true},
		{Name: "stx_mtime", Type: with(statxTime, "stx_mask", 0x40), Verbose: true},
		{Name: "stx_rdev_major", Type: u32, Verbose: true},
		{Name: "stx_rdev_minor", Type: u32, Verbose: true},
		{Name: "stx_dev_major", Type: u32, Verbose: true},
		{Name: "stx_dev_minor", Type: u32, Verbose: true},
		{Name: "stx_mnt_id", Type: with(x64, "stx_mask", 0x1000), Verbose: true},
		{Name: "stx_dio_mem_align", Type: with(u32, "stx_mask", 0x2000), Verbose: true},
		{Name: "stx_dio_offset_align", Type: with(u32, "stx_mask", 0x2000), Verbose: true},
		{Name: "stx_subvol", Type: with(x64, "stx_mask", 0x8000), Verbose: true},
		{Name: "stx_atomic_write_unit_min", Type: with(u32, "stx_mask", 0x10000), Verbose: true},
		{Name: "stx_atomic_write_unit_max", Type: with(u32, "stx_mask", 0x10000), Verbose: true},
		{Name: "stx_atomic_write_segments_max", Type: with(u32, "stx_mask", 0x10000), Verbose: true},
		{Name: "stx_dio_read_offset_align", Type: with(u32, "stx_mask", 0x20000), Verbose: true},
	})
}

// statfsFields are the fields of statfs, whose numbers have the width w; only
// those up to f_bsize and behind f_fsid keep the width long.
func statfsFields(long, w Bits) fields {
	return fields{
		{Name: "f_type", Type: Bits{Width: long.Width, Form: value.Hex, Set: uapi.FSMagic}},
		{Name: "f_bsize", Type: long},
		{Name: "f_blocks", Type: w},
		{Name: "f_bfree", Type: w},
		{Name: "f_bavail", Type: w},
		{Name: "f_files", Type: w},
		{Name: "f_ffree", Type: w},
		{Name: "f_fsid", Type: record("fsid", fields{{Name: "val", Type: list(x32, 2)}})},
		{Name: "f_namelen", Type: long},
		{Name: "f_frsize", Type: long},
		{Name: "f_flags", Type: flagsOf(long.Width, uapi.FSFlags)},
	}
}

var (
	statfs   = out(record("statfs", statfsFields(kulong, kulong)))
	statfs64 = out(record("statfs64", statfsFields(u32, u64)))
)

// sized64 is statfs64 when the caller knows its size.
func sized64() Switch {
	return Switch{On: "size", Else: addr, Cases: map[uint64]Type{84: statfs64, 88: statfs64}}
}

var statCalls = lazy(func() []Syscall {
	return []Syscall{
		{Name: "stat", Class: File | Stat | StatLike, Ret: zero, Params: params{{Name: "pathname", Type: path}, {Name: "statbuf", Type: stat}}},
		{Name: "lstat", Class: File | LStat | StatLike, Ret: zero, Params: params{{Name: "pathname", Type: path}, {Name: "statbuf", Type: stat}}},
		{Name: "fstat", Class: Desc | FStat | StatLike, Ret: zero, Params: params{{Name: "fd", Type: fd}, {Name: "statbuf", Type: stat}}},
		{Name: "stat64", Class: File | Stat | StatLike, Ret: zero, Params: params{{Name: "pathname", Type: path}, {Name: "statbuf", Type: stat64}}},
		{Name: "lstat64", Class: File | LStat | StatLike, Ret: zero, Params: params{{Name: "pathname", Type: path}, {Name: "statbuf", Type: stat64}}},
		{Name: "fstat64", Class: Desc | FStat | StatLike, Ret: zero, Params: params{{Name: "fd", Type: fd}, {Name: "statbuf", Type: stat64}}},
		{Name: "oldstat", Class: File | Stat | StatLike, Ret: zero, Params: params{{Name: "pathname", Type: path}, {Name: "statbuf", Type: oldStat}}},
		{Name: "oldlstat", Class: File | LStat | StatLike, Ret: zero, Params: params{{Name: "pathname", Type: path}, {Name: "statbuf", Type: oldStat}}},
		{Name: "oldfstat", Class: Desc | FStat | StatLike, Ret: zero, Params: params{{Name: "fd", Type: fd}, {Name: "statbuf", Type: oldStat}}},
		{Name: "newfstatat", Class: Desc | File | FStat | StatLike, Ret: zero, Params: params{{Name: "dirfd", Type: dirfd}, {Name: "pathname", Type: path}, {Name: "statbuf", Type: stat}, {Name: "flags", Type: atFlags}}},
		{Name: "fstatat64", Class: Desc | File | FStat | StatLike, Ret: zero, Params: params{{Name: "dirfd", Type: dirfd}, {Name: "pathname", Type: path}, {Name: "statbuf", Type: stat64}, {Name: "flags", Type: atFlags}}},
		{Name: "statx", Class: Desc | File | FStat | StatLike, Ret: zero, Params: params{{Name: "dirfd", Type: dirfd}, {Name: "pathname", Type: path}, {Name: "flags", Type: customOf(4, "statxFlags")}, {Name: "mask", Type: flags(uapi.StatxMask)}, {Name: "statxbuf", Type: out(statxRecord())}}},
		{Name: "statfs", Class: File | StatFS | StatFSLike, Ret: zero, Params: params{{Name: "pathname", Type: path}, {Name: "buf", Type: statfs}}},
		{Name: "fstatfs", Class: Desc | FStatFS | StatFSLike, Ret: zero, Params: params{{Name: "fd", Type: fd}, {Name: "buf", Type: statfs}}},
		{Name: "statfs64", Class: File | StatFS | StatFSLike, Ret: zero, Params: params{{Name: "pathname", Type: path}, {Name: "size", Type: size}, {Name: "buf", Type: sized64()}}},
		{Name: "fstatfs64", Class: Desc | FStatFS | StatFSLike, Ret: zero, Params: params{{Name: "fd", Type: fd}, {Name: "size", Type: size}, {Name: "buf", Type: sized64()}}},
	}
})
