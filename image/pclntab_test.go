package image

import (
	"compress/gzip"
	"debug/gosym"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// self is the test program, which is a Go program that knows its own tables.
func self(t testing.TB) *File {
	t.Helper()
	f, err := Open("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// The runtime that runs the test is the oracle for the innermost place of every address.
func TestGoPlacesOfRuntime(t *testing.T) {
	table := self(t).GoTable()
	if table == nil {
		t.Fatal("no table")
	}
	inlined, wrong := 0, 0
	for i := range table.count {
		f, _ := table.function(i)
		for addr := f.Entry; addr+1 < f.End; addr += 13 {
			frame, _ := runtime.CallersFrames([]uintptr{uintptr(addr) + 1}).Next()
			places, ok := table.file.goPlaces(nil, addr)
			if !ok {
				t.Fatalf("nothing about %#x in %s", addr, f.Name())
			}
			p := places[0]
			if p.Inlined {
				inlined++
			}
			if frame.Function == "" { // the runtime takes the first name of all for none
				frame.Function = p.Function
			}
			if frame.File == "?" { // between functions
				frame.File = ""
			}
			if p.Function != frame.Function || p.Line != frame.Line || p.File != frame.File {
				if wrong++; wrong < 5 {
					t.Errorf("%#x: %+v, the runtime says %+v", addr, p, frame)
				}
			}
		}
	}
	if inlined == 0 || wrong > 0 {
		t.Errorf("%d places are of inlined calls, %d wrong", inlined, wrong)
	}
}

//go:noinline
func callerOf(f func() []Place) []Place { return f() }

func here(t *GoTable) []Place {
	pc, _, _, _ := runtime.Caller(1)
	places, _ := t.file.goPlaces(nil, uint64(pc))
	return places
}

func inlinedTwice(t *GoTable) []Place { return inlinedOnce(t) }
func inlinedOnce(t *GoTable) []Place  { return here(t) }

// Calls that are inlined into each other are places one after the other.
func TestGoPlacesOfInlinedCalls(t *testing.T) {
	table := self(t).GoTable()
	places := callerOf(func() []Place { return inlinedTwice(table) })
	const room = "github.com/trapline/trapline/image."
	want := []string{room + "inlinedOnce", room + "inlinedTwice", room + "TestGoPlacesOfInlinedCalls.func1"}
	for i := range want {
		if i >= len(places) || places[i].Function != want[i] || places[i].Inlined != (i < 2) || places[i].Line == 0 {
			t.Fatalf("places %+v, want %q", places, want)
		}
	}
	if len(places) != 3 || places[0].Line != places[1].Line+1 {
		t.Errorf("lines of %+v", places)
	}
}

// The first format of the table, which the Go of today no longer writes.
func TestGoTableOfGo115(t *testing.T) {
	data := go115(t)
	table := newGoTable(&File{}, data, 0)
	if table == nil {
		t.Fatal("no table")
	}
	want, err := gosym.NewTable(nil, gosym.NewLineTable(data, 0))
	if err != nil {
		t.Fatal(err)
	}
	if table.count != len(want.Funcs) {
		t.Errorf("%d functions, want %d", table.count, len(want.Funcs))
	}
	for i := range want.Funcs {
		w := &want.Funcs[i]
		f, ok := table.Func(w.End - 1)
		file, line := f.line(w.Entry)
		wantFile, wantLine, _ := want.PCToLine(w.Entry)
		if wantLine < 0 { // of data among the code
			wantFile, wantLine = "", 0
		}
		if !ok || f.Entry != w.Entry || f.Name() != w.Name || file != wantFile || line != wantLine {
			t.Fatalf("%s at %#x in %s:%d, want %s at %#x in %s:%d", f.Name(), f.Entry, file, line, w.Name, w.Entry, wantFile, wantLine)
		}
	}
}

// go115 is the table of a program of Go 1.15, which comes with Go for its own tests.
func go115(t testing.TB) []byte {
	t.Helper()
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	r, err := os.Open(filepath.Join(strings.TrimSpace(string(root)), "src/debug/gosym/testdata/pcln115.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	z, err := gzip.NewReader(r)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// Names are as people read them: Go's table has C++ too, and generic functions of many shapes.
func TestGoName(t *testing.T) {
	for name, want := range map[string]string{
		"_ZN6__tsan18MemoryAccessRangeTILb0EEEvPNS_11ThreadStateEm": "void __tsan::MemoryAccessRangeT<false>(__tsan::ThreadState*, unsigned long)",
		"main.Map[go.shape.int]":                                    "main.Map[...]",
		"main._Zero":                                                "main._Zero",
	} {
		if got := goName(name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}
