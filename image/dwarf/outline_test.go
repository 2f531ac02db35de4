package dwarf

import (
	"path/filepath"
	"slices"
	"testing"
)

// What an outline leads to is what the whole tree does, at each instruction of a function; and
// what it passes is not read, unless functions are in functions.
func TestOutline(t *testing.T) {
	for source, compiler := range map[string]string{"plain.c": "gcc", "within.c": "gcc", "nested.cc": "g++"} {
		t.Run(source, func(t *testing.T) {
			program := filepath.Join(t.TempDir(), "program")
			run(t, "", compiler, "-O2", "-g", "-o", program, filepath.Join("testdata", "oracle", source))
			whole, d := open(t, program), open(t, program)
			for _, u := range whole.scan() {
				u.code()
			}
			for _, i := range disassemble(t, program) {
				theirs := whole.Calls(nil, i.addr)
				if len(theirs) == 0 || theirs[0].Plain == "" {
					continue
				}
				if ours := d.Calls(nil, i.addr); !slices.EqualFunc(theirs, ours, equal) {
					t.Errorf("%#x: %+v instead of %+v", i.addr, ours, theirs)
				}
				if ours, theirs := d.At(i.addr), whole.At(i.addr); !slices.EqualFunc(theirs, ours, same) {
					t.Errorf("%#x: entries %+v instead of %+v", i.addr, ours, theirs)
				}
			}
			for _, u := range d.scan() {
				if u.outline != nil && len(u.outline.passed) == 0 {
					t.Errorf("nothing was passed in the unit at %#x", u.off)
				}
				if source == "plain.c" && u.tree != nil {
					t.Errorf("all of the unit at %#x was read", u.off)
				}
			}
		})
	}
}

// equal compares calls by what is said of them.
func equal(a, b Call) bool {
	same := a.Qualified() == b.Qualified() && a.Linkage == b.Linkage
	a.Name, b.Name = Name{}, Name{}
	return same && a == b
}

// same compares entries of two readers of a program.
func same(a, b Entry) bool { return a.Tag == b.Tag && a.off == b.off }
