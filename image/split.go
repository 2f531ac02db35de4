package image

import (
	"bytes"
	"debug/elf"
	"io"
	"iter"
	"path/filepath"
	"strings"

	"github.com/trapline/trapline/image/dwarf"
)

// splitInfo returns the DWARF of the files that may have what compilers split off a unit:
// the package beside the file, and the .dwo file where it was made or where the program
// is now.
func (f *File) splitInfo(dir, name string) iter.Seq[*dwarf.Data] {
	return func(yield func(*dwarf.Data) bool) {
		if p := f.splitPackage(); p != nil && !yield(p) {
			return
		}
		here := filepath.Dir(f.path())
		for _, path := range []string{below(dir, name), below(here, name), filepath.Join(here, filepath.Base(name))} {
			if d := f.openSplit(path); d != nil && !yield(d) {
				return
			}
		}
	}
}

// below is a path, relative to a directory if it is not absolute.
func below(dir, name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(dir, name)
}

// splitPackage is the DWARF of the package that has what was split off all units of the
// file: FILE.dwp, without the .debug of a separate debug file.
func (f *File) splitPackage() *dwarf.Data {
	if !f.debug.packageSought {
		f.debug.packageSought = true
		f.debug.split = f.openSplit(f.path() + ".dwp")
		if short, ok := strings.CutSuffix(f.path(), ".debug"); ok && f.debug.split == nil {
			f.debug.split = f.openSplit(short + ".dwp")
		}
	}
	return f.debug.split
}

// openSplit returns the DWARF that was split off into the file of that path; nil if there
// is no such file.
func (f *File) openSplit(path string) *dwarf.Data {
	for _, root := range roots(f.root) {
		r, err := openRegular(root, path)
		if err != nil {
			continue
		}
		d, err := NewFile(filepath.Join(root, path), r)
		if err == nil && d.elf.Machine == f.elf.Machine && d.elf.Data == elf.ELFDATA2LSB && d.HasSection(".debug_info.dwo") {
			return dwarf.NewSplit(d.splitSection)
		}
		r.Close()
	}
	return nil
}

// splitSection returns a section of a .dwo file: all of that name, as each type may have one of
// its own.
func (f *File) splitSection(name string) (io.ReaderAt, int64) {
	var all []*elf.Section
	for _, s := range f.elf.Sections {
		if s.Name == name && s.Type != elf.SHT_NOBITS {
			all = append(all, s)
		}
	}
	if len(all) < 2 {
		return f.debugSection(name)
	}
	var joined []byte
	for _, s := range all {
		if data, err := f.content(s); err == nil && len(joined)+len(data) <= maxSection {
			joined = append(joined, data...)
		}
	}
	return bytes.NewReader(joined), int64(len(joined))
}
