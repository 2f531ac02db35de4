package syscalls

import (
	"slices"

	"github.com/trapline/trapline/uapi"
)

// Words of btrfs: the id of an object, a number whose largest has a name, a device and a
// descriptor in 64 bits.
var (
	btrfsObject = customOf(8, "btrfsObject")
	btrfsMost   = customOf(8, "most64")
	btrfsDevice = customOf(8, "device")
	btrfsFD     = customOf(8, "fd64")
	btrfsUUID   = customField(16, "uuid")
)

// btrfsOps are the commands of btrfs, and those that other file systems took from it.
func btrfsOps() []op {
	return slices.Concat(sharedOps(), btrfsVolumeOps(), btrfsBalanceOps(), btrfsQuotaOps(), btrfsDeviceOps(), btrfsSystemOps(), btrfsTreeOps())
}

// btrfsVolumeOps are the commands that name a subvolume, a snapshot or a device.
func btrfsVolumeOps() []op {
	const inherits = 1 << 2 // BTRFS_SUBVOL_QGROUP_INHERIT
	volume := argp(in(record("btrfs_ioctl_vol_args", fields{{Name: "fd", Type: btrfsFD}, {Name: "name", Type: Str{Path: true, Room: 4088}}})))
	newer := record("btrfs_ioctl_vol_args_v2", fields{
		{Name: "fd", Type: btrfsFD},
		{Name: "transid", Type: u64},
		{Name: "flags", Type: flagsOf(8, uapi.BtrfsSubvolumeFlags)},
		{Name: "size", Type: with(u64, "flags", inherits)},
		{Name: "qgroup_inherit", Type: with(customField(24, "btrfsInherit"), "flags", inherits)},
		{Name: "name", Type: Str{Path: true, Room: 4040}},
	})
	made := argp(exchange(newer.showing("fd", "flags", "size", "qgroup_inherit", "name"), newer.showing("transid")))
	return []op{
		{"BTRFS_IOC_SNAP_CREATE", volume},
		{"BTRFS_IOC_RESIZE", volume},
		{"BTRFS_IOC_SCAN_DEV", volume},
		{"BTRFS_IOC_FORGET_DEV", volume},
		{"BTRFS_IOC_ADD_DEV", volume},
		{"BTRFS_IOC_RM_DEV", volume},
		{"BTRFS_IOC_SUBVOL_CREATE", volume},
		{"BTRFS_IOC_SNAP_DESTROY", volume},
		{"BTRFS_IOC_DEVICES_READY", volume},
		{"BTRFS_IOC_SNAP_CREATE_V2", made},
		{"BTRFS_IOC_SUBVOL_CREATE_V2", made},
		{"BTRFS_IOC_SUBVOL_GETFLAGS", argp(custom("btrfsSubvolumeAnswer"))},
		{"BTRFS_IOC_SUBVOL_SETFLAGS", argp(custom("btrfsSubvolume"))},
	}
}

// btrfsBalanceOps are the commands that balance and scrub a btrfs.
func btrfsBalanceOps() []op {
	filters := record("btrfs_balance_args", fields{
		{Name: "profiles", Type: flagsOf(8, uapi.BtrfsBlockGroups)},
		{Name: "usage", Type: btrfsMost},
		{Name: "devid", Type: btrfsDevice},
		{Name: "pstart", Type: btrfsMost},
		{Name: "pend", Type: btrfsMost},
		{Name: "vstart", Type: btrfsMost},
		{Name: "vend", Type: btrfsMost},
		{Name: "target", Type: btrfsMost},
		{Name: "flags", Type: flagsOf(8, uapi.BtrfsBalanceArgs)},
		{Type: hidden(list(u64, 8))}, // limits, stripes and room
	})
	balance := record("btrfs_ioctl_balance_args", fields{
		{Name: "flags", Type: flagsOf(8, uapi.BtrfsBalanceFlags)},
		{Name: "state", Type: flagsOf(8, uapi.BtrfsBalanceStates)},
		{Name: "data", Type: with(filters, "flags", 1<<0)},
		{Name: "meta", Type: with(filters, "flags", 1<<2)},
		{Name: "sys", Type: with(filters, "flags", 1<<1)},
		{Type: hidden(list(u64, 75))}, // progress and room
	})
	return []op{
		{"BTRFS_IOC_BALANCE", bare},
		{"BTRFS_IOC_BALANCE_CTL", argp(enum(uapi.BtrfsBalanceOps))},
		{"BTRFS_IOC_BALANCE_V2", argp(exchange(balance.showing("flags", "data", "meta", "sys"), balance))},
		{"BTRFS_IOC_BALANCE_PROGRESS", argp(out(balance))},
	}
}

