package cli

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/trapline/trapline/render/summary"
)

func setSummaryOnly(s *settings, g given) error {
	s.summaryOnly = true
	return nil
}

func setSummaryToo(s *settings, g given) error {
	s.summaryToo = true
	return nil
}

func setWallClock(s *settings, g given) error {
	s.wallClock = true
	return nil
}

// A columnName is what -U and -S call a column.
type columnName struct {
	names  []string
	column summary.Column
}

var columnNames = [...]columnName{
	{[]string{"time-percent", "time"}, summary.Share},
	{[]string{"total-time", "time-total"}, summary.Total},
	{[]string{"min-time", "shortest", "time-min"}, summary.Min},
	{[]string{"max-time", "longest", "time-max"}, summary.Max},
	{[]string{"avg-time", "time-avg"}, summary.Avg},
	{[]string{"calls", "count"}, summary.Calls},
	{[]string{"errors", "error"}, summary.Errors},
	{[]string{"name", "syscall", "syscall-name"}, summary.Name},
	{[]string{"wall-total", "total-wall"}, summary.WallTotal},
	{[]string{"wall-min", "min-wall"}, summary.WallMin},
	{[]string{"wall-max", "max-wall"}, summary.WallMax},
	{[]string{"wall-avg", "avg-wall"}, summary.WallAvg},
}

func findColumn(name string) (summary.Column, bool) {
	for _, c := range columnNames {
		if slices.Contains(c.names, name) {
			return c.column, true
		}
	}
	return 0, false
}

func setSort(s *settings, g given) error {
	s.sorted = true
	if g.value == "nothing" || g.value == "none" {
		s.table.Sort = summary.Unsorted
		return nil
	}
	c, ok := findColumn(g.value)
	if !ok {
		return usage("invalid sortby: '%s'", g.value)
	}
	s.table.Sort = c
	return nil
}

func setTableColumns(s *settings, g given) error {
	var columns []summary.Column
	for rest := g.value; ; {
		name, after, more := strings.Cut(rest, ",")
		c, ok := findColumn(name)
		switch {
		case !ok:
			return usage("unknown column name: '%s'", name)
		case slices.Contains(columns, c):
			return usage("call summary column has been provided more than once: '%s' (-U option residual: '%s')", name, rest)
		}
		columns = append(columns, c)
		if !more {
			break
		}
		rest = after
	}
	s.table.Columns = columns
	return nil
}

// units are the suffixes of times.
var units = [...]struct {
	suffix string
	unit   time.Duration
}{
	{"ms", time.Millisecond}, {"us", time.Microsecond}, {"ns", time.Nanosecond}, {"s", time.Second},
}

func setOverhead(s *settings, g given) error {
	number, unit := g.value, time.Microsecond
	for _, u := range units {
		if n, ok := strings.CutSuffix(g.value, u.suffix); ok {
			number, unit = n, u.unit
			break
		}
	}
	n, err := strconv.ParseFloat(number, 64)
	if err != nil || !(n >= 0 && n*float64(unit) < 1<<62) {
		return invalid(g)
	}
	s.table.Overhead = time.Duration(n * float64(unit))
	return nil
}
