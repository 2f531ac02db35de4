package image

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// named has symbols of many kinds, and no debug information.
const named = `
#define NAMED(name, symbol) __attribute__((used)) int name(int) __asm__(symbol); int name(int n) { return n; }
NAMED(a, "plain") NAMED(b, "copied.constprop.0.isra.0") NAMED(c, "whole") NAMED(d, "whole.cold")
NAMED(e, "_ZN2ns3Foo3barEi") NAMED(f, "_ZN2ns3Foo3barEPKc") NAMED(g, "_ZN2ns5HouseIiE3barEi")
NAMED(h, "_ZN2ns3Foo3barEi.cold") NAMED(i, "_ZN3std4__xy17h0123456789abcdefE") NAMED(j, "main.trade")
NAMED(k, "_ZN2ns3FooD1Ev") NAMED(l, "_ZN2ns3FooclEi") NAMED(m, "barbar") NAMED(n, "_ZN2ns3Foo3barEi.part.0")
int main(void) { return 0; }`

// Functions that only symbols name are found like those of DWARF: by parts of their names, with
// all copies, but not by what is a part of a function only.
func TestFindBySymbol(t *testing.T) {
	program := compileText(t, "named.c", named, "gcc", "-O1")
	f := open(t, program)
	for name, want := range map[string]string{
		"plain":            "plain",
		"pla*":             "plain",
		"copied":           "copied.constprop.0.isra.0",
		"copied.*":         "",
		"whole":            "whole",
		"whole.cold":       "whole.cold",
		"who*":             "whole",
		"bar":              "_ZN2ns3Foo3barEi _ZN2ns3Foo3barEPKc _ZN2ns5HouseIiE3barEi",
		"Foo::bar":         "_ZN2ns3Foo3barEi _ZN2ns3Foo3barEPKc",
		"Foo::bar(int)":    "_ZN2ns3Foo3barEi",
		"Foo::bar( int )":  "_ZN2ns3Foo3barEi",
		"House::bar":       "_ZN2ns5HouseIiE3barEi",
		"House<int>::bar":  "_ZN2ns5HouseIiE3barEi",
		"House<long>::bar": "",
		"ns::*":            "_ZN2ns3Foo3barEi _ZN2ns3Foo3barEPKc _ZN2ns5HouseIiE3barEi _ZN2ns3FooD1Ev _ZN2ns3FooclEi",
		"Foo::~Foo":        "_ZN2ns3FooD1Ev",
		"Foo::operator()":  "_ZN2ns3FooclEi",
		"_ZN2ns3Foo3barEi": "_ZN2ns3Foo3barEi",
		"std::__xy":        "_ZN3std4__xy17h0123456789abcdefE",
		"trade":            "main.trade",
		"oo::bar":          "",
		"ar":               "",
		"named.c:plain":    "",
	} {
		found, err := f.FindFunction(name)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var symbols []string
		for _, l := range found {
			symbols = append(symbols, l.Places[0].Symbol)
		}
		if got := strings.Join(symbols, " "); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

// Functions of the same name are found all, with and without debug information.
func TestFindAll(t *testing.T) {
	const static = "static __attribute__((noinline)) int same(int n) { return n * %d; }\nint %s(int n) { return same(n); }\n"
	for _, flag := range []string{"-g0", "-g"} {
		other := compileText(t, "other.c", fmt.Sprintf(static, 3, "other"), "gcc", "-O1", flag, "-c")
		program := compileText(t, "main.c", fmt.Sprintf(static, 5, "main"), "gcc", "-O1", flag, other)
		found, err := open(t, program).FindFunction("same")
		if err != nil || len(found) != 2 || found[0].Addr == found[1].Addr {
			t.Errorf("%s: %v, %v, want two places", flag, found, err)
		}
	}
}

//go:noinline
func generic[T any](x T) T { return x }

type pair[K, V any] struct{}

//go:noinline
func (*pair[K, V]) swap(x V) V { return x }

// Go's generic functions are found without their types, and those of a program without symbols by
// its line table.
func TestFindGo(t *testing.T) {
	if generic(1) != 1 || generic("") != "" || new(pair[int, int]).swap(2) != 2 {
		t.Fatal("they return what they are given")
	}
	program := self(t).path()
	stripped := filepath.Join(t.TempDir(), "stripped")
	if out, err := exec.Command("strip", "-o", stripped, program).CombinedOutput(); err != nil {
		t.Fatalf("strip: %v\n%s", err, out)
	}
	for _, path := range []string{program, stripped} {
		for name, want := range map[string]int{
			"image.generic": 2, "image.generic[...]": 2, "generic[go.shape.int]": 1, "image.(*pair).swap": 1, "image.(*pair[...]).swap": 1,
			"(*pair[int,int]).swap": 0, "eneric": 0,
		} {
			if found, err := open(t, path).FindFunction(name); err != nil || len(found) != want {
				t.Errorf("%s: %s: %v, %v, want %d", path, name, found, err, want)
			}
		}
	}
}
