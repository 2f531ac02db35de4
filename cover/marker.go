package cover

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Markers says what comments in a source leave out of a report: the words that lcov and
// gcovr know, and patterns.
type Markers struct {
	Lines   []*regexp.Regexp
	Regions []Region
	// None takes no notice of lcov's and gcovr's words.
	None bool
}

// A Region is what is left out from one line to another, both included.
type Region struct{ Start, Stop *regexp.Regexp }

// ParseRegion reads START:STOP, two regular expressions.
func ParseRegion(text string) (Region, error) {
	start, stop, ok := strings.Cut(text, ":")
	if !ok || start == "" || stop == "" {
		return Region{}, errors.New("it must read START:STOP, both of them regular expressions")
	}
	from, err := regexp.Compile(start)
	if err != nil {
		return Region{}, err
	}
	to, err := regexp.Compile(stop)
	return Region{from, to}, err
}

// An omission is what of a line does not count.
type omission uint8

const (
	omitLine   omission = 1 << iota
	omitBlocks          // of its blocks only the line as a whole counts
	omitFunction
)

// A marker is a word in a comment.
type marker struct {
	omits  omission
	starts bool // a region that lasts until the same one that stops
	stops  bool
}

// markerFamilies and markerKinds make up the words, with markerMiddle between them.
const (
	markerFamilies = "LCOV GCOV GCOVR"
	markerMiddle   = "_EXCL_"
)

var markerKinds = [...]struct {
	name string
	marker
}{
	{"LINE", marker{omits: omitLine}},
	{"START", marker{omits: omitLine, starts: true}},
	{"STOP", marker{omits: omitLine, stops: true}},
	{"BR_LINE", marker{omits: omitBlocks}},
	{"BR_START", marker{omits: omitBlocks, starts: true}},
	{"BR_STOP", marker{omits: omitBlocks, stops: true}},
	{"FUNCTION", marker{omits: omitFunction}},
}

// markers are the words and what they do.
var markers = sync.OnceValue(func() map[string]marker {
	all := map[string]marker{}
	for family := range strings.FieldsSeq(markerFamilies) {
		for _, kind := range markerKinds {
			all[family+markerMiddle+kind.name] = kind.marker
		}
	}
	return all
})

// A markerScan goes through the lines of a source.
type markerScan struct {
	*Markers
	opened   map[string]int // regions by their family and kind, and where each began
	regions  []int          // the same of those that patterns make; zero: it is not open
	omitted  []omission
	problems []string
}

// scan returns what of each line does not count; nil if everything does. Line 1 is the
// first. What is wrong with markers is said in problems.
func (m *Markers) scan(lines []string) (omitted []omission, problems []string) {
	if len(m.Lines)+len(m.Regions) == 0 && m.None {
		return nil, nil
	}
	s := markerScan{Markers: m, opened: map[string]int{}, regions: make([]int, len(m.Regions)), omitted: make([]omission, len(lines)+1)}
	for i, text := range lines {
		s.line(i+1, text)
	}
	s.unclosed()
	return s.omitted, s.problems
}

func (s *markerScan) line(n int, text string) {
	for _, re := range s.Lines {
		if re.MatchString(text) {
			s.omitted[n] |= omitLine
		}
	}
	for i, r := range s.Regions {
		s.region(n, text, r, &s.regions[i])
	}
	if !s.None && strings.Contains(text, markerMiddle) {
		s.words(n, text)
	}
	for name := range s.opened {
		s.omitted[n] |= markers()[name].omits
	}
}

// region looks whether a region that patterns make begins or ends in a line.
func (s *markerScan) region(n int, text string, r Region, opened *int) {
	if *opened > 0 {
		s.omitted[n] |= omitLine
		if r.Stop.MatchString(text) {
			*opened = 0
		}
	} else if r.Start.MatchString(text) {
		s.omitted[n] |= omitLine
		*opened = n
	}
}

// words looks for markers in a line.
func (s *markerScan) words(n int, text string) {
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r > 0x7f || !isWord(byte(r)) }) {
		m, ok := markers()[word]
		if !ok {
			continue
		}
		s.omitted[n] |= m.omits
		switch start := strings.TrimSuffix(word, "STOP") + "START"; {
		case m.starts && s.opened[word] == 0:
			s.opened[word] = n
		case m.starts:
			s.problem(n, word+" for the second time, without a stop between")
		case m.stops && s.opened[start] == 0:
			s.problem(n, word+" without a start")
		case m.stops:
			delete(s.opened, start)
		}
	}
}

func (s *markerScan) problem(n int, what string) {
	s.problems = append(s.problems, fmt.Sprintf("line %d: %s", n, what))
}

// unclosed says which regions have no end. They last until the end of the file.
func (s *markerScan) unclosed() {
	for _, name := range slices.Sorted(maps.Keys(s.opened)) {
		s.problem(s.opened[name], name+" without a stop")
	}
	for i, n := range s.regions {
		if n > 0 {
			s.problem(n, s.Regions[i].Start.String()+" without "+s.Regions[i].Stop.String())
		}
	}
}
