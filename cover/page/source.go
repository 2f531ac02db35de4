package page

import (
	"path"
	"strconv"
	"strings"

	"github.com/trapline/trapline/cover"
	"github.com/trapline/trapline/cover/syntax"
)

// partLines is how many lines make a part. A browser lays out only those parts that are
// seen; the style sheet knows their size.
const partLines = 100

// longLine is how much of a line is shown.
const longLine = 2000

// A sourcePage is the page of a source while it is written.
type sourcePage struct {
	document
	r       *cover.Report
	l       *cover.Listing
	lexer   *syntax.Lexer
	lines   []*cover.Line // those that are to come
	omitted []cover.Span
	row     int
}

// source is the page of file number i of the report.
func source(r *cover.Report, i int) []byte {
	l := r.Files[i]
	p := &sourcePage{r: r, l: l, lexer: syntax.New(l.Path), lines: l.Lines, omitted: l.Omitted}
	p.begin(l.Totals.Lines.String()+" % of "+l.Name, "")
	p.header(i)
	text := l.Text()
	p.minimap(len(text))
	p.html("<main class=\"source\">\n")
	p.about()
	p.functions()
	p.html("<div class=\"code\" role=\"region\" aria-label=\"Source\">\n")
	for n, line := range text {
		p.line(n+1, line, true)
	}
	for len(p.lines) > 0 {
		p.line(p.lines[0].Number, "", false)
	}
	p.endPart()
	p.html("</div>\n")
	p.footer(r, "<kbd>n</kbd> and <kbd>p</kbd> go to the next and the previous lines that did not run, <kbd>[</kbd> and <kbd>]</kbd> to other files, <kbd>u</kbd> up.")
	return p.end()
}

// header says where the page is and leads to others.
func (p *sourcePage) header(i int) {
	dir, base := path.Split(p.l.Name)
	p.html("<header><nav>")
	p.link("../"+File, p.r.Title)
	p.html(" ")
	up := cover.Folder{Name: path.Dir(p.l.Name)}
	if dir == "" {
		dir = "./"
	}
	p.html(`<a rel="up" href="`, folderPage(&up), `">`)
	p.text(dir)
	p.html("</a> <h1 class=\"here\">")
	p.text(base)
	p.html("</h1></nav>\n<p class=\"figures\">")
	for _, m := range measures(p.r) {
		if ratio := p.l.Totals.Of(m); ratio.All > 0 {
			p.html(`<span>`, headings[m], ` <b class="`, grade(ratio), `">`, ratio.String(), "&thinsp;%</b> <small>",
				group(ratio.Ran), "&thinsp;/&thinsp;", group(ratio.All), "</small></span> ")
		}
	}
	p.html("</p>\n<p class=\"turn\">")
	p.turn("prev", "‹", "Previous file", i-1)
	p.turn("next", "›", "Next file", i+1)
	p.html("</p></header>\n")
}

// turn links to another file of the report, if there is one of that number.
func (p *sourcePage) turn(rel, sign, label string, i int) {
	if i < 0 || i >= len(p.r.Files) {
		p.html(`<span aria-hidden="true">`, sign, "</span>")
		return
	}
	to := p.r.Files[i]
	p.html(`<a rel="`, rel, `" href="`, filePage(to), `" title="`, label, ": ", attribute(to.Name), `" aria-label="`, label, `">`, sign, "</a>")
}

// about says what is special about the source.
func (p *sourcePage) about() {
	if p.l.Problem != "" {
		p.html("<ul class=\"warnings\"><li>")
		p.element("code", p.l.Path)
		p.html(" ")
		p.text(p.l.Problem)
		p.html("</li></ul>\n")
	}
}

// functions lists the functions.
func (p *sourcePage) functions() {
	all := p.l.Functions
	if len(all) == 0 {
		return
	}
	ratio := p.l.Totals.Functions
	p.html("<details class=\"functions\"><summary>", count(len(all), "function"), ", ", group(ratio.All-ratio.Ran), " did not run</summary>\n")
	p.html("<table>\n<thead><tr><th scope=\"col\" data-sort=\"name\">Function</th><th scope=\"col\" data-sort=\"line\">Lines</th>",
		"<th scope=\"col\" data-sort=\"hits\">Hits</th></tr></thead>\n<tbody>\n")
	for _, k := range all {
		p.html(`<tr data-name="`, attribute(k.Name), `"><th scope="row">`)
		p.link("#L"+strconv.Itoa(k.First), k.Name)
		p.html(`</th><td class="count" data-line="`, strconv.Itoa(k.First), `">`, cover.Span{First: k.First, Last: k.Last}.String(), `</td>`,
			`<td class="count `, ranClass(k.Hits > 0), `" data-hits="`, strconv.FormatUint(k.Hits, 10), `">`, p.hits(k.Hits), "</td></tr>\n")
	}
	p.html("</tbody></table></details>\n")
}

