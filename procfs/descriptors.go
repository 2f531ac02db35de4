package procfs

import (
	"strconv"
	"syscall"
)

// Descriptors looks at descriptors of tasks, for those who ask often. It holds directories
// and files of /proc open, which tell what is there at the moment they are asked: once a
// task is gone, they are an error, even if another one has its id. It is not safe for
// concurrent use.
type Descriptors struct {
	dirs  map[int]held
	infos map[descriptor]held
	buf   []byte
	info  FDInfoFields
}

type descriptor struct{ tid, fd int }

// maxHeld is how many files of a kind are held open.
const maxHeld = 16

// AppendLink appends what FD returns to buf. It allocates nothing, of a
// task it knows, if buf has room for the longest path, 4096 bytes.
func (d *Descriptors) AppendLink(buf []byte, tid, fd int) ([]byte, error) {
	dir, ok := d.dirs[tid]
	if !ok {
		var err error
		if dir, err = hold(file(tid, "fd")); err != nil {
			return buf, err
		}
		d.dirs = keep(d.dirs, tid, dir)
	}
	link, err := appendLinkAt(buf, dir.fd, fd)
	if err == nil {
		return link, nil
	}
	if link, err = AppendFD(buf, tid, fd); err == nil {
		letGo(d.dirs, tid) // it was another task's
	}
	return link, err
}

// Info returns what FDInfo does. The result is valid until the next call.
func (d *Descriptors) Info(tid, fd int) (*FDInfoFields, error) {
	if d.buf == nil {
		d.buf = make([]byte, infoSize)
	}
	at := descriptor{tid, fd}
	if f, ok := d.infos[at]; ok {
		if raw, err := f.read(d.buf); err == nil {
			return d.parse(raw)
		}
		letGo(d.infos, at)
	}
	f, err := hold(file(tid, "fdinfo/"+strconv.Itoa(fd)))
	if err != nil {
		return nil, err
	}
	d.infos = keep(d.infos, at, f)
	raw, err := f.read(d.buf)
	if err != nil {
		return nil, err
	}
	return d.parse(raw)
}

// infoSize is more than what the kernel tells of files that have fields of FDInfoFields.
const infoSize = 4 << 10

func (d *Descriptors) parse(raw []byte) (*FDInfoFields, error) {
	d.info = FDInfoFields{}
	return &d.info, parseLines(raw, "fdinfo", &d.info, fdInfoKeys)
}

// keep puts f among those that are held, of which there never are many.
func keep[K comparable](files map[K]held, key K, f held) map[K]held {
	if files == nil {
		files = make(map[K]held, maxHeld)
	}
	if len(files) >= maxHeld {
		for k := range files {
			letGo(files, k)
		}
	}
	files[key] = f
	return files
}

func letGo[K comparable](files map[K]held, key K) {
	syscall.Close(files[key].fd)
	delete(files, key)
}
