package syscalls

// randomOps are the commands of the random number generator.
func randomOps() []op {
	entropy := record("rand_pool_info", fields{
		{Name: "entropy_count", Type: num},
		{Name: "buf_size", Type: num},
		{Name: "buf", Type: Custom{Name: "bytesBehind", Args: []string{"buf_size"}}},
	})
	return []op{
		{"RNDGETENTCNT", argp(out(num))},
		{"RNDADDTOENTCNT", argp(in(num))},
		{"RNDADDENTROPY", argp(in(entropy))},
		{"RNDZAPENTCNT", bare},
		{"RNDCLEARPOOL", bare},
		{"RNDRESEEDCRNG", bare},
	}
}
