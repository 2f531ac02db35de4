package ptrace

import (
	"syscall"
	"unsafe"

	"github.com/trapline/trapline/internal/rlimit"
)

// A Launch is a program to execute in a child made by Fork. Descriptors are the
// calling process's.
type Launch struct {
	Path       string
	Args, Env  []string
	Dir        string              // empty: the caller's
	Files      [3]int              // standard input, output and error
	Credential *syscall.Credential // nil: the caller's
	Gate       int                 // where the child reads a byte before it goes on
	GateOther  int                 // the other end, which the child closes
	Filter     []SockFilter        // a seccomp filter, installed with the caller's privileges; nil for none
}

// Fork makes a child that waits for a byte on l.Gate and then executes the program,
// so that the caller can seize it in between. Right before the execve it sends itself
// SIGSTOP, which the tracer takes as a sign and withholds. When something before that
// fails the child exits with the errno; when the execve fails it exits with 1.
//
// The child shares our memory until its execve, as by vfork, but has a stack of its
// own, so that the caller goes on at once; it runs nothing but system calls. Unlike
// a plain fork that costs neither page tables, however large the host program is,
// nor page faults; unlike a re-execution of our own program it costs no second start
// of the Go runtime and asks no cooperation of a host program's main.
//
// The caller must keep the Child reachable until it has seen the execve or the end.
func Fork(l *Launch) (*Child, error) {
	c, err := l.prepare()
	if err != nil {
		return nil, err
	}
	syscall.ForkLock.Lock()
	defer syscall.ForkLock.Unlock()
	if errno := c.fork(); errno != 0 {
		return nil, failure("fork to execute "+l.Path+" from", syscall.Getpid(), errno)
	}
	return c, nil
}

// A Child is a process made by Fork, and all that it needs, made before the fork: it
// must not allocate.
type Child struct {
	PID int

	path, dir  *byte
	argv, envv []*byte
	files      [3]int
	gate       [2]int
	filter     filterProgram
	credential *syscall.Credential
	groups     *uint32
	mask       uint64 // signals the caller's thread blocks
	byte       byte
	action     sigaction
	code       uintptr       // of runChild
	stack      [8 << 10]byte // the deepest call needs a few hundred bytes
}

func (l *Launch) prepare() (*Child, error) {
	c := &Child{files: l.Files, gate: [2]int{l.Gate, l.GateOther}, filter: programOf(l.Filter), credential: l.Credential, code: codeOf(runChild)}
	var err error
	if c.path, err = syscall.BytePtrFromString(l.Path); err != nil {
		return nil, failure("execute", 0, syscall.EINVAL)
	}
	if c.argv, err = syscall.SlicePtrFromStrings(l.Args); err != nil {
		return nil, failure("execute "+l.Path+" with such arguments", 0, syscall.EINVAL)
	}
	if c.envv, err = syscall.SlicePtrFromStrings(l.Env); err != nil {
		return nil, failure("execute "+l.Path+" in such an environment", 0, syscall.EINVAL)
	}
	if l.Dir != "" {
		if c.dir, err = syscall.BytePtrFromString(l.Dir); err != nil {
			return nil, failure("execute "+l.Path+" in such a directory", 0, syscall.EINVAL)
		}
	}
	if l.Credential != nil {
		c.groups = unsafe.SliceData(l.Credential.Groups)
	}
	return c, nil
}

// fork blocks all signals while it forks, so that no handler of the Go runtime runs
// in the child.
//
//go:norace
//go:nosplit
func (c *Child) fork() syscall.Errno {
	all := ^uint64(0)
	sigprocmask(&all, &c.mask)
	top := (uintptr(unsafe.Pointer(&c.stack)) + unsafe.Sizeof(c.stack)) &^ 15
	n := cloneChild(syscall.CLONE_VM|uintptr(syscall.SIGCHLD), top, c, c.code)
	sigprocmask(&c.mask, nil)
	if n < 0 {
		return syscall.Errno(-n)
	}
	c.PID = n
	return 0
}

// cloneChild makes a process that runs code with c as its argument on the stack below
// top. It returns the process id, or the negative errno.
//
//go:noescape
func cloneChild(flags, top uintptr, c *Child, code uintptr) (pid int)

// runChild is where cloneChild's process begins. It is called by its address, because
// the wrapper that assembly would call it through is not free of race detection.
//
//go:norace
//go:nosplit
func runChild(c *Child) { c.run() }

// codeOf returns the address of a function's code.
func codeOf(f func(*Child)) uintptr { return **(**uintptr)(unsafe.Pointer(&f)) }

