package cli

import (
	"errors"
	"fmt"
	"os"
	"syscall"

	"github.com/trapline/trapline/procfs"
)

// attachFailed says, in lines, why a process could not be attached to and what to
// do about it.
func attachFailed(pid int, err error) []string {
	lines := []string{fmt.Sprintf("attach: ptrace(PTRACE_SEIZE, %d): %s", pid, reason(err))}
	if !errors.Is(err, syscall.EPERM) && !errors.Is(err, syscall.EACCES) {
		return lines
	}
	if hint := whyNot(pid); hint != "" {
		lines = append(lines, hint)
	}
	return lines
}

// whyNot finds what keeps us from tracing a process.
func whyNot(pid int) string {
	if pid == os.Getpid() {
		return fmt.Sprintf("Process %d is this tracer itself", pid)
	}
	if tracer := tracerOf(pid); tracer != 0 {
		return fmt.Sprintf("Process %d is already being traced by pid %d", pid, tracer)
	}
	info, err := os.Stat(fmt.Sprintf("/proc/%d", pid))
	if err != nil {
		return ""
	}
	if st, ok := info.Sys().(*syscall.Stat_t); ok && os.Getuid() != 0 && int(st.Uid) != os.Getuid() {
		return fmt.Sprintf("process %d may be owned by a different user", pid)
	}
	return procfs.Yama()
}

func tracerOf(pid int) int {
	if s, err := procfs.Status(pid); err == nil {
		return s.TracerPid
	}
	return 0
}
