package cover

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the goldens anew")

// demo is a profile of the sources in testdata/src and of one that is not there. They were
// built in /build.
func demo() *Profile {
	p := &Profile{Counted: true, Runs: []Run{
		{Command: []string{"./queue", "1"}, Dir: "/build", Began: time.Unix(1e9, 0).UTC(), Flushed: time.Unix(1e9+1, 0).UTC(), Ended: true, Status: "exited with 0"},
		{Command: []string{"./tool"}, Began: time.Unix(1e9+1, 0).UTC(), Flushed: time.Unix(1e9+2, 0).UTC()},
	}}
	f := p.File("/build/queue.cc")
	f.Function("Queue::Queue", 8, 8).Hits = 1
	f.Function("Queue::take", 10, 18).Hits = 2
	f.Function("Queue::fail", 20, 22)
	f.Function("debug", 29, 31)
	f.Function("main", 34, 41).Hits = 1
	for line, counts := range map[int][]uint64{
		8: {1}, 10: {2}, 12: {0}, 13: {2, 4, 2}, 14: {2}, 15: {2}, 16: {2}, 17: {2}, 20: {0}, 21: {0},
		29: {0}, 30: {0}, 31: {0}, 34: {1}, 35: {1}, 36: {1, 0}, 37: {0}, 38: {0}, 40: {1}, 41: {1},
	} {
		hits(f, line, counts...)
	}
	f.Block(11, At{Column: 7}).Hits = 2
	f.Block(11, At{Column: 21})
	f = p.File("/build/pool/max.h")
	f.Function("max<int>", 4, 8).Hits = 2
	f.Function("max<long>", 4, 8)
	f.Function("unused", 10, 12)
	for line, count := range map[int]uint64{4: 2, 5: 2, 6: 0, 7: 2, 8: 2, 10: 0, 11: 0, 12: 0} {
		hits(f, line, count)
	}
	f = p.File("/build/tool/main.go")
	f.Function("main.(*Stack[...]).Push", 9, 11).Hits = 3
	f.Function("main.unused", 13, 16)
	f.Function("main.main", 18, 28).Hits = 1
	for line, count := range map[int]uint64{9: 3, 10: 3, 11: 3, 13: 0, 14: 0, 18: 1, 19: 1, 20: 4, 21: 3, 23: 1, 24: 1, 26: 0, 28: 1} {
		hits(f, line, count)
	}
	f = p.File("/build/gone.c")
	f.Function("f", 1, 2).Hits = 1
	f.Function("f", 3, 4)
	hits(f, 1, 1)
	hits(f, 3, 0, 0)
	hits(p.File("/usr/include/stdio.h"), 1, 1)
	return p
}

func demoReport() *Report {
	return NewReport(demo(), Options{Paths: Paths{{"/build", "testdata/src"}}, Made: time.Unix(1e9+9, 0)})
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", "golden", name)
	if *update {
		if err := os.WriteFile(file, got, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), string(got)); d != "" {
		t.Errorf("%s (-want +got):\n%s", file, d)
	}
}

func TestFormats(t *testing.T) {
	r := demoReport()
	for _, f := range Formats {
		var b bytes.Buffer
		if err := f.Write(&b, r); err != nil {
			t.Fatal(err)
		}
		golden(t, f.File, b.Bytes())
	}
}

func TestTable(t *testing.T) {
	r := demoReport()
	for name, table := range map[string]Table{
		"files.txt":   {Detail: EachFile, Width: 100},
		"narrow.txt":  {Detail: EachFile, Width: 40, Worst: true},
		"folders.txt": {Detail: FoldersOnly, Color: true, Width: 100},
		"total.txt":   {},
	} {
		var b bytes.Buffer
		if err := table.Write(&b, r); err != nil {
			t.Fatal(err)
		}
		golden(t, name, b.Bytes())
	}
}

// Profiles that were written once can be read for ever.
func TestBinaryGolden(t *testing.T) {
	data, err := demo().AppendBinary(nil)
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "demo.trapcov", data)
}
