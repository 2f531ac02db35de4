package probe

import (
	"fmt"
	"io"
	"math/bits"
	"strings"
	"text/tabwriter"
	"time"
)

// Counts adds up what probes meet: hits, and how long calls took.
type Counts struct {
	order []*Probe
	of    map[*Probe]*count
}

// A count is what one probe has met.
type count struct {
	hits    uint64
	calls   uint64
	total   time.Duration
	least   time.Duration
	most    time.Duration
	buckets [64]uint64 // of calls, by the number of bits of their nanoseconds
}

// NewCounts returns counts of those probes, which are shown even if they are never hit.
func NewCounts(probes ...*Probe) *Counts {
	c := &Counts{order: probes, of: map[*Probe]*count{}}
	for _, p := range probes {
		c.of[p] = &count{}
	}
	return c
}

// Hit implements Observer.
func (c *Counts) Hit(h *Hit) error {
	if n := c.of[h.Probe]; h.Returned {
		n.add(h.Elapsed)
	} else {
		n.hits++
	}
	return nil
}

// add adds a call that has returned.
func (n *count) add(d time.Duration) {
	if n.calls == 0 || d < n.least {
		n.least = d
	}
	n.most = max(n.most, d)
	n.calls++
	n.total += d
	n.buckets[bits.Len64(uint64(max(d, 0)))]++
}

// quantile returns a time that the share q of the calls did not take longer than, as exactly
// as the buckets tell.
func (n *count) quantile(q float64) time.Duration {
	rank := uint64(q * float64(n.calls))
	for i, k := range n.buckets {
		if rank < k {
			return min(time.Duration(1)<<i, n.most)
		}
		rank -= k
	}
	return n.most
}

// WriteTo writes a table of the counts, and how the times of calls are spread.
func (c *Counts) WriteTo(w io.Writer) (int64, error) {
	var text strings.Builder
	table := tabwriter.NewWriter(&text, 0, 8, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "hits\ttotal\tleast\tmean\t50%\t99%\tmost\t  probe")
	for _, p := range c.order {
		c.of[p].row(table, p)
	}
	table.Flush()
	for _, p := range c.order {
		c.of[p].spread(&text, p)
	}
	n, err := io.WriteString(w, text.String())
	return int64(n), err
}

func (n *count) row(w io.Writer, p *Probe) {
	if n.calls == 0 {
		fmt.Fprintf(w, "%d\t\t\t\t\t\t\t  %s\n", n.hits, p.Place.Text)
		return
	}
	fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s\t%s\t%s\t  %s\n", n.hits, short(n.total), short(n.least),
		short(n.total/time.Duration(n.calls)), short(n.quantile(0.5)), short(n.quantile(0.99)), short(n.most), p.Place.Text)
}

// bar is how wide the bar of the fullest bucket is.
const bar = 50

// spread writes a line for each bucket from the first that has calls to the last.
func (n *count) spread(w io.Writer, p *Probe) {
	first, last, fullest := -1, 0, uint64(1)
	for i, k := range n.buckets {
		if k > 0 {
			if last, fullest = i, max(fullest, k); first < 0 {
				first = i
			}
		}
	}
	if first < 0 {
		return
	}
	fmt.Fprintf(w, "\n%s:\n", p.Place.Text)
	for i := first; i <= last; i++ {
		k := n.buckets[i]
		line := fmt.Sprintf("%10s to %-10s %10d  %s", short(time.Duration(1)<<max(i-1, 0)), short(time.Duration(1)<<i), k,
			strings.Repeat("#", int(k*bar/fullest)))
		fmt.Fprintln(w, strings.TrimRight(line, " "))
	}
}

// short is a time with three digits or so.
func short(d time.Duration) string {
	for _, unit := range []struct {
		of   time.Duration
		name string
	}{{time.Second, "s"}, {time.Millisecond, "ms"}, {time.Microsecond, "us"}} {
		if d >= unit.of {
			return fmt.Sprintf("%.3g %s", float64(d)/float64(unit.of), unit.name)
		}
	}
	return fmt.Sprintf("%d ns", d)
}
