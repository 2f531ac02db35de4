package dwarf

import "iter"

// Functions calls use for each address at which a function begins whose name is wanted:
// every copy of it, inlined ones included.
func (d *Data) Functions(wanted func(*Name) bool, use func(*Name, uint64)) {
	for _, u := range d.scan() {
		u = u.full()
		t := u.code()
		for i := range t.calls {
			k := &t.calls[i]
			if n := u.follow(k.entry); wanted(&n) {
				use(&n, t.of(k)[0].Low)
			}
		}
	}
}

// A Line is where the code of a line begins, and a good place to stop at.
type Line struct {
	Addr         uint64
	File         string
	Line, Column int
}

// Statements returns the lines of the files that are wanted, in no order.
func (d *Data) Statements(wanted func(path string) bool) iter.Seq[Line] {
	return func(yield func(Line) bool) {
		seen := map[*lines]bool{}
		for _, u := range d.scan() {
			t := u.lines()
			if seen[t] {
				continue
			}
			seen[t] = true
			if !t.statements(wanted, yield) {
				return
			}
		}
	}
}

// statements is Statements for a table; it reports whether more are wanted.
func (t *lines) statements(wanted func(string) bool, yield func(Line) bool) bool {
	paths := t.wanted(wanted)
	if len(paths) == 0 {
		return true
	}
	for _, s := range t.sequences {
		for _, r := range t.rows[s.first : s.first+s.count] {
			path, ok := paths[r.file]
			if !ok || !r.statement {
				continue
			}
			if !yield(Line{r.addr, path, int(r.line), int(r.column)}) {
				return false
			}
		}
	}
	return true
}

// wanted are the paths of the files that are wanted, by number.
func (t *lines) wanted(wanted func(string) bool) map[uint32]string {
	paths := map[uint32]string{}
	for i := range t.files {
		if path := t.file(uint64(i)); path != "" && wanted(path) {
			paths[uint32(i)] = path
		}
	}
	return paths
}

// A Block is a function or an inlined call: one place in the program.
type Block struct {
	unit *unit
	call int32
}

// Block returns the innermost block that has the address.
func (d *Data) Block(addr uint64) Block {
	for _, u := range d.unitsAt(addr) {
		if in := u.code().innermost(addr); in >= 0 {
			return Block{u, in}
		}
	}
	return Block{}
}
