package stack

import (
	"bytes"
	"flag"
	"io"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/image"
	"github.com/trapline/trapline/procfs"
	"github.com/trapline/trapline/unwind"
)

var update = flag.Bool("update", false, "write the goldens anew")

// server is a process that has all there is: inlined calls, a signal handler, guesses,
// frames of which nothing is known, threads that are alike, one without registers.
func server() *Process {
	space := image.NewSpace([]procfs.Mapping{
		{Start: 0x400000, End: 0x500000, Perm: procfs.Executable, Path: "/srv/a server"},
		{Start: 0x7f0000000000, End: 0x7f0000100000, Offset: 0x26000, Perm: procfs.Executable, Path: "/lib/libc.so.6"},
	}, func(procfs.Mapping) (*image.File, error) { return nil, os.ErrNotExist })
	prog, libc := space.Modules()[0], space.Modules()[1]
	poll := Frame{
		Frame:  unwind.Frame{PC: 0x7f0000001234, CFA: 0x7ffc00001000, Module: libc},
		Places: []image.Place{{Function: "__poll", Symbol: "__poll", Offset: 0x4f, From: image.DynSym}},
	}
	work := Frame{
		Frame: unwind.Frame{PC: 0x401010, CFA: 0x7ffc00001100, Found: unwind.CFI, Call: true, Module: prog},
		Places: []image.Place{
			{Function: "take<[u8; 4]>", File: "queue.h", Line: 12, Column: 3, Inlined: true, Offset: 4, From: image.DWARF},
			{Function: "work", Symbol: "_Z4workv", File: "work.cc", Line: 40, Column: 7, Offset: 0x10, From: image.DWARF},
		},
	}
	start := Frame{
		Frame:  unwind.Frame{PC: 0x402020, Found: unwind.FramePointer, Call: true, Module: prog},
		Places: []image.Place{{Function: "start", Symbol: "start", Offset: 0x20, From: image.SymTab}},
	}
	handler := Frame{
		Frame:  unwind.Frame{PC: 0x403000, Module: prog},
		Places: []image.Place{{Function: "on_usr1", Symbol: "on_usr1", File: "main.c", Line: 7, From: image.DWARF}},
	}
	trampoline := Frame{Frame: unwind.Frame{PC: 0x7f0000002000, Found: unwind.CFI, Call: true, Module: libc}}
	interrupted := work
	interrupted.Found, interrupted.Signal, interrupted.Call = unwind.SignalFrame, true, false
	nowhere := Frame{Frame: unwind.Frame{PC: 0xdead, Found: unwind.FramePointer, Call: true}}
	bare := Frame{Frame: unwind.Frame{PC: 0x404040, Found: unwind.CFI, Call: true, Module: prog}}
	call := func(fd string) *Call {
		return &Call{Name: "poll", Text: "poll([{fd=" + fd + ", events=POLLIN}], 1, -1)", Raw: abi.Call{ABI: abi.AMD64, NR: 7, Args: [6]uint64{0x1000, 1}}}
	}
	return &Process{
		PID: 4711, Program: "/srv/a server", Frozen: 312345 * time.Nanosecond,
		Threads: []Thread{
			{TID: 4711, Name: "main", State: 'R', ABI: abi.AMD64, Frames: []Frame{handler, trampoline, interrupted, start}},
			{TID: 4712, Name: "pool", State: 'S', ABI: abi.AMD64, Call: call("3"), Frames: []Frame{poll, work, start}},
			{TID: 4713, Name: "pool", State: 'S', ABI: abi.AMD64, Call: call("4"), Frames: []Frame{poll, work, start}},
			{TID: 4714, Name: "disk", State: 'D', Wchan: "io_schedule", Ended: "it did not stop in time"},
			{TID: 4716, Name: "pool", State: 'S', ABI: abi.AMD64, Call: call("5"), Frames: []Frame{poll, work, start}},
			{TID: 4717, Name: "narrow", State: 'S', ABI: abi.I386, Wchan: "hrtimer", Frames: []Frame{bare, nowhere}, Ended: "the stack is damaged"},
		},
	}
}

// sampled is the server seen three times; the last time one of its threads is elsewhere.
func sampled() *Samples {
	s := &Samples{
		Every: 10 * time.Millisecond, Took: 20400 * time.Microsecond,
		Began: time.Date(2026, 11, 29, 7, 0, 0, 0, time.UTC),
	}
	s.Add(server())
	s.Add(server())
	p := server()
	p.Threads[1].Frames = p.Threads[1].Frames[1:]
	s.Add(p)
	return s
}

// core is the server in a core file.
func core() *Process {
	p := server()
	p.Core, p.Frozen, p.Threads = "core.4711", 0, p.Threads[:1]
	p.Got(&Signal{Number: 11, Name: "SIGSEGV", Info: "{si_addr=NULL}", TID: 4711, Killed: true})
	return p
}

// A writer is one of the writers, and what it writes.
type writer struct {
	name  string
	write func(io.Writer) error
}

// Every writer writes what testdata/server.txtar has of it.
func TestGolden(t *testing.T) {
	p, s := server(), sampled()
	checkGolden(t, "testdata/server.txtar", []writer{
		{"text", func(w io.Writer) error { return Text{}.Write(w, p) }},
		{"each", func(w io.Writer) error { return Text{Each: true}.Write(w, p) }},
		{"color", func(w io.Writer) error { return Text{Color: true}.Write(w, core()) }},
		{"core", func(w io.Writer) error { return Text{}.Write(w, core()) }},
		{"json", p.WriteJSON},
		{"core.json", core().WriteJSON},
		{"folded", func(w io.Writer) error { return WriteFolded(w, p) }},
		{"tree", func(w io.Writer) error { return s.WriteTree(w, false) }},
		{"samples.json", s.WriteJSON},
		{"samples.folded", s.WriteFolded},
	})
}

func checkGolden(t *testing.T, name string, writers []writer) {
	t.Helper()
	golden, err := txtar.ParseFile(name)
	if err != nil && !*update {
		t.Fatal(err)
	}
	written := &txtar.Archive{Comment: []byte("What each writer writes of the process in golden_test.go; go test -update writes it anew.\n")}
	for i, w := range writers {
		var b bytes.Buffer
		if err := w.write(&b); err != nil {
			t.Fatalf("%s: %v", w.name, err)
		}
		text := bytes.ReplaceAll(b.Bytes(), []byte("\x1b"), []byte(`\e`))
		written.Files = append(written.Files, txtar.File{Name: w.name, Data: text})
		if *update {
			continue
		}
		if i >= len(golden.Files) || golden.Files[i].Name != w.name {
			t.Fatalf("%s has no %s in its place", name, w.name)
		}
		if d := cmp.Diff(string(golden.Files[i].Data), string(text)); d != "" {
			t.Errorf("%s (-want +got):\n%s", w.name, d)
		}
	}
	if *update {
		if err := os.WriteFile(name, txtar.Format(written), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
