package filter

import (
	"bytes"
	"path/filepath"

	"github.com/trapline/trapline/procfs"
)

// A Subject is what calls have to be about to be shown: files by their paths and
// descriptors by their numbers. It is not safe for concurrent use.
type Subject struct {
	paths []string
	fds   *Descriptors // nil for none
	link  []byte
}

// AddPath adds a file. A path that leads elsewhere stands for both; then it is
// returned where to.
func (s *Subject) AddPath(path string) (resolved string) {
	s.paths = append(s.paths, path)
	real, err := filepath.Abs(path)
	if err == nil {
		real, err = filepath.EvalSymlinks(real)
	}
	if err != nil || real == path {
		return ""
	}
	s.paths = append(s.paths, real)
	return real
}

// SetDescriptors makes descriptors of interest too, in place of those before.
func (s *Subject) SetDescriptors(d *Descriptors) { s.fds = d }

var deleted = []byte(" (deleted)")

// FD reports whether a descriptor of a task is of interest.
func (s *Subject) FD(tid int, fd int32) bool {
	if s.fds != nil && s.fds.Has(fd) {
		return true
	}
	if len(s.paths) == 0 {
		return false
	}
	var err error
	s.link, err = procfs.AppendFD(s.link[:0], tid, int(fd))
	return err == nil && (s.Path(s.link) || s.Path(bytes.TrimSuffix(s.link, deleted)))
}

// Path reports whether a path is of interest, as it is written.
func (s *Subject) Path(path []byte) bool {
	for _, p := range s.paths {
		if p == string(path) {
			return true
		}
	}
	return false
}
