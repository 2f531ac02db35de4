package page

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/trapline/trapline/cover"
)

// index is the first page.
func index(r *cover.Report) []byte {
	var d document
	d.begin(r.Totals.Lines.String()+" % of "+r.Title, pagesDir+"/")
	d.html("<header><nav><span class=\"here\">")
	d.text(r.Title)
	d.html("</span></nav></header>\n<main>\n<h1>Coverage of ")
	d.text(r.Title)
	d.html("</h1>\n")
	d.cards(r, &r.Totals)
	d.warnings(r)
	if len(r.Folders) > 1 {
		d.html("<h2>Folders</h2>\n")
		d.tableHead(r, "Folder")
		for i := range r.Folders {
			f := &r.Folders[i]
			d.tableRow(r, pagesDir+"/"+folderPage(f), f.Name+"/", &f.Totals, "")
		}
		d.html("</tbody></table>\n")
	}
	d.html("<h2>Files</h2>\n")
	d.files(r, r.Files, pagesDir+"/", "")
	d.runs(r)
	d.footer(r, "<kbd>/</kbd> filters tables; a click on a heading sorts.")
	return d.end()
}

// folder is the page of a folder.
func folder(r *cover.Report, f *cover.Folder) []byte {
	var d document
	d.begin(f.Totals.Lines.String()+" % of "+f.Name, "")
	d.html("<header><nav>")
	d.link("../"+File, r.Title)
	d.html(" <span class=\"here\">")
	d.text(f.Name + "/")
	d.html("</span></nav></header>\n<main>\n<h1>")
	d.text(f.Name + "/")
	d.html("</h1>\n")
	d.cards(r, &f.Totals)
	d.html("<h2>Files</h2>\n")
	d.files(r, f.Files, "", f.Name+"/")
	d.footer(r, "<kbd>/</kbd> filters tables; a click on a heading sorts.")
	return d.end()
}

// files writes a table of files, whose names begin after prefix.
func (d *document) files(r *cover.Report, files []*cover.Listing, pages, prefix string) {
	d.tableHead(r, "File")
	for _, l := range files {
		d.tableRow(r, pages+filePage(l), strings.TrimPrefix(l.Name, prefix), &l.Totals, l.Problem)
	}
	d.html("</tbody></table>\n")
}

func (d *document) tableHead(r *cover.Report, what string) {
	d.html("<table>\n<thead><tr><th scope=\"col\" data-sort=\"name\">", what, "</th>")
	for i, m := range measures(r) {
		span := "2"
		if i == 0 {
			span = "3"
		}
		d.html(`<th scope="col" colspan="`, span, `" data-sort="`, string(m), `">`, headings[m], "</th>")
	}
	d.html("</tr></thead>\n<tbody>\n")
}

// tableRow writes a row. Scripts sort by what the cells of ratios say as data.
func (d *document) tableRow(r *cover.Report, page, name string, t *cover.Totals, problem string) {
	d.html(`<tr data-name="`, attribute(name), `"><th scope="row">`)
	d.link(page, name)
	if problem != "" {
		d.html(` <span class="problem" title="`, attribute(problem), `">!</span>`)
	}
	d.html("</th>")
	for i, m := range measures(r) {
		ratio := t.Of(m)
		if i == 0 {
			d.html("<td class=\"graph\">")
			d.bar(ratio)
			d.html("</td>")
		}
		d.ratioCells(m, ratio)
	}
	d.html("</tr>\n")
}

func (d *document) ratioCells(m cover.Measure, r cover.Ratio) {
	if r.All == 0 {
		d.html(`<td class="share" data-`, string(m), `="2"></td><td></td>`)
		return
	}
	share := strconv.FormatFloat(float64(r.Ran)/float64(r.All), 'f', 5, 64)
	d.html(`<td class="share `, grade(r), `" data-`, string(m), `="`, share, `">`, r.String(), "&thinsp;%</td>",
		`<td class="count">`, group(r.Ran), "&thinsp;/&thinsp;", group(r.All), "</td>")
}

func (d *document) warnings(r *cover.Report) {
	if len(r.Warnings) == 0 {
		return
	}
	d.html("<ul class=\"warnings\">\n")
	for _, w := range r.Warnings {
		d.element("li", w)
		d.html("\n")
	}
	d.html("</ul>\n")
}

// runs says what was run.
func (d *document) runs(r *cover.Report) {
	if len(r.Runs) == 0 {
		return
	}
	d.html("<details class=\"runs\"><summary>", count(len(r.Runs), "run"), "</summary>\n<ol>\n")
	for i := range r.Runs {
		run := &r.Runs[i]
		d.html("<li>")
		d.element("code", run.String())
		if run.Dir != "" {
			d.html(" in ")
			d.element("code", run.Dir)
		}
		if !run.Began.IsZero() {
			d.html(", ", clock(run.Began))
		}
		if run.Status != "" {
			d.html(", ")
			d.text(run.Status)
		}
		d.html("</li>\n")
	}
	d.html("</ol></details>\n")
}

func count(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return group(n) + " " + what
}

func clock(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 MST") }

// footer ends the main part.
func (d *document) footer(r *cover.Report, keys string) {
	d.html("</main>\n<footer><p>")
	fmt.Fprintf(d, "Made by <b>trapline cover</b>")
	if !r.Made.IsZero() {
		d.html(", ", clock(r.Made))
	}
	d.html(`.</p><p class="keys">`, keys, "</p></footer>\n")
}
