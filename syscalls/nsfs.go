package syscalls

// namespaceOps are the commands of descriptors of namespaces.
func namespaceOps() []op {
	return []op{
		{"NS_GET_USERNS", bare},
		{"NS_GET_PARENT", bare},
		{"NS_GET_NSTYPE", bare},
		{"NS_GET_OWNER_UID", argp(out(unum))},
	}
}
