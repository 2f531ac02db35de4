package capture

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"syscall"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/procfs"
)

// files are the files that are mapped, by their paths, opened when they are first read.
type files struct {
	mu   sync.Mutex
	open map[string]*opened
	fit  func(*os.File, *procfs.Mapping) error // says why a file is not the one that was mapped
}

type opened struct {
	file *os.File
	err  error
}

// read reads what a mapping has of its file at an address.
func (f *files) read(p []byte, m *procfs.Mapping, addr abi.Addr) (int, error) {
	file, err := f.get(m)
	if err != nil {
		return 0, err
	}
	n, err := file.ReadAt(p, int64(m.Offset)+int64(addr-m.Start))
	if n > 0 {
		return n, nil
	}
	return 0, err
}

func (f *files) get(m *procfs.Mapping) (*os.File, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.open == nil {
		f.open = map[string]*opened{}
	}
	o := f.open[m.Path]
	if o == nil {
		o = &opened{}
		o.file, o.err = f.try(m)
		f.open[m.Path] = o
	}
	return o.file, o.err
}

// try opens the file of a mapping if it is still the same. Only a regular file is: what
// else has its name now may block or do something when it is opened.
func (f *files) try(m *procfs.Mapping) (*os.File, error) {
	file, err := os.OpenFile(m.Path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	if err := f.fit(file, m); err != nil {
		file.Close()
		return nil, fmt.Errorf("%s: %w", m.Path, err)
	}
	return file, nil
}

var errReplaced = errors.New("the file is not the one that was mapped")

// sameInode says whether a file is the one that was mapped by its number. Some file
// systems tell another device in maps than in stat, so that the device does not count.
func sameInode(file *os.File, m *procfs.Mapping) error {
	info, err := file.Stat()
	if err != nil {
		return err
	}
	if s, ok := info.Sys().(*syscall.Stat_t); !ok || !info.Mode().IsRegular() || s.Ino != m.Inode {
		return errReplaced
	}
	return nil
}

// Close closes the files.
func (f *files) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	var errs []error
	for _, o := range f.open {
		if o.file != nil {
			errs = append(errs, o.file.Close())
		}
	}
	f.open = nil
	return errors.Join(errs...)
}
