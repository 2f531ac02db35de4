package image

import "github.com/trapline/trapline/image/dwarf"

// A Row is the code of one line from an address on: [Low, High). Of several rows at one
// address all but the last have no code of their own.
type Row struct {
	Low, High    uint64
	File         string
	Line, Column int
	Statement    bool // a good place to stop at
}

// Rows calls use for each row of the file's line tables, in no order. There are none without
// debug information.
func (f *File) Rows(use func(Row)) {
	if d := f.DWARF(); d != nil {
		d.Rows(func(r dwarf.Row) { use(Row{r.Low, r.High, r.File, r.Line, r.Column, r.Statement}) })
	}
}

// A Function is one that has code, or a call of one that is inlined.
type Function struct {
	Name    string // as Place.Function
	File    string // where it is; empty if that is unknown
	Line    int
	Ranges  []Range
	Inlined bool
}

// A Range is a range of a file's addresses.
type Range struct{ Low, High uint64 }

// Functions calls use for each function and each inlined call that debug information tells
// of, in no order.
func (f *File) Functions(use func(*Function)) {
	d := f.DWARF()
	if d == nil {
		return
	}
	d.Subprograms(func(s *dwarf.Subprogram) {
		g := Function{Name: sourceName(&s.Name), File: s.File, Line: s.Line, Inlined: s.Inlined}
		for _, span := range s.Spans {
			g.Ranges = append(g.Ranges, Range{span.Low, span.High})
		}
		use(&g)
	})
}
