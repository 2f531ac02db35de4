package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/sys/unix"

	"github.com/trapline/trapline/cover"
	"github.com/trapline/trapline/cover/page"
)

// A reporting is what is asked of a report of coverage: what is in it, in which forms it is
// written, how much has to have run.
type reporting struct {
	dir     string
	formats []string
	title   string

	includes, excludes   []string
	system               bool
	excludeLines         []string
	excludeRegions       []string
	noMarkers            bool
	replacements, strips []string

	underLimits []string
	summary     string
	sort        string
	color       string
}

// usualFormats are those that are written if nothing else is asked for.
var usualFormats = []string{htmlFormat, "lcov", "cobertura", "go", "json"}

// htmlFormat is the one that is pages rather than a file.
const htmlFormat = "html"

// register adds the flags.
func (r *reporting) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVarP(&r.dir, "output", "o", "", "a folder for the report")
	flags.StringSliceVar(&r.formats, "format", nil, "forms of the report")
	flags.StringVar(&r.title, "title", "", "the title of the report")
	flags.StringArrayVar(&r.includes, "include", nil, "files that count")
	flags.StringArrayVar(&r.excludes, "exclude", nil, "files that do not count")
	flags.BoolVar(&r.system, "system", false, "the system's files, too")
	flags.StringArrayVar(&r.excludeLines, "exclude-line", nil, "lines that do not count")
	flags.StringArrayVar(&r.excludeRegions, "exclude-region", nil, "lines that do not count, from one to another")
	flags.BoolVar(&r.noMarkers, "no-markers", false, "take no notice of markers")
	flags.StringArrayVar(&r.replacements, "replace-path", nil, "where sources are")
	flags.StringArrayVar(&r.strips, "strip-path", nil, "what names of files are relative to")
	flags.StringArrayVar(&r.underLimits, "fail-under", nil, "how much has to have run")
	flags.StringVar(&r.summary, "summary", "auto", "how much of it to show")
	flags.StringVar(&r.sort, "sort", "name", "the order in which to show it")
	flags.StringVar(&r.color, "color", "auto", "whether to color")
	flags.SetNormalizeFunc(otherNames)
	for flag, words := range reportWords() {
		cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp))
	}
	cmd.MarkFlagDirname("output")
}

// otherNames lets who comes from kcov keep the names of its options.
func otherNames(_ *pflag.FlagSet, name string) pflag.NormalizedName {
	for ours, others := range map[string]string{
		"include":      "include-path include-pattern",
		"exclude":      "exclude-path exclude-pattern",
		"replace-path": "replace-src-path",
	} {
		if slices.Contains(strings.Fields(others), name) {
			name = ours
		}
	}
	return pflag.NormalizedName(name)
}

// reportWords are the words that options know.
func reportWords() map[string][]string {
	words := map[string][]string{
		"format":  {htmlFormat, "all", "none"},
		"summary": {"auto", "files", "folders", "total", "none"},
		"sort":    {"name", "worst"},
		"color":   optionWords()["color"],
	}
	for _, f := range cover.Formats {
		words["format"] = append(words["format"], f.Name)
	}
	return words
}

const reportOptions = "Options:\n" +
	"  -o, --output DIR      write the report there\n" +
	"  --format LIST         write it as html, lcov, cobertura, go, json, codecov, sonarqube, as all of\n" +
	"                        them or none (html,lcov,cobertura,go,json)\n" +
	"  --summary WHAT        show files, folders, the total or none; files as long as they are few\n" +
	"  --sort ORDER          show them by name, or the worst first\n" +
	"  --title TEXT          what the report is called\n" +
	"  --color WHEN          auto, always or never\n" +
	"  --fail-under LIMIT    exit with 1 if less than LIMIT percent of the lines ran; functions=LIMIT and\n" +
	"                        blocks=LIMIT as well\n\n" +
	"What counts:\n" +
	"  --include PATTERN     only files that match: a file, a folder, a glob or re:EXPRESSION\n" +
	"  --exclude PATTERN     no files that match\n" +
	"  --system              files of the system, of compilers and of fetched packages, too\n" +
	"  --exclude-line RE     no lines that match\n" +
	"  --exclude-region START:STOP\n" +
	"                        no lines from one that matches START to one that matches STOP\n" +
	"  --no-markers          take no notice of LCOV_EXCL_LINE and the like in comments\n\n" +
	"Sources:\n" +
	"  --replace-path FROM=TO\n" +
	"                        sources that were in FROM when the program was built are in TO\n" +
	"  --strip-path DIR      name files as they are called from DIR, in all formats"

// check refuses what makes no sense.
func (r *reporting) check() error {
	words := reportWords()
	for _, name := range r.formats {
		if !slices.Contains(words["format"], name) {
			return complaint("there is no format '%s'; there are %s", name, strings.Join(words["format"], ", "))
		}
	}
	for flag, value := range map[string]string{"summary": r.summary, "sort": r.sort, "color": r.color} {
		if !slices.Contains(words[flag], value) {
			return complaint("invalid --%s argument: '%s'; it is one of %s", flag, value, strings.Join(words[flag], ", "))
		}
	}
	if r.formats == nil {
		r.formats = usualFormats
	} else if r.dir == "" {
		return complaint("--format needs a folder for the report: -o DIR")
	}
	_, err := r.options()
	if err == nil {
		_, err = r.limits()
	}
	return err
}

