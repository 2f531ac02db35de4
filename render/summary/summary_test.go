package summary_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/render/summary"
)

type counted struct {
	abi    *abi.ABI
	nr     uint64
	name   string
	took   time.Duration
	failed bool
}

var calls = []counted{
	{abi.AMD64, 3, "close", 11 * time.Microsecond, false},
	{abi.AMD64, 0, "read", 30700 * time.Nanosecond, false},
	{abi.AMD64, 0, "read", 10 * time.Microsecond, true},
	{abi.AMD64, 257, "openat", 0, true},
	{abi.AMD64, 21, "access", 0, false},
}

func table(t *testing.T, o summary.Options, calls []counted) string {
	t.Helper()
	table := summary.New(o)
	for _, c := range calls {
		table.Count(abi.Call{ABI: c.abi, NR: c.nr}, c.name, c.took, 3*c.took, c.failed)
	}
	var text strings.Builder
	if n, err := table.WriteTo(&text); err != nil || int(n) != text.Len() {
		t.Fatalf("WriteTo = %d, %v for %d bytes", n, err, text.Len())
	}
	return text.String()
}

func TestTable(t *testing.T) {
	want := `% time     seconds  usecs/call     calls    errors syscall
------ ----------- ----------- --------- --------- ----------------
 78.72    0.000041          20         2         1 read
 21.28    0.000011          11         1           close
  0.00    0.000000           0         1           access
  0.00    0.000000           0         1         1 openat
------ ----------- ----------- --------- --------- ----------------
100.00    0.000052          10         5         2 total
`
	if diff := cmp.Diff(want, table(t, summary.Options{}, calls)); diff != "" {
		t.Error(diff)
	}
}

func TestColumns(t *testing.T) {
	o := summary.Options{
		Columns:  []summary.Column{summary.Name, summary.Min, summary.Max, summary.Errors},
		Sort:     summary.Name,
		Overhead: 10 * time.Microsecond,
	}
	want := `syscall          shortest  longest    errors
---------------- -------- -------- ---------
access           0.000000 0.000000          
close            0.000001 0.000001          
openat           0.000000 0.000000         1
read             0.000000 0.000021         1
---------------- -------- -------- ---------
total            0.000000 0.000021         2
`
	if diff := cmp.Diff(want, table(t, o, calls)); diff != "" {
		t.Error(diff)
	}
}

func TestWallClock(t *testing.T) {
	o := summary.Options{
		Columns: []summary.Column{summary.WallTotal, summary.WallMin, summary.WallMax, summary.WallAvg, summary.Total},
		Sort:    summary.WallMax,
	}
	want := ` wall-total wall-min wall-max    wall-avg     seconds syscall
----------- -------- -------- ----------- ----------- ----------------
   0.000122 0.000030 0.000092          61    0.000041 read
   0.000033 0.000033 0.000033          33    0.000011 close
   0.000000 0.000000 0.000000           0    0.000000 access
   0.000000 0.000000 0.000000           0    0.000000 openat
----------- -------- -------- ----------- ----------- ----------------
   0.000155 0.000000 0.000092          31    0.000052 total
`
	if diff := cmp.Diff(want, table(t, o, calls)); diff != "" {
		t.Error(diff)
	}
}

func TestNameIsAlwaysThere(t *testing.T) {
	got := table(t, summary.Options{Columns: []summary.Column{summary.Calls}}, calls[:1])
	want := "    calls syscall\n--------- ----------------\n        1 close\n" +
		"--------- ----------------\n        1 total\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestABIs(t *testing.T) {
	got := table(t, summary.Options{}, []counted{{abi.I386, 64, "getppid", 0, false}, {abi.AMD64, 110, "getppid", 0, false}})
	parts := strings.Split(got, "System call usage summary for 32 bit mode:\n")
	if len(parts) != 2 || parts[0] != parts[1] {
		t.Errorf("tables of two ABIs: %q", parts)
	}
}

func TestSort(t *testing.T) {
	for by, want := range map[summary.Column]string{
		summary.Calls:    "read close access openat",
		summary.Errors:   "read openat close access",
		summary.Min:      "close read access openat",
		summary.Unsorted: "read close access openat",
	} {
		got := table(t, summary.Options{Columns: []summary.Column{summary.Name}, Sort: by}, calls)
		lines := strings.Fields(got)
		if names := strings.Join(lines[2:6], " "); names != want {
			t.Errorf("sorted by %d: %s, want %s", by, names, want)
		}
	}
}
