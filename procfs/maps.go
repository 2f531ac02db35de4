package procfs

import (
	"bytes"
	"strings"

	"github.com/trapline/trapline/abi"
)

// A Perm is a set of permissions of a mapping.
type Perm uint8

// The permissions. A mapping that is not Shared is private.
const (
	Readable Perm = 1 << iota
	Writable
	Executable
	Shared
)

// String formats the permissions as /proc does: "r-xp".
func (p Perm) String() string {
	text := []byte("---p")
	for i, c := range []byte("rwxs") {
		if p&(1<<i) != 0 {
			text[i] = c
		}
	}
	return string(text)
}

// A Mapping is one range of a process's memory: a line of /proc/pid/maps.
type Mapping struct {
	Start, End   abi.Addr
	Perm         Perm
	Offset       uint64 // in the file
	Major, Minor uint32 // of the file's device
	Inode        uint64 // zero without a file
	// Path is the file's path, or a name in brackets like "[stack]". It is empty for
	// anonymous memory and ends in " (deleted)" for a file that has no name any more.
	Path string
}

const deleted = " (deleted)"

// Deleted reports whether the file has no name any more.
func (m *Mapping) Deleted() bool { return m.Inode != 0 && strings.HasSuffix(m.Path, deleted) }

// Contains reports whether the address is in the mapping.
func (m *Mapping) Contains(addr abi.Addr) bool { return m.Start <= addr && addr < m.End }

// Maps returns the mappings of a process in ascending order. One without memory, a
// zombie or a kernel thread, has none.
func Maps(pid int) ([]Mapping, error) {
	raw, err := read(pid, "maps")
	if err != nil {
		return nil, err
	}
	return ParseMaps(raw)
}

// ParseMaps parses /proc/pid/maps.
func ParseMaps(raw []byte) ([]Mapping, error) {
	maps := make([]Mapping, 0, bytes.Count(raw, []byte("\n")))
	for line := range bytes.Lines(raw) {
		m, err := parseMapping(bytes.TrimSuffix(line, []byte("\n")))
		if err != nil {
			return nil, err
		}
		maps = append(maps, m)
	}
	return maps, nil
}

// parseMapping parses a line: start-end perms offset major:minor inode path.
func parseMapping(line []byte) (Mapping, error) {
	f := fields{rest: line}
	var m Mapping
	m.Start = abi.Addr(f.number(f.until("-"), 16))
	m.End = abi.Addr(f.number(f.word(), 16))
	m.Perm = parsePerm(f.word())
	m.Offset = f.number(f.word(), 16)
	m.Major = uint32(f.number(f.until(":"), 16))
	m.Minor = uint32(f.number(f.word(), 16))
	m.Inode = f.number(f.word(), 10)
	m.Path = strings.ReplaceAll(string(f.rest), `\012`, "\n") // all the kernel escapes
	return m, f.failed("maps")
}

func parsePerm(word []byte) Perm {
	var p Perm
	for i, c := range []byte("rwxs") {
		if i < len(word) && word[i] == c {
			p |= 1 << i
		}
	}
	return p
}
