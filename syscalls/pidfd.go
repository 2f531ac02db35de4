package syscalls

// pidfdOps are the commands of descriptors of processes.
func pidfdOps() []op {
	return []op{
		{"PIDFD_GET_INFO", argp(custom("pidfdInfo", "op"))},
	}
}
