package image

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/trapline/trapline/procfs"
)

// A Cache opens files and keeps them, so that all processes that map a file share what is
// parsed of it. The zero Cache is ready for use. Its Files, and the Spaces with them,
// belong to one goroutine at a time.
type Cache struct {
	// Debuginfod fetches debug files that are not installed, where it is not nil.
	Debuginfod *Debuginfod
	// Store keeps what is decompressed of files, where it is not nil.
	Store  *Store
	files  map[identity]*File
	builds map[build]*File
}

// An identity is what no other file, and no other content of the same file, has.
type identity struct {
	device, inode uint64
	size, changed int64
}

// A build is what files with the same content have in common: in containers there are
// many copies of a library.
type build struct {
	id   string
	size int64
}

// maxFiles is how many files a cache keeps. One that is full forgets them all: those in
// use live on with their users.
const maxFiles = 1024

// Load returns the space of a running process.
func (c *Cache) Load(pid int) (*Space, error) {
	maps, err := procfs.Maps(pid)
	if err != nil {
		return nil, err
	}
	return NewSpace(maps, c.Running(pid)), nil
}

// Open opens an ELF file by its path.
func (c *Cache) Open(path string) (*File, error) { return c.OpenIn("", path) }

// OpenIn opens an ELF file by its path below a root directory; that is ours if it is empty.
func (c *Cache) OpenIn(root, path string) (*File, error) {
	r, err := openRegular(root, path)
	var in *fs.PathError
	if errors.As(err, &in) && root != "" {
		return nil, fmt.Errorf("image: %s: %w", filepath.Join(root, path), in.Err)
	}
	if err != nil {
		return nil, fmt.Errorf("image: %w", err)
	}
	return c.keep(r, root, path)
}

// keep returns the open file's File: the one that is known or a new one. Its name is the
// path below the root directory.
func (c *Cache) keep(r *os.File, root, name string) (*File, error) {
	info, err := r.Stat()
	if err != nil {
		r.Close()
		return nil, fmt.Errorf("image: %w", err)
	}
	stat := info.Sys().(*syscall.Stat_t)
	id := identity{uint64(stat.Dev), stat.Ino, stat.Size, stat.Mtim.Nano()}
	if f := c.files[id]; f != nil {
		r.Close()
		return f, nil
	}
	f, err := NewFile(name, r)
	if err != nil {
		r.Close()
		return nil, err
	}
	f.root = root
	f = c.share(f, stat.Size)
	c.files[id] = f
	return f, nil
}

// share returns the known file of the same build; otherwise the file will be that one.
func (c *Cache) share(f *File, size int64) *File {
	if c.files == nil || len(c.files) >= maxFiles {
		c.files, c.builds = map[identity]*File{}, map[build]*File{}
	}
	f.cache = c
	b := build{string(f.BuildID()), size}
	if b.id == "" {
		return f
	}
	if known := c.builds[b]; known != nil {
		return known
	}
	c.builds[b] = f
	return f
}
