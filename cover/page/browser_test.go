package page

import (
	"bytes"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/trapline/trapline/cover"
	"github.com/trapline/trapline/internal/fixture"
	"github.com/trapline/trapline/test/browser"
)

// start runs a Chromium.
func start(t *testing.T) *browser.Browser {
	t.Helper()
	program := fixture.Tool(t, browser.Programs()...)
	b, err := browser.Start(program, 1000, 700)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	return b
}

// site writes the pages of a report and returns their folder.
func site(t *testing.T, r *cover.Report) string {
	t.Helper()
	dir := t.TempDir()
	if err := Write(dir, r); err != nil {
		t.Fatal(err)
	}
	return dir
}

func open(t *testing.T, b *browser.Browser, path string) {
	t.Helper()
	if err := b.Open("file://" + path); err != nil {
		t.Fatal(err)
	}
}

// eval returns the value of an expression as text.
func eval(t *testing.T, b *browser.Browser, expression string) string {
	t.Helper()
	var value any
	if err := b.Eval(expression, &value); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(value)
}

// rgb is a color of the style sheet as browsers say it.
func rgb(color string) string {
	n, _ := strconv.ParseUint(color, 16, 32)
	return fmt.Sprintf("rgb(%d, %d, %d)", n>>16, n>>8&0xff, n&0xff)
}

// queue is the demo's source of that name.
func queue(t *testing.T, r *cover.Report) *cover.Listing {
	t.Helper()
	i := slices.IndexFunc(r.Files, func(l *cover.Listing) bool { return l.Name == "queue.cc" })
	if i < 0 {
		t.Fatal("there is no queue.cc")
	}
	return r.Files[i]
}

// Lines are seen in the color of what became of them, with scripts and without, in light and
// in dark.
func TestBrowserHighlights(t *testing.T) {
	b := start(t)
	r := demo(t)
	page := filepath.Join(site(t, r), pagesDir, filePage(queue(t, r)))
	lines := map[int]string{3: "bg", 12: "unrun", 14: "run", 11: "part", 30: "omitted"}
	for _, dark := range []bool{false, true} {
		for _, scripts := range []bool{true, false} {
			if err := b.Scripts(scripts); err != nil {
				t.Fatal(err)
			}
			if err := b.Dark(dark); err != nil {
				t.Fatal(err)
			}
			open(t, b, page)
			for n, color := range lines {
				want := rgb(colors(t, dark)[color])
				if got := pixel(t, b, n); got != want {
					t.Errorf("dark %v, scripts %v: line %d is %s, want %s (%s)", dark, scripts, n, got, want, color)
				}
			}
			if got := b.Complaints(); len(got) > 0 {
				t.Errorf("the browser complains: %q", got)
			}
			for _, url := range b.Requests() {
				if !strings.HasPrefix(url, "file://") && !strings.HasPrefix(url, "data:") {
					t.Errorf("the page asks for %s", url)
				}
			}
			if n := len(b.Requests()); n < 2 {
				t.Errorf("%d requests were seen", n)
			}
		}
	}
}

// pixel returns what the window shows at the right of a line, where there is no text.
func pixel(t *testing.T, b *browser.Browser, line int) string {
	t.Helper()
	var box []float64
	code := fmt.Sprintf(`(() => { const line = document.getElementById("L%d"); line.scrollIntoView({block: "center"});
		const r = line.getBoundingClientRect(); return [r.right - 30, (r.top + r.bottom) / 2] })()`, line)
	if err := b.Eval(code, &box); err != nil {
		t.Fatal(err)
	}
	shot, err := b.Screenshot()
	if err != nil {
		t.Fatal(err)
	}
	picture, err := png.Decode(bytes.NewReader(shot))
	if err != nil {
		t.Fatal(err)
	}
	red, green, blue, _ := picture.At(int(box[0]), int(box[1])).RGBA()
	return fmt.Sprintf("rgb(%d, %d, %d)", red>>8, green>>8, blue>>8)
}

