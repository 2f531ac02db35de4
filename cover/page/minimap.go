package page

import (
	"fmt"
	"strconv"

	"github.com/trapline/trapline/cover"
)

// minimapParts is how many parts a minimap has at most.
const minimapParts = 400

// minimap draws the whole file at the edge of the window: what ran and what did not. Each
// part leads to its lines.
func (p *sourcePage) minimap(lines int) {
	if lines == 0 {
		return
	}
	step := (lines + minimapParts - 1) / minimapParts
	parts := (lines + step - 1) / step
	fmt.Fprintf(p, `<svg class="map" viewBox="0 0 10 %d" preserveAspectRatio="none" aria-hidden="true">`, parts)
	classes := mapClasses(p.l.Lines, step, parts)
	for from := 0; from < parts; {
		to := from + 1
		for to < parts && classes[to] == classes[from] {
			to++
		}
		if c := classes[from]; c != ' ' {
			fmt.Fprintf(p, `<a tabindex="-1" href="#L%s"><rect class="%c" width="10" y="%d" height="%d"/></a>`, strconv.Itoa(from*step+1), c, from, to-from)
		}
		from = to
	}
	p.html("</svg>\n")
}

// mapClasses are those of the parts of a file: not run where more than half of the code did
// not, run where all of it did.
func mapClasses(lines []*cover.Line, step, parts int) []byte {
	all, unrun, partly := make([]int, parts), make([]int, parts), make([]int, parts)
	for _, line := range lines {
		i := (line.Number - 1) / step
		switch {
		case i >= parts:
			continue
		case line.Hits() == 0:
			unrun[i]++
		case line.Ran() < len(line.Blocks):
			partly[i]++
		}
		all[i]++
	}
	classes := make([]byte, parts)
	for i := range classes {
		switch {
		case all[i] == 0:
			classes[i] = ' '
		case 2*unrun[i] > all[i]:
			classes[i] = 'u'
		case unrun[i]+partly[i] > 0:
			classes[i] = 'p'
		default:
			classes[i] = 'r'
		}
	}
	return classes
}
