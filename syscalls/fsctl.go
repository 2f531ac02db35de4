package syscalls

import "github.com/trapline/trapline/uapi"

// fileOps are the commands that file systems share.
func fileOps() []op {
	inode := flags(uapi.InodeFlags)
	trim := record("fstrim_range", fields{{Name: "start", Type: x64}, {Name: "len", Type: u64}, {Name: "minlen", Type: u64}})
	return []op{
		{"FS_IOC_GETFLAGS", argp(out(inode))},
		{"FS_IOC32_GETFLAGS", argp(out(inode))},
		{"FS_IOC_SETFLAGS", argp(in(inode))},
		{"FS_IOC32_SETFLAGS", argp(in(inode))},
		{"FS_IOC_FIEMAP", argp(custom("fiemap"))},
		{"FS_IOC_FSGETXATTR", argp(out(extendedAttributes(u32)))},
		{"FS_IOC_FSSETXATTR", argp(in(extendedAttributes(hidden(u32))))},
		{"FS_IOC_SHUTDOWN", argp(in(enum(uapi.ShutdownFlags)))},
		{"FIFREEZE", bare},
		{"FITHAW", bare},
		{"FITRIM", argp(inout(trim))},
	}
}

// extendedAttributes is struct fsxattr, of which only the kernel counts extents.
func extendedAttributes(extents Type) *Record {
	return record("fsxattr", fields{
		{Name: "fsx_xflags", Type: flags(uapi.ExtendedFlags)},
		{Name: "fsx_extsize", Type: u32},
		{Name: "fsx_nextents", Type: extents},
		{Name: "fsx_projid", Type: x32},
		{Name: "fsx_cowextsize", Type: u32},
	})
}

// sharedOps are the commands that file systems share with btrfs, which had them first.
func sharedOps() []op {
	clone := record("file_clone_range", fields{{Name: "src_fd", Type: customOf(8, "fd64")}, {Name: "src_offset", Type: u64}, {Name: "src_length", Type: u64}, {Name: "dest_offset", Type: u64}})
	return []op{
		{"FICLONE", argp(FD{Bare: true})},
		{"FICLONERANGE", argp(in(clone))},
		{"FIDEDUPERANGE", argp(custom("dedupe"))},
		{"FS_IOC_GETFSLABEL", argp(out(Custom{Name: "fsLabel"}))},
		{"FS_IOC_SETFSLABEL", argp(in(Custom{Name: "fsLabel"}))},
	}
}

// superblockOps are the commands that tell about a file system.
func superblockOps() []op {
	uuid := record("fsuuid2", fields{{Name: "len", Type: u8}, {Name: "uuid", Type: Buf{Len: "len", Count: 16, Binary: true}}})
	path := record("fs_sysfs_path", fields{{Name: "len", Type: u8}, {Name: "name", Type: Str{Path: true, Room: 128, Len: "len"}}})
	metadata := record("logical_block_metadata_cap", fields{
		{Name: "lbmd_flags", Type: flags(uapi.BlockMetadataFlags)},
		{Name: "lbmd_interval", Type: u16},
		{Name: "lbmd_size", Type: u8},
		{Name: "lbmd_opaque_size", Type: u8},
		{Name: "lbmd_opaque_offset", Type: u8},
		{Name: "lbmd_pi_size", Type: u8},
		{Name: "lbmd_pi_offset", Type: u8},
		{Name: "lbmd_guard_tag_type", Type: enumOf(1, uapi.BlockChecksums)},
		{Name: "lbmd_app_tag_size", Type: u8},
		{Name: "lbmd_ref_tag_size", Type: u8},
		{Name: "lbmd_storage_tag_size", Type: u8},
		{Type: hidden(u8)},
	})
	return []op{
		{"FS_IOC_GETFSUUID", argp(out(uuid))},
		{"FS_IOC_GETFSSYSFSPATH", argp(out(path))},
		{"FS_IOC_GETLBMD_CAP", argp(out(metadata))},
	}
}
