package survey

import (
	"cmp"
	"slices"
	"sort"

	"github.com/trapline/trapline/cover"
	"github.com/trapline/trapline/image"
)

// A chart is what a file's blocks stand for in a profile.
type chart struct {
	points map[uint64]*point // by the address of a block
}

// A point is a block that is planted.
type point struct {
	blocks    []*cover.Block
	functions []*cover.Function
}

// run notes that the block has run, and how often if that is counted.
func (p *point) run(counted bool) {
	for _, b := range p.blocks {
		if b.Hits == 0 || counted {
			b.Hit()
		}
	}
	for _, f := range p.functions {
		if f.Hits == 0 || counted {
			f.Hits++
		}
	}
}

// A charting is a chart in the making.
type charting struct {
	*Survey
	file    *image.File
	rows    []image.Row       // of the sources that count, by address
	inlined []*image.Function // by the address where they begin
	chart   *chart
}

// chart looks at the code of a file.
func (s *Survey) chart(f *image.File) *chart {
	c := &charting{Survey: s, file: f, chart: &chart{points: map[uint64]*point{}}}
	if c.rows = s.rows(f); len(c.rows) == 0 {
		return c.chart
	}
	functions := c.functions()
	seen := map[image.Range]bool{}
	for n, g := range functions {
		if s.Progress != nil {
			s.Progress(n+1, len(functions))
		}
		code := c.code(g)
		for i, r := range g.Ranges {
			if !seen[r] {
				seen[r] = true
				c.piece(g, code[i], i == 0)
			}
		}
	}
	return c.chart
}

// functions returns the functions of the file, and notes those that are inlined.
func (c *charting) functions() (functions []*image.Function) {
	c.file.Functions(func(g *image.Function) {
		switch {
		case len(g.Ranges) == 0:
		case g.Inlined:
			c.inlined = append(c.inlined, g)
		default:
			functions = append(functions, g)
		}
	})
	slices.SortStableFunc(c.inlined, func(a, b *image.Function) int {
		return cmp.Compare(a.Ranges[0].Low, b.Ranges[0].Low)
	})
	return append(functions, c.named(functions)...)
}

// maxLine is the highest number of a line that is believed.
const maxLine = 1 << 24

// rows returns the rows of a file that count, by address.
func (s *Survey) rows(f *image.File) []image.Row {
	takes := map[string]bool{}
	var rows []image.Row
	f.Rows(func(r image.Row) {
		if r.Line <= 0 || r.Line > maxLine || !f.IsCode(r.Low) {
			return
		}
		ok, known := takes[r.File]
		if !known {
			ok = s.Takes == nil || s.Takes(r.File)
			takes[r.File] = ok
		}
		if ok {
			rows = append(rows, r)
		}
	})
	slices.SortStableFunc(rows, func(a, b image.Row) int { return cmp.Compare(a.Low, b.Low) })
	goOn(rows)
	return rows
}

// goOn makes rows that go on with the line of the statement before them a part of it: code that is
// jumped to need not be what a compiler suggests for a breakpoint. One that has no code only says where
// the statement ends.
func goOn(rows []image.Row) {
	for i := 1; i < len(rows); i++ {
		a, b := &rows[i-1], &rows[i]
		if a.Statement && b.High > b.Low && a.High == b.Low && a.Line == b.Line && a.File == b.File {
			b.Statement = true
		}
	}
}

// within returns the rows that have code in a range or begin there, and those before them
// whose code goes on there.
func (c *charting) within(low, high uint64) []image.Row {
	i := sort.Search(len(c.rows), func(i int) bool { return c.rows[i].Low >= low })
	for i > 0 && c.rows[i-1].High > low {
		i--
	}
	n := sort.Search(len(c.rows), func(i int) bool { return c.rows[i].Low >= high })
	return c.rows[i:max(n, i)]
}
