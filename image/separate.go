package image

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"hash/crc32"
	"io"
	"path/filepath"
)

// debugDir is the directory that separate debug files are installed in.
const debugDir = "/usr/lib/debug"

// DebugFile is the file that has the .debug_* sections and .symtab: this one or its
// separate debug file. It is looked for by the first call.
func (f *File) DebugFile() *File {
	if f.separate == nil {
		f.separate = f
		if !f.HasSection(".debug_info") {
			if d := f.findSeparate(); d != nil {
				f.separate = d
			}
		}
	}
	return f.separate
}

// findSeparate finds the separate debug file; nil if there is none. Its place is named by the
// build-id or by .gnu_debuglink, below the root directory that the file itself was found
// in or below ours.
func (f *File) findSeparate() *File {
	id := f.BuildID()
	for _, path := range buildIDPaths(id) {
		if d := f.openDebug(path); d != nil && bytes.Equal(d.BuildID(), id) {
			return d
		}
	}
	name, sum := f.debugLink()
	for _, path := range debugLinkPaths(name, f.path()) {
		if d := f.openDebug(path); d != nil && f.linked(d, sum) {
			return d
		}
	}
	return f.fetched(id)
}

// openDebug opens the first file of that path that is not the file itself.
func (f *File) openDebug(path string) *File {
	for _, root := range roots(f.root) {
		r, err := openRegular(root, path)
		if err != nil {
			continue
		}
		d, err := NewFile(filepath.Join(root, path), r)
		if err == nil && d.describes(f) {
			d.cache = f.cache
			return d
		}
		r.Close()
	}
	return nil
}

// describes reports whether the file is of the other's kind and has what a debug file is
// for.
func (d *File) describes(f *File) bool {
	return d.elf.Machine == f.elf.Machine && d.elf.Class == f.elf.Class &&
		(d.HasSection(".debug_info") || d.HasSection(".symtab"))
}

// roots are the root directories to look for debug files in.
func roots(root string) []string {
	if root == "" {
		return []string{""}
	}
	return []string{root, ""}
}

// buildIDPaths is where the debug file of a build-id is installed.
func buildIDPaths(id []byte) []string {
	if len(id) < 2 {
		return nil
	}
	name := hex.EncodeToString(id)
	return []string{filepath.Join(debugDir, ".build-id", name[:2], name[2:]+".debug")}
}

// debugLink returns the name of the debug file that .gnu_debuglink has and the checksum
// of its content.
func (f *File) debugLink() (name string, sum uint32) {
	raw, _, err := f.Section(".gnu_debuglink")
	if err != nil {
		return "", 0
	}
	end := bytes.IndexByte(raw, 0)
	at := (end + 4) &^ 3
	if end <= 0 || len(raw) < at+4 || bytes.IndexByte(raw[:end], '/') >= 0 {
		return "", 0
	}
	return string(raw[:end]), binary.LittleEndian.Uint32(raw[at:])
}

// path is the absolute path of the file, without symbolic links where that is ours to see.
func (f *File) path() string {
	path, err := filepath.Abs(f.Name)
	if err != nil {
		return f.Name
	}
	if real, err := filepath.EvalSymlinks(path); err == nil && f.root == "" {
		return real
	}
	return path
}

// debugLinkPaths is where a debug file of that name may be for the file at a path.
func debugLinkPaths(name, path string) []string {
	if name == "" {
		return nil
	}
	dir := filepath.Dir(path)
	return []string{
		filepath.Join(dir, name),
		filepath.Join(dir, ".debug", name),
		filepath.Join(debugDir, dir, name),
	}
}

// linked reports whether a debug file is the one with the checksum. Where both files have
// a build-id it decides, which saves reading all of the debug file.
func (f *File) linked(d *File, sum uint32) bool {
	if id, other := f.BuildID(), d.BuildID(); id != nil && other != nil {
		return bytes.Equal(id, other)
	}
	hash := crc32.NewIEEE()
	_, err := io.Copy(hash, io.NewSectionReader(d.r, 0, maxSection))
	return err == nil && hash.Sum32() == sum
}
