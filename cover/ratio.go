package cover

import "strconv"

// A Ratio is how many of how many ran.
type Ratio struct{ Ran, All int }

func (r *Ratio) add(other Ratio) {
	r.Ran += other.Ran
	r.All += other.All
}

// count counts one more.
func (r *Ratio) count(ran bool) {
	r.All++
	if ran {
		r.Ran++
	}
}

// permille is rounded down, so that 1000 means all of them and a limit that was missed is
// not shown as reached. It is 1000 of nothing.
func (r Ratio) permille() int {
	if r.All == 0 {
		return 1000
	}
	return int(int64(r.Ran) * 1000 / int64(r.All))
}

// Percent is the share in percent with one decimal, rounded down; 100 of nothing.
func (r Ratio) Percent() float64 { return float64(r.permille()) / 10 }

// String is the share in percent: "83.3"; "-" of nothing.
func (r Ratio) String() string {
	if r.All == 0 {
		return "-"
	}
	return strconv.FormatFloat(r.Percent(), 'f', 1, 64)
}

// fraction is the share of one, which is one of nothing.
func (r Ratio) fraction() float64 {
	if r.All == 0 {
		return 1
	}
	return float64(r.Ran) / float64(r.All)
}

// Totals are what ran of a file, of a folder or of everything.
type Totals struct {
	Lines, Functions Ratio
	// Blocks are those of lines that have several.
	Blocks Ratio
}

func (t *Totals) add(other Totals) {
	t.Lines.add(other.Lines)
	t.Functions.add(other.Functions)
	t.Blocks.add(other.Blocks)
}

// A Measure is what of Totals is meant.
type Measure string

// The measures.
const (
	Lines     Measure = "lines"
	Functions Measure = "functions"
	Blocks    Measure = "blocks"
)

// Of returns the ratio that is meant.
func (t *Totals) Of(m Measure) Ratio {
	switch m {
	case Functions:
		return t.Functions
	case Blocks:
		return t.Blocks
	}
	return t.Lines
}
