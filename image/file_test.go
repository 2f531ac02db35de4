package image

import (
	"bytes"
	"debug/elf"
	"encoding/hex"
	"os"
	"os/exec"
	"regexp"
	"testing"

	"github.com/trapline/trapline/internal/fixture"
)

func open(t *testing.T, path string) *File {
	t.Helper()
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestSectionAndMemory(t *testing.T) {
	path := fixture.Build(t, "pingpong")
	f := open(t, path)
	text, addr, err := f.Section(".text")
	if err != nil {
		t.Fatal(err)
	}
	memory := make([]byte, len(text))
	if _, err := f.ReadMem(memory, addr); err != nil || !bytes.Equal(memory, text) {
		t.Errorf("the segment at %#x differs from .text: %v", addr, err)
	}
	if _, _, err := f.Section(".bss"); err == nil {
		t.Error(".bss has content")
	}
	if n, err := f.ReadMem(memory, 1<<40); n != 0 || err == nil {
		t.Errorf("read %d bytes, %v where nothing is loaded", n, err)
	}
	if _, _, ok := f.Segment(elf.PT_GNU_EH_FRAME); !ok {
		t.Error("no PT_GNU_EH_FRAME")
	}
}

// A compressed section reads like the plain one, whichever way it is compressed.
func TestCompressed(t *testing.T) {
	path := fixture.Build(t, "pingpong")
	want, _, err := open(t, path).Section(".debug_info")
	if err != nil {
		t.Fatal(err)
	}
	for _, how := range []string{"zlib", "zlib-gnu", "zstd"} {
		packed := t.TempDir() + "/packed"
		run(t, "objcopy", "--compress-debug-sections="+how, path, packed)
		got, _, err := open(t, packed).Section(".debug_info")
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: %d bytes, want %d; %v", how, len(got), len(want), err)
		}
	}
}

// Assembly has lines, but no functions in DWARF: the symbol names it.
func TestAssembly(t *testing.T) {
	program := compileText(t, "assembled.s", ".globl main\n nop\nmain: nop\n ret\n.section .note.GNU-stack\n", "gcc", "-g")
	places := open(t, program).Places(nil, addrOf(t, program, "main")+1)
	if len(places) != 1 || places[0].Function != "main" || places[0].Line != 4 || places[0].From != SymTab || places[0].Offset != 1 {
		t.Errorf("%+v, want main+1 in line 4 from a symbol", places)
	}
}

// A unit's directory may be a relative one, as that of Debian's packages.
func TestRelativeDirectory(t *testing.T) {
	for _, version := range []string{"-gdwarf-4", "-gdwarf-5"} {
		dir := t.TempDir()
		if err := os.WriteFile(dir+"/main.c", []byte("int main(void) { return 0; }\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command("gcc", version, "-fdebug-prefix-map="+dir+"=./work", "-o", "program", "main.c")
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		places := open(t, dir+"/program").Places(nil, addrOf(t, dir+"/program", "main"))
		if len(places) != 1 || places[0].File != "work/main.c" {
			t.Errorf("%s: %+v, want work/main.c", version, places)
		}
	}
}

func TestBuildID(t *testing.T) {
	path := fixture.Build(t, "pingpong")
	want := regexp.MustCompile(`Build ID: (\w+)`).FindStringSubmatch(run(t, "readelf", "-n", path))[1]
	if got := hex.EncodeToString(open(t, path).BuildID()); got != want {
		t.Errorf("build-id %s, want %s", got, want)
	}
}

// run runs a command and returns its output.
func run(t testing.TB, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %v: %v", name, args, err)
	}
	return string(out)
}
