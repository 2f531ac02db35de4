package store

import (
	"errors"
	"io"
	"os"
	"path/filepath"
)

// save replaces a file. Until it has succeeded the old one is there.
func save(path, text string) error {
	f, err := os.Create(path + ".new")
	if err != nil {
		return err
	}
	_, err = io.WriteString(f, text)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(path+".new", path)
	}
	if err != nil {
		os.Remove(path + ".new")
		return err
	}
	return syncDir(filepath.Dir(path))
}

// syncDir makes the name of a new file as safe as its contents.
func syncDir(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
