package syscalls

import (
	"os"
	"strings"
	"testing"

	"github.com/trapline/trapline/abi"
)

var classNames = map[string]Class{
	"desc": Desc, "file": File, "network": Net, "process": Process, "signal": Signal, "ipc": IPC,
	"memory": Memory, "creds": Creds, "clock": Clock, "pure": Pure, "stat": Stat, "lstat": LStat,
	"fstat": FStat, "%stat": StatLike, "statfs": StatFS, "fstatfs": FStatFS, "%statfs": StatFSLike,
}

// Every call is in the classes that strace has it in.
func TestClasses(t *testing.T) {
	want := readClasses(t)
	for _, a := range []*abi.ABI{abi.AMD64, abi.I386} {
		for _, name := range For(a).Names() {
			if _, row, _ := For(a).Named(name); row.Class != want[name] {
				t.Errorf("%s %s is in %s, strace has it in %s", a, name, row.Class.words(), want[name].words())
			}
		}
	}
}

func readClasses(t *testing.T) map[string]Class {
	t.Helper()
	text, err := os.ReadFile("testdata/classes.txt")
	if err != nil {
		t.Fatal(err)
	}
	classes := map[string]Class{}
	for line := range strings.Lines(string(text)) {
		name, calls, ok := strings.Cut(line, ": ")
		if class := classNames[name]; ok && class != 0 {
			for _, call := range strings.Fields(calls) {
				classes[call] |= class
			}
		}
	}
	return classes
}

func (c Class) words() string {
	var words []string
	for name, class := range classNames {
		if c&class != 0 {
			words = append(words, "%"+name)
		}
	}
	return strings.Join(words, " ")
}
