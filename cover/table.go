package cover

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A Detail is how much a table tells.
type Detail uint8

// The details.
const (
	Total Detail = iota
	FoldersOnly
	EachFile
)

// A Table says how a report is written for a terminal.
type Table struct {
	Detail Detail
	Worst  bool // what ran least comes first
	Color  bool
	Width  int // of the terminal; zero is no limit
}

// A Grade is what to think of a share.
type Grade uint8

// The grades, as genhtml has them.
const (
	Low    Grade = iota
	Medium       // 75 % and more
	High         // 90 % and more
)

// Grade returns that of the ratio.
func (r Ratio) Grade() Grade {
	switch p := r.permille(); {
	case p >= 900:
		return High
	case p >= 750:
		return Medium
	}
	return Low
}

// A paint is a color of the terminal.
type paint string

const (
	bold  paint = "1"
	faint paint = "2"
)

var gradePaint = [...]paint{Low: "31", Medium: "33", High: "32"}

// A row is a line of the table.
type row struct {
	name   string
	totals Totals
	unrun  []Span
}

// measured are the measures that have columns.
func (r *Report) measured() []Measure {
	all := []Measure{Lines, Functions}
	if r.Totals.Blocks.All > 0 {
		all = append(all, Blocks)
	}
	return all
}

// Write writes the report as a table that fits the terminal.
func (t Table) Write(w io.Writer, r *Report) error {
	out := tableWriter{out: bufio.NewWriter(w), o: t, measures: r.measured()}
	rows := t.rows(r)
	out.size(rows, r)
	if len(rows) > 0 {
		out.head()
	}
	for i := range rows {
		out.row(&rows[i], "")
	}
	out.row(&row{name: "total", totals: r.Totals}, bold)
	for _, warning := range r.Warnings {
		out.paint(faint, "note: "+oneLine(warning))
		out.end()
	}
	return out.out.Flush()
}

// rows are those of files or folders, in their order.
func (t Table) rows(r *Report) []row {
	var rows []row
	switch t.Detail {
	case FoldersOnly:
		for _, f := range r.Folders {
			rows = append(rows, row{name: f.Name + "/", totals: f.Totals})
		}
	case EachFile:
		for _, l := range r.Files {
			rows = append(rows, row{l.Name, l.Totals, l.Unrun()})
		}
	}
	if t.Worst {
		slices.SortStableFunc(rows, func(a, b row) int {
			x, y := a.totals.Lines, b.totals.Lines
			return cmp.Or(cmp.Compare(x.fraction(), y.fraction()), cmp.Compare(y.All, x.All))
		})
	}
	return rows
}

// A tableWriter is a table while it is written.
type tableWriter struct {
	strings.Builder // the line
	out             *bufio.Writer
	o               Table
	measures        []Measure
	name            int   // widths of columns
	counts          []int // of each measure: those of "12/345"
	unrun           int
}

// The least widths: of names, and of lines that did not run.
const (
	minName  = 16
	minUnrun = 16
	percent  = len("100.0 % ")
	gap      = 2

	unlimited = 1 << 30
)

// size finds widths that fit the terminal. Names give way down to what can be read, then
// columns from the right.
func (t *tableWriter) size(rows []row, r *Report) {
	longest := minName
	for i := range rows {
		longest = max(longest, utf8.RuneCountInString(oneLine(rows[i].name)))
	}
	rest := cmp.Or(t.o.Width, unlimited)
	for _, m := range t.measures {
		n := max(len(countsOf(r.Totals.Of(m))), len(m)-percent)
		t.counts = append(t.counts, n)
		rest -= gap + percent + n
	}
	for len(t.counts) > 1 && rest < minName {
		last := len(t.counts) - 1
		rest += gap + percent + t.counts[last]
		t.counts, t.measures = t.counts[:last], t.measures[:last]
	}
	if t.o.Detail == EachFile && rest >= minName+gap+minUnrun {
		t.unrun = max(rest-longest-gap, minUnrun)
		rest -= gap + minUnrun
	}
	t.name = max(minName, min(longest, rest))
}

func countsOf(r Ratio) string { return strconv.Itoa(r.Ran) + "/" + strconv.Itoa(r.All) }

func (t *tableWriter) head() {
	line := fmt.Sprintf("%-*s", t.name, "")
	for i, m := range t.measures {
		line += fmt.Sprintf("%*s%-*s", gap, "", percent+t.counts[i], m)
	}
	if t.unrun > 0 {
		line += "  not run"
	}
	t.paint(bold, strings.TrimRight(line, " "))
	t.end()
}

func (t *tableWriter) row(r *row, p paint) {
	name := shorten(oneLine(r.name), t.name)
	t.paint(p, name)
	t.WriteString(strings.Repeat(" ", t.name-utf8.RuneCountInString(name)))
	for i, m := range t.measures {
		t.ratio(r.totals.Of(m), t.counts[i])
	}
	if len(r.unrun) > 0 && t.unrun > 0 {
		t.WriteString("  " + fit(r.unrun, t.unrun))
	}
	t.end()
}

// ratio writes the cells of a ratio, which are empty for nothing.
func (t *tableWriter) ratio(r Ratio, width int) {
	if r.All == 0 {
		fmt.Fprintf(t, "%*s", gap+percent+width, "")
		return
	}
	t.WriteString("  ")
	t.paint(gradePaint[r.Grade()], fmt.Sprintf("%5s %%", r))
	fmt.Fprintf(t, " %*s", width, countsOf(r))
}

// end writes the line.
func (t *tableWriter) end() {
	t.out.WriteString(strings.TrimRight(t.String(), " ") + "\n")
	t.Reset()
}

// paint writes text, in color if there is any.
func (t *tableWriter) paint(p paint, s string) {
	if t.o.Color && p != "" {
		s = "\x1b[" + string(p) + "m" + s + "\x1b[0m"
	}
	t.WriteString(s)
}

// shorten takes the middle out of a name that is too long. Its end tells most.
func shorten(name string, width int) string {
	runes := []rune(name)
	if len(runes) <= width {
		return name
	}
	head := (width - 1) / 3
	return string(runes[:head]) + "…" + string(runes[len(runes)-(width-1-head):])
}

// fit writes as many spans as fit: "3, 7-12, …".
func fit(spans []Span, width int) string {
	text := ""
	for i, s := range spans {
		next := s.String()
		if i > 0 {
			next = ", " + next
		}
		more := 0
		if i < len(spans)-1 {
			more = len(", .")
		}
		if len(text)+len(next)+more > width {
			return text + ", …"
		}
		text += next
	}
	return text
}

// String is "7" or "7-12".
func (s Span) String() string {
	if s.First == s.Last {
		return strconv.Itoa(s.First)
	}
	return fmt.Sprintf("%d-%d", s.First, s.Last)
}
