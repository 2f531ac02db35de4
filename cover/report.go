package cover

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"
)

// Options say what of a profile is in a report, and how its files are called.
type Options struct {
	Title     string // otherwise that of the program
	Selection Selection
	Markers   Markers
	Paths     Paths
	// Strip are the folders that names of files are relative to in all formats. Without
	// them only what people read has names relative to Dir, or to the folder that all
	// files have in common.
	Strip []string
	Dir   string // the current folder
	Made  time.Time
}

// A Report is a profile as people and their tools want to see it.
type Report struct {
	Title   string
	Counted bool // hits are counts
	Runs    []Run
	Made    time.Time
	Root    string // what names are relative to
	Files   []*Listing
	Folders []Folder
	Totals  Totals
	// Warnings say what in the report may not be right.
	Warnings []string
}

// A Listing is one file of a report.
type Listing struct {
	Name      string // as it is shown
	Path      string // where it is, or would be
	Lines     []*Line
	Functions []*Function
	Omitted   []Span // what comments leave out
	Totals    Totals
	// Problem says what is wrong with the source: that it was not found, that it is not
	// the one that ran. It is empty if nothing is.
	Problem string
	Missing bool // there is no text

	renamed  bool // the name holds in all formats
	original string
}

// A Span is lines from First to Last.
type Span struct{ First, Last int }

// A Folder is what ran of the files in it, without those in folders below.
type Folder struct {
	Name   string
	Files  []*Listing
	Totals Totals
}

// NewReport makes a report of a profile.
func NewReport(p *Profile, o Options) *Report {
	r := &Report{Title: o.Title, Counted: p.Counted, Runs: p.Runs, Made: o.Made}
	if r.Title == "" {
		r.Title = title(p.Runs)
	}
	for _, f := range o.gather(p).Files() {
		r.list(f, &o)
	}
	r.name(&o)
	r.sum()
	r.warn(p)
	return r
}