// What is written in a line is what one reads and copies; a block that did not run is marked
// in its place.
func TestBrowserText(t *testing.T) {
	b := start(t)
	r := demo(t)
	open(t, b, filepath.Join(site(t, r), pagesDir, filePage(queue(t, r))))
	source, err := os.ReadFile("../testdata/src/queue.cc")
	if err != nil {
		t.Fatal(err)
	}
	copied := eval(t, b, `(() => { getSelection().selectAllChildren(document.querySelector(".code")); return getSelection().toString() })()`)
	if strings.TrimSpace(copied) != strings.TrimSpace(string(source)) {
		t.Errorf("copied:\n%s", copied)
	}
	for expression, want := range map[string]string{
		`[...document.querySelectorAll("mark")].map(m => m.textContent).join("|")`: "!wait)",
		`document.querySelector("#L11 > b").title`:                                 "1 of 2 blocks ran",
		`document.querySelector("#L13 > b").textContent`:                           "4",
		`document.querySelector("#L12 > b").textContent`:                           "0",
	} {
		if got := eval(t, b, expression); got != want {
			t.Errorf("%s: %q, want %q", expression, got, want)
		}
	}
}

// Keys jump to what did not run and to other pages.
func TestBrowserKeys(t *testing.T) {
	b := start(t)
	r := demo(t)
	open(t, b, filepath.Join(site(t, r), pagesDir, filePage(queue(t, r))))
	for _, step := range []struct{ key, want string }{
		{"n", "#L12"}, {"n", "#L20"}, {"n", "#L37"}, {"n", "#L12"}, {"p", "#L37"}, {"x", "#L37"},
	} {
		if err := b.Press(step.key); err != nil {
			t.Fatal(err)
		}
		if got := eval(t, b, "location.hash"); got != step.want {
			t.Errorf("after %s at %s, want %s", step.key, got, step.want)
		}
	}
}

// Tables can be sorted and filtered.
func TestBrowserTables(t *testing.T) {
	b := start(t)
	open(t, b, filepath.Join(site(t, demo(t)), File))
	names := `[...document.querySelectorAll("table")].at(-1).querySelectorAll("tbody tr:not([hidden])").values().map(row => row.dataset.name).toArray().join(" ")`
	heading := `[...document.querySelectorAll("table")].at(-1).querySelector("[data-sort=%s] button").click()`
	for _, step := range []struct{ do, want string }{
		{"", "gone.c queue.cc pool/max.h tool/main.go"},
		{fmt.Sprintf(heading, "lines"), "gone.c pool/max.h queue.cc tool/main.go"},
		{fmt.Sprintf(heading, "lines"), "tool/main.go queue.cc gone.c pool/max.h"},
		{fmt.Sprintf(heading, "name"), "gone.c pool/max.h queue.cc tool/main.go"},
		{`filter.value = "MA"; filter.dispatchEvent(new Event("input"))`, "pool/max.h tool/main.go"},
		{`filter.value = ""; filter.dispatchEvent(new Event("input"))`, "gone.c pool/max.h queue.cc tool/main.go"},
	} {
		if step.do != "" {
			eval(t, b, "void ("+strings.ReplaceAll(step.do, "; ", ", ")+")")
		}
		if got := eval(t, b, names); got != step.want {
			t.Errorf("after %s: %s, want %s", step.do, got, step.want)
		}
	}
	eval(t, b, `void [...document.querySelectorAll("tbody a")].find(a => a.textContent === "queue.cc").click()`)
	if err := b.Loaded(); err != nil {
		t.Fatal(err)
	}
	if got := eval(t, b, "document.title"); got != "76.4 % of queue.cc" {
		t.Errorf("the link leads to %s", got)
	}
}

// No text of a program becomes a script.
func TestBrowserHostile(t *testing.T) {
	b := start(t)
	r := hostile(t)
	dir := site(t, r)
	pages := []string{File}
	for i := range r.Folders {
		pages = append(pages, filepath.Join(pagesDir, folderPage(&r.Folders[i])))
	}
	for _, l := range r.Files {
		pages = append(pages, filepath.Join(pagesDir, filePage(l)))
	}
	for _, page := range pages {
		open(t, b, filepath.Join(dir, page))
		if got := eval(t, b, "document.title"); got == "hacked" {
			t.Errorf("%s was hacked", page)
		}
		if got := eval(t, b, `document.querySelectorAll("script, img, [onclick], [onerror]").length`); got != "1" {
			t.Errorf("%s has %s elements that it should not", page, got)
		}
		if got := b.Complaints(); len(got) > 0 {
			t.Errorf("%s: %q", page, got)
		}
	}
	// If markup came through after all, its scripts would not run.
	eval(t, b, `void document.body.append(Object.assign(document.createElement("script"), {textContent: "document.title = 'hacked'"}))`)
	if got := eval(t, b, "document.title"); got == "hacked" {
		t.Error("a script of the page itself runs")
	}
}
