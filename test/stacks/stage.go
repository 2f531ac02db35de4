package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// A stage is where a subject runs: a directory of its own, and processes that end with it.
type stage struct {
	context.Context
	dir     string
	as      *syscall.Credential // who the processes are; nil for who we are
	symbols string              // the file that tells gdb what was stripped; empty for none
	ended   []func()
}

// newStage makes a stage in a directory that other users may enter: a database server does
// not run as root.
func newStage(ctx context.Context) (*stage, error) {
	dir, err := os.MkdirTemp("", "trapline-stacks")
	if err != nil {
		return nil, err
	}
	return &stage{Context: ctx, dir: dir, ended: []func(){func() { os.RemoveAll(dir) }}}, os.Chmod(dir, 0o755)
}

func (s *stage) end() {
	for i := len(s.ended) - 1; i >= 0; i-- {
		s.ended[i]()
	}
}

// start runs a command until the stage ends. What it says of errors goes to its log.
func (s *stage) start(stdout *os.File, args ...string) (*exec.Cmd, error) {
	cmd := exec.CommandContext(s, args[0], args[1:]...)
	log, err := os.Create(filepath.Join(s.dir, filepath.Base(args[0])+".log"))
	if err != nil {
		return nil, err
	}
	defer log.Close()
	cmd.Dir, cmd.Stderr = s.dir, log
	if stdout != nil {
		cmd.Stdout = stdout
	}
	cmd.Env = append(os.Environ(), "LC_ALL=C", "GOTRACEBACK=system")
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: s.as, Setpgid: true}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	s.ended = append(s.ended, func() {
		// One that ended in a dump has been waited for, and its id may be another's by now.
		if cmd.Process.Signal(syscall.Signal(0)) == nil {
			syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		}
		cmd.Wait()
	})
	return cmd, nil
}

// ready runs a program until the stage ends and returns when it has printed "ready".
func (s *stage) ready(args ...string) (pid int, err error) {
	r, w, err := os.Pipe()
	if err != nil {
		return 0, err
	}
	s.ended = append(s.ended, func() { r.Close() })
	cmd, err := s.start(w, args...)
	w.Close()
	if err != nil {
		return 0, err
	}
	out := bufio.NewScanner(r)
	for out.Scan() {
		if out.Text() == "ready" {
			return cmd.Process.Pid, nil
		}
	}
	return 0, fmt.Errorf("%s ended before it was ready: %s", args[0], s.log(args[0]))
}

// log is what a program has said of its errors.
func (s *stage) log(program string) string {
	text, _ := os.ReadFile(filepath.Join(s.dir, filepath.Base(program)+".log"))
	return string(bytes.TrimSpace(text))
}

// run runs a command to its end.
func (s *stage) run(args ...string) error {
	cmd := exec.CommandContext(s, args[0], args[1:]...)
	cmd.Dir = s.dir
	if s.as != nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: s.as}
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", strings.Join(args, " "), err, out)
	}
	return nil
}

// until runs a command over and over until it succeeds.
func (s *stage) until(args ...string) error {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		err := s.run(args...)
		if err == nil {
			return nil
		}
		select {
		case <-s.Done():
			return err
		case <-tick.C:
		}
	}
}

// become makes the stage's processes a user's, if we may choose, and the directory theirs.
func (s *stage) become(name string) error {
	if os.Getuid() != 0 {
		return nil
	}
	u, err := user.Lookup(name)
	if err != nil {
		return err
	}
	uid, _ := strconv.Atoi(u.Uid)
	gid, _ := strconv.Atoi(u.Gid)
	s.as = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return os.Chown(s.dir, uid, gid)
}
