package dwarf

import (
	"slices"
	"testing"
)

// Code that a compiler gives no line, as clang and rustc do, is in no row, and an address there in the
// line before.
func TestStrayCode(t *testing.T) {
	table := &lines{files: []file{{name: "/a.c"}}}
	p := &program{t: table}
	for _, r := range []row{{addr: 0x8}, {addr: 0x10, line: 1, statement: true}, {addr: 0x14}, {addr: 0x18, line: 2}} {
		p.now = r
		p.emit()
	}
	p.now.addr = 0x20
	p.end()
	var got []Row
	table.each(func(r Row) { got = append(got, r) })
	want := []Row{{Span{0x10, 0x14}, "/a.c", 1, 0, true}, {Span{0x18, 0x20}, "/a.c", 2, 0, false}}
	if !slices.Equal(got, want) {
		t.Errorf("rows %v, want %v", got, want)
	}
	if r := table.at(0x15); r == nil || r.line != 1 || r.statement {
		t.Errorf("at 0x15: %v, want line 1, no statement", r)
	}
}
