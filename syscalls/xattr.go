package syscalls

import "github.com/trapline/trapline/uapi"

var (
	xattrFlags = flags(uapi.XattrFlags)
	xattrSet   = in(Custom{Name: "xattrValue", Args: []string{"size"}})
	xattrGot   = out(Custom{Name: "xattrAnswer", Args: []string{"size"}})
	xattrNames = out(Custom{Name: "xattrNames", Args: []string{"size"}})
	fileHandle = in(Custom{Name: "fileHandle"})
	newHandle  = in(Custom{Name: "newFileHandle"})

	xattrArgs  = in(Custom{Name: "xattrArgs", Args: []string{"size"}})
	xattrReply = in(Custom{Name: "xattrReply", Args: []string{"size"}})
	fileAttr   = in(Custom{Name: "fileAttr", Args: []string{"size"}})
	fileAttrs  = out(Custom{Name: "fileAttrs", Args: []string{"size"}})
)

// xattrCalls are the calls on extended attributes and file handles.
var xattrCalls = lazy(func() []Syscall {
	return []Syscall{
		{Name: "setxattr", Class: File, Ret: zero, Params: params{{Name: "pathname", Type: path}, {Name: "name", Type: str}, {Name: "value", Type: xattrSet}, {Name: "size", Type: size}, {Name: "flags", Type: xattrFlags}}},
		{Name: "lsetxattr", Class: File, Ret: zero, Params: params{{Name: "pathname", Type: path}, {Name: "name", Type: str}, {Name: "value", Type: xattrSet}, {Name: "size", Type: size}, {Name: "flags", Type: xattrFlags}}},
		{Name: "fsetxattr", Class: Desc, Ret: zero, Params: params{{Name: "fd", Type: fd}, {Name: "name", Type: str}, {Name: "value", Type: xattrSet}, {Name: "size", Type: size}, {Name: "flags", Type: xattrFlags}}},
		{Name: "getxattr", Class: File, Ret: ssize, Params: params{{Name: "pathname", Type: path}, {Name: "name", Type: str}, {Name: "value", Type: xattrGot}, {Name: "size", Type: size}}},
		{Name: "lgetxattr", Class: File, Ret: ssize, Params: params{{Name: "pathname", Type: path}, {Name: "name", Type: str}, {Name: "value", Type: xattrGot}, {Name: "size", Type: size}}},
		{Name: "fgetxattr", Class: Desc, Ret: ssize, Params: params{{Name: "fd", Type: fd}, {Name: "name", Type: str}, {Name: "value", Type: xattrGot}, {Name: "size", Type: size}}},
		{Name: "listxattr", Class: File, Ret: ssize, Params: params{{Name: "pathname", Type: path}, {Name: "list", Type: xattrNames}, {Name: "size", Type: size}}},
		{Name: "llistxattr", Class: File, Ret: ssize, Params: params{{Name: "pathname", Type: path}, {Name: "list", Type: xattrNames}, {Name: "size", Type: size}}},
		{Name: "flistxattr", Class: Desc, Ret: ssize, Params: params{{Name: "fd", Type: fd}, {Name: "list", Type: xattrNames}, {Name: "size", Type: size}}},
		{Name: "removexattr", Class: File, Ret: zero, Params: params{{Name: "pathname", Type: path}, {Name: "name", Type: str}}},
		{Name: "lremovexattr", Class: File, Ret: zero, Params: params{{Name: "pathname", Type: path}, {Name: "name", Type: str}}},
		{Name: "fremovexattr", Class: Desc, Ret: zero, Params: params{{Name: "fd", Type: fd}, {Name: "name", Type: str}}},

		{Name: "setxattrat", Class: Desc | File, Ret: zero, Params: params{{Name: "dirfd", Type: dirfd}, {Name: "pathname", Type: path}, {Name: "flags", Type: flags(uapi.ChmodAtFlags)}, {Name: "name", Type: str}, {Name: "args", Type: xattrArgs}, {Name: "size", Type: size}}},
		{Name: "getxattrat", Class: Desc | File, Ret: ssize, Params: params{{Name: "dirfd", Type: dirfd}, {Name: "pathname", Type: path}, {Name: "flags", Type: flags(uapi.ChmodAtFlags)}, {Name: "name", Type: str}, {Name: "args", Type: xattrReply}, {Name: "size", Type: size}}},
		{Name: "listxattrat", Class: Desc | File, Ret: ssize, Params: params{{Name: "dirfd", Type: dirfd}, {Name: "pathname", Type: path}, {Name: "flags", Type: flags(uapi.ChmodAtFlags)}, {Name: "list", Type: xattrNames}, {Name: "size", Type: size}}},
		{Name: "removexattrat", Class: Desc | File, Ret: zero, Params: params{{Name: "dirfd", Type: dirfd}, {Name: "pathname", Type: path}, {Name: "flags", Type: flags(uapi.ChmodAtFlags)}, {Name: "name", Type: str}}},

		{Name: "file_getattr", Class: Desc | File, Ret: zero, Params: params{{Name: "dirfd", Type: dirfd}, {Name: "pathname", Type: path}, {Name: "attr", Type: fileAttrs}, {Name: "size", Type: size}, {Name: "flags", Type: flags(uapi.ChmodAtFlags)}}},
		{Name: "file_setattr", Class: Desc | File, Ret: zero, Params: params{{Name: "dirfd", Type: dirfd}, {Name: "pathname", Type: path}, {Name: "attr", Type: fileAttr}, {Name: "size", Type: size}, {Name: "flags", Type: flags(uapi.ChmodAtFlags)}}},

		{Name: "name_to_handle_at", Class: Desc | File, Ret: zero, Params: params{{Name: "dirfd", Type: dirfd}, {Name: "pathname", Type: path}, {Name: "handle", Type: newHandle}, {Name: "mount_id", Type: out(num)}, {Name: "flags", Type: flags(uapi.HandleAtFlags)}}},
		{Name: "open_by_handle_at", Class: Desc, Ret: fd, Params: params{{Name: "mount_fd", Type: fd}, {Name: "handle", Type: fileHandle}, {Name: "flags", Type: openFlags}}},
	}
})
