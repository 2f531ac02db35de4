package cover

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

func TestPaths(t *testing.T) {
	paths := Paths{{"/build/a", "/src"}, {"/build", "/other"}, {"github.com/me/tool", "."}, {"/", "/root"}}
	for name, want := range map[string]string{
		"/build/a/x.c": "/src/x.c", "/build/ab/x.c": "/other/ab/x.c", "/build/a": "/src", "github.com/me/tool/m.go": "m.go",
		"/elsewhere": "/root/elsewhere", "relative": "relative",
	} {
		if got := paths.Apply(name); got != want {
			t.Errorf("%s leads to %s, want %s", name, got, want)
		}
	}
	for text, want := range map[string]Rename{"/a=/b": {"/a", "/b"}, "/a/=b/../c": {"/a", "c"}, "a=b=c": {"a", "b=c"}, "/a:/b": {"/a", "/b"}, "/a:1=b": {"/a:1", "b"}} {
		if got, err := ParseRename(text); err != nil || got != want {
			t.Errorf("%s: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "a", "=b", "a="} {
		if _, err := ParseRename(text); err == nil {
			t.Errorf("%q is a rename", text)
		}
	}
}

// Of what is no file of text nothing is read, and nobody waits for it.
func TestReadSource(t *testing.T) {
	dir := t.TempDir()
	fifo := filepath.Join(dir, "fifo")
	if err := syscall.Mkfifo(fifo, 0o666); err != nil {
		t.Fatal(err)
	}
	huge := filepath.Join(dir, "huge")
	write(t, huge, "")
	if err := os.Truncate(huge, maxSource+1); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{fifo, huge, dir, "/dev/zero", "/dev/null", "", dir + "/none", "a\x00b"} {
		if text, err := readSource(name); err == nil {
			t.Errorf("%d bytes of %q", len(text), name)
		}
	}
	write(t, dir+"/a.c", "int x;\n")
	if text, err := readSource(dir + "/a.c"); err != nil || string(text) != "int x;\n" {
		t.Errorf("%q, %v", text, err)
	}
}

func TestSplitLines(t *testing.T) {
	for text, want := range map[string][]string{
		"":                  nil,
		"a":                 {"a"},
		"a\n":               {"a"},
		"a\r\nb\n\n":        {"a", "b", ""},
		"\xef\xbb\xbfx":     {"x"},
		"na\xefve\n\u00e9":  {"naïve", "Ã©"},
		"\u00e9\r":          {"é"},
		"only\rone\rline\n": {"only\rone\rline"},
	} {
		if d := cmp.Diff(want, SplitLines([]byte(text))); d != "" {
			t.Errorf("%q: %s", text, d)
		}
	}
}

// What is wrong with sources is told: that they are not there, not what ran, not the same in
// all runs.
func TestProblems(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"same.c", "changed.c", "differs.c", "unknown.c"} {
		write(t, filepath.Join(dir, name), "one\n")
	}
	p := &Profile{}
	for _, name := range []string{"same.c", "changed.c", "differs.c", "gone.c", "dir.c"} {
		hits(p.File(filepath.Join(dir, name)), 1, 1)
	}
	p.Identify(nil)
	hits(p.File(filepath.Join(dir, "unknown.c")), 1, 1)
	write(t, filepath.Join(dir, "changed.c"), "two\n")
	if err := os.Mkdir(filepath.Join(dir, "dir.c"), 0o777); err != nil {
		t.Fatal(err)
	}
	other := &Profile{}
	hits(other.File(filepath.Join(dir, "differs.c")), 1, 1)
	other.File(filepath.Join(dir, "differs.c")).Source = Source{Digest: Digest{1}}
	p.Merge(other)
	r := NewReport(p, Options{})
	got := map[string]string{}
	for _, l := range r.Files {
		got[l.Name] = l.Problem
	}
	want := map[string]string{
		"same.c": "", "unknown.c": "", "changed.c": "has changed since it ran; lines may not fit",
		"differs.c": "was not the same in all runs; lines may not fit",
		"gone.c":    "not found; --replace-path says where it is", "dir.c": "cannot be read: not a file of text",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	warnings := []string{
		dir + "/changed.c has changed since it ran; lines may not fit",
		dir + "/differs.c was not the same in all runs; lines may not fit",
		"2 of 6 sources could not be read; --replace-path FROM=TO says where they are",
	}
	if d := cmp.Diff(warnings, r.Warnings); d != "" {
		t.Error(d)
	}
}

// A source that has moved since is found where it was when the program ran.
func TestSourceFoundThere(t *testing.T) {
	dir := t.TempDir()
	write(t, dir+"/a.c", "x\n")
	p := &Profile{}
	hits(p.File("/build/a.c"), 1, 1)
	p.Identify(Paths{{"/build", dir}})
	r := NewReport(p, Options{})
	if l := r.Files[0]; l.Missing || l.Path != dir+"/a.c" || l.Text()[0] != "x" {
		t.Errorf("listing: %+v", l)
	}
}

// Files that lead to one place are one, and the same names are not.
func TestGather(t *testing.T) {
	p := &Profile{}
	hits(p.File("/one/a.c"), 1, 1)
	hits(p.File("/two/a.c"), 1, 2)
	hits(p.File("/three/a.c"), 1, 4)
	r := NewReport(p, Options{Paths: Paths{{"/one", "/src"}, {"/two", "/src"}}})
	if len(r.Files) != 2 || r.Files[0].Path != "/src/a.c" || r.Files[0].Lines[0].Hits() != 3 {
		t.Errorf("files: %+v", r.Files)
	}
}

func TestNames(t *testing.T) {
	for _, test := range []struct {
		o     Options
		paths []string
		root  string
		want  string
		tools string
	}{
		{Options{}, []string{"/a/b/x.c", "/a/c/y.c"}, "/a", "b/x.c c/y.c", "/a/b/x.c /a/c/y.c"},
		{Options{Dir: "/a/b"}, []string{"/a/b/x.c", "/a/c/y.c"}, "/a/b", "x.c /a/c/y.c", "/a/b/x.c /a/c/y.c"},
		{Options{Dir: "/z"}, []string{"/a/x.c", "/b/y.c"}, "", "/a/x.c /b/y.c", "/a/x.c /b/y.c"},
		{Options{Strip: []string{"/a", "/b"}}, []string{"/a/x.c", "/b/y.c", "/c/z.c"}, "/a", "x.c y.c /c/z.c", "x.c y.c /c/z.c"},
		{Options{}, []string{"m/a.go", "m/b/c.go"}, "m", "a.go b/c.go", "m/a.go m/b/c.go"},
		{Options{}, []string{"a.go"}, "", "a.go", "a.go"},
		{Options{}, []string{"/x.c"}, "", "/x.c", "/x.c"},
		{Options{}, []string{"../a/x.c", "../a/y.c"}, "../a", "x.c y.c", "../a/x.c ../a/y.c"},
		{Options{}, nil, "", "", ""},
	} {
		p := &Profile{}
		for _, name := range test.paths {
			hits(p.File(name), 1, 1)
		}
		test.o.Selection.System = true
		r := NewReport(p, test.o)
		var names, tools []string
		for _, l := range r.Files {
			names, tools = append(names, l.Name), append(tools, l.toolPath())
		}
		if got := strings.Join(names, " "); got != test.want || r.Root != test.root || strings.Join(tools, " ") != test.tools {
			t.Errorf("%v are %s and %s below %q, want %s and %s below %q", test.paths, got, tools, r.Root, test.want, test.tools, test.root)
		}
	}
}

func TestTitle(t *testing.T) {
	run := func(name string) Run { return Run{Command: []string{"/bin/" + name, "x"}, Ended: true} }
	for want, runs := range map[string][]Run{
		"Coverage":     {{}},
		"a":            {run("a"), run("a")},
		"a, b, c":      {run("a"), run("b"), run("c")},
		"a and 3 more": {run("a"), run("b"), run("c"), run("d")},
	} {
		if got := NewReport(&Profile{Runs: runs}, Options{}).Title; got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestUnrun(t *testing.T) {
	var l Listing
	for n, hits := range []uint64{1: 0, 2: 0, 4: 0, 5: 1, 6: 0, 9: 1, 10: 0} {
		if n == 1 || n == 2 || n >= 4 && n <= 6 || n >= 9 {
			l.Lines = append(l.Lines, &Line{n, []*Block{{Hits: hits}}})
		}
	}
	if d := cmp.Diff([]Span{{1, 4}, {6, 6}, {10, 10}}, l.Unrun()); d != "" {
		t.Error(d)
	}
}

func TestRatio(t *testing.T) {
	for _, test := range []struct {
		r       Ratio
		text    string
		percent float64
		grade   Grade
	}{
		{Ratio{0, 0}, "-", 100, High}, {Ratio{0, 7}, "0.0", 0, Low}, {Ratio{1, 1}, "100.0", 100, High}, {Ratio{9999, 10000}, "99.9", 99.9, High},
		{Ratio{899, 1000}, "89.9", 89.9, Medium}, {Ratio{3, 4}, "75.0", 75, Medium}, {Ratio{2, 3}, "66.6", 66.6, Low},
	} {
		if test.r.String() != test.text || test.r.Percent() != test.percent || test.r.Grade() != test.grade {
			t.Errorf("%v: %s, %v, %v", test.r, test.r, test.r.Percent(), test.r.Grade())
		}
	}
}

func TestLimits(t *testing.T) {
	r := &Report{Totals: Totals{Lines: Ratio{791, 1000}, Functions: Ratio{1, 3}}}
	for text, want := range map[string]string{
		"79.1": "", "79.1%": "", "79": "", "lines=79.1": "", "0": "", "blocks=100": "", "functions=33.3": "",
		"79.11":           "79.1 % of the lines ran, 791/1000; --fail-under asks for 79.11 %",
		"functions=33.34": "33.3 % of the functions ran, 1/3; --fail-under asks for 33.34 %",
	} {
		l, err := ParseLimit(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		got := ""
		if err := l.Check(r); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
		if l.Check(&Report{}) == nil {
			t.Errorf("%s of nothing is reached", text)
		}
	}
	for _, text := range []string{"", "x", "-1", "101", "1e1", "1/2", "1e999999999", "..", "bytes=1", "NaN", "lines="} {
		if _, err := ParseLimit(text); err == nil {
			t.Errorf("%q is a limit", text)
		}
	}
}

func TestFit(t *testing.T) {
	spans := []Span{{1, 1}, {10, 20}, {300, 301}}
	for width, want := range map[int]string{100: "1, 10-20, 300-301", 17: "1, 10-20, 300-301", 16: "1, 10-20, …", 10: "1, …", 4: "1, …"} {
		if got := fit(spans, width); got != want {
			t.Errorf("%d: %s", width, got)
		}
	}
	for width, want := range map[int]string{9: "/a/b/c.cc", 8: "/a…/c.cc", 3: "…cc"} {
		if got := shorten("/a/b/c.cc", width); got != want {
			t.Errorf("%d: %s", width, got)
		}
	}
}

// No line is longer than the terminal, as long as there is room for anything.
func TestTableFits(t *testing.T) {
	p := demo()
	for n := range 100 {
		hits(p.File("/build/"+strings.Repeat("long/", 30)+"a.c"), 2*n+1, uint64(n%2))
	}
	r := NewReport(p, Options{Made: time.Time{}})
	r.Warnings = nil
	for width := 40; width < 200; width++ {
		for _, detail := range []Detail{Total, FoldersOnly, EachFile} {
			var b strings.Builder
			if err := (Table{Detail: detail, Width: width}).Write(&b, r); err != nil {
				t.Fatal(err)
			}
			for line := range strings.Lines(b.String()) {
				if n := len([]rune(line)) - 1; n > width {
					t.Fatalf("width %d, but %d: %s", width, n, line)
				}
			}
		}
	}
}