// btrfsQuotaOps are the commands about quotas of a btrfs.
func btrfsQuotaOps() []op {
	limit := record("btrfs_qgroup_limit", fields{
		{Name: "flags", Type: flagsOf(8, uapi.BtrfsLimitFlags)},
		{Name: "max_rfer", Type: u64},
		{Name: "max_excl", Type: u64},
		{Name: "rsv_rfer", Type: u64},
		{Name: "rsv_excl", Type: u64},
	})
	rescan := record("btrfs_ioctl_quota_rescan_args", fields{{Name: "flags", Type: u64}, {Name: "progress", Type: btrfsObject}, {Type: hidden(list(u64, 6))}})
	return []op{
		{"BTRFS_IOC_QUOTA_CTL", argp(in(record("btrfs_ioctl_quota_ctl_args", fields{{Name: "cmd", Type: enumOf(8, uapi.BtrfsQuotaOps)}, {Type: hidden(u64)}})))},
		{"BTRFS_IOC_QUOTA_RESCAN", argp(in(rescan.showing("flags")))},
		{"BTRFS_IOC_QUOTA_RESCAN_STATUS", argp(out(rescan))},
		{"BTRFS_IOC_QUOTA_RESCAN_WAIT", bare},
		{"BTRFS_IOC_QGROUP_ASSIGN", argp(in(record("btrfs_ioctl_qgroup_assign_args", fields{{Name: "assign", Type: u64}, {Name: "src", Type: u64}, {Name: "dst", Type: u64}})))},
		{"BTRFS_IOC_QGROUP_CREATE", argp(in(record("btrfs_ioctl_qgroup_create_args", fields{{Name: "create", Type: u64}, {Name: "qgroupid", Type: u64}})))},
		{"BTRFS_IOC_QGROUP_LIMIT", argp(out(record("btrfs_ioctl_qgroup_limit_args", fields{{Name: "qgroupid", Type: u64}, {Name: "lim", Type: limit}})))},
	}
}

// btrfsDeviceOps are the commands about the devices of a btrfs.
func btrfsDeviceOps() []op {
	progress := fields{}
	for _, name := range []string{
		"data_extents_scrubbed", "tree_extents_scrubbed", "data_bytes_scrubbed", "tree_bytes_scrubbed",
		"read_errors", "csum_errors", "verify_errors", "no_csum", "csum_discards", "super_errors",
		"malloc_errors", "uncorrectable_errors", "corrected_errors", "last_physical", "unverified_errors",
	} {
		progress = append(progress, Param{Name: name, Type: u64})
	}
	scrub := record("btrfs_ioctl_scrub_args", fields{
		{Name: "devid", Type: btrfsDevice},
		{Name: "start", Type: u64},
		{Name: "end", Type: btrfsMost},
		{Name: "flags", Type: flagsOf(8, uapi.BtrfsScrubFlags)},
		{Name: "progress", Type: record("btrfs_scrub_progress", progress)},
		{Type: hidden(list(u64, 109))},
	})
	device := record("btrfs_ioctl_dev_info_args", fields{
		{Name: "devid", Type: btrfsDevice},
		{Name: "uuid", Type: btrfsUUID, Spare: true},
		{Name: "bytes_used", Type: u64},
		{Name: "total_bytes", Type: u64},
		{Type: hidden(list(u64, 379))}, // an id and room
		{Name: "path", Type: Str{Path: true, Room: 1024}},
	})
	stats := record("btrfs_ioctl_get_dev_stats", fields{
		{Name: "devid", Type: btrfsDevice},
		{Name: "nr_items", Type: u64},
		{Name: "flags", Type: flagsOf(8, uapi.BtrfsStatFlags)},
		{Name: "", Type: customField(1008, "btrfsStats", "nr_items")},
	})
	return []op{
		{"BTRFS_IOC_SCRUB", argp(exchange(scrub.showing("devid", "start", "end", "flags"), scrub.showing("progress")))},
		{"BTRFS_IOC_SCRUB_PROGRESS", argp(exchange(scrub.showing("devid"), scrub.showing("progress")))},
		{"BTRFS_IOC_SCRUB_CANCEL", bare},
		{"BTRFS_IOC_DEV_INFO", argp(exchange(device.showing("devid", "uuid"), device.showing("uuid", "bytes_used", "total_bytes", "path")))},
		{"BTRFS_IOC_GET_DEV_STATS", argp(exchange(stats.showing("devid", "nr_items", "flags"), stats.showing("nr_items", "flags", "")))},
		{"BTRFS_IOC_DEV_REPLACE", argp(exchange(btrfsReplacement().showing("cmd", "start"), btrfsReplaced()))},
	}
}

