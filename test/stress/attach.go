package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/trapline/trapline/internal/fixture"
)

// attachments attach to programs that run already, and leave them.
var attachments = []check{
	{"attach and detach", cycle},
	{"tracer SIGINT", leave(syscall.SIGINT)},
	{"tracer SIGTERM", leave(syscall.SIGTERM)},
	{"tracer SIGHUP", leave(syscall.SIGHUP)},
	{"tracer SIGKILL", leave(syscall.SIGKILL)},
	{"tracee SIGKILL", killed},
}

// A target is a program that is blocked in a call until it is told to go on.
type target struct {
	call string
	pid  int // of the program that blocks
	cmd  *exec.Cmd
	in   io.WriteCloser
	out  *bufio.Reader
}

// targets starts a program for every way to block.
func (s *stage) targets() ([]*target, error) {
	program, err := fixture.Compile("blocked")
	if err != nil {
		return nil, err
	}
	calls, err := exec.Command(program).Output()
	if err != nil {
		return nil, err
	}
	var all []*target
	for _, call := range strings.Fields(string(calls)) {
		t, err := s.target(call, "S", program, call)
		if err != nil {
			return all, err
		}
		all = append(all, t)
	}
	vfork, err := fixture.Compile("vforkwait")
	if err != nil {
		return all, err
	}
	t, err := s.target("vfork", "D", vfork)
	if err != nil {
		return all, err
	}
	return append(all, t), nil
}

// target starts a program and waits until its leader is in a state of /proc/PID/stat.
func (s *stage) target(call, state string, args ...string) (*target, error) {
	cmd := exec.CommandContext(s, args[0], args[1:]...)
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	t := &target{call, cmd.Process.Pid, cmd, in, bufio.NewReader(out)}
	if _, err := t.out.ReadString('\n'); err != nil {
		return nil, err
	}
	return t, s.await(t.pid, state)
}

func stateOf(pid int) string {
	stat, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	_, after, _ := bytes.Cut(stat, []byte(") "))
	return string(after[:min(1, len(after))])
}

// await waits until a process is in a state.
func (s *stage) await(pid int, state string) error {
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for range 20000 {
		if stateOf(pid) == state {
			return nil
		}
		<-tick.C
	}
	return fmt.Errorf("process %d stays in state %s, want %s", pid, stateOf(pid), state)
}

// finish tells a program to go on and checks that nothing disturbed it.
func (t *target) finish() error {
	t.in.Write([]byte("!"))
	out, _ := io.ReadAll(t.out)
	t.in.Close()
	err := t.cmd.Wait()
	text := string(out)
	if t.call == "vfork" {
		if !strings.Contains(text, "child exited 4") {
			return fmt.Errorf("vfork: %s", text)
		}
		return nil
	}
	if err != nil || !strings.Contains(text, "spurious") {
		return fmt.Errorf("%s: %v\n%s", t.call, err, text)
	}
	return nil
}

// cycle attaches to all targets at once and detaches, over and over.
func cycle(s *stage) error {
	targets, err := s.targets()
	defer func() {
		for _, t := range targets {
			t.cmd.Process.Kill()
		}
	}()
	if err != nil {
		return err
	}
	stopped, err := s.stoppedJob()
	if err != nil {
		return err
	}
	targets = append(targets, stopped)
	for done := 0; done < *cycles; done += len(targets) {
		if err := s.attachOnce(targets, syscall.SIGINT); err != nil {
			return fmt.Errorf("after %d cycles: %w", done, err)
		}
	}
	if state := stateOf(stopped.pid); state != "T" {
		return fmt.Errorf("the stopped job is in state %s", state)
	}
	syscall.Kill(stopped.pid, syscall.SIGCONT)
	for _, t := range targets {
		if err := t.finish(); err != nil {
			return err
		}
	}
	return nil
}

