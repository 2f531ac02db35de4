package image

import (
	"bytes"
	"debug/elf"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/mem"
	"github.com/trapline/trapline/procfs"
)

// A Core is a process whose memory was dumped.
type Core struct {
	Maps   []procfs.Mapping
	Dumped mem.Reader // the memory, without what is only in files
	Root   string     // the directory that the files' paths are below; ours if it is empty
	Ours   string     // a path that is not below it
}

// Core returns an Opener of the files that a process had mapped when its memory was dumped
// into a core, by their paths. What was dumped of a file, its first page as a rule, tells
// whether the file is still the same.
func (c *Cache) Core(of Core) Opener {
	k := &core{Core: of, cache: c, known: map[abi.Addr]opened{}}
	return k.open
}

type core struct {
	Core
	cache *Cache
	known map[abi.Addr]opened // by the start of a mapping
}

// An opened is what came of opening the file of a mapping.
type opened struct {
	file *File
	err  error
}

func (k *core) open(m procfs.Mapping) (*File, error) {
	o, known := k.known[m.Start]
	if !known {
		o.file, o.err = k.find(&m)
		k.known[m.Start] = o
	}
	return o.file, o.err
}

func (k *core) find(m *procfs.Mapping) (*File, error) {
	switch m.Path {
	case vdsoName:
		return k.cache.vdso(m, func(p []byte) (int, error) { return k.Dumped.ReadMem(p, m.Start) })
	case "":
		return nil, fmt.Errorf("image: %s: %w", m.Start, ErrNoFile)
	}
	page := make([]byte, dumpedHead)
	n, _ := k.Dumped.ReadMem(page, k.head(m))
	page = page[:n]
	f, err := k.openPath(m.Path)
	if path, deleted := strings.CutSuffix(m.Path, " (deleted)"); err != nil && deleted && tells(page) {
		f, err = k.openPath(path) // what has the name now may be a copy
	}
	if err == nil {
		err = f.began(page)
	}
	if err == nil {
		return f, nil
	}
	if f := k.fetch(page); f != nil {
		return f, nil
	}
	return nil, err
}

func (k *core) openPath(path string) (*File, error) {
	if path == k.Ours {
		return k.cache.Open(path)
	}
	return k.cache.OpenIn(k.Root, path)
}

// fetch is the file that began with a page from a server, if the cache may ask one; nil if
// there is none.
func (k *core) fetch(page []byte) *File {
	id := buildIDOf(page)
	if k.cache.Debuginfod == nil || id == nil {
		return nil
	}
	path, err := k.cache.Debuginfod.Executable(id)
	if err != nil {
		return nil
	}
	f, err := k.cache.Open(path)
	if err != nil || f.began(page) != nil {
		return nil
	}
	return f
}

// head is where the beginning of a mapping's file is mapped; zero if it is not.
func (k *core) head(m *procfs.Mapping) (head abi.Addr) {
	for i := range k.Maps {
		at := &k.Maps[i]
		if at.Start > m.Start {
			break
		}
		if at.Path == m.Path && at.Offset == 0 {
			head = at.Start
		}
	}
	return head
}

// dumpedHead is how much kernels dump of the beginning of ELF files at least.
const dumpedHead = 4096

// An OtherFileError is about a file that is not the one that a core's process had mapped.
type OtherFileError struct {
	Path     string
	Has, Had []byte // the build-ids of the two; nil for one that has none
}

// Error implements error.
func (e *OtherFileError) Error() string {
	text := "image: " + e.Path + ": not the file that the process had mapped"
	if e.Has != nil && e.Had != nil {
		text += fmt.Sprintf(": its build-id is %s, not %s", hex.EncodeToString(e.Has), hex.EncodeToString(e.Had))
	}
	return text
}

// began says whether the file is the one that began with that page when it was mapped: by
// the build-ids or, where one is missing, by the pages as a whole. Without a page that
// tells anything it may be.
func (f *File) began(page []byte) error {
	if !tells(page) {
		return nil
	}
	ours := make([]byte, len(page))
	n, _ := f.r.ReadAt(ours, 0)
	ours = ours[:n]
	e := &OtherFileError{Path: f.Name, Has: f.BuildID(), Had: buildIDOf(page)}
	same := bytes.Equal(withoutSections(ours), withoutSections(page))
	if e.Has != nil && e.Had != nil {
		same = bytes.Equal(e.Has, e.Had)
	}
	if !same {
		return e
	}
	return nil
}

// tells says whether a page has the header of a file.
func tells(page []byte) bool {
	return len(page) >= fullHeader && bytes.HasPrefix(page, []byte(elf.ELFMAG))
}

// fullHeader is the size of the header of a 64-bit file.
const fullHeader = 64

// withoutSections is a file's first page with a header that tells of no sections: they are
// not in memory, and strip changes where they are.
func withoutSections(page []byte) []byte {
	if !tells(page) {
		return page
	}
	page = bytes.Clone(page)
	offset, numbers := page[40:48], page[58:64]
	if elf.Class(page[elf.EI_CLASS]) == elf.ELFCLASS32 {
		offset, numbers = page[32:36], page[46:52]
	}
	clear(offset)
	clear(numbers)
	return page
}

// buildIDOf is the build-id of the file that began with a page; nil if it has none there.
func buildIDOf(page []byte) []byte {
	f, err := NewFile("", bytes.NewReader(withoutSections(page)))
	if err != nil {
		return nil
	}
	return f.BuildID()
}

// ReadAt implements io.ReaderAt: it reads the file itself.
func (f *File) ReadAt(p []byte, off int64) (int, error) { return f.r.ReadAt(p, off) }