// btrfsReplacement is struct btrfs_ioctl_dev_replace_args as the kernel reads it, and
// btrfsReplaced as it is answered.
func btrfsReplacement() *Record {
	const starts = 0
	start := record("btrfs_ioctl_dev_replace_start_params", fields{
		{Name: "srcdevid", Type: btrfsDevice},
		{Name: "cont_reading_from_srcdev_mode", Type: enumOf(8, uapi.BtrfsReplaceModes)},
		{Name: "srcdev_name", Type: Str{Path: true, Room: 1025}},
		{Name: "tgtdev_name", Type: Str{Path: true, Room: 1025}},
	})
	return record("btrfs_ioctl_dev_replace_args", fields{
		{Name: "cmd", Type: enumOf(8, uapi.BtrfsReplaceOps)},
		{Name: "result", Type: enumOf(8, uapi.BtrfsReplaceResults)},
		{Name: "start", Type: when(start, "cmd", starts)},
		{Type: hidden(list(u64, 64))},
	})
}

// btrfsReplaced is struct btrfs_ioctl_dev_replace_args, as the kernel leaves it.
func btrfsReplaced() *Record {
	const tells = 1
	status := record("btrfs_ioctl_dev_replace_status_params", fields{
		{Name: "replace_state", Type: enumOf(8, uapi.BtrfsReplaceStates)},
		{Name: "progress_1000", Type: customOf(8, "perMille")},
		{Name: "time_started", Type: customOf(8, "seconds64")},
		{Name: "time_stopped", Type: customOf(8, "seconds64")},
		{Name: "num_write_errors", Type: u64},
		{Name: "num_uncorrectable_read_errors", Type: u64},
	})
	return record("btrfs_ioctl_dev_replace_args", fields{
		{Name: "cmd", Type: u64},
		{Name: "result", Type: enumOf(8, uapi.BtrfsReplaceResults)},
		{Name: "status", Type: when(status, "cmd", tells)},
	}).showing("result", "status")
}

// btrfsSystemOps are the commands about a whole file system.
func btrfsSystemOps() []op {
	defrag := record("btrfs_ioctl_defrag_range_args", fields{
		{Name: "start", Type: u64},
		{Name: "len", Type: btrfsMost},
		{Name: "flags", Type: flagsOf(8, uapi.BtrfsDefragFlags)},
		{Name: "extent_thresh", Type: u32},
		{Name: "compress_type", Type: enum(uapi.BtrfsCompressions)},
		{Type: hidden(list(u32, 4))},
	})
	send := record("btrfs_ioctl_send_args", fields{
		{Name: "send_fd", Type: btrfsFD},
		{Name: "clone_sources_count", Type: u64},
		{Name: "clone_sources", Type: custom("btrfsSources", "clone_sources_count")},
		{Name: "parent_root", Type: btrfsObject},
		{Name: "flags", Type: flagsOf(8, uapi.BtrfsSendFlags)},
		{Type: hidden(list(u64, 4))},
	})
	received := record("btrfs_ioctl_received_subvol_args", fields{
		{Name: "uuid", Type: btrfsUUID},
		{Name: "stransid", Type: u64},
		{Name: "rtransid", Type: u64},
		{Name: "stime", Type: customField(12, "btrfsTime")},
		{Name: "rtime", Type: customField(12, "btrfsTime")},
		{Name: "flags", Type: u64},
		{Type: hidden(list(u64, 16))},
	})
	return []op{
		{"BTRFS_IOC_TRANS_START", bare},
		{"BTRFS_IOC_TRANS_END", bare},
		{"BTRFS_IOC_SYNC", bare},
		{"BTRFS_IOC_START_SYNC", argp(out(u64))},
		{"BTRFS_IOC_WAIT_SYNC", argp(in(u64))},
		{"BTRFS_IOC_DEFAULT_SUBVOL", argp(in(u64))},
		{"BTRFS_IOC_DEFRAG", bare},
		{"BTRFS_IOC_DEFRAG_RANGE", argp(in(defrag))},
		{"BTRFS_IOC_GET_FEATURES", argp(out(Custom{Name: "btrfsFeatures"}))},
		{"BTRFS_IOC_SET_FEATURES", argp(in(Custom{Name: "btrfsFeaturePair"}))},
		{"BTRFS_IOC_GET_SUPPORTED_FEATURES", argp(out(Custom{Name: "btrfsFeatureTriple"}))},
		{"BTRFS_IOC_FS_INFO", argp(out(btrfsInfo()))},
		{"BTRFS_IOC_SPACE_INFO", argp(custom("btrfsSpaces"))},
		{"BTRFS_IOC_SEND", argp(in(send))},
		{"BTRFS_IOC_SET_RECEIVED_SUBVOL", argp(exchange(received.showing("uuid", "stransid", "stime", "flags"), received.showing("rtransid", "rtime")))},
	}
}

