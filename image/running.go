package image

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"

	"github.com/trapline/trapline/procfs"
)

// ErrNoFile says that no file has the code that is in memory: a JIT compiler has made it.
var ErrNoFile = errors.New("no file is mapped there")

// vdsoName is what /proc calls the code that the kernel maps into every process.
const vdsoName = "[vdso]"

// maxVDSO is how large that is at most.
const maxVDSO = 1 << 20

// Running returns an Opener of the files that a running process maps, also those that
// have been deleted or replaced and those that only a container has. Files that are
// still in place it opens even after the process has ended.
func (c *Cache) Running(pid int) Opener {
	r := &running{cache: c, proc: fmt.Sprintf("/proc/%d/", pid)}
	return r.open
}

// A running process's files are opened through its directory in /proc.
type running struct {
	cache   *Cache
	proc    string
	checked bool
	root    string // of the process; empty if it is ours
}

func (r *running) open(m procfs.Mapping) (*File, error) {
	if m.Path == vdsoName {
		return r.vdso(m)
	}
	if m.Inode == 0 {
		return nil, fmt.Errorf("image: %s: %w", m.Start, ErrNoFile)
	}
	file, err := r.find(&m)
	if err != nil {
		return nil, fmt.Errorf("image: %w", err)
	}
	return r.cache.keep(file, r.rootDir(), pathOf(&m))
}

// find opens the file of a mapping: through the mapping itself, which needs privileges;
// if it is the program, through the process; or else by its path.
func (r *running) find(m *procfs.Mapping) (*os.File, error) {
	exact := fmt.Sprintf("%smap_files/%x-%x", r.proc, uint64(m.Start), uint64(m.End))
	if file, err := openMapped("", exact, m); err == nil {
		return file, nil
	}
	if file, err := openMapped("", r.proc+"exe", m); err == nil {
		return file, nil
	}
	return openMapped(r.rootDir(), pathOf(m), m)
}

// pathOf is the path of a mapping's file, or what it was.
func pathOf(m *procfs.Mapping) string {
	if m.Deleted() {
		return strings.TrimSuffix(m.Path, " (deleted)")
	}
	return m.Path
}

// openMapped opens a file if it is the one that is mapped.
func openMapped(root, path string, m *procfs.Mapping) (*os.File, error) {
	file, err := openRegular(root, path)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err == nil && !isFile(m, info.Sys().(*syscall.Stat_t)) {
		err = fmt.Errorf("%s: not the file that is mapped, which was deleted or replaced", path)
	}
	if err != nil {
		file.Close()
		return nil, err
	}
	return file, nil
}

// isFile reports whether a file is the one that is mapped. Some filesystems give their
// files other devices in stat than in maps, such as btrfs and overlayfs; these have no
// major number.
func isFile(m *procfs.Mapping, s *syscall.Stat_t) bool {
	device := uint64(s.Dev)
	major := uint32(device>>8&0xfff | device>>32&^0xfff)
	minor := uint32(device&0xff | device>>12&^0xff)
	return m.Inode == s.Ino && (m.Major == major && m.Minor == minor || m.Major == 0 && major == 0)
}

// rootDir is the process's root directory; empty if it is ours.
func (r *running) rootDir() string {
	if !r.checked {
		r.checked = true
		theirs, err := os.Stat(r.proc + "root/")
		ours, other := os.Stat("/")
		if err == nil && other == nil && !os.SameFile(theirs, ours) {
			r.root = r.proc + "root"
		}
	}
	return r.root
}

// vdso reads the vDSO from the process's memory.
func (r *running) vdso(m procfs.Mapping) (*File, error) {
	memory, err := os.Open(r.proc + "mem")
	if err != nil {
		return nil, fmt.Errorf("image: %w", err)
	}
	defer memory.Close()
	return r.cache.vdso(&m, func(p []byte) (int, error) { return memory.ReadAt(p, int64(m.Start)) })
}

// vdso copies the vDSO from memory, which read reads from the mapping's start on.
func (c *Cache) vdso(m *procfs.Mapping, read func([]byte) (int, error)) (*File, error) {
	data := make([]byte, min(uint64(m.End-m.Start), maxVDSO))
	if n, err := read(data); n < len(data) {
		return nil, fmt.Errorf("image: %w", err)
	}
	f, err := NewFile(vdsoName, bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	return c.share(f, int64(len(data))), nil
}
