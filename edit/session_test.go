package edit_test

import (
	"bytes"
	"context"
	"errors"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/decode"
	"github.com/trapline/trapline/edit"
	"github.com/trapline/trapline/filter"
	"github.com/trapline/trapline/internal/fixture"
	"github.com/trapline/trapline/trace"
)

// A changer is asked about all calls.
type changer struct{ enter, exit func(*edit.Call) error }

func (changer) Wants(*trace.Task, abi.Call) bool        { return true }
func (changer) Event(*trace.Stop) (trace.Action, error) { return trace.Action{}, nil }
func (c changer) Enter(call *edit.Call) error           { return either(c.enter, call) }
func (c changer) Exit(call *edit.Call) error            { return either(c.exit, call) }

func either(f func(*edit.Call) error, c *edit.Call) error {
	if f == nil {
		return nil
	}
	return f(c)
}

// run runs the fixture and returns what it wrote.
func run(t *testing.T, flags []fixture.Flag, words string, next trace.Handler, changers ...edit.Changer) (string, error) {
	t.Helper()
	w, said := fixture.Output(t)
	tracer := trace.New(trace.Options{Syscalls: true, Follow: true})
	program := fixture.Build(t, "tampered", flags...)
	pid, err := tracer.Start(&trace.Command{Path: program, Args: append([]string{program}, strings.Fields(words)...), Stdout: w})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	err = tracer.Run(ctx, edit.NewSession(tracer, pid, next, changers...))
	return said(), err
}

// each runs a test for programs of both ABIs.
func each(t *testing.T, test func(t *testing.T, flags []fixture.Flag)) {
	for name, flags := range map[string][]fixture.Flag{"amd64": nil, "i386": {fixture.M32}} {
		t.Run(name, func(t *testing.T) { test(t, flags) })
	}
}

// nrWrite is the number of write on amd64.
const nrWrite = 1

var nothing = trace.HandlerFunc(func(*trace.Stop) (trace.Action, error) { return trace.Action{}, nil })

var buf = decode.Path{{Name: "buf"}}

// buffer is what a write writes; nil for other calls and other texts.
func buffer(c *edit.Call, text string) []byte {
	v := c.Scene.At(buf)
	if c.Name() != "write" || v.Kind != filter.Text || !bytes.Contains(v.Bytes, []byte(text)) {
		return nil
	}
	return bytes.Clone(v.Bytes)
}

// A signal handler that runs between the call by which a task maps memory and its own call
// makes calls of its own. What has been suspended goes on after them, and once.
func TestInterrupted(t *testing.T) {
	each(t, func(t *testing.T, flags []fixture.Flag) {
		asked := 0
		var names []string
		out, err := run(t, flags, "restart", nothing, changer{enter: func(c *edit.Call) error {
			names = append(names, c.Name())
			data := buffer(c, "restart:")
			if data == nil {
				return nil
			}
			asked++
			if err := c.Task().Kill(syscall.SIGUSR1); err != nil {
				return err
			}
			return c.SetBytes(buf, bytes.ToUpper(data))
		}})
		if want := "RESTART: READ 3: YES\n"; out != want || err != nil {
			t.Errorf("the program says %q, want %q, %v", out, want, err)
		}
		if asked != 1 {
			t.Errorf("asked %d times", asked)
		}
		if n := len(names); n < 2 || !strings.HasSuffix(names[n-2], "sigreturn") {
			t.Errorf("the last calls are %q: no handler has run", names[max(0, n-3):])
		}
	})
}

// A task that is killed while it maps memory leaves nothing waiting.
func TestKilled(t *testing.T) {
	each(t, func(t *testing.T, flags []fixture.Flag) {
		ended := make(chan error, 1)
		_, err := run(t, flags, "write hello", nothing, changer{enter: func(c *edit.Call) error {
			data := buffer(c, "hello")
			if data == nil {
				return nil
			}
			c.Task().Kill(syscall.SIGKILL)
			err := c.SetBytes(buf, data)
			ended <- err
			return err
		}})
		if err != nil {
			t.Error(err)
		}
		var need *edit.NeedError
		if err := <-ended; !errors.As(err, &need) {
			t.Errorf("who changed the call was told %v", err)
		}
	})
}

// Changers follow each other, each on what those before it have made of the call, and next is
// told of what the kernel sees.
func TestOrder(t *testing.T) {
	add := func(text string) changer {
		return changer{enter: func(c *edit.Call) error {
			if data := buffer(c, "hello"); data != nil {
				return c.SetBytes(buf, append(bytes.TrimSpace(data), text...))
			}
			return nil
		}}
	}
	var first []uint64
	next := trace.HandlerFunc(func(s *trace.Stop) (trace.Action, error) {
		if e, ok := s.Event.(*trace.SyscallEnter); ok && e.Call.NR == nrWrite {
			first = append(first, e.Call.Args[2])
		}
		return trace.Action{}, nil
	})
	out, err := run(t, nil, "write hello", next, add(" a\n"), add(" b\n"))
	if want := "hello a b\nwrite 6, text kept\n"; out != want || err != nil {
		t.Errorf("the program says %q, want %q, %v", out, want, err)
	}
	if len(first) == 0 || first[0] != uint64(len("hello a b\n")) {
		t.Errorf("next was told of writes of %d bytes", first)
	}
}

// An error of a Changer ends the run; the call is made as the program made it.
func TestError(t *testing.T) {
	mine := errors.New("mine")
	out, err := run(t, nil, "write hello", nothing, changer{enter: func(c *edit.Call) error {
		if buffer(c, "hello") == nil {
			return nil
		}
		if err := c.SetBytes(buf, []byte("changed")); err != nil {
			return err
		}
		return mine
	}})
	if want := "hello\nwrite 6, text kept\n"; out != want || !errors.Is(err, mine) {
		t.Errorf("the program says %q, want %q, %v", out, want, err)
	}
}

// When a run has ended, nobody waits for more.
func TestRest(t *testing.T) {
	for _, end := range []error{nil, errors.New("mine")} {
		run(t, nil, "write hello fork", nothing, changer{exit: func(c *edit.Call) error {
			if c.Name() == "write" {
				return end
			}
			return nil
		}})
		stacks := make([]byte, 1<<20)
		stacks = stacks[:runtime.Stack(stacks, true)]
		if bytes.Contains(stacks, []byte("edit.(*worker)")) {
			t.Errorf("after a run that ends with %v a worker is left:\n%s", end, stacks)
		}
	}
}