// btrfsInfo is struct btrfs_ioctl_fs_info_args, as the kernel leaves it.
func btrfsInfo() *Record {
	const sums, generation, uuid = 1 << 0, 1 << 1, 1 << 2 // BTRFS_FS_INFO_FLAG_*
	return record("btrfs_ioctl_fs_info_args", fields{
		{Name: "max_id", Type: u64},
		{Name: "num_devices", Type: u64},
		{Name: "fsid", Type: btrfsUUID},
		{Name: "nodesize", Type: u32},
		{Name: "sectorsize", Type: u32},
		{Name: "clone_alignment", Type: u32},
		{Name: "csum_type", Type: with(enumOf(2, uapi.BtrfsChecksums), "flags", sums)},
		{Name: "csum_size", Type: with(u16, "flags", sums)},
		{Name: "flags", Type: flagsOf(8, uapi.BtrfsInfoFlags)},
		{Name: "generation", Type: with(u64, "flags", generation)},
		{Name: "metadata_uuid", Type: with(btrfsUUID, "flags", uuid)},
		{Type: hidden(list(u64, 118))},
	})
}

// btrfsTreeOps are the commands that look into the trees.
func btrfsTreeOps() []op {
	key := btrfsKey()
	items := Param{Name: "key", Type: key.showing("nr_items")}
	size := Param{Name: "buf_size", Type: u64}
	paths := fields{{Name: "inum", Type: u64}, {Name: "size", Type: u64}, {Type: hidden(list(u64, 4))}}
	inodes := fields{
		{Name: "logical", Type: u64},
		{Name: "size", Type: u64},
		{Name: "reserved", Type: list(x64, 3), Spare: true},
		{Name: "flags", Type: flagsOf(8, uapi.BtrfsLogicalFlags)},
	}
	const asked, asked2 = "btrfs_ioctl_ino_path_args", "btrfs_ioctl_logical_ino_args"
	return []op{
		{"BTRFS_IOC_INO_LOOKUP", argp(custom("btrfsLookup"))},
		{"BTRFS_IOC_INO_PATHS", argp(exchange(
			record(asked, append(paths[:3:3], Param{Name: "fspath", Type: addr64})),
			record(asked, append(paths[:3:3], Param{Name: "fspath", Type: customOf(8, "btrfsPaths")})).showing("fspath")))},
		{"BTRFS_IOC_LOGICAL_INO", argp(exchange(
			record(asked2, append(inodes[:4:4], Param{Name: "inodes", Type: addr64})),
			record(asked2, append(inodes[:4:4], Param{Name: "inodes", Type: customOf(8, "btrfsInodes")})).showing("inodes")))},
		{"BTRFS_IOC_TREE_SEARCH", argp(exchange(
			record("btrfs_ioctl_search_args", fields{{Name: "key", Type: key}}),
			record("btrfs_ioctl_search_args", fields{items, {Name: "buf", Type: customField(0, "btrfsFound"), Verbose: true}})))},
		{"BTRFS_IOC_TREE_SEARCH_V2", argp(exchange(
			record("btrfs_ioctl_search_args_v2", fields{{Name: "key", Type: key}, size}),
			record("btrfs_ioctl_search_args_v2", fields{items, size, {Name: "buf", Type: customField(0, "btrfsFoundWithin", "buf_size"), Verbose: true}})))},
	}
}

// btrfsKey is struct btrfs_ioctl_search_key. The ids that programs usually search between
// are left out unless everything is asked for.
func btrfsKey() *Record {
	kind := customOf(4, "btrfsKey")
	return record("btrfs_ioctl_search_key", fields{
		{Name: "tree_id", Type: btrfsObject},
		{Type: customField(8, "btrfsFirst")},
		{Type: customField(8, "btrfsLast")},
		{Name: "min_offset", Type: btrfsMost},
		{Name: "max_offset", Type: btrfsMost},
		{Name: "min_transid", Type: btrfsMost},
		{Name: "max_transid", Type: btrfsMost},
		{Name: "min_type", Type: kind},
		{Name: "max_type", Type: kind},
		{Name: "nr_items", Type: u32},
		{Type: hidden(u32)},
		{Type: hidden(list(u64, 4))},
	})
}
