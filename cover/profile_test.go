package cover

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// hits notes hits of the blocks of a line, the columns of which are 1, 2 and so on.
func hits(f *File, line int, counts ...uint64) {
	for i, n := range counts {
		f.Block(line, At{Column: uint32(i + 1)}).Hits += n
	}
}

// A plain is a profile without what tests do not look at.
type plain map[string]plainFile

type plainFile struct {
	Source    Source
	Lines     map[int][]uint64
	Functions []Function
}

func flat(p *Profile) plain {
	all := plain{}
	for _, f := range p.Files() {
		one := plainFile{Source: f.Source, Lines: map[int][]uint64{}}
		for _, l := range f.Lines() {
			for _, b := range l.Blocks {
				one.Lines[l.Number] = append(one.Lines[l.Number], b.Hits)
			}
		}
		for _, k := range f.Functions() {
			one.Functions = append(one.Functions, *k)
		}
		all[f.Path] = one
	}
	return all
}

func TestBlocks(t *testing.T) {
	var p Profile
	f := p.File("/src/./a.c")
	f.Block(3, At{Column: 9})
	first := f.Block(3, At{Column: 2, Part: 1})
	f.Block(3, At{Column: 2})
	first.Hit()
	first.Hit()
	f.Block(1, At{}).Hit()
	if f != p.File("/src/a.c") {
		t.Error("one path, two files")
	}
	if first != f.Block(3, At{2, 1}) {
		t.Error("one place, two blocks")
	}
	lines := f.Lines()
	if len(lines) != 2 || lines[0].Number != 1 || lines[1].Number != 3 {
		t.Fatalf("lines: %v", lines)
	}
	l := lines[1]
	var places []At
	for _, b := range l.Blocks {
		places = append(places, b.At)
	}
	if d := cmp.Diff([]At{{2, 0}, {2, 1}, {9, 0}}, places); d != "" {
		t.Error(d)
	}
	if l.Hits() != 2 || l.Ran() != 1 {
		t.Errorf("hits %d, ran %d", l.Hits(), l.Ran())
	}
	for _, n := range []int{0, -1, maxLine + 1} {
		if f.Block(n, At{}) != nil {
			t.Errorf("there is a line %d", n)
		}
	}
}

func TestHitsDoNotOverflow(t *testing.T) {
	b := Block{Hits: math.MaxUint64 - 1}
	for range 3 {
		b.Hit()
	}
	if b.Hits != math.MaxUint64 {
		t.Errorf("hits: %d", b.Hits)
	}
}

// Copies of functions are one, and cover all of their lines.
func TestFunctions(t *testing.T) {
	var p Profile
	f := p.File("a.cc")
	f.Function("max<int>", 3, 5).Hits = 2
	f.Function("max<std::pair<int, (anonymous)> >", 3, 6).Hits++
	f.Function("less", 1, 1)
	f.Function("max<int>", 20, 0)
	want := []Function{{"less", 1, 1, 0}, {"max", 3, 6, 3}, {"max", 20, 20, 0}}
	if d := cmp.Diff(want, flat(&p)["a.cc"].Functions); d != "" {
		t.Error(d)
	}
}

func TestFoldName(t *testing.T) {
	for name, want := range map[string]string{
		"main": "main",
		"std::vector<int, std::less<int> >::push": "std::vector::push",
		"operator<":                             "operator<",
		"ns::operator<<<char>":                  "ns::operator<<<char>",
		"T::operator[]":                         "T::operator[]",
		"T<int>::operator->":                    "T::operator->",
		"f<(a::b)(x > y)>":                      "f",
		"fn<int (*)(int) -> char>::run":         "fn::run",
		"g<true":                                "g<true",
		"T::operator()<int>":                    "T::operator()",
		"main.Map[...]":                         "main.Map",
		"main.(*Stack[go.shape.int]).Push":      "main.(*Stack).Push",
		"<alloc::vec::Vec<u8> as Trait>::go":    "<alloc::vec::Vec as Trait>::go",
		"core::ptr::drop_in_place<[u8; 4]>":     "core::ptr::drop_in_place",
		"myoperator<int>":                       "myoperator",
		"main::{lambda(int)#1}::operator()":     "main::{lambda(int)#1}::operator()",
		"a::<impl b::C for d::E>::f":            "a::<impl b::C for d::E>::f",
		"":                                      "",
		"<":                                     "<",
		"x[":                                    "x[",
		"std::function<void ()>::operator bool": "std::function::operator bool",
		"h<&(operator<(A const&, A const&))>::run": "h::run",
	} {
		if got := foldName(name); got != want {
			t.Errorf("foldName(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestMerge(t *testing.T) {
	var a, b Profile
	hits(a.File("x.c"), 1, 1, 0)
	hits(a.File("x.c"), 2, 0)
	a.File("x.c").Function("f<int>", 1, 2).Hits = 1
	a.File("x.c").Source = Source{Found: "/x.c", Digest: Digest{1}}
	hits(b.File("x.c"), 1, 1, 0, 4)
	hits(b.File("x.c"), 9, math.MaxUint64)
	hits(b.File("y.c"), 3, 1)
	b.File("x.c").Function("f<char>", 1, 3).Hits = 1
	b.File("x.c").Source = Source{Found: "/other/x.c", Digest: Digest{2}}
	b.Counted = true
	a.Runs, b.Runs = []Run{{Dir: "/1"}}, []Run{{Dir: "/2"}}
	a.Merge(&b)
	want := plain{
		"x.c": {
			Source:    Source{Found: "/x.c", Digest: Digest{1}, Differs: true},
			Lines:     map[int][]uint64{1: {2, 0, 4}, 2: {0}, 9: {math.MaxUint64}},
			Functions: []Function{{"f", 1, 3, 2}},
		},
		"y.c": {Lines: map[int][]uint64{3: {1}}},
	}
	if d := cmp.Diff(want, flat(&a)); d != "" {
		t.Error(d)
	}
	if len(a.Runs) != 2 || !a.Counted {
		t.Errorf("%d runs, counted: %v", len(a.Runs), a.Counted)
	}
	if b.File("y.c").Block(3, At{Column: 1}) == a.File("y.c").Block(3, At{Column: 1}) {
		t.Error("the two share blocks")
	}
}

// A source that was not found in one run is that of the other.
func TestMergeSources(t *testing.T) {
	known := Source{Found: "/x.c", Digest: Digest{1}}
	for _, test := range []struct{ a, b, want Source }{
		{Source{}, known, known},
		{known, Source{}, known},
		{known, known, known},
		{known, Source{Digest: Digest{1}, Differs: true}, Source{"/x.c", Digest{1}, true}},
	} {
		got := test.a
		got.merge(test.b)
		if got != test.want {
			t.Errorf("%v and %v: %v", test.a, test.b, got)
		}
	}
}
