package cover

import (
	"encoding/json"
	"io"
	"time"
)

// Schema is the version of the form of summary.json, which docs/cover.schema.json describes.
const Schema = 1

type summaryData struct {
	Type     string       `json:"type"`
	Schema   int          `json:"schema"`
	Title    string       `json:"title"`
	Made     *time.Time   `json:"made,omitempty"`
	Counted  bool         `json:"counted"`
	Root     string       `json:"root,omitempty"`
	Totals   totalsData   `json:"totals"`
	Folders  []folderData `json:"folders"`
	Files    []fileData   `json:"files"`
	Runs     []runData    `json:"runs"`
	Warnings []string     `json:"warnings"`
}

type totalsData struct {
	Lines     ratioData  `json:"lines"`
	Functions ratioData  `json:"functions"`
	Blocks    *ratioData `json:"blocks,omitempty"`
}

type ratioData struct {
	Ran     int     `json:"ran"`
	All     int     `json:"all"`
	Percent float64 `json:"percent"`
}

type folderData struct {
	Name   string     `json:"name"`
	Totals totalsData `json:"totals"`
}

type fileData struct {
	Name      string         `json:"name"`
	Path      string         `json:"path"`
	Problem   string         `json:"problem,omitempty"`
	Totals    totalsData     `json:"totals"`
	Unrun     []spanData     `json:"unrun"`
	Functions []functionData `json:"functions"`
}

// A spanData is a span: its first line and its last.
type spanData [2]int

type functionData struct {
	Name  string `json:"name"`
	First int    `json:"first"`
	Last  int    `json:"last"`
	Hits  uint64 `json:"hits"`
}

type runData struct {
	Command []string   `json:"command"`
	Dir     string     `json:"dir,omitempty"`
	Began   *time.Time `json:"began,omitempty"`
	Flushed *time.Time `json:"flushed,omitempty"`
	Ended   bool       `json:"ended"`
	Status  string     `json:"status,omitempty"`
}

// WriteSummary writes totals, and the lines and functions of files that did not run.
func WriteSummary(w io.Writer, r *Report) error {
	d := summaryData{
		Type: "coverage", Schema: Schema, Title: r.Title, Made: moment(r.Made), Counted: r.Counted, Root: r.Root,
		Totals: r.Totals.data(), Folders: []folderData{}, Files: []fileData{}, Runs: []runData{}, Warnings: append([]string{}, r.Warnings...),
	}
	for _, f := range r.Folders {
		d.Folders = append(d.Folders, folderData{f.Name, f.Totals.data()})
	}
	for _, l := range r.Files {
		d.Files = append(d.Files, l.data())
	}
	for _, run := range r.Runs {
		d.Runs = append(d.Runs, run.data())
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(&d)
}

func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

func (t *Totals) data() totalsData {
	d := totalsData{Lines: t.Lines.data(), Functions: t.Functions.data()}
	if t.Blocks.All > 0 {
		blocks := t.Blocks.data()
		d.Blocks = &blocks
	}
	return d
}

func (r Ratio) data() ratioData { return ratioData{r.Ran, r.All, r.Percent()} }

func (l *Listing) data() fileData {
	d := fileData{Name: l.Name, Path: l.Path, Problem: l.Problem, Totals: l.Totals.data(), Unrun: []spanData{}, Functions: []functionData{}}
	for _, s := range l.Unrun() {
		d.Unrun = append(d.Unrun, spanData{s.First, s.Last})
	}
	for _, k := range l.Functions {
		d.Functions = append(d.Functions, functionData{k.Name, k.First, k.Last, k.Hits})
	}
	return d
}

func (r *Run) data() runData {
	return runData{append([]string{}, r.Command...), r.Dir, moment(r.Began), moment(r.Flushed), r.Ended, r.Status}
}
