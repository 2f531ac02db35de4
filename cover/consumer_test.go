package cover

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/trapline/trapline/internal/fixture"
)

// run runs a tool on files and returns what it says.
func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
	return string(out)
}

// written writes a report in all formats, with whole paths, and returns the folder.
func written(t *testing.T, p *Profile) (dir string, r *Report) {
	t.Helper()
	sources, err := filepath.Abs("testdata/src")
	if err != nil {
		t.Fatal(err)
	}
	r = NewReport(p, Options{Paths: Paths{{"/build", sources}}})
	dir = t.TempDir()
	for i := range Formats {
		if err := Formats[i].WriteFile(dir, r); err != nil {
			t.Fatal(err)
		}
	}
	return dir, r
}

// hostile is a profile the names of which are made to break what they are written in.
func hostile() *Profile {
	p := &Profile{Runs: []Run{{Command: []string{"\xff\"\n"}}}}
	for _, name := range []string{"/a\nend_of_record\nSF:b", `/"<&>'.c`, "/\xff\x00\x1b[31m.go", "/ ]]>.go", "relative", "/x,y:z.go"} {
		f := p.File(name)
		f.Block(1, At{}).Hit()
		f.Block(2, At{Column: 1})
		f.Block(2, At{Column: 2}).Hits = 1<<64 - 1
		f.Function("f,\n\"<>\xff", 1, 2)
		f.Function("", 1, 2)
	}
	return p
}

func TestGoTool(t *testing.T) {
	dir, _ := written(t, demo())
	got := regexp.MustCompile(`\S+/(main\.go)`).ReplaceAllString(run(t, "go", "tool", "cover", "-func="+filepath.Join(dir, "cover.out")), "$1")
	var fields []string
	for line := range strings.Lines(got) {
		fields = append(fields, strings.Join(strings.Fields(line), " "))
	}
	want := []string{"main.go:9: Push 100.0%", "main.go:13: unused 0.0%", "main.go:18: main 87.5%", "total: (statements) 76.9%"}
	if d := cmp.Diff(want, fields); d != "" {
		t.Error(d)
	}
	run(t, "go", "tool", "cover", "-html="+filepath.Join(dir, "cover.out"), "-o", filepath.Join(dir, "go.html"))
}

// Every line of a profile for Go is one that Go's reader takes, whatever the names are.
func TestGoLines(t *testing.T) {
	p := hostile()
	p.Counted = true
	dir, _ := written(t, p)
	text, err := os.ReadFile(filepath.Join(dir, "cover.out"))
	if err != nil {
		t.Fatal(err)
	}
	first, rest, _ := strings.Cut(strings.TrimSuffix(string(text), "\n"), "\n")
	if first != "mode: count" {
		t.Errorf("it begins with %s", first)
	}
	for line := range strings.SplitSeq(rest, "\n") {
		m := regexp.MustCompile(`^.+:\d+\.\d+,\d+\.\d+ 1 (\d+)$`).FindStringSubmatch(line)
		if m == nil {
			t.Errorf("line %q", line)
		} else if _, err := strconv.Atoi(m[1]); err != nil {
			t.Error(err)
		}
	}
}

// lcovLine is what a line of a tracefile may be.
var lcovLine = regexp.MustCompile(`^(TN:|SF:\S.*|FN:\d+,[^,]+|FNDA:\d+,[^,]+|FN[FH]:\d+|BRDA:\d+,\d+,\d+,(-|\d+)|BR[FH]:\d+|DA:\d+,\d+|L[FH]:\d+|end_of_record)$`)

