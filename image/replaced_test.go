package image

import (
	"debug/elf"
	"errors"
	"slices"
	"testing"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/procfs"
)

// Anonymous memory is a file's code only between mappings of that file, and where it has code.
func TestReplacedByMemory(t *testing.T) {
	file := open(t, "/bin/true")
	i := slices.IndexFunc(file.elf.Progs, func(p *elf.Prog) bool { return p.Type == elf.PT_LOAD && p.Flags&elf.PF_X != 0 })
	code := file.elf.Progs[i]
	const base = 0x10000000
	head := procfs.Mapping{Start: base, End: base + 0x1000, Perm: procfs.Readable, Inode: 7, Path: "/true"}
	text := procfs.Mapping{Start: base + abi.Addr(code.Vaddr&^0xfff), Perm: procfs.Readable | procfs.Executable}
	text.End = text.Start + 0x1000
	tail := procfs.Mapping{Start: base + 0x100000, End: base + 0x101000, Perm: procfs.Readable, Offset: code.Off + 0x4000, Inode: 7, Path: "/true"}
	other := tail
	other.Path = "/false"
	far := text
	far.Start, far.End = base+0x80000, base+0x81000
	huge := text
	huge.Path, huge.Inode = hugeName, 9
	named := text
	named.Path = "[stack]"
	for name, test := range map[string]struct {
		maps []procfs.Mapping
		want bool
	}{
		"between":           {[]procfs.Mapping{head, text, tail}, true},
		"in large pages":    {[]procfs.Mapping{head, huge, tail}, true},
		"two files":         {[]procfs.Mapping{head, text, other}, false},
		"behind":            {[]procfs.Mapping{head, text}, false},
		"before":            {[]procfs.Mapping{text, tail}, false},
		"where no code was": {[]procfs.Mapping{head, far, tail}, false},
		"a stack":           {[]procfs.Mapping{head, named, tail}, false},
	} {
		s := NewSpace(test.maps, func(m procfs.Mapping) (*File, error) {
			if m.Inode != 7 {
				return nil, ErrNoFile
			}
			return file, nil
		})
		m := s.Modules()[0]
		_, err := m.File()
		if (err == nil) != test.want || err != nil && !errors.Is(err, ErrNoFile) {
			t.Errorf("%s: %v", name, err)
		}
		if test.want && (m.Bias() != base || m.Path != "/true" || m.Offset != code.Off&^0xfff) {
			t.Errorf("%s: %+v from %#x on", name, m.Mapping, m.Bias())
		}
	}
}