// run is the child's life. It does not return.
//
//go:norace
//go:nosplit
func (c *Child) run() {
	c.resetSignals()
	sigprocmask(&c.mask, nil)
	syscall.RawSyscall(syscall.SYS_CLOSE, uintptr(c.gate[1]), 0, 0)
	n, _, errno := syscall.RawSyscall(syscall.SYS_READ, uintptr(c.gate[0]), uintptr(unsafe.Pointer(&c.byte)), 1)
	for errno == syscall.EINTR {
		n, _, errno = syscall.RawSyscall(syscall.SYS_READ, uintptr(c.gate[0]), uintptr(unsafe.Pointer(&c.byte)), 1)
	}
	if n != 1 {
		exit(syscall.ESRCH) // the tracer has gone
	}
	if errno := c.become(); errno != 0 {
		exit(errno)
	}
	pid, _, _ := syscall.RawSyscall(syscall.SYS_GETPID, 0, 0, 0)
	syscall.RawSyscall(syscall.SYS_KILL, pid, uintptr(syscall.SIGSTOP), 0)
	syscall.RawSyscall(syscall.SYS_EXECVE, uintptr(unsafe.Pointer(c.path)),
		uintptr(unsafe.Pointer(unsafe.SliceData(c.argv))), uintptr(unsafe.Pointer(unsafe.SliceData(c.envv))))
	exit(1)
}

// resetSignals gives signals that have a handler their default action, as execve
// will: until then a handler must not run.
//
//go:norace
//go:nosplit
func (c *Child) resetSignals() {
	const ignore = 1
	for sig := uintptr(1); sig <= 64; sig++ {
		rawSigaction(sig, nil, &c.action)
		if c.action.handler > ignore {
			c.action = sigaction{}
			rawSigaction(sig, &c.action, nil)
		}
	}
}

// become sets up what the program is to find.
//
//go:norace
//go:nosplit
func (c *Child) become() syscall.Errno {
	if errno := c.moveAside(); errno != 0 {
		return errno
	}
	for fd, from := range c.files {
		if from == fd {
			continue
		}
		if _, _, errno := syscall.RawSyscall(syscall.SYS_DUP3, uintptr(from), uintptr(fd), 0); errno != 0 {
			return errno
		}
	}
	if c.dir != nil {
		if _, _, errno := syscall.RawSyscall(syscall.SYS_CHDIR, uintptr(unsafe.Pointer(c.dir)), 0, 0); errno != 0 {
			return errno
		}
	}
	syscall.RawSyscall6(syscall.SYS_PRLIMIT64, 0, syscall.RLIMIT_NOFILE, uintptr(unsafe.Pointer(&rlimit.NoFile)), 0, 0, 0)
	if c.filter.len > 0 {
		if errno := c.filter.install(); errno != 0 {
			return errno
		}
	}
	return c.becomeUser()
}

// moveAside duplicates descriptors that others are about to be put in place of.
//
//go:norace
//go:nosplit
func (c *Child) moveAside() syscall.Errno {
	for fd, from := range c.files {
		if from == fd || from >= len(c.files) {
			continue
		}
		n, _, errno := syscall.RawSyscall(syscall.SYS_FCNTL, uintptr(from), syscall.F_DUPFD_CLOEXEC, uintptr(len(c.files)))
		if errno != 0 {
			return errno
		}
		c.files[fd] = int(n)
	}
	return 0
}

//go:norace
//go:nosplit
func (c *Child) becomeUser() syscall.Errno {
	if c.credential == nil {
		return 0
	}
	if !c.credential.NoSetGroups {
		if _, _, errno := syscall.RawSyscall(syscall.SYS_SETGROUPS, uintptr(len(c.credential.Groups)), uintptr(unsafe.Pointer(c.groups)), 0); errno != 0 {
			return errno
		}
	}
	if _, _, errno := syscall.RawSyscall(syscall.SYS_SETGID, uintptr(c.credential.Gid), 0, 0); errno != 0 {
		return errno
	}
	_, _, errno := syscall.RawSyscall(syscall.SYS_SETUID, uintptr(c.credential.Uid), 0, 0)
	return errno
}

//go:norace
//go:nosplit
func exit(code syscall.Errno) {
	for {
		syscall.RawSyscall(syscall.SYS_EXIT_GROUP, uintptr(code), 0, 0)
	}
}

//go:norace
//go:nosplit
func sigprocmask(set, old *uint64) {
	const setMask = 2 // SIG_SETMASK
	syscall.RawSyscall6(syscall.SYS_RT_SIGPROCMASK, setMask, uintptr(unsafe.Pointer(set)), uintptr(unsafe.Pointer(old)), 8, 0, 0)
}

//go:norace
//go:nosplit
func rawSigaction(sig uintptr, set, old *sigaction) {
	syscall.RawSyscall6(syscall.SYS_RT_SIGACTION, sig, uintptr(unsafe.Pointer(set)), uintptr(unsafe.Pointer(old)), 8, 0, 0)
}
