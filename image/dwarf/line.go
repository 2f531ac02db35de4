package dwarf

import (
	"cmp"
	"path"
	"slices"
	"sort"
	"strings"
)

// lines is the line table of a unit.
type lines struct {
	dir       string // of the unit: what other paths are relative to
	dirs      []string
	files     []file
	rows      []row
	sequences []sequence // ascending by their first address
}

// A file is one that rows are of.
type file struct {
	name string
	dir  uint64
}

// A row says that the code from an address on, up to the next row's, is of a line.
type row struct {
	addr      uint64
	file      uint32
	line      uint32
	column    uint16
	statement bool // a place to stop at
	body      bool // the function's prologue ends here
	stray     bool // the code is of no line; that of the row before is told
}

// A sequence is rows with ascending addresses.
type sequence struct {
	Span
	first, count int
}

// lines returns the unit's line table; an empty one if it has none.
func (u *unit) lines() *lines {
	if u.skeleton != nil {
		return u.skeleton.lines()
	}
	if u.table != nil {
		return u.table
	}
	r := u.about()
	u.table = &lines{dir: r.dir}
	if !r.hasLine {
		return u.table
	}
	if known, ok := u.d.lines[r.line]; ok {
		u.table = known
		return known
	}
	u.d.lines[r.line] = u.table
	p := &program{u: u, t: u.table}
	if !p.open(r.line) || !p.run() {
		u.d.fail(errShort)
	}
	slices.SortStableFunc(u.table.sequences, func(a, b sequence) int { return cmp.Compare(a.Low, b.Low) })
	return u.table
}

// file returns the path of a file by its number; an empty one if there is no such file.
func (t *lines) file(i uint64) string {
	if i >= uint64(len(t.files)) || t.files[i].name == "" {
		return ""
	}
	name, dir := t.files[i].name, ""
	if i := t.files[i].dir; i < uint64(len(t.dirs)) {
		dir = t.dirs[i]
	}
	for _, base := range []string{dir, t.dir} {
		if strings.HasPrefix(name, "/") {
			break
		}
		name = path.Join(base, name)
	}
	return path.Clean(name)
}

// at returns the row that tells the line of an address; nil if none does.
func (t *lines) at(addr uint64) *row {
	i := sort.Search(len(t.sequences), func(i int) bool { return t.sequences[i].Low > addr })
	for n := 0; i > 0 && n < maxOverlap; n++ {
		i--
		if s := &t.sequences[i]; s.Contains(addr) {
			return t.in(s, addr)
		}
	}
	return nil
}

// in is at for an address of the sequence. Of several rows of one address the last
// counts, unless an earlier one is a place to stop at and it is not.
func (t *lines) in(s *sequence, addr uint64) *row {
	rows := t.rows[s.first : s.first+s.count]
	i := sort.Search(len(rows), func(i int) bool { return rows[i].addr > addr }) - 1
	if i < 0 {
		return nil
	}
	for j := i; j >= 0 && rows[j].addr == rows[i].addr; j-- {
		if rows[j].statement {
			return &rows[j]
		}
	}
	return &rows[i]
}

// A program is a line number program while it is run.
type program struct {
	u             *unit
	t             *lines
	c             *cursor
	version       uint16
	minLength     uint8
	defaultStmt   bool
	lineBase      int8
	lineRange     uint8
	opcodeBase    uint8
	lengths       []byte
	now           row
	sequenceStart int
}

// open reads the header of the program at an offset, files included.
func (p *program) open(off uint64) bool {
	c := &cursor{data: p.u.d.line.bytes(off, min(12, p.u.d.line.size-min(off, p.u.d.line.size)))}
	n := c.length()
	if c.bad {
		return false
	}
	data := p.u.d.line.bytes(off+uint64(c.pos), n)
	if data == nil || !p.u.d.lineBudget.spend(len(data)) {
		return false
	}
	p.c = &cursor{data: data, wide: c.wide}
	p.version = p.c.u16()
	if p.version < 2 || p.version > 5 {
		return false
	}
	if p.version >= 5 {
		p.c.u16() // sizes of addresses and segments
	}
	return p.header()
}

func (p *program) header() bool {
	c := p.c
	length := c.offset()
	start := uint64(c.pos)
	p.minLength = c.u8()
	if p.version >= 4 {
		c.u8() // operations of an instruction: one, but on VLIW machines
	}
	p.defaultStmt = c.u8() != 0
	p.lineBase = int8(c.u8())
	p.lineRange = c.u8()
	p.opcodeBase = c.u8()
	p.lengths = c.take(uint64(max(p.opcodeBase, 1) - 1))
	if c.bad || p.lineRange == 0 || length > uint64(len(c.data))-start {
		return false
	}
	if p.version >= 5 {
		p.newFiles()
	} else {
		p.oldFiles()
	}
	c.pos = int(start + length)
	return !c.bad
}

// oldFiles reads the directories and files of DWARF 2 to 4, which count from one.
func (p *program) oldFiles() {
	p.t.dirs = []string{""}
	for {
		dir := p.c.text()
		if len(dir) == 0 {
			break
		}
		p.t.dirs = append(p.t.dirs, string(dir))
	}
	p.t.files = []file{{p.u.root.name, 0}}
	for p.oldFile(p.c) {
	}
}

// oldFile reads a file of DWARF 2 to 4. It reports whether there was one.
func (p *program) oldFile(c *cursor) bool {
	name := c.text()
	if len(name) == 0 {
		return false
	}
	dir := c.uleb()
	c.uleb() // time
	c.uleb() // size
	p.t.files = append(p.t.files, file{string(name), dir})
	return true
}

// Contents of the entries of a table of directories or files.
const (
	contentPath = 1
	contentDir  = 2
)

// newFiles reads the directories and files of DWARF 5. The first directory is the unit's.
func (p *program) newFiles() {
	p.entries(func(name string, _ uint64) { p.t.dirs = append(p.t.dirs, name) })
	if len(p.t.dirs) > 0 && p.t.dirs[0] != "" {
		p.t.dir, p.t.dirs[0] = p.t.dirs[0], ""
	}
	p.entries(func(name string, dir uint64) { p.t.files = append(p.t.files, file{name, dir}) })
}

// entries reads a table of DWARF 5, which begins with the forms of its columns.
func (p *program) entries(use func(name string, dir uint64)) {
	c, shape := p.c, shape{wide: p.c.wide, addrSize: p.u.shape.addrSize}
	type column struct {
		content uint64
		form    form
	}
	columns := make([]column, c.u8())
	for i := range columns {
		columns[i] = column{c.uleb(), form(c.uleb())}
	}
	for n := c.uleb(); n > 0 && !c.done(); n-- {
		var name string
		var dir uint64
		start := c.pos
		for _, k := range columns {
			switch v := c.read(k.form, shape); k.content {
			case contentPath:
				name = p.u.shared(v)
			case contentDir:
				dir = v.n
			}
		}
		if c.bad || c.pos == start {
			return
		}
		use(name, dir)
	}
}
