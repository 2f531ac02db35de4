package syscalls

// namespaceOps are the commands of descriptors of namespaces.
func namespaceOps() []op {
	mounts := argp(out(record("mnt_ns_info", fields{{Name: "size", Type: u32}, {Name: "nr_mounts", Type: u32}, {Name: "mnt_ns_id", Type: x64}})))
	process := argp(pid)
	return []op{
		{"NS_GET_USERNS", bare},
		{"NS_GET_PARENT", bare},
		{"NS_GET_NSTYPE", bare},
		{"NS_GET_OWNER_UID", argp(out(uid))},
		{"NS_GET_MNTNS_ID", argp(out(x64))},
		{"NS_GET_PID_FROM_PIDNS", process},
		{"NS_GET_TGID_FROM_PIDNS", process},
		{"NS_GET_PID_IN_PIDNS", process},
		{"NS_GET_TGID_IN_PIDNS", process},
		{"NS_MNT_GET_INFO", mounts},
		{"NS_MNT_GET_NEXT", mounts},
		{"NS_MNT_GET_PREV", mounts},
	}
}
