package cover

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMarkers(t *testing.T) {
	patterns := Markers{
		Lines:   []*regexp.Regexp{regexp.MustCompile(`assert\(`)},
		Regions: []Region{{regexp.MustCompile(`#if DEBUG`), regexp.MustCompile(`#endif`)}},
	}
	for _, test := range []struct {
		name     string
		m        Markers
		source   string
		want     string // a letter for each line
		problems []string
	}{
		{"lines", Markers{}, "a\nb // LCOV_EXCL_LINE\nc /*GCOVR_EXCL_LINE*/\nd GCOV_EXCL_LINE", ".LLL", nil},
		{"words", Markers{}, "LCOV_EXCL_LINES\nXLCOV_EXCL_LINE\nLCOV_EXCL_\néLCOV_EXCL_LINEé", "...L", nil},
		{"regions", Markers{}, "a\n/* LCOV_EXCL_START */\nb\n// LCOV_EXCL_STOP\nc", ".LLL.", nil},
		{"on one line", Markers{}, "LCOV_EXCL_START x LCOV_EXCL_STOP\nb", "L.", nil},
		{"blocks", Markers{}, "a LCOV_EXCL_BR_LINE\nb GCOVR_EXCL_BR_START\nc LCOV_EXCL_LINE\nd GCOVR_EXCL_BR_STOP\ne", "BBXB.", nil},
		{"functions", Markers{}, "f GCOVR_EXCL_FUNCTION\nb", "F.", nil},
		{"families do not mix", Markers{}, "LCOV_EXCL_START\na\nGCOV_EXCL_STOP\nb", "LLLL", []string{
			"line 1: LCOV_EXCL_START without a stop", "line 3: GCOV_EXCL_STOP without a start",
		}},
		{"twice", Markers{}, "LCOV_EXCL_START\nLCOV_EXCL_START\nLCOV_EXCL_STOP\nb", "LLL.", []string{
			"line 2: LCOV_EXCL_START for the second time, without a stop between",
		}},
		{"patterns", patterns, "a\nassert(x)\n#if DEBUG\nb\n#endif\nc LCOV_EXCL_LINE\n#if DEBUG", ".LLLLLL", []string{"line 7: #if DEBUG without #endif"}},
		{"none", Markers{None: true}, "LCOV_EXCL_LINE", "", nil},
		{"patterns only", Markers{None: true, Lines: patterns.Lines}, "LCOV_EXCL_LINE\nassert(1)", ".L", nil},
	} {
		omitted, problems := test.m.scan(strings.Split(test.source, "\n"))
		got := ""
		for i, o := range omitted {
			if i > 0 {
				got += string(".LBXF"[o:][:1])
			}
		}
		if got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
		if d := cmp.Diff(test.problems, slices.Sorted(slices.Values(problems))); d != "" {
			t.Errorf("%s: %s", test.name, d)
		}
	}
}

// There is a word for each family and kind.
func TestMarkerTable(t *testing.T) {
	if len(markers()) != 3*len(markerKinds) {
		t.Errorf("%d markers", len(markers()))
	}
	for word, m := range markers() {
		if m.starts {
			if stop, ok := markers()[strings.TrimSuffix(word, "START")+"STOP"]; !ok || !stop.stops {
				t.Errorf("nothing stops %s", word)
			}
		}
	}
}

// What comments leave out is not in a report: lines, whole functions, blocks.
func TestOmit(t *testing.T) {
	var lines []*Line
	for n := 1; n <= 9; n++ {
		lines = append(lines, &Line{n, []*Block{{Hits: 1}, {At: At{Column: 1}}}})
	}
	l := &Listing{Lines: lines, Functions: []*Function{{"f", 2, 4, 0}, {"g", 6, 7, 0}, {"beyond", 1 << 20, 1 << 21, 0}}}
	l.omit([]omission{0, 0, omitFunction, 0, 0, omitLine, 0, omitBlocks})
	l.count()
	got := ""
	for _, line := range l.Lines {
		got += fmt.Sprintf("%d:%d ", line.Number, len(line.Blocks))
	}
	if got != "1:2 6:2 7:1 8:2 9:2 " {
		t.Errorf("lines and blocks: %s", got)
	}
	if len(l.Functions) != 2 || l.Functions[0].Name != "g" {
		t.Errorf("functions: %v", l.Functions)
	}
	if d := cmp.Diff([]Span{{2, 5}}, l.Omitted); d != "" {
		t.Error(d)
	}
	if want := (Totals{Lines: Ratio{5, 5}, Functions: Ratio{0, 2}, Blocks: Ratio{4, 8}}); l.Totals != want {
		t.Errorf("totals: %+v", l.Totals)
	}
}