// title is the names of the programs.
func title(runs []Run) string {
	var names []string
	for i := range runs {
		if len(runs[i].Command) > 0 {
			if name := path.Base(runs[i].Command[0]); !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	switch {
	case len(names) == 0:
		return "Coverage"
	case len(names) > 3:
		return fmt.Sprintf("%s and %d more", names[0], len(names)-1)
	}
	return strings.Join(names, ", ")
}

// gather brings the files that count together under the paths that they have here.
func (o *Options) gather(p *Profile) *Profile {
	all := &Profile{}
	for _, f := range p.Files() {
		to := o.Paths.Apply(f.Path)
		if o.Selection.Takes(f.Path, to) {
			own := all.File(to)
			own.merge(f)
			own.original = f.Path
		}
	}
	return all
}

// list adds the listing of a file, unless comments leave out all of it.
func (r *Report) list(f *File, o *Options) {
	l := &Listing{Path: f.Path, original: f.original, Functions: f.Functions()}
	text, err := l.read(o.Paths, f)
	l.explain(&f.Source, text, err)
	omitted, problems := o.Markers.scan(SplitLines(text))
	l.Lines = f.Lines()
	l.omit(omitted)
	for _, problem := range problems {
		r.Warnings = append(r.Warnings, fmt.Sprintf("%s: %s", f.Path, problem))
	}
	if len(l.Lines) > 0 {
		l.count()
		r.Files = append(r.Files, l)
	}
}

// read returns the text of the file: where paths lead, or where it was when it ran.
func (l *Listing) read(paths Paths, f *File) (text []byte, err error) {
	found, text, err := paths.Read(l.original)
	if err != nil && f.Source.Found != "" {
		found = f.Source.Found
		text, err = readSource(found)
	}
	if err == nil {
		l.Path = found
	}
	return text, err
}

// Text returns the lines of the source; nil if there is none.
func (l *Listing) Text() []string {
	if l.Missing {
		return nil
	}
	text, err := readSource(l.Path)
	if err != nil {
		return nil
	}
	return SplitLines(text)
}

// explain says what is wrong with the source, if anything is.
func (l *Listing) explain(s *Source, text []byte, err error) {
	l.Missing = err != nil
	switch {
	case errors.Is(err, fs.ErrNotExist):
		l.Problem = "not found; --replace-path says where it is"
	case err != nil:
		l.Problem = "cannot be read: " + reason(err)
	case s.Differs:
		l.Problem = "was not the same in all runs; lines may not fit"
	case s.known() && digest(text) != s.Digest:
		l.Problem = "has changed since it ran; lines may not fit"
	}
}

// reason is an error without the path, which stands elsewhere.
func reason(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err.Error()
	}
	return err.Error()
}

// omit leaves out what comments say.
func (l *Listing) omit(omitted []omission) {
	if omitted == nil {
		return
	}
	for _, k := range l.Functions {
		if k.First < len(omitted) && omitted[k.First]&omitFunction != 0 {
			for n := k.First; n <= k.Last && n < len(omitted); n++ {
				omitted[n] |= omitLine
			}
		}
	}
	of := func(n int) omission {
		if n < len(omitted) {
			return omitted[n]
		}
		return 0
	}
	l.Functions = slices.DeleteFunc(l.Functions, func(k *Function) bool { return of(k.First)&omitLine != 0 })
	l.Lines = slices.DeleteFunc(l.Lines, func(line *Line) bool { return of(line.Number)&omitLine != 0 })
	for i, line := range l.Lines {
		if of(line.Number)&omitBlocks != 0 {
			l.Lines[i] = &Line{line.Number, []*Block{{Hits: line.Hits()}}}
		}
	}
	l.Omitted = spans(omitted)
}

// spans are the lines that are left out.
func spans(omitted []omission) []Span {
	var all []Span
	for n, o := range omitted {
		if o&omitLine == 0 {
			continue
		}
		if i := len(all) - 1; i >= 0 && all[i].Last == n-1 {
			all[i].Last = n
		} else {
			all = append(all, Span{n, n})
		}
	}
	return all
}

func (l *Listing) count() {
	for _, line := range l.Lines {
		l.Totals.Lines.count(line.Hits() > 0)
		if len(line.Blocks) > 1 {
			l.Totals.Blocks.add(Ratio{line.Ran(), len(line.Blocks)})
		}
	}
	for _, k := range l.Functions {
		l.Totals.Functions.count(k.Hits > 0)
	}
}

// Unrun returns the lines that did not run, those in one span between which nothing else
// has code.
func (l *Listing) Unrun() []Span {
	var all []Span
	open := false
	for _, line := range l.Lines {
		ran := line.Hits() > 0
		switch {
		case ran:
			open = false
		case open:
			all[len(all)-1].Last = line.Number
		default:
			all = append(all, Span{line.Number, line.Number})
			open = true
		}
	}
	return all
}

// sum counts what ran of folders and of everything.
func (r *Report) sum() {
	slices.SortStableFunc(r.Files, func(a, b *Listing) int {
		return cmp.Or(cmp.Compare(path.Dir(a.Name), path.Dir(b.Name)), cmp.Compare(a.Name, b.Name))
	})
	for _, l := range r.Files {
		name := path.Dir(l.Name)
		if i := len(r.Folders) - 1; i < 0 || r.Folders[i].Name != name {
			r.Folders = append(r.Folders, Folder{Name: name})
		}
		folder := &r.Folders[len(r.Folders)-1]
		folder.Files = append(folder.Files, l)
		folder.Totals.add(l.Totals)
		r.Totals.add(l.Totals)
	}
}

// warn says what may not be right.
func (r *Report) warn(p *Profile) {
	missing := 0
	for _, l := range r.Files {
		if l.Missing {
			missing++
		} else if l.Problem != "" {
			r.Warnings = append(r.Warnings, l.Path+" "+l.Problem)
		}
	}
	if missing > 0 {
		r.Warnings = append(r.Warnings, fmt.Sprintf("%d of %d sources could not be read; --replace-path FROM=TO says where they are", missing, len(r.Files)))
	}
	for i := range r.Runs {
		if !r.Runs[i].Ended {
			r.Warnings = append(r.Warnings, fmt.Sprintf("a run did not end: %s; what ran after %s is missing", r.Runs[i].String(), r.Runs[i].Flushed.UTC().Format("15:04:05 MST")))
		}
	}
	if len(r.Files) == 0 && len(p.files) > 0 {
		r.Warnings = append(r.Warnings, fmt.Sprintf("none of the %d files with code is selected; --include, --exclude and --system say which are", len(p.files)))
	}
}

// within are the lines of a function.
func (l *Listing) within(k *Function) []*Line {
	at := func(n int) int {
		i, _ := slices.BinarySearchFunc(l.Lines, n, func(line *Line, n int) int { return cmp.Compare(line.Number, n) })
		return i
	}
	return l.Lines[at(k.First):at(k.Last+1)]
}
