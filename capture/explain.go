package capture

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/trapline/trapline/internal/ptrace"
	"github.com/trapline/trapline/procfs"
)

// Why a process cannot be taken, whoever asks.
var (
	ErrKernelThread = errors.New("it is a kernel thread, which has no stack of its own in user space")
	ErrZombie       = errors.New("it has ended and waits for its parent to notice")
	ErrGone         = errors.New("there is no such process")
	ErrSelf         = errors.New("a process cannot take its own stacks")
)

// ErrWorker is the error of a thread that has no registers and is left alone: to stop it would
// break off what it does for the process.
var ErrWorker = errors.New("it works for the process in the kernel, as io_uring's threads do, and has no stack in user space")

// explain says of an error what it means for the process and what to do about it.
func explain(pid int, err error) error {
	if procfs.Gone(err) || ptrace.Gone(err) {
		err = ErrGone
	}
	return fmt.Errorf("capture: process %d: %w", pid, err)
}

// because adds to an error why the kernel refuses us a task.
func because(tid int, err error) error {
	if errors.Is(err, fs.ErrPermission) {
		return fmt.Errorf("%w: %s", err, whyNot(tid))
	}
	return err
}

// whyNot finds what keeps us from tracing a process.
func whyNot(pid int) string {
	s, err := procfs.Status(pid)
	switch {
	case err != nil:
		return "its status cannot be read"
	case s.TracerPid != 0:
		return "it is traced by " + named(s.TracerPid) + "; end that one first"
	case os.Geteuid() != 0 && int(s.UID.Real) != os.Geteuid():
		return fmt.Sprintf("it belongs to user %d; be that user or root", s.UID.Real)
	case procfs.Yama() != "":
		return procfs.Yama()
	}
	return "it is protected (set-user-ID, another user namespace or not dumpable); be root or have CAP_SYS_PTRACE"
}

// named is the process that a task is of, with its command.
func named(tid int) string {
	text := fmt.Sprintf("process %d", procfs.ThreadGroup(tid))
	if args, err := procfs.Cmdline(tid); err == nil && len(args) > 0 {
		text += " (" + strings.Join(args, " ") + ")"
	}
	return text
}
