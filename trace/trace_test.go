package trace_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/internal/fixture"
	"github.com/trapline/trapline/mem"
	"github.com/trapline/trapline/trace"
)

// run traces a program to its end and returns what it wrote.
func run(t *testing.T, o trace.Options, h trace.HandlerFunc, program string, args ...string) string {
	t.Helper()
	out, err := capture(t, o, h, program, args...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func capture(t *testing.T, o trace.Options, h trace.HandlerFunc, program string, args ...string) (string, error) {
	t.Helper()
	return captureContext(t, context.Background(), o, h, program, args...)
}

func captureContext(t *testing.T, ctx context.Context, o trace.Options, h trace.HandlerFunc, program string, args ...string) (string, error) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	said := make(chan string)
	go func() {
		out, _ := io.ReadAll(r)
		said <- string(out)
	}()
	tracer := trace.New(o)
	_, err = tracer.Start(&trace.Command{Path: program, Args: append([]string{program}, args...), Stdout: w})
	w.Close()
	if err == nil {
		err = tracer.Run(ctx, h)
	} else {
		tracer.Close()
	}
	return <-said, err
}

var everything = trace.Options{Syscalls: true, Follow: true}

func ignore(*trace.Stop) (trace.Action, error) { return trace.Action{}, nil }

// enters makes a handler of a function that looks at entries of one native call.
func enters(nr uint64, f func(*trace.Stop, *abi.Call) trace.Action) trace.HandlerFunc {
	return func(s *trace.Stop) (trace.Action, error) {
		if e, ok := s.Event.(*trace.SyscallEnter); ok && e.Call.NR == nr {
			return f(s, &e.Call), nil
		}
		return trace.Action{}, nil
	}
}

// A refused execve is seen, and reported with its errno.
func TestStartRefused(t *testing.T) {
	text := t.TempDir() + "/text"
	if err := os.WriteFile(text, []byte("\x7fELF"), 0o755); err != nil {
		t.Fatal(err)
	}
	var result abi.Result
	_, err := capture(t, everything, func(s *trace.Stop) (trace.Action, error) {
		if e, ok := s.Event.(*trace.SyscallExit); ok {
			result = e.Result
		}
		return trace.Action{}, nil
	}, text)
	var refused *trace.StartError
	if !errors.As(err, &refused) || refused.Err != syscall.ENOEXEC || refused.Path != text {
		t.Errorf("error %v, want ENOEXEC of %s", err, text)
	}
	if result.Errno() != int(syscall.ENOEXEC) {
		t.Errorf("execve returned %v, want ENOEXEC", result)
	}
}

// The first event of a started program is the entry of its own execve.
func TestFirstEventIsExecve(t *testing.T) {
	var first trace.Event
	var path []byte
	run(t, everything, func(s *trace.Stop) (trace.Action, error) {
		if first == nil {
			e := *s.Event.(*trace.SyscallEnter)
			first = &e
			path, _, _ = mem.ReadString(s.Task, nil, abi.Addr(e.Call.Args[0]), 4096)
		}
		return trace.Action{}, nil
	}, "/bin/true")
	if string(path) != "/bin/true" {
		t.Errorf("first call has path %q", path)
	}
}

// A host program's own children are neither reaped nor disturbed.
func TestHostChildrenAreLeftAlone(t *testing.T) {
	child := exec.Command("/bin/sh", "-c", "read x; exit 7")
	stdin, _ := child.StdinPipe()
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	dead := exec.Command("/bin/sh", "-c", "exit 9")
	if err := dead.Start(); err != nil {
		t.Fatal(err)
	}
	fixture.AwaitState(t, dead.Process.Pid, "Z")
	run(t, everything, ignore, "/bin/true")
	stdin.Close()
	child.Wait()
	dead.Wait()
	if child.ProcessState.ExitCode() != 7 || dead.ProcessState.ExitCode() != 9 {
		t.Errorf("children ended with %v and %v, want 7 and 9", child.ProcessState, dead.ProcessState)
	}
}

// Two Tracers of one process trace at the same time.
func TestTwoTracers(t *testing.T) {
	program := fixture.Build(t, "threads")
	codes := make(chan error, 2)
	for range 2 {
		go func() {
			tracer := trace.New(everything)
			if _, err := tracer.Start(&trace.Command{Path: program, Args: []string{program, "20"}, Stdout: devNull(t)}); err != nil {
				codes <- err
				return
			}
			codes <- tracer.Run(context.Background(), trace.HandlerFunc(ignore))
		}()
	}
	for range 2 {
		if err := <-codes; err != nil {
			t.Error(err)
		}
	}
}

func devNull(t *testing.T) *os.File {
	f, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// Post reaches a tracer that sleeps because its tracee is blocked.
func TestPostWakesTheLoop(t *testing.T) {
	p := fixture.Start(t, fixture.Build(t, "blocked"), "read")
	p.Await("blocked: %d in read")
	tracer := trace.New(trace.Options{Follow: true})
	if err := tracer.Attach(p.PID()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancelCause(context.Background())
	enough := errors.New("enough")
	defer cancel(nil)
	posts := 0
	var post func()
	post = func() { // each is posted from another goroutine while the loop sleeps
		if posts++; posts == 100 {
			cancel(enough)
			return
		}
		go tracer.Post(post)
	}
	tracer.Post(post)
	if err := tracer.Run(ctx, trace.HandlerFunc(ignore)); !errors.Is(err, enough) {
		t.Errorf("Run returned %v, want %v", err, enough)
	}
	p.Tell()
	if out := p.Finish(); !strings.Contains(out, " 0 spurious") {
		t.Errorf("the program noticed:\n%s", out)
	}
}

// A handler's error ends the run and frees the program, which goes on.
func TestHandlerErrorFreesTheProgram(t *testing.T) {
	bad := errors.New("bad")
	n := 0
	out, err := capture(t, everything, func(*trace.Stop) (trace.Action, error) {
		if n++; n == 30 {
			return trace.Action{}, bad
		}
		return trace.Action{}, nil
	}, "/bin/echo", "still here")
	if !errors.Is(err, bad) || out != "still here\n" {
		t.Errorf("Run returned %v and the program wrote %q", err, out)
	}
}

// Arguments, memory, results, numbers and registers can be replaced.
func TestActions(t *testing.T) {
	const write = 1 // on amd64, where these tests run
	t.Run("Call", func(t *testing.T) {
		writes := 0
		out := run(t, everything, enters(write, func(s *trace.Stop, c *abi.Call) trace.Action {
			writes++
			shorter := *c
			shorter.Args[2] = min(3, c.Args[2])
			return trace.Action{Call: &shorter}
		}), "/bin/sh", "-c", "echo abcdef; exit 0")
		if out != "abcdef\n" || writes != 3 {
			t.Errorf("wrote %q by %d calls, want 3 of at most three bytes", out, writes)
		}
	})
	t.Run("Writes", func(t *testing.T) {
		out := run(t, everything, enters(write, func(s *trace.Stop, c *abi.Call) trace.Action {
			text := make([]byte, c.Args[2])
			s.Task.ReadMem(text, abi.Addr(c.Args[1]))
			return trace.Action{Writes: []trace.Write{{Addr: abi.Addr(c.Args[1]), Data: bytes.ToUpper(text)}}}
		}), "/bin/echo", "quiet")
		if out != "QUIET\n" {
			t.Errorf("wrote %q", out)
		}
	})
	t.Run("Result", func(t *testing.T) {
		run(t, everything, func(s *trace.Stop) (trace.Action, error) {
			switch e := s.Event.(type) {
			case *trace.SyscallExit:
				if e.Call.NR == write {
					return trace.Action{Result: &abi.Result{Value: ^uint64(syscall.ENOSPC - 1), Failed: true}}, nil
				}
			case *trace.Exited:
				if e.Code == 0 {
					t.Error("echo did not notice that its output failed")
				}
			}
			return trace.Action{}, nil
		}, "/bin/echo", "x")
	})
	t.Run("Signal", func(t *testing.T) {
		none, seen := syscall.Signal(0), false
		run(t, everything, func(s *trace.Stop) (trace.Action, error) {
			if e, ok := s.Event.(*trace.SignalStop); ok && e.Signal == syscall.SIGTERM {
				seen = true
				return trace.Action{Signal: &none}, nil
			}
			if e, ok := s.Event.(*trace.Exited); ok && e.Signal != 0 {
				t.Errorf("killed by %v", e.Signal)
			}
			return trace.Action{}, nil
		}, "/bin/sh", "-c", "kill -TERM $$; exit 0")
		if !seen {
			t.Error("no SIGTERM was reported")
		}
	})
}

// A single step stops after every instruction.
func TestStep(t *testing.T) {
	steps, pcs := 0, map[abi.Addr]bool{}
	run(t, trace.Options{}, func(s *trace.Stop) (trace.Action, error) {
		switch s.Event.(type) {
		case *trace.Trap:
			regs, err := s.Task.Regs()
			if err != nil {
				return trace.Action{}, err
			}
			pcs[regs.PC()] = true
			if steps++; steps < 100 {
				return trace.Action{Mode: trace.Step}, nil
			}
		case *trace.Exec:
			return trace.Action{Mode: trace.Step}, nil
		}
		return trace.Action{}, nil
	}, "/bin/true")
	if steps != 100 || len(pcs) < 10 {
		t.Errorf("%d steps over %d addresses, want 100 steps", steps, len(pcs))
	}
}

// A task on Hold stays where it is until it is released.
func TestHold(t *testing.T) {
	var held *trace.Task
	tracer := trace.New(everything)
	if _, err := tracer.Start(&trace.Command{Path: "/bin/true", Args: []string{"true"}}); err != nil {
		t.Fatal(err)
	}
	after := 0
	err := tracer.Run(context.Background(), trace.HandlerFunc(func(s *trace.Stop) (trace.Action, error) {
		if _, ok := s.Event.(*trace.Exec); ok {
			held = s.Task
			go tracer.Post(func() {
				if after != 0 {
					t.Errorf("%d events while on hold", after)
				}
				held.Release(trace.Default)
			})
			return trace.Action{Mode: trace.Hold}, nil
		}
		if held != nil {
			after++
		}
		return trace.Action{}, nil
	}))
	if err != nil || after == 0 {
		t.Errorf("%d events after the release, error %v", after, err)
	}
}

// Attaching to a process that is not there, or to ourselves, is an error at once.
func TestAttachRefused(t *testing.T) {
	gone := exec.Command("/bin/true")
	if err := gone.Run(); err != nil {
		t.Fatal(err)
	}
	for pid, want := range map[int]error{gone.Process.Pid: syscall.ESRCH, os.Getpid(): syscall.EPERM} {
		tracer := trace.New(trace.Options{})
		if err := tracer.Attach(pid); !errors.Is(err, want) {
			t.Errorf("attach to %d: %v, want %v", pid, err, want)
		}
		tracer.Close()
	}
}