// stoppedJob is a program stopped as a shell's Ctrl-Z stops one.
func (s *stage) stoppedJob() (*target, error) {
	program, err := fixture.Compile("blocked")
	if err != nil {
		return nil, err
	}
	t, err := s.target("read", "S", program, "read")
	if err != nil {
		return nil, err
	}
	syscall.Kill(t.pid, syscall.SIGSTOP)
	return t, s.await(t.pid, "T")
}

// attachOnce attaches a tracer to the targets, ends it by a signal and waits for its end.
func (s *stage) attachOnce(targets []*target, sig syscall.Signal) error {
	args := append(slices.Clone(s.tracer), "-f", "-o", os.DevNull)
	for _, t := range targets {
		args = append(args, "-p", strconv.Itoa(t.pid))
	}
	slept := make([]int, len(targets))
	for i, t := range targets {
		slept[i] = switches(t.pid)
	}
	tracer := exec.CommandContext(s, args[0], args[1:]...)
	said, err := tracer.StderrPipe()
	if err != nil {
		return err
	}
	if err := tracer.Start(); err != nil {
		return err
	}
	lines, attached := bufio.NewScanner(said), 0
	for attached < len(targets) && lines.Scan() {
		if strings.HasSuffix(lines.Text(), " attached") || strings.Contains(lines.Text(), " attached with ") {
			attached++
		}
	}
	if attached < len(targets) {
		tracer.Wait()
		return fmt.Errorf("attached to %d of %d: %s", attached, len(targets), lines.Text())
	}
	if sig == syscall.SIGKILL {
		s.settle(targets, slept)
	}
	tracer.Process.Signal(sig)
	io.Copy(io.Discard, said)
	tracer.Wait()
	return s.Err()
}

// settle waits until the targets that attaching has broken off are blocked again: each goes to sleep
// in the stop, and once more in its call. A tracer that is killed before it has seen the stop cannot
// have the call started again (docs/LIMITS.md). A vfork parent does not stop at all.
func (s *stage) settle(targets []*target, slept []int) {
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for i, t := range targets {
		for s.Err() == nil && stateOf(t.pid) != "D" && (switches(t.pid) < slept[i]+2 || stateOf(t.pid) != "S") {
			<-tick.C
		}
	}
}

var switched = regexp.MustCompile(`(?m)^voluntary_ctxt_switches:\t(\d+)`)

// switches counts how often a task has gone to sleep.
func switches(pid int) int {
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if m := switched.FindSubmatch(status); m != nil {
		n, _ := strconv.Atoi(string(m[1]))
		return n
	}
	return 0
}

// leave ends the tracer by a signal while it is attached; the programs go on as if nothing had been.
func leave(sig syscall.Signal) func(*stage) error {
	return func(s *stage) error {
		targets, err := s.targets()
		if err != nil {
			return err
		}
		for range 3 {
			if err := s.attachOnce(targets, sig); err != nil {
				return err
			}
		}
		for _, t := range targets {
			if state := stateOf(t.pid); state == "T" || state == "t" {
				return fmt.Errorf("%s was left in state %s", t.call, state)
			}
			if err := t.finish(); err != nil {
				return err
			}
		}
		return nil
	}
}

// killed kills a traced program with busy threads; the tracer ends as it did.
func killed(s *stage) error {
	program, err := fixture.Compile("killme")
	if err != nil {
		return err
	}
	for range 50 {
		argv := s.trace(program)
		tracer := exec.CommandContext(s, argv[0], argv[1:]...)
		out, err := tracer.StdoutPipe()
		if err != nil {
			return err
		}
		if err := tracer.Start(); err != nil {
			return err
		}
		var pid int
		fmt.Fscanf(out, "killme: %d\n", &pid)
		syscall.Kill(pid, syscall.SIGKILL)
		if err := tracer.Wait(); err == nil || err.Error() != "signal: killed" {
			return fmt.Errorf("the tracer of a killed program ended with: %v", err)
		}
	}
	return nil
}
