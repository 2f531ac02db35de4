package cover

import (
	"cmp"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"
)

// WriteCobertura writes what Cobertura does, by coverage-04.dtd: folders are packages, files
// are classes, functions are methods, and the blocks of a line are its conditions.
func WriteCobertura(w io.Writer, r *Report) error {
	x := newXML(w, `<!DOCTYPE coverage SYSTEM "http://cobertura.sourceforge.net/xml/coverage-04.dtd">`+"\n")
	t := &r.Totals
	x.begin("coverage", append(rates(t),
		"lines-covered", strconv.Itoa(t.Lines.Ran), "lines-valid", strconv.Itoa(t.Lines.All),
		"branches-covered", strconv.Itoa(t.Blocks.Ran), "branches-valid", strconv.Itoa(t.Blocks.All),
		"version", "trapline", "timestamp", strconv.FormatInt(max(r.Made.UnixMilli(), 0), 10))...)
	x.begin("sources")
	x.text("source", cmp.Or(r.Root, "/"))
	x.end(1)
	x.begin("packages")
	for i := range r.Folders {
		x.pack(&r.Folders[i])
	}
	return x.end(2)
}

// rates are the attributes that each element above lines has.
func rates(t *Totals) []string {
	return []string{"line-rate", rate(t.Lines), "branch-rate", rate(t.Blocks), "complexity", "0"}
}

func rate(r Ratio) string { return strconv.FormatFloat(r.fraction(), 'f', 4, 64) }

func (x *xmlWriter) pack(f *Folder) {
	x.begin("package", append([]string{"name", strings.ReplaceAll(strings.Trim(f.Name, "/"), "/", ".")}, rates(&f.Totals)...)...)
	x.begin("classes")
	for _, l := range f.Files {
		x.class(l)
	}
	x.end(2)
}

func (x *xmlWriter) class(l *Listing) {
	x.begin("class", append([]string{"name", path.Base(l.Name), "filename", l.Name}, rates(&l.Totals)...)...)
	x.begin("methods")
	for _, k := range l.Functions {
		x.method(l, k)
	}
	x.end(1)
	x.lines(l.Lines)
	x.end(1)
}

func (x *xmlWriter) method(l *Listing, k *Function) {
	lines := l.within(k)
	of := Listing{Lines: lines}
	of.count()
	x.begin("method", append([]string{"name", k.Name, "signature", ""}, rates(&of.Totals)...)...)
	x.lines(lines)
	x.end(1)
}

func (x *xmlWriter) lines(lines []*Line) {
	x.begin("lines")
	for _, line := range lines {
		number, hits := strconv.Itoa(line.Number), strconv.FormatUint(line.Hits(), 10)
		if all := len(line.Blocks); all > 1 {
			ran := line.Ran()
			x.empty("line", "number", number, "hits", hits, "branch", "true",
				"condition-coverage", fmt.Sprintf("%d%% (%d/%d)", ran*100/all, ran, all))
			continue
		}
		x.empty("line", "number", number, "hits", hits, "branch", "false")
	}
	x.end(1)
}
