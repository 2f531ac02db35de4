package summary

import (
	"strconv"
	"time"

	"github.com/trapline/trapline/abi"
)

// A layout is how a column looks.
type layout struct {
	heading string
	width   int
}

var layouts = [...]layout{
	Share:     {"% time", 6},
	Total:     {"seconds", 11},
	Min:       {"shortest", 8},
	Max:       {"longest", 8},
	Avg:       {"usecs/call", 11},
	Calls:     {"calls", 9},
	Errors:    {"errors", 9},
	Name:      {"syscall", 16},
	WallTotal: {"wall-total", 11},
	WallMin:   {"wall-min", 8},
	WallMax:   {"wall-max", 8},
	WallAvg:   {"wall-avg", 11},
}

// appendPart appends the table of one ABI. Only those that are not the machine's
// main one are introduced.
func (t *Table) appendPart(dst []byte, p part, a *abi.ABI) []byte {
	if mode := mode(a); mode != "" {
		dst = append(dst, "System call usage summary for "+mode+" mode:\n"...)
	}
	dst = t.appendLine(dst, func(c Column) string { return layouts[c].heading })
	dst = t.appendRule(dst)
	sum := p.sum()
	for _, r := range p.sorted(t.o.Sort) {
		dst = t.appendLine(dst, func(c Column) string { return r.cell(c, sum.times.total) })
	}
	dst = t.appendRule(dst)
	return t.appendLine(dst, func(c Column) string {
		if c == Share {
			return "100.00"
		}
		return sum.cell(c, sum.times.total)
	})
}

func mode(a *abi.ABI) string {
	switch {
	case a.NRBit != 0:
		return a.Name
	case a.Word == 4:
		return "32 bit"
	}
	return ""
}

// appendLine appends one line: numbers to the right, names to the left.
func (t *Table) appendLine(dst []byte, cell func(Column) string) []byte {
	for i, c := range t.o.Columns {
		if i > 0 {
			dst = append(dst, ' ')
		}
		text, width := cell(c), layouts[c].width
		if c != Name {
			dst = appendSpaces(dst, width-len(text))
			dst = append(dst, text...)
			continue
		}
		dst = append(dst, text...)
		if i < len(t.o.Columns)-1 {
			dst = appendSpaces(dst, width-len(text))
		}
	}
	return append(dst, '\n')
}

func (t *Table) appendRule(dst []byte) []byte {
	for i, c := range t.o.Columns {
		if i > 0 {
			dst = append(dst, ' ')
		}
		for range layouts[c].width {
			dst = append(dst, '-')
		}
	}
	return append(dst, '\n')
}

func appendSpaces(dst []byte, n int) []byte {
	for range n {
		dst = append(dst, ' ')
	}
	return dst
}

// cell returns what stands in a column, when all calls took total.
func (r *row) cell(c Column, total time.Duration) string {
	switch c {
	case Share:
		return strconv.FormatFloat(r.share(total), 'f', 2, 64)
	case Avg, WallAvg:
		return strconv.FormatInt(r.time(c).Microseconds(), 10)
	case Calls:
		return strconv.Itoa(r.calls)
	case Errors:
		if r.errors == 0 {
			return ""
		}
		return strconv.Itoa(r.errors)
	case Name:
		return r.name
	}
	return seconds(r.time(c))
}

func (r *row) share(total time.Duration) float64 {
	if total == 0 {
		return 0
	}
	return 100 * r.times.total.Seconds() / total.Seconds()
}

func seconds(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', 6, 64) }