func ranClass(ran bool) string {
	if ran {
		return "high"
	}
	return "low"
}

// hits writes how often something ran, or only whether it did.
func (p *sourcePage) hits(n uint64) string {
	switch {
	case n == 0:
		return "0"
	case !p.r.Counted:
		return "✓"
	}
	return short(n)
}

// line writes a line of the source; one that has code but no text is set apart.
func (p *sourcePage) line(n int, text string, there bool) {
	if p.row%partLines == 0 {
		p.endPart()
		p.html(`<pre class="part">`)
	}
	p.row++
	number := strconv.Itoa(n)
	var of *cover.Line
	if len(p.lines) > 0 && p.lines[0].Number == n {
		of, p.lines = p.lines[0], p.lines[1:]
	}
	p.html("<span id=L", number)
	if class := p.class(n, of); class != "" {
		p.html(" class=", class)
	}
	p.html("><a href=#L", number, ">", number, "</a>")
	if of != nil {
		p.gutter(of)
	}
	if there {
		p.code(text, of)
	} else {
		p.html("<code><em>no source</em></code>")
	}
	p.html("\n</span>")
}

func (p *sourcePage) endPart() {
	if p.row > 0 {
		p.html("</pre>\n")
	}
}

// class is that of a line: run, not run, partly, or omitted.
func (p *sourcePage) class(n int, of *cover.Line) string {
	for len(p.omitted) > 0 && p.omitted[0].Last < n {
		p.omitted = p.omitted[1:]
	}
	switch {
	case len(p.omitted) > 0 && p.omitted[0].First <= n:
		return "o"
	case of == nil:
		return ""
	case of.Hits() == 0:
		return "u"
	case of.Ran() < len(of.Blocks):
		return "p"
	}
	return "r"
}

// gutter writes how often a line ran, and how many of its blocks did if that is not all.
func (p *sourcePage) gutter(of *cover.Line) {
	n := of.Hits()
	title := ""
	if text := strconv.FormatUint(n, 10); p.r.Counted && text != short(n) {
		title = text + " times"
	}
	ran, all := of.Ran(), len(of.Blocks)
	if n > 0 && ran < all {
		title = strings.TrimPrefix(title+", "+strconv.Itoa(ran)+" of "+strconv.Itoa(all)+" blocks ran", ", ")
	}
	p.html("<b")
	if title != "" {
		p.html(` title="`, title, `"`)
	}
	p.html(">")
	if n > 0 && ran < all {
		p.html("<i>", strconv.Itoa(ran), "/", strconv.Itoa(all), "</i> ")
	}
	p.html(p.hits(n), "</b>")
}

// tags are the elements that pieces of code are in: short ones, since there are many.
var tags = [...]string{
	syntax.Keyword: "b", syntax.Type: "var", syntax.Function: "dfn", syntax.String: "s", syntax.Number: "samp",
	syntax.Comment: "i", syntax.Directive: "kbd",
}

// code writes the text of a line. What begins a block that did not run, while others did,
// is marked.
func (p *sourcePage) code(text string, of *cover.Line) {
	tokens := p.lexer.Line(text)
	if text == "" {
		p.html("<code>\n</code>") // so that it is there in what is copied
		return
	}
	p.html("<code>")
	offset := 0
	for _, t := range tokens {
		if offset >= longLine {
			break
		}
		piece := t.Text[:min(len(t.Text), longLine-offset)]
		for piece != "" {
			n := len(piece)
			marked := false
			if of != nil && of.Hits() > 0 {
				marked, n = unrunAt(of, offset, n)
			}
			p.piece(t.Kind, piece[:n], marked)
			offset += n
			piece = piece[n:]
		}
	}
	if len(text) > longLine {
		p.html("<em>… ", count(len(text)-longLine, "byte"), " more</em>")
	}
	p.html("</code>")
}

func (p *sourcePage) piece(k syntax.Kind, text string, marked bool) {
	tag := ""
	if int(k) < len(tags) {
		tag = tags[k]
	}
	if marked {
		p.html("<mark>")
	}
	if tag != "" {
		p.html("<", tag, ">")
	}
	p.text(text)
	if tag != "" {
		p.html("</", tag, ">")
	}
	if marked {
		p.html("</mark>")
	}
}

// unrunAt reports whether a block that did not run begins at an offset of the line, and how
// many of the n bytes from there come before the next such block.
func unrunAt(of *cover.Line, offset, n int) (marked bool, length int) {
	for _, b := range of.Blocks {
		if b.Hits > 0 || b.At.Column == 0 {
			continue
		}
		at := int(b.At.Column) - 1 - offset
		if at == 0 {
			marked = true
		} else if at > 0 && at < n {
			n = at
		}
	}
	return marked, n
}