// A tracefile has only lines that lcov knows, and its own totals are those of its lines.
func TestLCOV(t *testing.T) {
	for _, p := range []*Profile{demo(), hostile(), {}} {
		dir, r := written(t, p)
		text, err := os.ReadFile(filepath.Join(dir, "lcov.info"))
		if err != nil {
			t.Fatal(err)
		}
		files, count := 0, map[string]int{}
		for line := range strings.Lines(string(text)) {
			line = strings.TrimSuffix(line, "\n")
			if !lcovLine.MatchString(line) {
				t.Errorf("line %q", line)
			}
			if line == "end_of_record" {
				files++
			}
			if kind, value, ok := strings.Cut(line, ":"); ok {
				n := 1
				fmt.Sscanf(value, "%d", &n)
				count[kind+"="] += n
				count[kind]++
			}
		}
		if files != len(r.Files) || count["SF"] != files {
			t.Errorf("%d files, of %d", files, len(r.Files))
		}
		for total, of := range map[string]string{"LF=": "DA", "FNF=": "FN", "BRF=": "BRDA"} {
			if count[total] != count[of] {
				t.Errorf("%s%d of %d", total, count[total], count[of])
			}
		}
		if want := r.Totals.Lines.Ran; count["LH="] != want {
			t.Errorf("%d lines ran, of %d", count["LH="], want)
		}
	}
}

// The real lcov reads the tracefile as we mean it.
func TestLCOVItself(t *testing.T) {
	lcov, genhtml := fixture.Tool(t, "lcov"), fixture.Tool(t, "genhtml")
	p := demo()
	delete(p.files, "/build/gone.c") // genhtml wants all sources
	dir, r := written(t, p)
	said := run(t, lcov, "--rc", "lcov_branch_coverage=1", "--summary", filepath.Join(dir, "lcov.info"))
	for _, m := range []Measure{Lines, Functions} {
		if ratio := r.Totals.Of(m); !strings.Contains(said, fmt.Sprintf("(%d of %d %s)", ratio.Ran, ratio.All, m)) {
			t.Errorf("lcov does not say %s of %s:\n%s", countsOf(ratio), m, said)
		}
	}
	run(t, genhtml, "--branch-coverage", "-o", filepath.Join(dir, "html"), filepath.Join(dir, "lcov.info"))
}

// elements is coverage-04.dtd, and SonarQube's form: what each element has in it, in that
// order, and the attributes it must have and may have.
type elements map[string]struct{ content, must, may string }

var cobertura = elements{
	"coverage": {"sources packages", "line-rate branch-rate lines-covered lines-valid branches-covered branches-valid complexity version timestamp", ""},
	"sources":  {"source*", "", ""},
	"source":   {"", "", ""},
	"packages": {"package*", "", ""},
	"package":  {"classes", "name line-rate branch-rate complexity", ""},
	"classes":  {"class*", "", ""},
	"class":    {"methods lines", "name filename line-rate branch-rate complexity", ""},
	"methods":  {"method*", "", ""},
	"method":   {"lines", "name signature line-rate branch-rate complexity", ""},
	"lines":    {"line*", "", ""},
	"line":     {"", "number hits", "branch condition-coverage"},
}

var sonarQube = elements{
	"coverage":    {"file*", "version", ""},
	"file":        {"lineToCover*", "path", ""},
	"lineToCover": {"", "lineNumber covered", "branchesToCover coveredBranches"},
}

// check says what is wrong with a document.
func (e elements) check(r io.Reader) error {
	d := xml.NewDecoder(r)
	var open []string
	var content [][]string
	for {
		token, err := d.Token()
		if err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		switch x := token.(type) {
		case xml.StartElement:
			if err := e.attributes(x); err != nil {
				return err
			}
			if n := len(content); n > 0 {
				content[n-1] = append(content[n-1], x.Name.Local)
			}
			open, content = append(open, x.Name.Local), append(content, nil)
		case xml.EndElement:
			n := len(open) - 1
			if want := e[open[n]].content; !fits(want, content[n]) {
				return fmt.Errorf("%s has %v in it, not %s", open[n], content[n], want)
			}
			open, content = open[:n], content[:n]
		}
	}
}