// options makes of the flags what a report takes.
func (r *reporting) options() (o cover.Options, err error) {
	o = cover.Options{Title: r.title, Made: time.Now(), Selection: cover.Selection{System: r.system}, Markers: cover.Markers{None: r.noMarkers}}
	if o.Dir, err = os.Getwd(); err != nil {
		return o, err
	}
	if o.Selection.Include, err = parseEach("include", r.includes, cover.ParsePattern); err != nil {
		return o, err
	}
	if o.Selection.Exclude, err = parseEach("exclude", r.excludes, cover.ParsePattern); err != nil {
		return o, err
	}
	if o.Markers.Lines, err = parseEach("exclude-line", r.excludeLines, regexp.Compile); err != nil {
		return o, err
	}
	if o.Markers.Regions, err = parseEach("exclude-region", r.excludeRegions, cover.ParseRegion); err != nil {
		return o, err
	}
	if o.Paths, err = parseEach("replace-path", r.replacements, cover.ParseRename); err != nil {
		return o, err
	}
	o.Strip, err = parseEach("strip-path", r.strips, filepath.Abs)
	return o, err
}

// limits are those that --fail-under sets.
func (r *reporting) limits() ([]cover.Limit, error) {
	return parseEach("fail-under", r.underLimits, cover.ParseLimit)
}

// parseEach reads each of a flag's values.
func parseEach[T any](flag string, texts []string, parse func(string) (T, error)) ([]T, error) {
	var all []T
	for _, text := range texts {
		v, err := parse(text)
		if err != nil {
			return nil, complaint("invalid --%s argument: '%s': %s", flag, text, err)
		}
		all = append(all, v)
	}
	return all, nil
}

// report merges profiles, writes the report of them into the folder, shows its summary and
// says whether enough ran. Where the folder has profiles of its own, no other process makes
// a report of them meanwhile.
func (r *reporting) report(w io.Writer, stores []cover.Store) error {
	if own := cover.StoreIn(r.dir); r.dir != "" && slices.Contains(stores, own) {
		unlock, err := own.Lock()
		if err != nil {
			return err
		}
		defer unlock()
	}
	p, problem := load(stores)
	if p == nil {
		return problem
	}
	err := r.write(w, p)
	var short *cover.Shortfall
	if err == nil || errors.As(err, &short) {
		err = errors.Join(problem, err)
	}
	return err
}

// load merges the profiles of stores. What cannot be read is left out; there is none if
// nothing can.
func load(stores []cover.Store) (*cover.Profile, error) {
	var all *cover.Profile
	var problems []error
	for _, s := range stores {
		p, err := s.Load()
		if err != nil {
			problems = append(problems, err)
		}
		switch {
		case p == nil:
		case all == nil:
			all = p
		default:
			all.Merge(p)
		}
	}
	return all, errors.Join(problems...)
}

// write writes the report of a profile, shows its summary and checks the limits.
func (r *reporting) write(w io.Writer, p *cover.Profile) error {
	o, err := r.options()
	if err != nil {
		return err
	}
	limits, err := r.limits()
	if err != nil {
		return err
	}
	report := cover.NewReport(p, o)
	if err := r.writeFormats(report); err != nil {
		return err
	}
	if err := r.show(w, report); err != nil {
		return err
	}
	var failures []error
	for _, l := range limits {
		failures = append(failures, l.Check(report))
	}
	return errors.Join(failures...)
}

// wants says whether the report is to be in a format.
func (r *reporting) wants(name string) bool {
	return slices.Contains(r.formats, name) || slices.Contains(r.formats, "all")
}

func (r *reporting) writeFormats(report *cover.Report) error {
	if r.dir == "" {
		return nil
	}
	for i := range cover.Formats {
		if f := &cover.Formats[i]; r.wants(f.Name) {
			if err := f.WriteFile(r.dir, report); err != nil {
				return err
			}
		}
	}
	if r.wants(htmlFormat) {
		return page.Write(r.dir, report)
	}
	return nil
}

// fewFiles is how many are shown one by one.
const fewFiles = 50

// show writes the summary.
func (r *reporting) show(w io.Writer, report *cover.Report) error {
	t := cover.Table{Worst: r.sort == "worst", Width: defaultWidth}
	switch {
	case r.summary == "none":
		return nil
	case r.summary == "files", r.summary == "auto" && len(report.Files) <= fewFiles:
		t.Detail = cover.EachFile
	case r.summary == "folders", r.summary == "auto":
		t.Detail = cover.FoldersOnly
	}
	f, isFile := w.(*os.File)
	if isFile {
		t.Width = widthOf(f)
	}
	t.Color = r.color == "always" || isFile && colored(r.color, f)
	if err := t.Write(w, report); err != nil {
		return err
	}
	if r.dir != "" && r.wants(htmlFormat) {
		fmt.Fprintf(w, "report: %s\n", filepath.Join(r.dir, page.File))
	}
	return nil
}

// defaultWidth is that of what is no terminal.
const defaultWidth = 100

// widthOf is how many columns there are.
func widthOf(f *os.File) int {
	size, err := unix.IoctlGetWinsize(int(f.Fd()), unix.TIOCGWINSZ)
	if err != nil || size.Col == 0 {
		return defaultWidth
	}
	return int(size.Col)
}
