package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// freeze stops a process with SIGSTOP.
func freeze(pid int) error {
	if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil {
		return err
	}
	return settle(pid)
}

// settle waits until all threads of a process have stopped.
func settle(pid int) error {
	for deadline := time.Now().Add(10 * time.Second); !frozen(pid); time.Sleep(100 * time.Microsecond) {
		if time.Now().After(deadline) {
			return fmt.Errorf("process %d does not stop", pid)
		}
	}
	return nil
}

// thaw lets it go on.
func thaw(pid int) error { return syscall.Kill(pid, syscall.SIGCONT) }

// frozen reports whether every thread of a process is stopped or dead.
func frozen(pid int) bool {
	files, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/stat", pid))
	for _, file := range files {
		stat, err := os.ReadFile(file)
		if err != nil {
			continue
		}
		if rest := stat[bytes.LastIndexByte(stat, ')')+2:]; !strings.Contains("TtZX", string(rest[:1])) {
			return false
		}
	}
	return len(files) > 0
}

// ended reports whether a process is no more: servers have some that come and go.
func ended(pid int) bool { return syscall.Kill(pid, 0) != nil }
