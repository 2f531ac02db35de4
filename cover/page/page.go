// Package page writes a coverage report for browsers: index.html, a page for each folder
// and for each source. They work without a network and without scripts; those only sort
// tables and jump.
//
// Nothing that comes from a program or a source can become markup, a script or a path:
// every text goes through document.text or document.attribute, and the names of pages are
// made up.
package page

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"

	"github.com/trapline/trapline/cover"
)

//go:embed style.css
var style []byte

//go:embed script.js
var script []byte

// File is the page to open first.
const File = "index.html"

const (
	pagesDir = "pages"
	// ownerFile is what folders have that may be replaced.
	ownerFile = ".trapline-cover"
)

// Write writes the pages into a folder. Those of an earlier report are replaced.
func Write(dir string, r *cover.Report) error {
	pages := filepath.Join(dir, pagesDir)
	if err := replaceable(pages); err != nil {
		return err
	}
	fresh := fmt.Sprintf("%s-%016x", filepath.Join(dir, "."+pagesDir), rand.Uint64())
	if err := os.MkdirAll(fresh, 0o777); err != nil {
		return err
	}
	err := writePages(fresh, r)
	if err == nil {
		err = swap(fresh, pages)
	}
	if err != nil {
		os.RemoveAll(fresh)
		return err
	}
	return cover.WriteFile(filepath.Join(dir, File), index(r))
}

// replaceable refuses to replace a folder that is not ours.
func replaceable(pages string) error {
	entries, err := os.ReadDir(pages)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	}
	if _, err := os.Lstat(filepath.Join(pages, ownerFile)); err != nil && len(entries) > 0 {
		return fmt.Errorf("%s is there and is not trapline's; choose another folder for the report", pages)
	}
	return nil
}

// swap puts a folder in the place of another, which is removed.
func swap(fresh, pages string) error {
	old := fresh + "-old"
	err := os.Rename(pages, old)
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		err = os.Rename(fresh, pages)
	}
	return errors.Join(err, os.RemoveAll(old))
}

func writePages(dir string, r *cover.Report) error {
	write := func(name string, data []byte) error { return os.WriteFile(filepath.Join(dir, name), data, 0o666) }
	err := errors.Join(write(ownerFile, nil), write("style.css", style), write("script.js", script))
	for i := range r.Folders {
		f := &r.Folders[i]
		err = errors.Join(err, write(folderPage(f), folder(r, f)))
	}
	for i, l := range r.Files {
		err = errors.Join(err, write(filePage(l), source(r, i)))
	}
	return err
}

func filePage(l *cover.Listing) string  { return pageName("file", l.Name) }
func folderPage(f *cover.Folder) string { return pageName("folder", f.Name) }

// pageName makes up the name of a page. It is the same each time, and no two pages have one.
func pageName(kind, name string) string {
	const longest = 80
	sum := sha256.Sum256([]byte(kind + ":" + name))
	safe := strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9', r == '.', r == '_':
			return r
		}
		return '-'
	}, name)
	safe = strings.Trim(safe[max(0, len(safe)-longest):], ".-")
	return strings.Join([]string{kind, safe, hex.EncodeToString(sum[:6])}, "-") + ".html"
}
