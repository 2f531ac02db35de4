package store

import (
	"bufio"
	"os"
)

// saveCarelessly is how save was written at first. It looks right: the new file is complete
// before it takes the old one's place. But bufio.Writer keeps the text until Flush, whose error
// nobody looks at; so when the disk is full an empty file takes the old one's place. Nor does
// anybody look at the errors of Sync and Close, by which the kernel tells that it could not
// write what it had taken.
func saveCarelessly(path, text string) error {
	f, err := os.Create(path + ".new")
	if err != nil {
		return err
	}
	defer f.Close()
	w := bufio.NewWriter(f)
	if _, err := w.WriteString(text); err != nil {
		return err
	}
	w.Flush()
	f.Sync()
	return os.Rename(path+".new", path)
}
