package image

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/trapline/trapline/procfs"
)

// The file of a mapping is found in each of the ways there are, where that is the only one: by
// the mapping, as the program itself, below the process's root directory.
func TestWaysToAFile(t *testing.T) {
	for name, prepare := range map[string]func(t *testing.T, r *running, m *procfs.Mapping, file string){
		"map_files": func(t *testing.T, r *running, m *procfs.Mapping, file string) {
			link(t, file, fmt.Sprintf("%smap_files/%x-%x", r.proc, uint64(m.Start), uint64(m.End)))
		},
		"exe": func(t *testing.T, r *running, m *procfs.Mapping, file string) {
			link(t, file, r.proc+"exe")
		},
		"root": func(t *testing.T, r *running, m *procfs.Mapping, file string) {
			r.root = filepath.Dir(file)
			m.Path = "/" + filepath.Base(file)
		},
		"path":         func(t *testing.T, r *running, m *procfs.Mapping, file string) { m.Path = file },
		"deleted path": func(t *testing.T, r *running, m *procfs.Mapping, file string) { m.Path = file + " (deleted)" },
	} {
		file := copyTo(t, "/bin/true", filepath.Join(t.TempDir(), "program"))
		m := mappingOf(t, file)
		m.Path = "/nowhere/program"
		r := &running{cache: new(Cache), proc: t.TempDir() + "/", checked: true}
		if _, err := r.open(m); err == nil {
			t.Errorf("%s: opened before there was a way", name)
		}
		prepare(t, r, &m, file)
		if _, err := r.open(m); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		other := mappingOf(t, copyTo(t, "/bin/true", filepath.Join(t.TempDir(), "other")))
		other.Path = m.Path
		if _, err := r.open(other); err == nil {
			t.Errorf("%s: another file was taken for the one that is mapped", name)
		}
	}
}

// A device without a major number is one of a filesystem that tells stat another one.
func TestIsFile(t *testing.T) {
	file := &syscall.Stat_t{Ino: 7, Dev: 5}
	for _, test := range []struct {
		m    procfs.Mapping
		want bool
	}{
		{procfs.Mapping{Inode: 7, Minor: 5}, true},
		{procfs.Mapping{Inode: 7, Minor: 6}, true},
		{procfs.Mapping{Inode: 8, Minor: 5}, false},
		{procfs.Mapping{Inode: 7, Major: 8, Minor: 5}, false},
	} {
		if got := isFile(&test.m, file); got != test.want {
			t.Errorf("%+v: %v", test.m, got)
		}
	}
}

// link makes a symbolic link, and the directories that it is in.
func link(t *testing.T, to, path string) {
	t.Helper()
	os.MkdirAll(filepath.Dir(path), 0o755)
	if err := os.Symlink(to, path); err != nil {
		t.Fatal(err)
	}
}

// mappingOf is a mapping of a file.
func mappingOf(t *testing.T, file string) procfs.Mapping {
	t.Helper()
	var s syscall.Stat_t
	if err := syscall.Stat(file, &s); err != nil {
		t.Fatal(err)
	}
	dev := uint64(s.Dev)
	return procfs.Mapping{
		Start: 0x1000, End: 0x2000, Perm: procfs.Executable, Inode: s.Ino,
		Major: uint32(dev>>8&0xfff | dev>>32&^0xfff), Minor: uint32(dev&0xff | dev>>12&^0xff),
	}
}
