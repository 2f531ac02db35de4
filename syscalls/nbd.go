package syscalls

import "github.com/trapline/trapline/uapi"

// nbdOps are the commands of block devices over a network.
func nbdOps() []op {
	return []op{
		{"NBD_SET_SOCK", argp(fd)},
		{"NBD_SET_BLKSIZE", argp(ulong)},
		{"NBD_SET_SIZE", argp(ulong)},
		{"NBD_SET_SIZE_BLOCKS", argp(ulong)},
		{"NBD_SET_TIMEOUT", argp(ulong)},
		{"NBD_SET_FLAGS", argp(flags(uapi.NBDFlags))},
		{"NBD_DO_IT", bare},
		{"NBD_CLEAR_SOCK", bare},
		{"NBD_CLEAR_QUE", bare},
		{"NBD_PRINT_DEBUG", bare},
		{"NBD_DISCONNECT", bare},
	}
}
