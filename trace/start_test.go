package trace_test

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/trapline/trapline/internal/fixture"
	"github.com/trapline/trapline/trace"
)

// started runs a command and returns what it wrote and how it ended.
func started(t *testing.T, o trace.Options, c trace.Command) (string, *trace.Exited, tape) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	c.Stdout = w
	tracer := trace.New(o)
	if _, err := tracer.Start(&c); err != nil {
		t.Fatal(err)
	}
	w.Close()
	said := make(chan string)
	go func() {
		out, _ := io.ReadAll(r)
		said <- string(out)
	}()
	var l tape
	if err := tracer.Run(context.Background(), l.recorder(nil)); err != nil {
		t.Fatal(err)
	}
	end, _ := l[len(l)-1].event.(*trace.Exited)
	return <-said, end, l
}

func shell(script string) trace.Command {
	return trace.Command{Path: "/bin/sh", Args: []string{"sh", "-c", script}}
}

func TestCommand(t *testing.T) {
	t.Run("Dir", func(t *testing.T) {
		dir, err := filepath.EvalSymlinks(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		c := shell("pwd -P")
		c.Dir = dir
		if out, _, _ := started(t, everything, c); out != dir+"\n" {
			t.Errorf("it runs in %q, want %q", out, dir)
		}
	})
	t.Run("Env", func(t *testing.T) {
		c := shell("echo $TRAPLINE-$HOME")
		c.Env = []string{"TRAPLINE=here"}
		if out, _, _ := started(t, everything, c); out != "here-\n" {
			t.Errorf("it has %q", out)
		}
		t.Setenv("TRAPLINE", "inherited")
		c.Env = nil
		if out, _, _ := started(t, everything, c); !strings.HasPrefix(out, "inherited-") {
			t.Errorf("it has %q", out)
		}
	})
	t.Run("Stdin and Stderr", func(t *testing.T) {
		in := filepath.Join(t.TempDir(), "in")
		if err := os.WriteFile(in, []byte("a line\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		file, err := os.OpenFile(in, os.O_RDWR, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		c := shell("read line; echo $line; echo more >&2")
		c.Stdin, c.Stderr = file, file
		out, _, _ := started(t, everything, c)
		if text, _ := os.ReadFile(in); out != "a line\n" || string(text) != "a line\nmore\n" {
			t.Errorf("it read %q, and the file is %q", out, text)
		}
	})
	t.Run("Credential", func(t *testing.T) {
		if os.Getuid() != 0 {
			fixture.LeaveOut(t, "only root may become somebody else")
		}
		c := shell("id -u; id -g; id -G")
		c.Credential = &syscall.Credential{Uid: 65534, Gid: 65533, Groups: []uint32{65533, 65532}}
		if out, _, _ := started(t, everything, c); out != "65534\n65533\n65533 65532\n" {
			t.Errorf("it is %q", out)
		}
	})
	t.Run("Args", func(t *testing.T) {
		c := trace.Command{Path: "/bin/sh", Args: []string{"another name", "-c", `echo "$0" "$@"`, "zero", "one two"}}
		if out, _, _ := started(t, everything, c); out != "zero one two\n" {
			t.Errorf("it has %q", out)
		}
	})
}

// Without Options.Syscalls the first event of a program is its Exec.
func TestFirstEventIsExec(t *testing.T) {
	_, end, l := started(t, trace.Options{}, shell("exit 6"))
	if _, ok := l[0].event.(*trace.Exec); !ok || end == nil || end.Code != 6 {
		t.Errorf("the first event is %T, the end %+v", l[0].event, end)
	}
	if n := len(of[*trace.SyscallEnter](l)) + len(of[*trace.SyscallExit](l)); n != 0 {
		t.Errorf("%d system call stops, want none", n)
	}
}

// The program that is being launched is killed before it is there.
func TestKilledAtLaunch(t *testing.T) {
	for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGKILL} {
		tracer := trace.New(everything)
		pid, err := tracer.Start(&trace.Command{Path: "/bin/true", Args: []string{"true"}})
		if err != nil {
			t.Fatal(err)
		}
		syscall.Kill(pid, sig)
		var l tape
		if err := tracer.Run(context.Background(), l.recorder(nil)); err != nil {
			t.Errorf("Run returned %v", err)
		}
		if end, ok := l[len(l)-1].event.(*trace.Exited); !ok || end.Signal != sig {
			t.Errorf("the last event is %+v, want the end by %v", l[len(l)-1].event, sig)
		}
	}
}

// What was started is killed when the tracer is given up before it is the program.
func TestCloseAfterStart(t *testing.T) {
	tracer := trace.New(everything)
	pid, err := tracer.Start(&trace.Command{Path: "/bin/cat", Args: []string{"cat"}})
	if err != nil {
		t.Fatal(err)
	}
	tracer.Close()
	var status syscall.WaitStatus
	if _, err := syscall.Wait4(pid, &status, 0, nil); err != nil || status.Signal() != syscall.SIGKILL {
		t.Errorf("it ended with %#x, %v", status, err)
	}
}

// A program can be started from a handler.
func TestStartWhileRunning(t *testing.T) {
	tracer := trace.New(everything)
	start := func(script string) int {
		c := shell(script)
		pid, err := tracer.Start(&c)
		if err != nil {
			t.Error(err)
		}
		return pid
	}
	second := 0
	ends := map[int]int{}
	first := start("exit 1")
	if err := tracer.Run(context.Background(), trace.HandlerFunc(func(s *trace.Stop) (trace.Action, error) {
		switch e := s.Event.(type) {
		case *trace.Exec:
			if second == 0 {
				second = start("exit 2")
			}
		case *trace.Exited:
			ends[s.Task.TID()] = e.Code
		}
		return trace.Action{}, nil
	})); err != nil {
		t.Fatal(err)
	}
	if len(ends) != 2 || ends[first] != 1 || ends[second] != 2 {
		t.Errorf("they ended with %v, want %d: 1 and %d: 2", ends, first, second)
	}
}

// System is the time the process has spent in the kernel: it never falls, and grows.
func TestSystemTime(t *testing.T) {
	var last time.Duration
	_, out := recordRun(t, trace.Options{Syscalls: true, SystemTime: true}, func(s *trace.Stop) (trace.Action, error) {
		if s.System < last {
			t.Errorf("%v after %v", s.System, last)
		}
		last = s.System
		return trace.Action{}, nil
	}, fixture.Build(t, "getppid"), "20000")
	if last == 0 || out != "" {
		t.Errorf("%v in the kernel", last)
	}
	recordRun(t, trace.Options{Syscalls: true}, func(s *trace.Stop) (trace.Action, error) {
		if s.System != 0 {
			t.Errorf("%v without having asked", s.System)
		}
		return trace.Action{}, nil
	}, "/bin/true")
}
