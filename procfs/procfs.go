// Package procfs reads what /proc tells about processes and their threads.
//
// Each file has a function that reads it and a Parse function over its bytes, which
// takes whatever it is given and either understands it or says what it does not.
// A pid may be a thread's id wherever the kernel allows that: everywhere but in
// Tasks.
//
// A process may go away at any time; then errors are or wrap fs.ErrNotExist or
// ESRCH, and Gone tells so.
package procfs

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// Gone reports whether err says that there is no such process any more.
func Gone(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ESRCH)
}

// file is the path of a file of /proc/pid.
func file(pid int, name string) string { return "/proc/" + strconv.Itoa(pid) + "/" + name }

// limit bounds what is read of a file whose size the process decides: the longest
// command line the kernel starts a program with is 6 MiB.
const limit = 32 << 20

// read reads a file of /proc/pid. It goes without os.File, which costs as many system calls
// again: thousands of these files are read of a process with many threads.
func read(pid int, name string) ([]byte, error) {
	path := file(pid, name)
	fd, err := syscall.Open(path, syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("procfs: %w", &os.PathError{Op: "open", Path: path, Err: err})
	}
	defer syscall.Close(fd)
	raw := make([]byte, 0, 1024)
	for len(raw) < limit {
		raw = slices.Grow(raw, 512)
		n, err := syscall.Read(fd, raw[len(raw):cap(raw)])
		switch {
		case err == syscall.EINTR:
			continue
		case err != nil:
			return nil, fmt.Errorf("procfs: %w", &os.PathError{Op: "read", Path: path, Err: err})
		case n == 0:
			return raw, nil
		}
		raw = raw[:len(raw)+n]
	}
	return nil, fmt.Errorf("procfs: %w", &os.PathError{Op: "read", Path: path, Err: syscall.EFBIG})
}

func readLink(pid int, name string) (string, error) {
	target, err := os.Readlink(file(pid, name))
	if err != nil {
		return "", fmt.Errorf("procfs: %w", err)
	}
	return target, nil
}

// FD returns what a file descriptor refers to: a path, which ends in " (deleted)"
// for a file that has no name any more, or something like "pipe:[4711]".
func FD(pid, fd int) (string, error) { return readLink(pid, "fd/"+strconv.Itoa(fd)) }

// Exe returns the path of the program.
func Exe(pid int) (string, error) { return readLink(pid, "exe") }

// Cwd returns the path of the working directory.
func Cwd(pid int) (string, error) { return readLink(pid, "cwd") }

// Comm returns the name of a thread, which is the program's unless it was changed.
func Comm(tid int) (string, error) {
	raw, err := read(tid, "comm")
	return string(bytes.TrimSuffix(raw, []byte("\n"))), err
}

// Cmdline returns the arguments the program was started with, or what it has put
// in their place. A kernel thread has none.
func Cmdline(pid int) ([]string, error) {
	raw, err := read(pid, "cmdline")
	if err != nil {
		return nil, err
	}
	return ParseCmdline(raw), nil
}

// ParseCmdline splits /proc/pid/cmdline.
func ParseCmdline(raw []byte) []string {
	if len(raw) == 0 {
		return nil
	}
	return strings.Split(strings.TrimSuffix(string(raw), "\x00"), "\x00")
}

// Tasks returns the ids of the threads of a process, in ascending order.
func Tasks(tgid int) ([]int, error) {
	dir, err := os.Open(file(tgid, "task"))
	if err != nil {
		return nil, fmt.Errorf("procfs: %w", err)
	}
	defer dir.Close()
	names, err := dir.Readdirnames(-1)
	if err != nil {
		return nil, fmt.Errorf("procfs: %w", err)
	}
	return ids(names), nil
}

// CountTasks returns how many threads a process has, the dead leader of others among them. It is
// much cheaper than Tasks.
func CountTasks(tgid int) (int, error) {
	var s syscall.Stat_t
	if err := syscall.Stat(file(tgid, "task"), &s); err != nil {
		return 0, fmt.Errorf("procfs: %w", &os.PathError{Op: "stat", Path: file(tgid, "task"), Err: err})
	}
	return int(s.Nlink) - 2, nil // a directory has two links of its own
}

// AllTasks is Tasks, and says whether the kernel has told of all: it breaks off behind a thread that
// ends just then.
func AllTasks(tgid int) (tids []int, whole bool, err error) {
	total, err := CountTasks(tgid)
	if err != nil {
		return nil, false, err
	}
	tids, err = Tasks(tgid)
	return tids, len(tids) == total, err
}

func ids(names []string) []int {
	var tids []int
	for _, name := range names {
		if tid, err := strconv.Atoi(name); err == nil {
			tids = append(tids, tid)
		}
	}
	slices.Sort(tids)
	return tids
}

// Sysctl returns a setting of the kernel by its path below /proc/sys, such as
// "kernel/yama/ptrace_scope".
func Sysctl(name string) (string, error) {
	raw, err := os.ReadFile("/proc/sys" + path.Clean("/"+name))
	if err != nil {
		return "", fmt.Errorf("procfs: %w", err)
	}
	return strings.TrimSpace(string(raw)), nil
}
