package image

import (
	"bytes"
	"fmt"
	"path/filepath"

	"github.com/trapline/trapline/image/dwarf"
)

// alternateInfo is the DWARF of the file that dwz moved what several files have in common
// to; nil if there is none.
func (f *File) alternateInfo() *dwarf.Data {
	if !f.debug.alternateSought {
		f.debug.alternateSought = true
		if name, id, ok := f.alternateLink(); ok {
			f.debug.alternate = f.findAlternate(name, id)
		}
	}
	if f.debug.alternate == nil {
		return nil
	}
	return f.debug.alternate.DWARF()
}

// alternateLink returns the path and the build-id of the alternate file, which follow
// each other in .gnu_debugaltlink.
func (f *File) alternateLink() (path string, id []byte, ok bool) {
	data, _, err := f.Section(".gnu_debugaltlink")
	if err != nil {
		return "", nil, false
	}
	name, id, ok := bytes.Cut(data, []byte{0})
	return string(name), id, ok && len(id) > 1
}

// findAlternate opens the alternate file where debuggers look for it: relative to the file
// that refers to it, and below /usr/lib/debug by its build-id.
func (f *File) findAlternate(name string, id []byte) *File {
	if !filepath.IsAbs(name) {
		at, err := filepath.EvalSymlinks(f.Name)
		if err != nil {
			at = f.Name
		}
		name = filepath.Join(filepath.Dir(at), name)
	}
	shared := fmt.Sprintf("/usr/lib/debug/.build-id/%x/%x.debug", id[:1], id[1:])
	for _, path := range []string{name, shared} {
		a, err := Open(path)
		if err == nil && bytes.Equal(a.BuildID(), id) {
			return a
		}
	}
	return nil
}
