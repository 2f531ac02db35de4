package survey_test

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/trapline/trapline/breakpoint"
	"github.com/trapline/trapline/cover"
	"github.com/trapline/trapline/cover/survey"
	"github.com/trapline/trapline/internal/fixture"
	"github.com/trapline/trapline/trace"
)

// survey runs a program and returns which lines of its source have code, and whether they ran.
func surveyed(t *testing.T, s *survey.Survey, program, source string) map[int]uint64 {
	t.Helper()
	s.Takes = func(path string) bool { return strings.HasSuffix(path, source) }
	out, said := fixture.Output(t)
	tracer := trace.New(trace.Options{Follow: true})
	if _, err := tracer.Start(&trace.Command{Path: program, Args: []string{program}, Stdout: out}); err != nil {
		t.Fatal(err)
	}
	if err := tracer.Run(context.Background(), breakpoint.New(s.Breakpoint())); err != nil {
		t.Fatal(err)
	}
	if got := said(); !strings.Contains(got, "covered: child") {
		t.Errorf("the program said %q", got)
	}
	lines := map[int]uint64{}
	for _, f := range s.Profile.Files() {
		for _, l := range f.Lines() {
			lines[l.Number] = l.Hits()
		}
	}
	return lines
}

// The lines of a program that say that they run are those that do.
func TestLines(t *testing.T) {
	for name, flags := range map[string][]fixture.Flag{
		"amd64": {"-O0"}, "i386": {"-O0", fixture.M32}, "static": {"-O0", fixture.Static}, "position": {"-O0", "-no-pie"},
	} {
		for detail, s := range map[string]*survey.Survey{
			"lines":  {Profile: &cover.Profile{}},
			"blocks": {Profile: &cover.Profile{}, Blocks: true},
			"counts": {Profile: &cover.Profile{Counted: true}},
		} {
			t.Run(name+"/"+detail, func(t *testing.T) {
				lines := surveyed(t, s, fixture.Build(t, "covered", flags...), "/covered.c")
				compare(t, lines)
				if want := map[bool]uint64{false: 1, true: 20}[s.Profile.Counted]; lines[12] != want {
					t.Errorf("line 12 ran %d times, want %d", lines[12], want)
				}
			})
		}
	}
}

// compare holds what ran against what the source says.
func compare(t *testing.T, lines map[int]uint64) {
	t.Helper()
	source, err := os.ReadFile("../../internal/fixture/testdata/covered.c")
	if err != nil {
		t.Fatal(err)
	}
	for i, text := range strings.Split(string(source), "\n") {
		hits, known := lines[i+1]
		switch runs, not := strings.HasSuffix(text, "// runs"), strings.HasSuffix(text, "// does not"); {
		case known != (runs || not):
			t.Errorf("line %d has code: %v: %s", i+1, known, text)
		case known && (hits > 0) != runs:
			t.Errorf("line %d ran %d times: %s", i+1, hits, text)
		}
	}
}
