package image

import (
	"context"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// A stripped program's names come from the server that debuginfod-find asks, when the
// cache may ask one, and later from the directory it keeps files in.
func TestDebuginfod(t *testing.T) {
	program, debug, addr := split(t, buildWaits(t), "kept")
	kept := t.TempDir()
	t.Setenv("DEBUGINFOD_CACHE_PATH", kept)
	install(t, `test "$1" = debuginfo && test "$DEBUGINFOD_URLS" = http://here && echo `+debug)
	if f, err := new(Cache).Open(program); err != nil || f.DebugFile() != f {
		t.Errorf("a server was asked unasked: %v", err)
	}
	c := Cache{Debuginfod: &Debuginfod{URLs: []string{"http://here"}, Timeout: time.Minute}}
	f, err := c.Open(program)
	if err != nil {
		t.Fatal(err)
	}
	expect(t, f, addr, "hidden", SymTab)

	copyTo(t, debug, filepath.Join(kept, hex.EncodeToString(f.BuildID()), "debuginfo"))
	install(t, "exit 1")
	c = Cache{Debuginfod: &Debuginfod{}}
	if f, err = c.Open(program); err != nil {
		t.Fatal(err)
	}
	expect(t, f, addr, "hidden", SymTab)
}

func TestDebuginfodTimeout(t *testing.T) {
	t.Setenv("DEBUGINFOD_CACHE_PATH", t.TempDir())
	install(t, "exec sleep 1000")
	d := Debuginfod{Timeout: time.Millisecond}
	if _, err := d.Find([]byte{1, 2, 3}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a server that does not answer: %v", err)
	}
}

// install makes a shell script the debuginfod-find that is run.
func install(t *testing.T, script string) {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "debuginfod-find")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
}
