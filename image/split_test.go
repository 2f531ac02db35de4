package image

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// What compilers split off tells the same as what they do not, of each address: in files of
// its own, then in a package, then beside a separate debug file.
func TestSplitDWARF(t *testing.T) {
	for _, version := range []string{"-gdwarf-4", "-gdwarf-5"} {
		t.Run(version, func(t *testing.T) {
			whole, split := open(t, buildTwo(t, version)), buildTwo(t, version, "-gsplit-dwarf")
			checkSame(t, open(t, split), whole)
			if version == "-gdwarf-5" {
				return // which dwp of binutils cannot package
			}
			run(t, "dwp", "-e", split, "-o", split+".dwp")
			for _, file := range splitFiles(t, split) {
				os.Remove(file)
			}
			checkSame(t, open(t, split), whole)
			run(t, "objcopy", "--only-keep-debug", split, split+".debug")
			run(t, "strip", split)
			run(t, "objcopy", "--add-gnu-debuglink="+split+".debug", split)
			checkSame(t, open(t, split), whole)
		})
	}
}

// A package of DWARF 5, whose index we make.
func TestSplitDWARFPackage5(t *testing.T) {
	plain := "dwarf/testdata/oracle/plain.c"
	whole, split := filepath.Join(t.TempDir(), "whole"), filepath.Join(t.TempDir(), "split")
	run(t, "gcc", "-O2", "-gdwarf-5", "-o", whole, plain)
	run(t, "gcc", "-O2", "-gdwarf-5", "-gsplit-dwarf", "-o", split, plain)
	info, _, err := open(t, split+"-plain.dwo").Section(".debug_info.dwo")
	if err != nil {
		t.Fatal(err)
	}
	const id = 12 // where a header has the identity
	words := []uint32{5, 4, 1, 2, 0, 0, 0, 0, 1, 1, 1, 3, 6, 8, 0, 0, 0, 0}
	index := binary.LittleEndian.AppendUint32(nil, words[0])
	for _, w := range words[1:] {
		index = binary.LittleEndian.AppendUint32(index, w)
	}
	slot := 16 + 8*(info[id]&1)
	copy(index[slot:], info[id:id+8])
	os.WriteFile(split+".index", index, 0o644)
	run(t, "objcopy", "--add-section", ".debug_cu_index="+split+".index", split+"-plain.dwo", split+".dwp")
	os.Remove(split + "-plain.dwo")
	checkSame(t, open(t, split), open(t, whole))
}

// The files may have been moved along with the program.
func TestSplitDWARFMoved(t *testing.T) {
	whole, split := buildTwo(t, "-gdwarf-5"), buildTwo(t, "-gdwarf-5", "-gsplit-dwarf")
	dir := t.TempDir()
	for _, file := range splitFiles(t, split) {
		os.Rename(file, filepath.Join(dir, filepath.Base(file)))
	}
	moved := copyTo(t, split, filepath.Join(dir, "moved"))
	checkSame(t, open(t, moved), open(t, whole))
}

// Without them, and with those of another program, symbols and lines are left.
func TestSplitDWARFMissing(t *testing.T) {
	split, other := buildTwo(t, "-gdwarf-5", "-gsplit-dwarf"), buildTwo(t, "-gdwarf-5", "-gsplit-dwarf", "-DOTHER")
	for i, file := range splitFiles(t, split) {
		copyTo(t, splitFiles(t, other)[1-i], file)
	}
	addr := addrOf(t, split, "second")
	places := open(t, split).Places(nil, addr)
	if len(places) != 1 || places[0].Function != "second" || places[0].From != SymTab || places[0].Line == 0 {
		t.Errorf("%+v, want second from a symbol and a line", places)
	}
}

// buildTwo compiles a program of two units.
func buildTwo(t *testing.T, flags ...string) string {
	t.Helper()
	plain, err := filepath.Abs("dwarf/testdata/oracle/plain.c")
	if err != nil {
		t.Fatal(err)
	}
	second := filepath.Join(t.TempDir(), "second.c")
	text := "enum odd { one, two } odd;\n#define main second\n#include \"" + plain + "\"\n"
	if err := os.WriteFile(second, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(filepath.Dir(second), "two")
	run(t, "gcc", append(flags, "-O2", "-ffile-prefix-map="+filepath.Dir(second)+"=/two", "-o", program, plain, second)...)
	return program
}

func splitFiles(t *testing.T, program string) []string {
	t.Helper()
	files, err := filepath.Glob(program + "*.dwo")
	if err != nil || len(files) != 2 {
		t.Fatal(files, err)
	}
	return files
}

// checkSame compares what two files of the same code say of each address.
func checkSame(t *testing.T, got, want *File) {
	t.Helper()
	code, start, err := want.Section(".text")
	if other, _, _ := got.Section(".text"); err != nil || !bytes.Equal(code, other) {
		t.Fatal("the code differs", err)
	}
	inlined := 0
	for addr := start; addr < start+uint64(len(code)); addr++ {
		a, b := got.Places(nil, addr), want.Places(nil, addr)
		if !slices.Equal(a, b) {
			t.Fatalf("%#x: %+v, want %+v", addr, a, b)
		}
		if len(b) > 1 {
			inlined++
		}
	}
	if inlined < 20 {
		t.Errorf("%d addresses in inlined calls", inlined)
	}
	for _, name := range []string{"main", "square"} {
		a, errA := got.FindFunction(name)
		b, errB := want.FindFunction(name)
		if fmt.Sprint(a, errA) != fmt.Sprint(b, errB) || len(b) == 0 {
			t.Errorf("%s: %v %v, want %v %v", name, a, errA, b, errB)
		}
	}
}
