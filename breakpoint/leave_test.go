package breakpoint_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/breakpoint"
	"github.com/trapline/trapline/image"
	"github.com/trapline/trapline/internal/fixture"
	"github.com/trapline/trapline/procfs"
	"github.com/trapline/trapline/trace"
)

// A busy program is attached to and left again and again, each time in the middle of its
// threads' hits: it goes on, and its text is its own.
func TestLeaveBusyProgram(t *testing.T) { leaveBusyProgram(t, 50) }

func leaveBusyProgram(t *testing.T, times int) {
	p := fixture.Start(t, fixture.Build(t, "busy"), "4")
	pid := p.Await("busy: %d")
	before := text(t, pid)
	for range times {
		hits := 0
		set := breakpoint.New(&breakpoint.Breakpoint{Find: at("busy_work"), Hit: func(h *breakpoint.Hit) (trace.Mode, error) {
			if hits++; hits == 30 {
				return trace.Default, trace.Done
			}
			return trace.Default, nil
		}})
		attach(t, set, pid)
		if _, err := procfs.Exe(pid); err != nil {
			said := p.Finish()
			t.Fatalf("%q %v", said, p.State())
		}
		if hits < 30 {
			t.Fatalf("%d hits", hits)
		}
		if !bytes.Equal(before, text(t, pid)) {
			t.Fatal("the text has changed")
		}
	}
	p.Tell()
	if said := p.Finish(); !strings.HasSuffix(said, "busy: over\n") || !p.State().Success() {
		t.Errorf("%q, %v", said, p.State())
	}
}

// A run that ends from outside, as by Ctrl-C, leaves the program as it was too.
func TestInterrupted(t *testing.T) {
	p := fixture.Start(t, fixture.Build(t, "busy"), "4")
	pid := p.Await("busy: %d")
	before := text(t, pid)
	ctx, cancel := context.WithCancelCause(context.Background())
	hits, enough := 0, errors.New("enough")
	set := breakpoint.New(&breakpoint.Breakpoint{Find: at("busy_work"), Hit: func(h *breakpoint.Hit) (trace.Mode, error) {
		if hits++; hits == 100 {
			cancel(enough)
		}
		return trace.Default, nil
	}})
	tracer := trace.New(trace.Options{Follow: true})
	if err := tracer.Attach(pid); err != nil {
		t.Fatal(err)
	}
	if err := tracer.Run(ctx, set); !errors.Is(err, enough) {
		t.Errorf("ended with %v", err)
	}
	if !bytes.Equal(before, text(t, pid)) {
		t.Error("the text has changed")
	}
	p.Tell()
	if said := p.Finish(); !strings.HasSuffix(said, "busy: over\n") || !p.State().Success() {
		t.Errorf("%q, %v", said, p.State())
	}
}

// attach runs with breakpoints in a running process.
func attach(t *testing.T, set *breakpoint.Set, pid int) {
	t.Helper()
	set.Problem = func(pid int, err error) { t.Errorf("%d: %v", pid, err) }
	tracer := trace.New(trace.Options{Follow: true})
	if err := tracer.Attach(pid); err != nil {
		t.Fatal(err)
	}
	if err := tracer.Run(context.Background(), set); err != nil {
		t.Fatal(err)
	}
}

// text reads the code of a process's program.
func text(t *testing.T, pid int) []byte {
	t.Helper()
	maps, err := procfs.Maps(pid)
	if err != nil {
		t.Fatal(err)
	}
	memory, err := os.Open("/proc/" + strconv.Itoa(pid) + "/mem")
	if err != nil {
		t.Fatal(err)
	}
	defer memory.Close()
	exe, _ := procfs.Exe(pid)
	for _, m := range maps {
		if m.Perm&procfs.Executable != 0 && m.Path == exe {
			code := make([]byte, m.End-m.Start)
			if _, err := memory.ReadAt(code, int64(m.Start)); err != nil {
				t.Fatal(err)
			}
			return code
		}
	}
	t.Fatalf("%d: no text", pid)
	return nil
}

// A program that is left no longer watches anything, in none of its threads.
func TestLeaveWatched(t *testing.T) {
	p := fixture.Start(t, fixture.Build(t, "busy"), "4")
	pid := p.Await("busy: %d")
	for range 10 {
		writes := map[int]bool{}
		var where abi.Addr
		set := breakpoint.New()
		w := &breakpoint.Watch{Size: 8, Access: breakpoint.Writes, Hit: func(h *breakpoint.Hit) (trace.Mode, error) {
			if writes[h.Task.TID()] = true; len(writes) == 4 {
				return trace.Default, trace.Done
			}
			return trace.Default, nil
		}}
		set.Loaded = func(task *trace.Task, space *image.Space) {
			if where == 0 && task.TGID() == pid {
				where = variableOf(t, space, "visits")
				if w.Addr = where; set.Watch(task, w) != nil {
					t.Error("it cannot be watched")
				}
			}
		}
		attach(t, set, pid)
		if n := watchingThreads(t, pid); n > 0 {
			t.Fatalf("%d threads still watch something", n)
		}
	}
	p.Tell()
	if said := p.Finish(); !strings.HasSuffix(said, "busy: over\n") || !p.State().Success() {
		t.Errorf("%q, %v", said, p.State())
	}
}

// variableOf returns where a program has a variable.
func variableOf(t *testing.T, space *image.Space, name string) abi.Addr {
	for _, m := range space.Modules() {
		if f, err := m.File(); err == nil {
			for _, d := range f.FindData(name) {
				return abi.Addr(d.Addr + m.Bias())
			}
		}
	}
	t.Errorf("there is no %s", name)
	return 0
}

// watchingThreads returns how many threads of a process watch something.
func watchingThreads(t *testing.T, pid int) (n int) {
	tracer := trace.New(trace.Options{})
	if err := tracer.Attach(pid); err != nil {
		t.Fatal(err)
	}
	tracer.Run(context.Background(), trace.HandlerFunc(func(stop *trace.Stop) (trace.Action, error) {
		if control, err := stop.Task.DebugReg(7); err == nil && control&0xFF != 0 {
			n++
		}
		if _, ok := stop.Event.(*trace.Joined); ok {
			return trace.Action{}, trace.Done
		}
		return trace.Action{}, nil
	}))
	return n
}