func (e elements) attributes(x xml.StartElement) error {
	spec, ok := e[x.Name.Local]
	if !ok {
		return fmt.Errorf("there is no element %s", x.Name.Local)
	}
	must, may := strings.Fields(spec.must), strings.Fields(spec.may)
	for _, a := range x.Attr {
		if i := slices.Index(must, a.Name.Local); i >= 0 {
			must = slices.Delete(must, i, i+1)
		} else if !slices.Contains(may, a.Name.Local) {
			return fmt.Errorf("%s has no attribute %s", x.Name.Local, a.Name.Local)
		}
	}
	if len(must) > 0 {
		return fmt.Errorf("%s lacks %v", x.Name.Local, must)
	}
	return nil
}

// fits reports whether an element may have that in it.
func fits(want string, got []string) bool {
	if name, any := strings.CutSuffix(want, "*"); any {
		return !slices.ContainsFunc(got, func(s string) bool { return s != name })
	}
	return want == strings.Join(got, " ")
}

func TestXML(t *testing.T) {
	var files []string
	for _, p := range []*Profile{demo(), hostile(), {}} {
		dir, _ := written(t, p)
		for name, e := range map[string]elements{"cobertura.xml": cobertura, "sonarqube.xml": sonarQube} {
			file := filepath.Join(dir, name)
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if err := e.check(bytes.NewReader(data)); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			files = append(files, file)
		}
	}
	run(t, "python3", append([]string{"-c", "import sys, xml.dom.minidom as m\nfor f in sys.argv[1:]: m.parse(f)"}, files...)...)
}

// The check of documents finds what is wrong with them.
func TestXMLCheck(t *testing.T) {
	for _, text := range []string{
		`<coverage version="1"><x/></coverage>`, `<coverage/>`, `<coverage version="1" x="1"/>`, `<coverage version="1"><file path="x">`,
		`<coverage version="1"><lineToCover lineNumber="1" covered="true"/></coverage>`,
	} {
		if sonarQube.check(strings.NewReader(text)) == nil {
			t.Errorf("accepted: %s", text)
		}
	}
}

// xmllint holds Cobertura's to the same rules, written as they are for it.
func TestXMLItself(t *testing.T) {
	xmllint := fixture.Tool(t, "xmllint")
	dir, _ := written(t, demo())
	var dtd strings.Builder
	for name, spec := range cobertura {
		content := strings.ReplaceAll(spec.content, " ", ",")
		if content == "" {
			content = "#PCDATA"
		}
		fmt.Fprintf(&dtd, "<!ELEMENT %s (%s)>\n", name, content)
		for a := range strings.FieldsSeq(spec.must) {
			fmt.Fprintf(&dtd, "<!ATTLIST %s %s CDATA #REQUIRED>\n", name, a)
		}
		for a := range strings.FieldsSeq(spec.may) {
			fmt.Fprintf(&dtd, "<!ATTLIST %s %s CDATA #IMPLIED>\n", name, a)
		}
	}
	file := filepath.Join(dir, "coverage.dtd")
	if err := os.WriteFile(file, []byte(dtd.String()), 0o666); err != nil {
		t.Fatal(err)
	}
	run(t, xmllint, "--nonet", "--noout", "--dtdvalid", file, filepath.Join(dir, "cobertura.xml"))
}

// JSON is what its schema says, and Codecov's is JSON.
func TestSchema(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile("../docs/cover.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []*Profile{demo(), hostile(), {}} {
		dir, _ := written(t, p)
		for _, file := range []string{"summary.json", "codecov.json"} {
			f, err := os.Open(filepath.Join(dir, file))
			if err != nil {
				t.Fatal(err)
			}
			data, err := jsonschema.UnmarshalJSON(f)
			f.Close()
			if err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			if file == "summary.json" {
				if err := schema.Validate(data); err != nil {
					t.Error(err)
				}
			}
		}
	}
	for _, text := range []string{`{}`, `[]`, `{"type":"coverage","schema":2}`} {
		data, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if schema.Validate(data) == nil {
			t.Errorf("accepted: %s", text)
		}
	}
}
