// Package cover is what is known of the lines that ran, and everything that is made of it.
//
// A Profile is filled while programs run: for each source file that debug information
// names, the lines that have code, the blocks of each, the functions, and how often each
// ran. A Recording keeps one in a folder, one file for each, so that a process that is
// killed loses nothing and processes side by side do not disturb each other; there the
// profiles of several runs become one again (Profile.Merge).
//
// A Report is a profile seen through a Selection, with paths as people want them and
// without what comments in the sources leave out. Formats are the files that are written
// of it; package page writes those that a browser shows.
//
// Nothing here knows of breakpoints or of processes.
package cover

import (
	"cmp"
	"maps"
	"math"
	"path"
	"slices"
)

// A Profile says which lines of which files have code, and how often each ran. It is not
// for several goroutines at once.
type Profile struct {
	// Counted says that hits are counts; otherwise a hit is 1.
	Counted bool
	Runs    []Run

	files map[string]*File
}

// A File is a source file that has code. Its path is the one that debug information has.
type File struct {
	Path   string
	Source Source

	original  string // of a file that was renamed
	lines     map[int]*Line
	functions map[functionKey]*Function
}

// A Line is one that has code: at least one block.
type Line struct {
	Number int
	Blocks []*Block // in the order of their places
}

// A Block is a part of a line that is entered at its beginning and has a place of its own:
// `a` and `b` of `a && b`. Copies of a function, inlined or of a template, have the same
// blocks, whose hits add up.
type Block struct {
	At   At
	Hits uint64
}

// At is a block's place in its line: the column, zero where that is not known, and what
// tells blocks of one column apart, such as DWARF's discriminator or a number.
type At struct{ Column, Part uint32 }

func (a At) compare(b At) int {
	return cmp.Or(cmp.Compare(a.Column, b.Column), cmp.Compare(a.Part, b.Part))
}

// A Function is all the copies of a function: those of a template, those that are inlined.
type Function struct {
	Name        string // without arguments of templates
	First, Last int    // lines
	Hits        uint64
}

// A functionKey is what copies of a function have in common.
type functionKey struct {
	first int
	name  string
}

// maxLine is the highest number of a line, and maxColumn that of a column.
const (
	maxLine   = math.MaxInt32
	maxColumn = math.MaxUint32
)

// File returns the file of that path, which is new if it was not known.
func (p *Profile) File(name string) *File {
	name = cleanPath(name)
	f := p.files[name]
	if f == nil {
		f = &File{Path: name, lines: map[int]*Line{}, functions: map[functionKey]*Function{}}
		if p.files == nil {
			p.files = map[string]*File{}
		}
		p.files[name] = f
	}
	return f
}

// cleanPath is path.Clean, but for the empty path.
func cleanPath(name string) string {
	if name == "" {
		return name
	}
	return path.Clean(name)
}

// Files returns the files by path.
func (p *Profile) Files() []*File {
	return slices.SortedFunc(maps.Values(p.files), func(a, b *File) int { return cmp.Compare(a.Path, b.Path) })
}

// Block returns a block of a line, which is new if it was not known: it has not run. A
// number that no line has gives nil.
func (f *File) Block(line int, at At) *Block {
	if line < 1 || line > maxLine {
		return nil
	}
	l := f.lines[line]
	if l == nil {
		l = &Line{Number: line}
		f.lines[line] = l
	}
	i, known := slices.BinarySearchFunc(l.Blocks, at, func(b *Block, at At) int { return b.At.compare(at) })
	if !known {
		l.Blocks = slices.Insert(l.Blocks, i, &Block{At: at})
	}
	return l.Blocks[i]
}

// Lines returns the lines that have code, in order.
func (f *File) Lines() []*Line {
	return slices.SortedFunc(maps.Values(f.lines), func(a, b *Line) int { return cmp.Compare(a.Number, b.Number) })
}

// Function returns the function of that demangled name, which is new if none of its copies
// was known, and now lasts until last at least.
func (f *File) Function(name string, first, last int) *Function {
	first, last = max(first, 0), min(last, maxLine)
	key := functionKey{first, foldName(name)}
	k := f.functions[key]
	if k == nil {
		k = &Function{Name: key.name, First: first}
		f.functions[key] = k
	}
	k.Last = max(k.Last, first, last)
	return k
}

// Functions returns the functions in the order of their first lines.
func (f *File) Functions() []*Function {
	return slices.SortedFunc(maps.Values(f.functions), func(a, b *Function) int {
		return cmp.Or(cmp.Compare(a.First, b.First), cmp.Compare(a.Name, b.Name))
	})
}

// Hits is how often the line ran: as often as the block of it that ran most.
func (l *Line) Hits() uint64 {
	most := uint64(0)
	for _, b := range l.Blocks {
		most = max(most, b.Hits)
	}
	return most
}

// Ran is how many blocks of the line ran.
func (l *Line) Ran() int {
	n := 0
	for _, b := range l.Blocks {
		if b.Hits > 0 {
			n++
		}
	}
	return n
}

// Hit notes that the block ran once.
func (b *Block) Hit() { b.Hits = addHits(b.Hits, 1) }

// addHits adds counts. What is more than can be counted stays the highest.
func addHits(a, b uint64) uint64 {
	if a > math.MaxUint64-b {
		return math.MaxUint64
	}
	return a + b
}
