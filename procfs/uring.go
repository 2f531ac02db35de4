package procfs

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/trapline/trapline/abi"
)

// A Ring is the queue of an io_uring in which a program leaves what is to be done: what
// /proc/pid/fdinfo/N tells of it.
type Ring struct {
	Inode uint64
	// Wide is true where every entry has the room of two.
	Wide bool
	// Pending are the places, counted in entries, of what the kernel has not taken yet, the
	// next one first.
	Pending []uint32
}

// URing reads what there is to know of the io_uring that a descriptor refers to; nil for
// anything else.
func URing(pid, fd int) (*Ring, error) {
	raw, err := read(pid, "fdinfo/"+strconv.Itoa(fd))
	if err != nil {
		return nil, err
	}
	return ParseURing(raw)
}

// ParseURing parses /proc/pid/fdinfo/N of an io_uring; nil for anything else.
func ParseURing(raw []byte) (*Ring, error) {
	ring, known := new(Ring), false
	f := fields{}
	for line := range bytes.Lines(raw) {
		key, rest, _ := bytes.Cut(bytes.TrimSuffix(line, []byte("\n")), []byte(":"))
		switch string(key) {
		case "ino":
			f.rest = bytes.TrimLeft(rest, blanks)
			ring.Inode = f.number(f.word(), 10)
		case "SQEs":
			known = true
		case "CQEs": // what follows is about what has been done
			return ring, f.failed("fdinfo")
		default:
			if known {
				ring.pending(key, rest)
			}
		}
	}
	if !known {
		return nil, f.failed("fdinfo")
	}
	return ring, f.failed("fdinfo")
}

// pending parses the line of an entry: its place, its operation and its fields; behind them
// come the words of the second half of a wide one. An operation that is wide in itself has
// those in any ring.
func (r *Ring) pending(place, rest []byte) {
	n, err := strconv.ParseUint(string(bytes.TrimLeft(place, blanks)), 10, 32)
	if err != nil {
		return
	}
	r.Pending = append(r.Pending, uint32(n))
	op, words, _ := bytes.Cut(rest, []byte(","))
	if bytes.Contains(words, []byte("e0:")) && !bytes.HasSuffix(op, []byte("128")) {
		r.Wide = true
	}
}

// Entries returns where in the memory of a process the entries of the ring begin, and how far
// they go, if it has mapped them.
func (r *Ring) Entries(pid int) (start, end abi.Addr, err error) {
	maps, err := Maps(pid)
	for i := range maps {
		m := &maps[i]
		if m.Inode == r.Inode && m.Offset == ringEntries && strings.HasSuffix(m.Path, "[io_uring]") {
			return m.Start, m.End, nil
		}
	}
	return 0, 0, err
}

// ringEntries is IORING_OFF_SQES, the offset by which entries are mapped.
const ringEntries = 0x10000000
