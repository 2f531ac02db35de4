package syscalls

// blockOps are the commands of block devices.
func blockOps() []op {
	var (
		get     = argp(out(num))
		getU    = argp(out(unum))
		sectors = argp(in(list(u64, 2)))
	)
	return []op{
		{"BLKROSET", argp(in(num))},
		{"BLKROGET", get},
		{"BLKRRPART", bare},
		{"BLKGETSIZE", argp(out(ulong))},
		{"BLKFLSBUF", bare},
		{"BLKRASET", argp(ulong)},
		{"BLKRAGET", argp(out(long))},
		{"BLKFRASET", argp(ulong)},
		{"BLKFRAGET", argp(out(long))},
		{"BLKSECTGET", argp(out(u16))},
		{"BLKSSZGET", get},
		{"BLKBSZGET", get},
		{"BLKBSZSET", argp(in(num))},
		{"BLKGETSIZE64", argp(out(u64))},
		{"BLKDISCARD", sectors},
		{"BLKIOMIN", getU},
		{"BLKIOOPT", getU},
		{"BLKALIGNOFF", get},
		{"BLKPBSZGET", getU},
		{"BLKDISCARDZEROES", getU},
		{"BLKSECDISCARD", sectors},
		{"BLKROTATIONAL", argp(out(u16))},
		{"BLKZEROOUT", sectors},
	}
}
