package syscalls

// mapperOps are the commands of the device mapper. All have one structure, of which each
// reads and answers its own part, and some have data behind it.
func mapperOps() []op {
	call := argp(custom("mapper", "op"))
	var all []op
	for _, name := range []string{
		"DM_VERSION", "DM_REMOVE_ALL", "DM_LIST_DEVICES", "DM_DEV_CREATE", "DM_DEV_REMOVE", "DM_DEV_RENAME",
		"DM_DEV_SUSPEND", "DM_DEV_STATUS", "DM_DEV_WAIT", "DM_TABLE_LOAD", "DM_TABLE_CLEAR", "DM_TABLE_DEPS",
		"DM_TABLE_STATUS", "DM_LIST_VERSIONS", "DM_TARGET_MSG", "DM_DEV_SET_GEOMETRY", "DM_DEV_ARM_POLL",
	} {
		all = append(all, op{name, call})
	}
	return all
}
