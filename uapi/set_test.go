package uapi

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	"github.com/trapline/trapline/abi"
)

var testFlags = &Set{
	Name:  "test flags",
	Flags: true,
	Consts: []Const{
		{"F_NONE", 0}, {"F_BOTH", 3}, {"F_ONE", 1}, {"F_TWO", 2}, {"F_ALSO", 2}, {"F_HIGH", 1 << 63},
	},
	Others: []Other{{"arm64", &Set{Name: "test flags", Flags: true, Consts: []Const{{"F_ARM", 1}}}}},
}

var testEnum = &Set{Name: "test values", Consts: []Const{{"E_ZERO", 0}, {"E_ONE", 1}, {"E_UN", 1}, {"E_THREE", 3}}}

func TestAppendNames(t *testing.T) {
	for _, test := range []struct {
		set  *Set
		v    uint64
		want string
		rest uint64
	}{
		{testFlags, 0, "F_NONE", 0},
		{testFlags, 1, "F_ONE", 0},
		{testFlags, 2, "F_TWO", 0},
		{testFlags, 3, "F_BOTH", 0},
		{testFlags, 7, "F_BOTH", 4},
		{testFlags, 4, "", 4},
		{testFlags, 1<<63 | 1, "F_ONE|F_HIGH", 0},
		{testFlags.For(abi.ARM64), 0, "", 0},
		{testFlags.For(abi.ARM64), 3, "F_ARM", 2},
		{testFlags.For(abi.X32), 3, "F_BOTH", 0},
		{testEnum, 0, "E_ZERO", 0},
		{testEnum, 1, "E_ONE", 0},
		{testEnum, 2, "", 2},
		{testEnum, 3, "E_THREE", 0},
	} {
		out, rest := test.set.AppendNames([]byte("x|"), test.v)
		if string(out) != "x|"+test.want || rest != test.rest {
			t.Errorf("%s: AppendNames(%#x) = %s, %#x", test.set.Name, test.v, out, rest)
		}
	}
}

func TestParse(t *testing.T) {
	for _, test := range []struct {
		expr string
		v    uint64
		err  string
	}{
		{"F_ONE|F_TWO", 3, ""},
		{" F_ALSO | 0x10 | 010", 0x1a, ""},
		{"F_NONE", 0, ""},
		{"E_ONE", 0, `"E_ONE" is not one of the test flags`},
		{"F_ONE|", 0, `"" is not one of the test flags`},
	} {
		v, err := testFlags.Parse(test.expr)
		if v != test.v || (err == nil) != (test.err == "") || err != nil && err.Error() != test.err {
			t.Errorf("Parse(%q) = %#x, %v", test.expr, v, err)
		}
	}
}

// A sorted set is searched, another scanned; both find the first of equals.
func TestFind(t *testing.T) {
	s := &Set{}
	for i := range uint64(200) {
		s.Consts = append(s.Consts, Const{string(rune('A' + i)), (i * 37) % 101})
	}
	sorted := &Set{Sorted: true, Consts: slices.Clone(s.Consts)}
	slices.SortStableFunc(sorted.Consts, func(a, b Const) int { return cmp.Compare(a.Value, b.Value) })
	for v := range uint64(120) {
		want := ""
		for _, c := range s.Consts {
			if c.Value == v {
				want += c.Name
			}
		}
		for _, s := range []*Set{s, sorted} {
			all := ""
			s.All(v, func(name string) { all += name })
			if all != want {
				t.Errorf("All(%d) is %q, want %q", v, all, want)
			}
			if name, ok := s.Find(v); ok != (want != "") || !strings.HasPrefix(want, name) {
				t.Errorf("Find(%d) = %q, %v, want the first of %q", v, name, ok, want)
			}
		}
	}
}

func TestNamesAllocateNothing(t *testing.T) {
	buf := make([]byte, 0, 128)
	if n := testing.AllocsPerRun(100, func() {
		buf, _ = testFlags.AppendNames(buf[:0], 3)
		buf, _ = Errnos.AppendNames(buf[:0], 110)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkFind(b *testing.B) {
	for b.Loop() {
		Errnos.Find(110)
	}
}
