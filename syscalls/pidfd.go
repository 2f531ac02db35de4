package syscalls

// pidfdOps are the commands of descriptors of processes. That for information has a number
// for each size that its structure ever had.
func pidfdOps() []op {
	return []op{
		{"", argp(custom("pidfdInfo", "op"))},
	}
}
