package page

import (
	"bytes"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trapline/trapline/cover"
)

var update = flag.Bool("update", false, "write the goldens anew")

// demo is the report of the profile that package cover's tests have.
func demo(t testing.TB) *cover.Report {
	t.Helper()
	p, err := cover.ReadProfile("../testdata/golden/demo.trapcov")
	if err != nil {
		t.Fatal(err)
	}
	return cover.NewReport(p, cover.Options{Paths: cover.Paths{{From: "/build", To: "../testdata/src"}}, Made: time.Unix(1e9+9, 0)})
}

// hostile is a report in which every text tries to be more than that.
func hostile(t testing.TB) *cover.Report {
	t.Helper()
	const script = `<script>document.title="hacked"</script>`
	dir := t.TempDir()
	write(t, filepath.Join(dir, "evil.c"), "int x; // "+script+"\n\"'&amp;</code></pre><img src=x onerror=\"document.title='hacked'\">\n"+
		"/* \u202e reversed \u0001 \ufeff\n"+strings.Repeat("x", 3*longLine)+"\n\xff\xfe latin 1 \xe9\n*/")
	p := &cover.Profile{Runs: []cover.Run{{Command: []string{script, `"><b>`}, Dir: script, Status: script}}}
	for _, name := range []string{
		filepath.Join(dir, "evil.c"), dir + "/" + script + ".c", "../../../../../../tmp/" + script, "/" + strings.Repeat("long/", 200) + `"x" onclick="y`,
		"/new\nline", "/\xff\xfe", "/..", "//", ".", "a/../../b", "/" + dir + "/%2e%2e/x",
	} {
		f := p.File(name)
		f.Block(1, cover.At{}).Hit()
		f.Block(2, cover.At{Column: 1}).Hit()
		f.Block(2, cover.At{Column: 4})
		f.Block(1<<31-1, cover.At{})
		f.Function(script+`" onclick="x`, 1, 1<<31-1)
	}
	return cover.NewReport(p, cover.Options{Selection: cover.Selection{System: true}, Title: script})
}

