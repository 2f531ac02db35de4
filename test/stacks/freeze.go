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
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(100 * time.Microsecond) {
		going, tasks := awake(pid)
		switch {
		case tasks > 0 && len(going) == 0:
			return nil
		case time.Now().After(deadline):
			return fmt.Errorf("process %d does not stop: of its %d threads these go on: %s", pid, tasks, going)
		}
	}
}

// thaw lets it go on.
func thaw(pid int) error { return syscall.Kill(pid, syscall.SIGCONT) }

// awake lists the threads of a process that are neither stopped nor dead, with their states,
// and says how many threads there are.
func awake(pid int) (going []string, tasks int) {
	files, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/stat", pid))
	for _, file := range files {
		stat, err := os.ReadFile(file)
		if err != nil {
			continue
		}
		rest := stat[bytes.LastIndexByte(stat, ')')+2:]
		if state := string(rest[:1]); !strings.Contains("TtZX", state) {
			going = append(going, filepath.Base(filepath.Dir(file))+" "+state)
		}
	}
	return going, len(files)
}

// ended reports whether a process is no more: servers have some that come and go.
func ended(pid int) bool { return syscall.Kill(pid, 0) != nil }
