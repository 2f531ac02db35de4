package stack

import (
	"io"
	"testing"
	"time"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/image"
	"github.com/trapline/trapline/unwind"
)

// gopher is the server as a Go program.
func gopher() *Process {
	p := server()
	module := p.Threads[0].Frames[0].Module
	at := func(pc abi.Addr, function string, line int) Frame {
		return Frame{
			Frame:  unwind.Frame{PC: 0x400000 + pc, Found: unwind.GoTable, Call: true, Module: module},
			Places: []image.Place{{Function: function, Symbol: function, File: "main.go", Line: line, Offset: 4, From: image.PCLNTab}},
		}
	}
	created := at(0x900, "main.main", 12)
	waiting := []Frame{at(0x100, "runtime.gopark", 0), at(0x200, "main.work", 20), at(0x300, "runtime.goexit", 0)}
	p.Goroutines = []Goroutine{
		{ID: 1, Status: "running", Locked: true, Thread: p.Threads[0]},
		{ID: 18, Status: "waiting", Reason: "chan receive", Parent: 1, Created: &created, Waits: 125 * time.Second, Thread: Thread{Frames: waiting}},
		{ID: 19, Status: "waiting", Reason: "select", Parent: 1, Created: &created, Thread: Thread{Frames: waiting}},
		{ID: 20, Status: "waiting", Reason: "chan receive", Parent: 18, Created: &created, Waits: 130 * time.Second, Thread: Thread{Frames: waiting}},
		{ID: 21, Status: "waiting", Reason: "chan receive", Parent: 18, Created: &created, Thread: Thread{Frames: waiting, Ended: "the stack is damaged"}},
		{ID: 22, Status: "runnable", Thread: Thread{Frames: []Frame{{Frame: unwind.Frame{PC: 0xdead}}}}},
	}
	p.GoErr = unwind.ErrGoroutines
	return p
}

// Every writer writes what testdata/goroutines.txtar has of goroutines.
func TestGoroutinesGolden(t *testing.T) {
	p := gopher()
	s := gophers()
	checkGolden(t, "testdata/goroutines.txtar", []writer{
		{"text", func(w io.Writer) error { return Text{}.Write(w, p) }},
		{"each", func(w io.Writer) error { return Text{Each: true}.Write(w, p) }},
		{"json", p.WriteJSON},
		{"folded", func(w io.Writer) error { return WriteFolded(w, p) }},
		{"tree", func(w io.Writer) error { return s.WriteTree(w, false) }},
		{"samples.json", s.WriteJSON},
		{"samples.folded", s.WriteFolded},
	})
}

// gophers is the Go program seen twice.
func gophers() *Samples {
	s := &Samples{Every: 10 * time.Millisecond, Took: 20 * time.Millisecond, Began: time.Date(2026, 11, 29, 7, 0, 0, 0, time.UTC)}
	s.Add(gopher())
	s.Add(gopher())
	return s
}
