package syscalls

// obsoleteCalls are the calls that Linux no longer has, or never had; only the
// words they take are shown.
var obsoleteCalls = lazy(func() []Syscall {
	return []Syscall{
		{Name: "uselib", Class: File, Ret: zero, Params: params{{Name: "path", Type: path}}},
		{Name: "_sysctl", Ret: zero, Params: params{{Name: "args", Type: in(sysctlArgs())}}},
		{Name: "nfsservctl", Ret: num, Params: words(3)},
		{Name: "create_module", Ret: address, Params: words(2)},
		{Name: "get_kernel_syms", Ret: num, Params: words(1)},
		{Name: "query_module", Ret: zero, Params: words(5)},
		{Name: "getpmsg", Class: Net, Ret: num, Params: words(5)},
		{Name: "putpmsg", Class: Net, Ret: num, Params: words(5)},
		{Name: "security", Ret: num, Params: words(3)},
		{Name: "tuxcall", Ret: num, Params: words(3)},
		{Name: "epoll_ctl_old", Ret: num, Params: words(4)},
		{Name: "epoll_wait_old", Ret: num, Params: words(4)},
		{Name: "vserver", Ret: num, Params: words(5)},
		{Name: "afs_syscall", Ret: num, Params: words(5)},
		{Name: "olduname", Ret: zero, Params: words(1)},
		{Name: "oldolduname", Ret: zero, Params: words(1)},
		{Name: "ulimit", Ret: num, Params: words(2)},
		{Name: "bdflush", Ret: num, Params: words(2)},
		{Name: "ftime", Ret: num, Params: params{}},
		{Name: "break", Class: Memory, Ret: num, Params: params{}},
		{Name: "idle", Ret: num, Params: params{}},
		{Name: "gtty", Ret: num, Params: words(2)},
		{Name: "stty", Ret: num, Params: words(2)},
		{Name: "prof", Ret: num, Params: params{}},
		{Name: "lock", Ret: num, Params: params{}},
		{Name: "mpx", Ret: num, Params: params{}},
		{Name: "profil", Ret: num, Params: words(4)},
		{Name: "vm86", Ret: num, Params: words(5)},
		{Name: "vm86old", Ret: num, Params: words(1)},
	}
})

// words makes n parameters of which nothing is known.
func words(n int) params {
	names := [...]string{"arg1", "arg2", "arg3", "arg4", "arg5"}
	p := make(params, n)
	for i := range p {
		p[i] = Param{Name: names[i], Type: lhex}
	}
	return p
}

// sysctlArgs is struct __sysctl_args: the path of a parameter, its old value and its new one.
func sysctlArgs() *Record {
	return record("__sysctl_args", fields{
		{Name: "name", Type: addr}, {Name: "nlen", Type: num}, {Name: "oldval", Type: addr}, {Name: "oldlenp", Type: addr},
		{Name: "newval", Type: addr}, {Name: "newlen", Type: size}, {Type: hidden(list(ulong, 4))},
	})
}