func write(t testing.TB, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// written are the pages of a report, by their names below its folder.
func written(t *testing.T, r *cover.Report) map[string]string {
	t.Helper()
	dir := t.TempDir()
	if err := Write(dir, r); err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			data, err := os.ReadFile(name)
			rest, _ := filepath.Rel(dir, name)
			all[rest] = string(data)
			return err
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestPages(t *testing.T) {
	pages := written(t, demo(t))
	for name, text := range pages {
		switch {
		case strings.HasPrefix(name, "pages/file-queue.cc-"):
			golden(t, "queue.html", text)
		case strings.HasPrefix(name, "pages/folder-tool-"):
			golden(t, "folder.html", text)
		case name == File:
			golden(t, File, text)
		}
	}
	if len(pages) != 1+3+4+3 {
		t.Errorf("%d files were written", len(pages))
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		write(t, file, got)
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("%s (-want +got):\n%s", file, d)
	}
}

var (
	tag        = regexp.MustCompile(`<(/?)([a-zA-Z!][a-zA-Z0-9]*)((?:[^>"]|"[^"]*")*)>`)
	attributes = regexp.MustCompile(`\s([a-zA-Z-]+)(?:=(?:"([^"]*)"|([^\s"]+)))?`)
)

// voids are elements that have no end.
var voids = []string{"meta", "link", "!DOCTYPE", "rect"}

// known are the elements and attributes that pages may have.
var known = strings.Fields("html head meta title link script body header nav a span p b small main h1 h2 div ul li ol details summary code table thead " +
	"tr th td tbody footer kbd pre em i s var dfn samp mark svg rect !DOCTYPE " +
	"=lang =charset =http-equiv =content =name =rel =href =src =defer =class =id =title =aria-hidden =aria-label =role =scope =colspan =data-sort " +
	"=data-name =data-lines =data-functions =data-blocks =data-line =data-hits =viewBox =preserveAspectRatio =width =height =y =tabindex =html")

// check says what is wrong with the markup of a page.
func check(text string) error {
	var open []string
	for _, m := range tag.FindAllStringSubmatch(text, -1) {
		end, name, rest := m[1] == "/", m[2], m[3]
		if !slices.Contains(known, name) {
			return fmt.Errorf("element %s", m[0])
		}
		for _, a := range attributes.FindAllStringSubmatch(rest, -1) {
			value := a[2] + a[3]
			if !slices.Contains(known, "="+a[1]) || strings.ContainsAny(value, "<>") {
				return fmt.Errorf("attribute %s of %s", a[0], m[0])
			}
			if (a[1] == "href" || a[1] == "src") && !link.MatchString(value) && value != icon {
				return fmt.Errorf("it leads to %q", value)
			}
		}
		switch {
		case slices.Contains(voids, name):
		case !end:
			open = append(open, name)
		case len(open) == 0 || open[len(open)-1] != name:
			return fmt.Errorf("</%s> within %v", name, open)
		default:
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 {
		return fmt.Errorf("%v has no end", open)
	}
	if rest := tag.ReplaceAllString(text, ""); strings.ContainsAny(rest, "<>") {
		return fmt.Errorf("brackets outside of tags")
	}
	return nil
}

var link = regexp.MustCompile(`^(\.\./index\.html|(pages/)?(style\.css|script\.js|[a-zA-Z0-9._-]+\.html)|#L[0-9]+)$`)

// Texts stay texts, and pages are where they belong.
func TestMarkup(t *testing.T) {
	for _, r := range []*cover.Report{demo(t), hostile(t), {}} {
		for name, text := range written(t, r) {
			if !strings.HasSuffix(name, ".html") {
				continue
			}
			if err := check(text); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			for _, m := range regexp.MustCompile(`href="?((?:pages/)?[^"#>]+\.html)`).FindAllStringSubmatch(text, -1) {
				if to := filepath.Join(filepath.Dir(name), m[1]); !strings.HasPrefix(to, "pages/") && to != File {
					t.Errorf("%s leads to %s", name, to)
				}
			}
		}
	}
}

// The check itself finds what is wrong.
func TestCheck(t *testing.T) {
	for _, text := range []string{`<p>`, `</p>`, `<p></b>`, `<img>`, `<p onclick="x"></p>`, `<a href="http://x"></a>`, `<a href=javascript:x></a>`, `a < b`, `<p class="<"></p>`} {
		if check(text) == nil {
			t.Errorf("accepted: %s", text)
		}
	}
	if err := check(`<p class="x">a <a href=#L1>b</a></p>`); err != nil {
		t.Error(err)
	}
}

// Names of pages are different for different files, short, and the same each time.
func TestPageNames(t *testing.T) {
	seen := map[string]string{}
	for _, name := range []string{"a/b.c", "a-b.c", "a.b.c", "A/b.c", "../a/b.c", "", ".", "..", "/", strings.Repeat("é/", 300) + "x", "\x00", "con"} {
		page := pageName("file", name)
		if other, ok := seen[strings.ToLower(page)]; ok {
			t.Errorf("%q and %q are both %s", name, other, page)
		}
		seen[strings.ToLower(page)] = name
		if len(page) > 120 || !regexp.MustCompile(`^file-[a-zA-Z0-9._-]*-[0-9a-f]{12}\.html$`).MatchString(page) || strings.Contains(page, "..") {
			t.Errorf("%q is %s", name, page)
		}
	}
	if a := pageName("file", "a/b.c"); a != "file-a-b.c-91f686b34721.html" {
		t.Error(a)
	}
}

// A report takes the place of the one before; what is not ours stays.
func TestReplace(t *testing.T) {
	dir := t.TempDir()
	if err := Write(dir, hostile(t)); err != nil {
		t.Fatal(err)
	}
	if err := Write(dir, demo(t)); err != nil {
		t.Fatal(err)
	}
	entries, _ := os.ReadDir(dir)
	pages, _ := os.ReadDir(filepath.Join(dir, "pages"))
	if len(entries) != 2 || len(pages) != 3+4+3 {
		t.Errorf("%d and %d files", len(entries), len(pages))
	}
	foreign := t.TempDir()
	if err := os.Mkdir(filepath.Join(foreign, "pages"), 0o777); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(foreign, "pages", "mine.txt"), "x")
	if err := Write(foreign, demo(t)); err == nil || !strings.Contains(err.Error(), "not trapline's") {
		t.Errorf("another's folder: %v", err)
	}
	if entries, _ := os.ReadDir(foreign); len(entries) != 1 {
		t.Errorf("something was left: %v", entries)
	}
	if _, err := os.Stat(filepath.Join(foreign, "pages", "mine.txt")); err != nil {
		t.Error(err)
	}
}

// A huge source is written in parts, of which browsers lay out those that are seen.
func TestHuge(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "huge.c")
	write(t, name, strings.Repeat("int x;\n", 99_999)+"/* "+strings.Repeat("long", longLine))
	p := &cover.Profile{}
	for n := 1; n <= 100_000; n += 3 {
		p.File(name).Block(n, cover.At{})
	}
	text := source(cover.NewReport(p, cover.Options{}), 0)
	if n := bytes.Count(text, []byte("<pre class=")); n != 100_000/partLines {
		t.Errorf("%d parts", n)
	}
	if n := bytes.Count(text, []byte("<rect")); n > minimapParts {
		t.Errorf("%d parts of the map", n)
	}
	if n := bytes.Count(text, []byte("long")); n > longLine/4 || !bytes.Contains(text, []byte("<em>… 6,003 bytes more</em>")) {
		t.Errorf("of a long line %d words are shown", n)
	}
	if n := bytes.Count(text, []byte(" class=u>")); n != 33334 {
		t.Errorf("%d lines did not run", n)
	}
}

func TestShort(t *testing.T) {
	for n, want := range map[uint64]string{
		0: "0", 99_999: "99999", 100_000: "100k", 999_999: "1000k", 1_000_000: "1.0M", 12_345_678: "12M", 1<<64 - 1: "18E",
	} {
		if got := short(n); got != want {
			t.Errorf("short(%d) = %s, want %s", n, got, want)
		}
	}
	if got := group(1234567) + group(12) + group(123); got != "1,234,56712123" {
		t.Error(got)
	}
}

// Whatever a source and the names in a program are, pages are sound.
func FuzzPage(f *testing.F) {
	f.Add("a.rs", "fn f<'a>() { \"<script>\" }\n/*", "f<T>", uint32(3))
	f.Add("x/../<b>.c", "</code>\xff\u202e\r\n\x00&lt;", `" onclick="`, uint32(1))
	f.Fuzz(func(t *testing.T, name, text, function string, column uint32) {
		ends := []string{".c", ".cc", ".go", ".rs", ""}
		file := filepath.Join(t.TempDir(), "source"+ends[len(name)%len(ends)])
		write(t, file, text)
		p := &cover.Profile{Runs: []cover.Run{{Command: []string{function}}}}
		for _, path := range []string{file, name} {
			f := p.File(path)
			f.Function(function, 1, 3)
			f.Block(1, cover.At{Column: column}).Hit()
			f.Block(1, cover.At{Column: column + 1})
			f.Block(3, cover.At{})
		}
		r := cover.NewReport(p, cover.Options{Selection: cover.Selection{System: true}, Title: name})
		pages := [][]byte{index(r)}
		for i := range r.Files {
			pages = append(pages, source(r, i))
		}
		for i := range r.Folders {
			pages = append(pages, folder(r, &r.Folders[i]))
		}
		for _, page := range pages {
			if err := check(string(page)); err != nil {
				t.Error(err)
			}
		}
	})
}
