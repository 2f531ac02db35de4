package syscalls

import "github.com/trapline/trapline/uapi"

// mountCalls are the calls on the tree of mounts.
var mountCalls = lazy(func() []Syscall {
	return []Syscall{
		{Name: "mount", Class: File, Ret: zero, Params: params{{Name: "source", Type: path}, {Name: "target", Type: path}, {Name: "filesystemtype", Type: custom("mountType", "mountflags")}, {Name: "mountflags", Type: custom("mountFlags")}, {Name: "data", Type: custom("mountData", "mountflags")}}},
		{Name: "umount", Class: File, Ret: zero, Params: params{{Name: "path", Type: path}}},
		{Name: "umount2", Class: File, Ret: zero, Params: params{{Name: "target", Type: path}, {Name: "flags", Type: flags(uapi.UmountFlags)}}},
		{Name: "pivot_root", Class: File, Ret: zero, Params: params{{Name: "oldpath", Type: path}, {Name: "newpath", Type: path}}},
	}
})
