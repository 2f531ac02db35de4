package page

import (
	"fmt"
	"strconv"

	"github.com/trapline/trapline/cover"
)

var gradeClass = [...]string{cover.Low: "low", cover.Medium: "medium", cover.High: "high"}

// measures are those that a report has, and what they are called.
func measures(r *cover.Report) []cover.Measure {
	all := []cover.Measure{cover.Lines, cover.Functions}
	if r.Totals.Blocks.All > 0 {
		all = append(all, cover.Blocks)
	}
	return all
}

var headings = map[cover.Measure]string{cover.Lines: "Lines", cover.Functions: "Functions", cover.Blocks: "Blocks"}

// cards writes totals in large.
func (d *document) cards(r *cover.Report, t *cover.Totals) {
	d.html("<div class=\"cards\">\n")
	for _, m := range measures(r) {
		ratio := t.Of(m)
		d.html(`<div class="card ` + grade(ratio) + `"><h2>` + headings[m] + `</h2>`)
		d.html(`<p class="big">` + ratio.String())
		if ratio.All > 0 {
			d.html("<small>&thinsp;%</small>")
		}
		d.html("</p>")
		d.bar(ratio)
		d.html("<p>" + group(ratio.Ran) + " of " + group(ratio.All) + " ran</p></div>\n")
	}
	d.html("</div>\n")
}

func grade(r cover.Ratio) string {
	if r.All == 0 {
		return "none"
	}
	return gradeClass[r.Grade()]
}

// bar draws a ratio. Its width is a class, since pages have no styles of their own.
func (d *document) bar(r cover.Ratio) {
	width := 0
	if r.All > 0 {
		width = int(r.Percent())
	}
	d.html(`<span class="bar ` + grade(r) + `" aria-hidden="true"><span class="w` + strconv.Itoa(width) + `"></span></span>`)
}

// group writes a number with its thousands apart.
func group(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// short writes a number in few characters: 99999, 123k, 4.5M.
func short(n uint64) string {
	if n < 100_000 {
		return strconv.FormatUint(n, 10)
	}
	v, unit := float64(n)/1000, 0
	for v >= 1000 && unit < len(units)-1 {
		v /= 1000
		unit++
	}
	if v < 10 {
		return fmt.Sprintf("%.1f%c", v, units[unit])
	}
	return fmt.Sprintf("%.0f%c", v, units[unit])
}

const units = "kMGTPE"
