package image

import (
	"errors"
	"io/fs"
	"os"
	"strings"
	"syscall"
)

// openRegular opens a file by its path below a root directory, which may be a container's:
// no symbolic link leads out of it, and what is no regular file is not opened.
func openRegular(root, path string) (*os.File, error) {
	if root == "" {
		return openIfRegular(path, os.Stat, os.OpenFile)
	}
	dir, err := os.OpenRoot(root)
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	return openIfRegular(strings.TrimPrefix(path, "/"), dir.Stat, dir.OpenFile)
}

// openIfRegular does not wait either if the file becomes another after it was looked at.
func openIfRegular(
	path string,
	stat func(string) (fs.FileInfo, error),
	open func(string, int, fs.FileMode) (*os.File, error),
) (*os.File, error) {
	info, err := stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, &fs.PathError{Op: "open", Path: path, Err: errNotRegular}
	}
	return open(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
}

var errNotRegular = errors.New("not a regular file")
