package syscalls

// readdirCalls are the first way to read a directory: one entry a call.
var readdirCalls = lazy(func() []Syscall {
	return []Syscall{
		{Name: "readdir", Class: Desc, Ret: num, Params: params{{Name: "fd", Type: fd}, {Name: "dirp", Type: out(Custom{Name: "oldDirent", Args: []string{string(Result)}})}, {Name: "count", Type: customOf(4, "oldCount")}}},
	}
})
