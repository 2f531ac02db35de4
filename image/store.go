package image

import (
	"cmp"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"time"
)

// A Store keeps sections that were decompressed in a directory, for the next time: of looking
// up a few addresses, decompressing takes by far the longest. A section is found by which file it is of
// and when anything of that was last changed, which its owner cannot choose.
type Store struct {
	dir     *os.Root
	limit   int64        // of the size of all in it
	missing []*inflating // what was asked for and is not there
}

// Limits of what is kept: of a section, which is quickly decompressed if it is smaller, and of all.
const (
	minKept  = 16 << 10
	maxKept  = 64 << 20
	maxStore = 256 << 20
)

// OpenStore returns the store in a directory. It is made, with the two directories above it, if the
// one above these belongs to the user: it does not where sudo has left $HOME as it was. Nobody else
// may have any permission for the store itself.
func OpenStore(dir string) (*Store, error) {
	for _, d := range []string{filepath.Dir(filepath.Dir(dir)), filepath.Dir(dir), dir} {
		if err := provide(d); err != nil {
			return nil, fmt.Errorf("image: make %s: %w", d, err)
		}
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("image: %w", err)
	}
	if err := private(dir, 0o077); err != nil {
		root.Close()
		return nil, err
	}
	return &Store{dir: root, limit: maxStore}, nil
}

// provide makes a directory that does not exist.
func provide(dir string) error {
	if _, err := os.Lstat(dir); err == nil {
		return nil
	}
	if err := private(filepath.Dir(dir), 0); err != nil {
		return err
	}
	if err := os.Mkdir(dir, 0o700); err != nil && !os.IsExist(err) {
		return err
	}
	return nil
}

// private is the error of a path that is no directory of the user's, or has one of those permissions.
func private(dir string, permissions fs.FileMode) error {
	info, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	stat := info.Sys().(*syscall.Stat_t)
	if !info.IsDir() || int(stat.Uid) != os.Geteuid() || info.Mode()&permissions != 0 {
		return fmt.Errorf("image: %s is no directory of the user's own", dir)
	}
	return nil
}

// find gives a compressed section of a file what is kept of it. What is not is kept by Save.
func (s *Store) find(z *inflating, r io.ReaderAt, name string) {
	f, ok := r.(*os.File)
	if !ok || z.size < minKept || z.size > min(z.limit, maxKept) {
		return
	}
	info, err := f.Stat()
	if err != nil {
		return
	}
	stat := info.Sys().(*syscall.Stat_t)
	z.key = fmt.Sprintf("%x-%x-%x-%x%s", stat.Dev, stat.Ino, stat.Size, stat.Ctim.Nano(), name)
	if z.kept = s.open(z.key, z.size); z.kept == nil {
		s.missing = append(s.missing, z)
	}
}

// open returns a section of that size; nil if it is not there.
func (s *Store) open(key string, size uint64) *kept {
	f, err := s.dir.OpenFile(key, os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil
	}
	k := newKept(f, size)
	if k == nil {
		f.Close()
		return nil
	}
	s.dir.Chtimes(key, time.Time{}, time.Now())
	return k
}

// Save keeps the sections that were decompressed, the rest of each included. What cannot be kept
// is not; a nil Store keeps nothing.
func (s *Store) Save() {
	if s == nil {
		return
	}
	wrote := false
	for _, z := range s.missing {
		if len(z.data) == 0 {
			continue
		}
		if data, err := z.whole(); err == nil {
			s.write(z.key, data)
			wrote = true
		}
	}
	if wrote {
		s.clean()
	}
	s.missing = nil
}

// write writes a section beside its place and then moves it there, so that it is there as a whole.
func (s *Store) write(key string, data []byte) {
	beside := fmt.Sprintf("%s-%d", key, os.Getpid())
	f, err := s.dir.OpenFile(beside, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return
	}
	_, err = f.Write(data)
	if err == nil {
		_, err = f.Write(sums(data))
	}
	if err = cmp.Or(f.Close(), err); err == nil {
		err = s.dir.Rename(beside, key)
	}
	if err != nil {
		s.dir.Remove(beside)
	}
}

// clean removes what has not been used for the longest time until the rest is within the limit.
func (s *Store) clean() {
	entries, err := fs.ReadDir(s.dir.FS(), ".")
	if err != nil {
		return
	}
	var files []fs.FileInfo
	var size int64
	for _, e := range entries {
		if info, err := e.Info(); err == nil {
			files, size = append(files, info), size+info.Size()
		}
	}
	slices.SortFunc(files, func(a, b fs.FileInfo) int { return a.ModTime().Compare(b.ModTime()) })
	for _, f := range files {
		if size <= s.limit {
			break
		}
		s.dir.Remove(f.Name())
		size -= f.Size()
	}
}
