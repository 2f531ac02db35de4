package syscalls

import "github.com/trapline/trapline/uapi"

// fileOps are the commands that file systems share.
func fileOps() []op {
	var (
		inode = flags(uapi.InodeFlags)
		trim  = record("fstrim_range", fields{{Name: "start", Type: x64}, {Name: "len", Type: u64}, {Name: "minlen", Type: u64}})
		clone = record("file_clone_range", fields{{Name: "src_fd", Type: customOf(8, "fd64")}, {Name: "src_offset", Type: u64}, {Name: "src_length", Type: u64}, {Name: "dest_offset", Type: u64}})
	)
	return []op{
		{"FS_IOC_GETFLAGS", argp(out(inode))},
		{"FS_IOC32_GETFLAGS", argp(out(inode))},
		{"FS_IOC_SETFLAGS", argp(in(inode))},
		{"FS_IOC32_SETFLAGS", argp(in(inode))},
		{"FS_IOC_GETFSLABEL", argp(out(Str{}))},
		{"FS_IOC_SETFSLABEL", argp(in(Str{}))},
		{"FS_IOC_FIEMAP", argp(custom("fiemap"))},
		{"FS_IOC_FSGETXATTR", argp(out(extendedAttributes(u32)))},
		{"FS_IOC_FSSETXATTR", argp(in(extendedAttributes(hidden(u32))))},
		{"FIFREEZE", bare},
		{"FITHAW", bare},
		{"FITRIM", argp(in(trim))},
		{"FICLONE", argp(FD{Bare: true})},
		{"FICLONERANGE", argp(in(clone))},
	}
}

// extendedAttributes is struct fsxattr, of which only the kernel counts extents.
func extendedAttributes(extents Type) *Record {
	return record("fsxattr", fields{
		{Name: "fsx_xflags", Type: flags(uapi.ExtendedFlags)},
		{Name: "fsx_extsize", Type: u32},
		{Name: "fsx_nextents", Type: extents},
		{Name: "fsx_projid", Type: u32},
		{Name: "fsx_cowextsize", Type: u32},
	})
}
