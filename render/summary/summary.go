// Package summary counts system calls and prints the table that strace -c prints.
package summary

import (
	"cmp"
	"io"
	"slices"
	"time"

	"github.com/trapline/trapline/abi"
)

// Column is a column of the table, and what rows are sorted by.
type Column uint8

const (
	Share Column = iota // time-percent
	Total               // total-time
	Min                 // min-time
	Max                 // max-time
	Avg                 // avg-time
	Calls
	Errors
	Name
	WallTotal
	WallMin
	WallMax
	WallAvg
	Unsorted // as a sort key: nothing
)

// Options say how the table looks.
type Options struct {
	Columns  []Column      // -U; nil is strace's default
	Sort     Column        // -S; Share sorts by time
	Overhead time.Duration // -O: taken off each call
}

// A Table is the counts of all calls, one part for each ABI.
type Table struct {
	o     Options
	parts [4]part // in the order of abi.All
}

// part is the calls of one ABI.
type part map[uint64]*row

// row is the counts of one call.
type row struct {
	name          string
	nr            uint64
	calls, errors int
	times         times // what the table is about: system time, or wall-clock time
	wall          times
}

// times are those that some calls took.
type times struct{ total, min, max time.Duration }

// New makes an empty table.
func New(o Options) *Table {
	if o.Columns == nil {
		o.Columns = []Column{Share, Total, Avg, Calls, Errors, Name}
	}
	if !slices.Contains(o.Columns, Name) {
		o.Columns = append(slices.Clone(o.Columns), Name)
	}
	return &Table{o: o}
}

// Count adds one call that took so long, and by the wall clock; it is strace.Counter's method.
func (t *Table) Count(c abi.Call, name string, took, wall time.Duration, failed bool) {
	p := t.part(c.ABI)
	r := p[c.NR]
	if r == nil {
		r = &row{name: name, nr: c.NR}
		p[c.NR] = r
	}
	r.add(max(took-t.o.Overhead, 0), max(wall-t.o.Overhead, 0), failed)
}

func (t *Table) part(a *abi.ABI) part {
	p := &t.parts[max(slices.Index(abi.All, a), 0)]
	if *p == nil {
		*p = part{}
	}
	return *p
}

func (r *row) add(took, wall time.Duration, failed bool) {
	first := r.calls == 0
	r.times.add(times{took, took, took}, first)
	r.wall.add(times{wall, wall, wall}, first)
	r.calls++
	if failed {
		r.errors++
	}
}

// add adds the times of more calls; before the first there is no least time.
func (t *times) add(more times, first bool) {
	if first || more.min < t.min {
		t.min = more.min
	}
	t.max = max(t.max, more.max)
	t.total += more.total
}

func (t *times) average(calls int) time.Duration {
	if calls == 0 {
		return 0
	}
	return t.total / time.Duration(calls)
}

// sum returns the last row of a part: all calls together.
func (p part) sum() *row {
	sum := &row{name: "total"}
	for _, r := range p {
		first := sum.calls == 0
		sum.times.add(r.times, first)
		sum.wall.add(r.wall, first)
		sum.calls += r.calls
		sum.errors += r.errors
	}
	return sum
}

// sorted returns the rows in the order asked for; rows that are equal in that stand
// by number.
func (p part) sorted(by Column) []*row {
	rows := make([]*row, 0, len(p))
	for _, r := range p {
		rows = append(rows, r)
	}
	slices.SortFunc(rows, func(a, b *row) int {
		return cmp.Or(order(a, b, by), cmp.Compare(a.nr, b.nr))
	})
	return rows
}

func order(a, b *row, by Column) int {
	switch by {
	case Calls:
		return cmp.Compare(b.calls, a.calls)
	case Errors:
		return cmp.Compare(b.errors, a.errors)
	case Name:
		return cmp.Compare(a.name, b.name)
	case Share:
		by = Total
	}
	return cmp.Compare(b.time(by), a.time(by))
}

// time returns what stands in a column of times; zero for other columns.
func (r *row) time(c Column) time.Duration {
	switch c {
	case Total:
		return r.times.total
	case Min:
		return r.times.min
	case Max:
		return r.times.max
	case Avg:
		return r.times.average(r.calls)
	case WallTotal:
		return r.wall.total
	case WallMin:
		return r.wall.min
	case WallMax:
		return r.wall.max
	case WallAvg:
		return r.wall.average(r.calls)
	}
	return 0
}

// WriteTo prints the table.
func (t *Table) WriteTo(w io.Writer) (int64, error) {
	var text []byte
	for i, p := range t.parts {
		if len(p) > 0 {
			text = t.appendPart(text, p, abi.All[i])
		}
	}
	n, err := w.Write(text)
	return int64(n), err
}
