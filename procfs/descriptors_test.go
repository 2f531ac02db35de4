package procfs

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// sleeper is a task of which descriptor 0 is a file.
func sleeper(t *testing.T, stdin *os.File) (tid int, end func()) {
	t.Helper()
	c := exec.Command("sleep", "1000")
	c.Stdin = stdin
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	end = func() {
		c.Process.Kill()
		c.Wait()
	}
	t.Cleanup(end)
	return c.Process.Pid, end
}

func TestDescriptors(t *testing.T) {
	name := filepath.Join(t.TempDir(), "before")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	tid, end := sleeper(t, f)
	var d Descriptors
	look := func(want string) {
		t.Helper()
		if got, err := d.AppendLink([]byte("x"), tid, 0); string(got) != "x"+want || (err == nil) != (want != "") {
			t.Errorf("%q, %v, want %q", got, err, want)
		}
	}
	look(name)
	after := name + " and after"
	if err := os.Rename(name, after); err != nil {
		t.Fatal(err)
	}
	look(after)
	for _, pos := range []int64{0, 7} {
		if _, err := f.Seek(pos, 0); err != nil {
			t.Fatal(err)
		}
		if info, err := d.Info(tid, 0); err != nil || info.Pos != uint64(pos) {
			t.Errorf("at %d: %+v, %v", pos, info, err)
		}
	}
	if _, err := d.AppendLink(nil, tid, 1<<20); !Gone(err) {
		t.Errorf("a closed descriptor: %v", err)
	}
	look(after)
	end()
	look("")
	if info, err := d.Info(tid, 0); !Gone(err) {
		t.Errorf("of a task that is gone: %+v, %v", info, err)
	}
}

// A directory that is held for an id, but belongs to a task that is gone, is not asked again.
func TestDescriptorsOfAnother(t *testing.T) {
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	gone, end := sleeper(t, null)
	alive, _ := sleeper(t, null)
	var d Descriptors
	for _, tid := range []int{gone, alive} {
		if _, err := d.AppendLink(nil, tid, 0); err != nil {
			t.Fatal(err)
		}
	}
	end()
	letGo(d.dirs, alive)
	d.dirs[alive] = d.dirs[gone]
	delete(d.dirs, gone)
	for range 2 {
		if got, err := d.AppendLink(nil, alive, 0); string(got) != os.DevNull {
			t.Errorf("%q, %v", got, err)
		}
	}
}

func TestDescriptorsHoldFew(t *testing.T) {
	var d Descriptors
	for range 3 * maxHeld {
		f, err := os.Open(os.DevNull)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if _, err := d.Info(os.Getpid(), int(f.Fd())); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(d.infos); n == 0 || n > maxHeld {
		t.Errorf("%d are held", n)
	}
}
