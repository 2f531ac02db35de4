package syscalls

import (
	"github.com/trapline/trapline/uapi"
)

// creates is O_CREAT|__O_TMPFILE: with them open makes a file and reads its mode.
const creates = 0x400040

var (
	openFlags  = customOf(4, "openFlags")
	fileMode   = customOf(2, "fileMode")
	accessMode = flags(uapi.AccessModes)
	whence     = enum(uapi.Whence)
	atFlags    = flags(uapi.AtFlags)
	spliceF    = flags(uapi.SpliceFlags)
	iovec      = record("iovec", fields{{Name: "iov_base", Type: in(bytes("iov_len"))}, {Name: "iov_len", Type: size}})
	iovecs     = in(array(iovec, "iovcnt"))
	filled     = in(Custom{Name: "filledIovecs", Args: []string{"iovcnt"}})
	answer     = out(bytes(Result))
	cwd        = out(Str{Path: true})
	openHow    = in(Custom{Name: "openHow", Args: []string{"size"}})
)

// fileCalls are the calls on open files and on names.
var fileCalls = lazy(func() []Syscall {
	return []Syscall{
		{Name: "read", Class: Desc, Ret: ssize, Params: params{{Name: "fd", Type: fd}, {Name: "buf", Type: answer}, {Name: "count", Type: size}}},
		{Name: "write", Class: Desc, Ret: ssize, Params: params{{Name: "fd", Type: fd}, {Name: "buf", Type: in(bytes("count"))}, {Name: "count", Type: size}}},
		{Name: "pread64", Class: Desc, Ret: ssize, Params: params{{Name: "fd", Type: fd}, {Name: "buf", Type: answer}, {Name: "count", Type: size}, {Name: "offset", Type: off64}}},
		{Name: "pwrite64", Class: Desc, Ret: ssize, Params: params{{Name: "fd", Type: fd}, {Name: "buf", Type: in(bytes("count"))}, {Name: "count", Type: size}, {Name: "offset", Type: off64}}},
		{Name: "readv", Class: Desc, Ret: ssize, Params: params{{Name: "fd", Type: fd}, {Name: "iov", Type: filled}, {Name: "iovcnt", Type: ulong}}},
		{Name: "writev", Class: Desc, Ret: ssize, Params: params{{Name: "fd", Type: fd}, {Name: "iov", Type: iovecs}, {Name: "iovcnt", Type: ulong}}},
		{Name: "preadv", Class: Desc, Ret: ssize, Params: params{{Name: "fd", Type: fd}, {Name: "iov", Type: filled}, {Name: "iovcnt", Type: ulong}, {Name: "offset", Type: off64}, {Type: split64}}},
		{Name: "pwritev", Class: Desc, Ret: ssize, Params: params{{Name: "fd", Type: fd}, {Name: "iov", Type: iovecs}, {Name: "iovcnt", Type: ulong}, {Name: "offset", Type: off64}, {Type: split64}}},
		{Name: "preadv2", Class: Desc, Ret: ssize, Params: params{{Name: "fd", Type: fd}, {Name: "iov", Type: filled}, {Name: "iovcnt", Type: ulong}, {Name: "offset", Type: off64}, {Type: split64}, {Name: "flags", Type: flags(uapi.ReadWriteFlags)}}},
		{Name: "pwritev2", Class: Desc, Ret: ssize, Params: params{{Name: "fd", Type: fd}, {Name: "iov", Type: iovecs}, {Name: "iovcnt", Type: ulong}, {Name: "offset", Type: off64}, {Type: split64}, {Name: "flags", Type: flags(uapi.ReadWriteFlags)}}},

		{Name: "open", Class: Desc | File, Ret: fd, Params: params{{Name: "pathname", Type: path}, {Name: "flags", Type: openFlags}, {Name: "mode", Type: with(mode, "flags", creates)}}},
		{Name: "openat", Class: Desc | File, Ret: fd, Params: params{{Name: "dirfd", Type: dirfd}, {Name: "pathname", Type: path}, {Name: "flags", Type: openFlags}, {Name: "mode", Type: with(mode, "flags", creates)}}},
		{Name: "openat2", Class: Desc | File, Ret: fd, Params: params{{Name: "dirfd", Type: dirfd}, {Name: "pathname", Type: path}, {Name: "how", Type: openHow}, {Name: "size", Type: size}}},
		{Name: "creat", Class: Desc | File, Ret: fd, Params: params{{Name: "pathname", Type: path}, {Name: "mode", Type: mode}}},
		{Name: "close", Class: Desc, Ret: zero, Params: params{{Name: "fd", Type: fd}}},
		{Name: "close_range", Ret: zero, Params: params{{Name: "first", Type: unum}, {Name: "last", Type: unum}, {Name: "flags", Type: flags(uapi.CloseRange)}}},
		{Name: "dup", Class: Desc, Ret: fd, Params: params{{Name: "oldfd", Type: fd}}},
		{Name: "dup2", Class: Desc, Ret: fd, Params: params{{Name: "oldfd", Type: fd}, {Name: "newfd", Type: fd}}},
		{Name: "dup3", Class: Desc, Ret: fd, Params: params{{Name: "oldfd", Type: fd}, {Name: "newfd", Type: fd}, {Name: "flags", Type: flags(uapi.OpenFlags)}}},
		{Name: "pipe", Class: Desc, Ret: zero, Params: params{{Name: "pipefd", Type: out(list(fd, 2))}}},
		{Name: "pipe2", Class: Desc, Ret: zero, Params: params{{Name: "pipefd", Type: out(list(fd, 2))}, {Name: "flags", Type: flags(uapi.OpenFlags)}}},

		{Name: "lseek", Class: Desc, Ret: off, Params: params{{Name: "fd", Type: fd}, {Name: "offset", Type: off}, {Name: "whence", Type: whence}}},
		{Name: "_llseek", Class: Desc, Ret: zero, Params: params{{Name: "fd", Type: fd}, {Name: "offset", Type: customOf(8, "highFirst")}, {Name: "result", Type: out(s64)}, {Name: "whence", Type: whence}}},
		{Name: "truncate", Class: File, Ret: zero, Params: params{{Name: "path", Type: path}, {Name: "length", Type: kulong}}},
		{Name: "truncate64", Class: File, Ret: zero, Params: params{{Name: "path", Type: path}, {Name: "length", Type: u64}}},
		{Name: "ftruncate", Class: Desc, Ret: zero, Params: params{{Name: "fd", Type: fd}, {Name: "length", Type: kulong}}},
		{Name: "ftruncate64", Class: Desc, Ret: zero, Params: params{{Name: "fd", Type: fd}, {Name: "length", Type: u64}}},
		{Name: "fallocate", Class: Desc, Ret: zero, Params: params{{Name: "fd", Type: fd}, {Name: "mode", Type: flags(uapi.Falloc)}, {Name: "offset", Type: off64}, {Name: "len", Type: off64}}},
		{Name: "fadvise64", Class: Desc, Ret: zero, Params: params{{Name: "fd", Type: fd}, {Name: "offset", Type: off64}, {Name: "len", Type: size}, {Name: "advice", Type: enum(uapi.FileAdvice)}}},
		{Name: "fadvise64_64", Class: Desc, Ret: zero, Params: params{{Name: "fd", Type: fd}, {Name: "offset", Type: off64}, {Name: "len", Type: off64}, {Name: "advice", Type: enum(uapi.FileAdvice)}}},
		{Name: "readahead", Class: Desc, Ret: ssize, Params: params{{Name: "fd", Type: fd}, {Name: "offset", Type: off64}, {Name: "count", Type: size}}},
		{Name: "fsync", Class: Desc, Ret: zero, Params: params{{Name: "fd", Type: fd}}},
		{Name: "fdatasync", Class: Desc, Ret: zero, Params: params{{Name: "fd", Type: fd}}},
		{Name: "syncfs", Class: Desc, Ret: zero, Params: params{{Name: "fd", Type: fd}}},
		{Name: "sync", Ret: zero, Params: params{}},
		{Name: "sync_file_range", Class: Desc, Ret: zero, Params: params{{Name: "fd", Type: fd}, {Name: "offset", Type: off64}, {Name: "nbytes", Type: off64}, {Name: "flags", Type: flags(uapi.SyncRange)}}},
		{Name: "flock", Class: Desc, Ret: zero, Params: params{{Name: "fd", Type: fd}, {Name: "op", Type: flags(uapi.LockCommands)}}},

		{Name: "sendfile", Class: Desc | Net, Ret: ssize, Params: params{{Name: "out_fd", Type: fd}, {Name: "in_fd", Type: fd}, {Name: "offset", Type: inout(koff)}, {Name: "count", Type: size}}},
		{Name: "sendfile64", Class: Desc | Net, Ret: ssize, Params: params{{Name: "out_fd", Type: fd}, {Name: "in_fd", Type: fd}, {Name: "offset", Type: inout(u64)}, {Name: "count", Type: size}}},
		{Name: "splice", Class: Desc, Ret: ssize, Params: params{{Name: "fd_in", Type: fd}, {Name: "off_in", Type: in(off64)}, {Name: "fd_out", Type: fd}, {Name: "off_out", Type: in(off64)}, {Name: "len", Type: size}, {Name: "flags", Type: spliceF}}},
		{Name: "tee", Class: Desc, Ret: ssize, Params: params{{Name: "fd_in", Type: fd}, {Name: "fd_out", Type: fd}, {Name: "len", Type: size}, {Name: "flags", Type: spliceF}}},
		{Name: "vmsplice", Class: Desc, Ret: ssize, Params: params{{Name: "fd", Type: fd}, {Name: "iov", Type: in(array(iovec, "nr_segs"))}, {Name: "nr_segs", Type: ulong}, {Name: "flags", Type: spliceF}}},
		{Name: "copy_file_range", Class: Desc, Ret: ssize, Params: params{{Name: "fd_in", Type: fd}, {Name: "off_in", Type: in(off64)}, {Name: "fd_out", Type: fd}, {Name: "off_out", Type: in(off64)}, {Name: "len", Type: size}, {Name: "flags", Type: unum}}},

		{Name: "access", Class: File, Ret: zero, Params: params{{Name: "pathname", Type: path}, {Name: "mode", Type: accessMode}}},
		{Name: "faccessat", Class: Desc | File, Ret: zero, Params: params{{Name: "dirfd", Type: dirfd}, {Name: "pathname", Type: path}, {Name: "mode", Type: accessMode}}},
		{Name: "faccessat2", Class: Desc | File, Ret: zero, Params: params{{Name: "dirfd", Type: dirfd}, {Name: "pathname", Type: path}, {Name: "mode", Type: accessMode}, {Name: "flags", Type: flags(uapi.AccessAtFlags)}}},
		{Name: "chmod", Class: File, Ret: zero, Params: params{{Name: "pathname", Type: path}, {Name: "mode", Type: mode}}},
		{Name: "fchmod", Class: Desc, Ret: zero, Params: params{{Name: "fd", Type: fd}, {Name: "mode", Type: mode}}},
		{Name: "fchmodat", Class: Desc | File, Ret: zero, Params: params{{Name: "dirfd", Type: dirfd}, {Name: "pathname", Type: path}, {Name: "mode", Type: mode}}},
		{Name: "fchmodat2", Class: Desc | File, Ret: zero, Params: params{{Name: "dirfd", Type: dirfd}, {Name: "pathname", Type: path}, {Name: "mode", Type: mode}, {Name: "flags", Type: flags(uapi.ChmodAtFlags)}}},
		{Name: "chown", Class: File, Ret: zero, Params: params{{Name: "pathname", Type: path}, {Name: "owner", Type: uid}, {Name: "group", Type: gid}}},
		{Name: "chown32", Class: File, Ret: zero, Params: params{{Name: "pathname", Type: path}, {Name: "owner", Type: uid}, {Name: "group", Type: gid}}},
		{Name: "lchown", Class: File, Ret: zero, Params: params{{Name: "pathname", Type: path}, {Name: "owner", Type: uid}, {Name: "group", Type: gid}}},
		{Name: "lchown32", Class: File, Ret: zero, Params: params{{Name: "pathname", Type: path}, {Name: "owner", Type: uid}, {Name: "group", Type: gid}}},
		{Name: "fchown", Class: Desc, Ret: zero, Params: params{{Name: "fd", Type: fd}, {Name: "owner", Type: uid}, {Name: "group", Type: gid}}},
		{Name: "fchown32", Class: Desc, Ret: zero, Params: params{{Name: "fd", Type: fd}, {Name: "owner", Type: uid}, {Name: "group", Type: gid}}},
		{Name: "fchownat", Class: Desc | File, Ret: zero, Params: params{{Name: "dirfd", Type: dirfd}, {Name: "pathname", Type: path}, {Name: "owner", Type: uid}, {Name: "group", Type: gid}, {Name: "flags", Type: atFlags}}},
		{Name: "umask", Ret: mode, Params: params{{Name: "mask", Type: mode}}},

		{Name: "getcwd", Class: File, Ret: long, Params: params{{Name: "buf", Type: cwd}, {Name: "size", Type: size}}},
		{Name: "chdir", Class: File, Ret: zero, Params: params{{Name: "path", Type: path}}},
		{Name: "fchdir", Class: Desc, Ret: zero, Params: params{{Name: "fd", Type: fd}}},
		{Name: "chroot", Class: File, Ret: zero, Params: params{{Name: "path", Type: path}}},
		{Name: "mkdir", Class: File, Ret: zero, Params: params{{Name: "pathname", Type: path}, {Name: "mode", Type: mode}}},
		{Name: "mkdirat", Class: Desc | File, Ret: zero, Params: params{{Name: "dirfd", Type: dirfd}, {Name: "pathname", Type: path}, {Name: "mode", Type: mode}}},
		{Name: "rmdir", Class: File, Ret: zero, Params: params{{Name: "path", Type: path}}},
		{Name: "unlink", Class: File, Ret: zero, Params: params{{Name: "path", Type: path}}},
		{Name: "unlinkat", Class: Desc | File, Ret: zero, Params: params{{Name: "dirfd", Type: dirfd}, {Name: "pathname", Type: path}, {Name: "flags", Type: atFlags}}},
		{Name: "rename", Class: File, Ret: zero, Params: params{{Name: "oldpath", Type: path}, {Name: "newpath", Type: path}}},
		{Name: "renameat", Class: Desc | File, Ret: zero, Params: params{{Name: "olddirfd", Type: dirfd}, {Name: "oldpath", Type: path}, {Name: "newdirfd", Type: dirfd}, {Name: "newpath", Type: path}}},
		{Name: "renameat2", Class: Desc | File, Ret: zero, Params: params{{Name: "olddirfd", Type: dirfd}, {Name: "oldpath", Type: path}, {Name: "newdirfd", Type: dirfd}, {Name: "newpath", Type: path}, {Name: "flags", Type: flags(uapi.RenameFlags)}}},
		{Name: "link", Class: File, Ret: zero, Params: params{{Name: "oldpath", Type: path}, {Name: "newpath", Type: path}}},
		{Name: "linkat", Class: Desc | File, Ret: zero, Params: params{{Name: "olddirfd", Type: dirfd}, {Name: "oldpath", Type: path}, {Name: "newdirfd", Type: dirfd}, {Name: "newpath", Type: path}, {Name: "flags", Type: atFlags}}},
		{Name: "symlink", Class: File, Ret: zero, Params: params{{Name: "oldpath", Type: path}, {Name: "newpath", Type: path}}},
		{Name: "symlinkat", Class: Desc | File, Ret: zero, Params: params{{Name: "target", Type: path}, {Name: "newdirfd", Type: dirfd}, {Name: "linkpath", Type: path}}},
		{Name: "readlink", Class: File, Ret: ssize, Params: params{{Name: "pathname", Type: path}, {Name: "buf", Type: answer}, {Name: "bufsiz", Type: size}}},
		{Name: "readlinkat", Class: Desc | File, Ret: ssize, Params: params{{Name: "dirfd", Type: dirfd}, {Name: "pathname", Type: path}, {Name: "buf", Type: answer}, {Name: "bufsiz", Type: size}}},
		{Name: "mknod", Class: File, Ret: zero, Params: params{{Name: "pathname", Type: path}, {Name: "mode", Type: fileMode}, {Name: "dev", Type: customOf(4, "nodeDevice", "mode")}}},
		{Name: "mknodat", Class: Desc | File, Ret: zero, Params: params{{Name: "dirfd", Type: dirfd}, {Name: "pathname", Type: path}, {Name: "mode", Type: fileMode}, {Name: "dev", Type: customOf(4, "nodeDevice", "mode")}}},

		{Name: "getdents", Class: Desc, Ret: num, Params: params{{Name: "fd", Type: fd}, {Name: "dirp", Type: out(Custom{Name: "dirents"})}, {Name: "count", Type: unum}}},
		{Name: "getdents64", Class: Desc, Ret: num, Params: params{{Name: "fd", Type: fd}, {Name: "dirp", Type: out(Custom{Name: "dirents64"})}, {Name: "count", Type: unum}}},
	}
})

// koff is the offset that sendfile moves, which cannot be negative.
var koff = kulong

// i386FileCalls are calls that i386 alone has with 16-bit identities.
var i386FileCalls = lazy(func() []Syscall {
	return []Syscall{
		{Name: "chown", Class: File, Ret: zero, Params: params{{Name: "pathname", Type: path}, {Name: "owner", Type: id16}, {Name: "group", Type: id16}}},
		{Name: "lchown", Class: File, Ret: zero, Params: params{{Name: "pathname", Type: path}, {Name: "owner", Type: id16}, {Name: "group", Type: id16}}},
		{Name: "fchown", Class: Desc, Ret: zero, Params: params{{Name: "fd", Type: fd}, {Name: "owner", Type: id16}, {Name: "group", Type: id16}}},
	}
})
