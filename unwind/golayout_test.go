package unwind

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/image"
)

// openImage opens a program as the process's own would be.
func openImage(t *testing.T, program string) *image.File {
	t.Helper()
	r, err := os.Open(program)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	f, err := image.NewFile(program, r)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// The table has what the DWARF of programs tells: of those that are built here, and of those
// that TRAPLINE_GO names, by other versions.
func TestLayoutsAreTheirDWARFs(t *testing.T) {
	programs, _ := filepath.Glob(os.Getenv("TRAPLINE_GO"))
	for _, p := range goPrograms {
		if !slices.Contains(p.args, "-ldflags=-s -w") {
			programs = append(programs, p.build(t, "testdata/goroutines/main.go"))
		}
	}
	for _, program := range programs {
		f := openImage(t, program)
		want, got := goLayoutOf(f.ABI(), f.GoVersion()), goLayoutOfDWARF(f)
		if want == nil || got == nil {
			t.Errorf("%s by %q: table %v, DWARF %v", program, f.GoVersion(), want, got)
			continue
		}
		if got.since = want.since; *got != *want {
			t.Errorf("%s by %s %s:\ntable %v\nDWARF %v", program, f.GoVersion(), f.ABI().Name, *want, *got)
		}
	}
}

// Nothing is taken for what it may not be.
func TestLayoutOfOtherVersions(t *testing.T) {
	for _, release := range []string{"", "go1.15.3", "go1.27", "go1.27rc1", "go2.0", "devel go1.27-6076edc55c", "go1.26.1 X:nodwarf5", "gibberish"} {
		if l := goLayoutOf(abi.AMD64, release); l != nil {
			t.Errorf("%q has the layout of %s", release, l.since)
		}
	}
	for release, since := range map[string]string{"go1.16": "go1.16", "go1.22.9": "go1.21", "go1.24rc2": "go1.23", "go1.26.8": "go1.26"} {
		if l := goLayoutOf(abi.AMD64, release); l == nil || l.since != since {
			t.Errorf("%s has the layout %v", release, l)
		}
	}
}

// A program of a Go that nobody knows, without DWARF, is told apart from one that is no Go.
func TestUnknownVersion(t *testing.T) {
	program := bareStranger.build(t, "testdata/goroutines/main.go")
	_, _, err := goLayoutIn(openImage(t, program))
	if want := (GoVersionError{program, "go1.99"}); err == nil || err.Error() != want.Error() {
		t.Errorf("got  %v\nwant %v", err, &want)
	}
}
