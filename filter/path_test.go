package filter

import (
	"os"
	"path/filepath"
	"testing"
)

func TestSubject(t *testing.T) {
	dir := t.TempDir()
	file, link := filepath.Join(dir, "file"), filepath.Join(dir, "link")
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := os.Symlink(file, link); err != nil {
		t.Fatal(err)
	}
	real, err := filepath.EvalSymlinks(file)
	if err != nil {
		t.Fatal(err)
	}
	var s Subject
	if got := s.AddPath(link); got != real {
		t.Errorf("%s leads to %q, want %s", link, got, real)
	}
	if got := s.AddPath(real); got != "" {
		t.Errorf("%s leads to %q", real, got)
	}
	if got := s.AddPath("/nowhere/at/all"); got != "" {
		t.Errorf("/nowhere/at/all leads to %q", got)
	}
	for path, want := range map[string]bool{link: true, real: true, "/nowhere/at/all": true, dir: false, "file": false, "": false} {
		if got := s.Path([]byte(path)); got != want {
			t.Errorf("%q: %v", path, got)
		}
	}
	fd := int32(f.Fd())
	if !s.FD(os.Getpid(), fd) {
		t.Error("the descriptor of the file is of no interest")
	}
	if s.FD(os.Getpid(), 1<<30) {
		t.Error("a closed descriptor is of interest")
	}
	os.Remove(file)
	if !s.FD(os.Getpid(), fd) {
		t.Error("the descriptor of the removed file is of no interest")
	}
}

func TestSubjectDescriptors(t *testing.T) {
	var s Subject
	if s.FD(os.Getpid(), 3) || s.Path([]byte("/")) {
		t.Error("nothing is of interest to the empty subject")
	}
	d, err := ParseDescriptors("!4")
	if err != nil {
		t.Fatal(err)
	}
	s.SetDescriptors(d)
	if !s.FD(os.Getpid(), 3) || s.FD(os.Getpid(), 4) {
		t.Error("all but 4 are of interest")
	}
}
