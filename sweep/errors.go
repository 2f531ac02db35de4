package sweep

import (
	"slices"
	"strings"
)

// short stands for a call that does less than it is asked for.
const short = "short"

// failures are how calls fail in real life, by their manual pages, the most probable error
// first. Calls that are not here do not fail, or nobody cares.
var failures = []struct{ calls, errors string }{
	{"read pread64", "EIO short EINTR"},
	{"readv preadv preadv2", "EIO EINTR"},
	{"write pwrite64", "ENOSPC EIO short EINTR"},
	{"writev pwritev pwritev2", "ENOSPC EIO EINTR"},
	{"sendfile copy_file_range splice", "EIO ENOSPC"},
	{"fsync fdatasync msync sync_file_range syncfs", "EIO ENOSPC"},
	{"close", "EIO EINTR"},
	{"open openat openat2", "EACCES EMFILE ENOENT EINTR"},
	{"creat mknod mknodat", "ENOSPC EACCES"},
	{"truncate ftruncate fallocate", "ENOSPC EIO"},
	{"rename renameat renameat2", "ENOSPC EIO EACCES EXDEV"},
	{"link linkat symlink symlinkat", "ENOSPC EACCES EPERM"},
	{"mkdir mkdirat", "ENOSPC EACCES"},
	{"unlink unlinkat rmdir", "EACCES EBUSY EIO"},
	{"stat lstat newfstatat statx fstatat64 stat64 lstat64", "EACCES ENOENT EIO"},
	{"fstat fstat64 statfs fstatfs lseek _llseek", "EIO"},
	{"access faccessat faccessat2 readlink readlinkat chdir fchdir", "EACCES ENOENT"},
	{"getdents getdents64", "EIO"},
	{"chmod fchmod fchmodat fchmodat2 chown fchown lchown fchownat", "EPERM EIO"},
	{"utime utimes utimensat futimesat", "EPERM EACCES"},
	{"setxattr fsetxattr lsetxattr", "ENOTSUP ENOSPC"},
	{"flock", "EINTR ENOLCK"},
	{"dup dup2 dup3 pipe pipe2 socketpair eventfd2 signalfd4 timerfd_create", "EMFILE ENFILE"},
	{"epoll_create1 inotify_init1 memfd_create", "EMFILE ENFILE"},
	{"epoll_ctl inotify_add_watch", "ENOSPC ENOMEM"},
	{"getcwd", "ENOENT EACCES"},
	{"mmap mmap2 mremap", "ENOMEM"},
	{"mprotect mlock", "ENOMEM"},
	{"munmap", "ENOMEM"},
	{"clone clone3 fork vfork", "EAGAIN ENOMEM"},
	{"execve execveat", "ENOENT EACCES ENOMEM"},
	{"wait4 waitid", "ECHILD EINTR"},
	{"kill tgkill tkill setsid setpgid", "EPERM"},
	{"setuid setreuid setresuid setgid setregid setresgid setgroups", "EAGAIN EPERM"},
	{"capset chroot setrlimit mount umount2", "EPERM"},
	{"socket", "EMFILE EAFNOSUPPORT EACCES"},
	{"connect", "ECONNREFUSED ETIMEDOUT ENETUNREACH EINTR"},
	{"bind listen", "EADDRINUSE EACCES"},
	{"accept accept4", "ECONNABORTED EMFILE EINTR"},
	{"send sendto sendmsg sendmmsg", "ECONNRESET EPIPE EINTR"},
	{"recv recvfrom recvmsg recvmmsg", "ECONNRESET EINTR"},
	{"getsockopt setsockopt getsockname getpeername shutdown", "ENOBUFS"},
	{"poll ppoll select pselect6 epoll_wait epoll_pwait", "EINTR ENOMEM"},
	{"nanosleep clock_nanosleep pause", "EINTR"},
	{"shmget semget msgget", "ENOSPC"},
	{"shmat", "ENOMEM"},
	{"semop semtimedop msgsnd msgrcv", "EINTR EIDRM"},
	{"mq_open", "EACCES EMFILE"},
}

// plausible are the errors of a call, nil when it is not known to fail.
func plausible(name string) []string {
	for _, f := range failures {
		if slices.Contains(strings.Fields(f.calls), name) {
			return strings.Fields(f.errors)
		}
	}
	return nil
}

// change is how a call changes files, if nobody minds its error.
type change uint8

const (
	never   change = iota
	byName         // always
	byFD           // unless it is about standard error
	onClose        // if the file could be written to
)

// changes are the calls of which data may be lost.
var changes = changesOf(map[change]string{
	byName: "rename renameat renameat2 truncate msync sendfile copy_file_range",
	byFD: "write pwrite64 writev pwritev pwritev2 ftruncate fallocate fsync fdatasync sync_file_range syncfs " +
		"splice send sendto sendmsg sendmmsg",
	onClose: "close",
})

func changesOf(calls map[change]string) map[string]change {
	all := map[string]change{}
	for c, names := range calls {
		for _, name := range strings.Fields(names) {
			all[name] = c
		}
	}
	return all
}
