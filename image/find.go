package image

import (
	"cmp"
	"iter"
	"path"
	"slices"
	"strings"

	"github.com/trapline/trapline/image/dwarf"
)

// A Location is an address that a name or a line leads to.
type Location struct {
	Addr     uint64
	Function string  // that was found; empty for a line
	Places   []Place // where the address lies, as Places says
}

// A Line is where the code of a line of the source begins.
type Line struct {
	Addr         uint64
	File         string
	Line, Column int
}

// FindFunction returns where the functions of that name begin: all that match, their
// copies by inlining and templates included. A name is what gdb takes: plain, with some or
// all of its scopes, with parameters, or FILE:NAME; a * in it stands for anything. A
// linker's name will do too.
func (f *File) FindFunction(name string) ([]Location, error) {
	q, err := parseQuery(name)
	if err != nil {
		return nil, f.errorf("%w", err)
	}
	var found []Location
	d := f.DWARF()
	if d != nil {
		d.Functions(q.maybe, func(n *dwarf.Name, addr uint64) {
			if q.matches(n) {
				found = append(found, Location{Addr: addr, Function: sourceName(n)})
			}
		})
	}
	found = f.addSymbols(found, q)
	if len(found) == 0 && d == nil {
		found = f.findGo(q)
	}
	found = slices.DeleteFunc(f.locate(found), func(l Location) bool { return !q.in(&l) })
	if len(found) == 0 && d != nil && d.Err() != nil {
		return nil, f.errorf("debug information: %w", d.Err())
	}
	return found, nil
}

// findGo returns the functions that only Go's line table names, as in a program without symbols.
func (f *File) findGo(q *query) (found []Location) {
	t := f.GoTable()
	if t == nil {
		return nil
	}
	for fn := range t.all() {
		if name := fn.Name(); q.is(name) {
			found = append(found, Location{Addr: fn.Entry, Function: withoutTypes(name)})
		}
	}
	return found
}

// addSymbols adds the functions that only symbols name.
func (f *File) addSymbols(found []Location, q *query) []Location {
	known := map[uint64]bool{}
	for _, l := range found {
		known[l.Addr] = true
	}
	for _, l := range f.findSymbols(q) {
		if !known[l.Addr] {
			known[l.Addr] = true
			found = append(found, l)
		}
	}
	return found
}

// FindLine returns where the code of a line begins, once in each function that has code of
// it, inlined calls and copies of templates included. A line without code stands for the
// next one that has some. The path may be its end only.
func (f *File) FindLine(file string, line int) ([]Location, error) {
	d := f.DWARF()
	if d == nil {
		return nil, f.errorf("no debug information")
	}
	best, addrs := 0, []uint64(nil)
	for l := range f.Statements(file) {
		switch {
		case l.Line < line || best > 0 && l.Line > best:
		case l.Line == best:
			addrs = append(addrs, l.Addr)
		default:
			best, addrs = l.Line, append(addrs[:0], l.Addr)
		}
	}
	if best == 0 && d.Err() != nil {
		return nil, f.errorf("debug information: %w", d.Err())
	}
	var found []Location
	for _, addr := range onePerBlock(d, addrs) {
		found = append(found, Location{Addr: addr})
	}
	return f.locate(found), nil
}

// onePerBlock keeps the first address in each block.
func onePerBlock(d *dwarf.Data, addrs []uint64) []uint64 {
	slices.Sort(addrs)
	seen := map[dwarf.Block]bool{}
	return slices.DeleteFunc(addrs, func(addr uint64) bool {
		b := d.Block(addr)
		again := seen[b] && b != dwarf.Block{}
		seen[b] = true
		return again
	})
}

// Statements returns where the code of each line begins in the files whose path is file or
// ends with it, in no order.
func (f *File) Statements(file string) iter.Seq[Line] {
	return func(yield func(Line) bool) {
		d := f.DWARF()
		if d == nil {
			return
		}
		for l := range d.Statements(func(path string) bool { return endsWith(path, file) }) {
			if !yield(Line(l)) {
				return
			}
		}
	}
}

// endsWith reports whether a path is the same as another or ends with all of it.
func endsWith(name, end string) bool {
	end = path.Clean(end)
	return name == end || strings.HasSuffix(name, "/"+end)
}

// locate sorts the locations, keeps one of each address, and fills in their places.
func (f *File) locate(found []Location) []Location {
	slices.SortStableFunc(found, func(a, b Location) int { return cmp.Compare(a.Addr, b.Addr) })
	found = slices.CompactFunc(found, func(a, b Location) bool { return a.Addr == b.Addr && a.Function == b.Function })
	for i := range found {
		found[i].Places = f.Places(nil, found[i].Addr)
	}
	return found
}
