package image

import (
	"testing"

	"github.com/trapline/trapline/internal/fixture"
)

// What is around an address tells the same symbol as all of the table.
func TestSymbolsAround(t *testing.T) {
	f := open(t, buildWaits(t, fixture.Static))
	whole, err := f.symtab(".symtab", SymTab)
	if err != nil {
		t.Fatal(err)
	}
	symbols := whole.sorted()
	fresh := func() *symtab {
		part, err := f.symtab(".symtab", SymTab)
		if err != nil {
			t.Fatal(err)
		}
		return part
	}
	part, sorted := fresh(), 0
	for i := range symbols {
		s := &symbols[i]
		for _, addr := range []uint64{s.addr, s.addr + s.size, s.addr - 1, (s.addr + s.size) &^ (windowSize - 1)} {
			want, got := whole.at(addr), part.at(addr)
			if (want == nil) != (got == nil) || want != nil && *want != *got {
				t.Fatalf("%#x: %v instead of %v", addr, got, want)
			}
			if part.raw == nil {
				sorted++
			}
			if part.raw == nil || len(part.parts) == maxParts {
				part = fresh()
			}
		}
	}
	if sorted > len(symbols) {
		t.Errorf("all of the table was sorted for %d of %d addresses", sorted, 4*len(symbols))
	}
}

// Who looks many addresses up gets the whole table.
func TestSymbolsSorted(t *testing.T) {
	f := open(t, buildWaits(t, fixture.Static))
	table, err := f.symtab(".symtab", SymTab)
	if err != nil {
		t.Fatal(err)
	}
	for n := range uint64(maxParts + 1) {
		table.at(n * windowSize)
	}
	if table.raw != nil || len(table.symbols) == 0 {
		t.Error("it is not sorted")
	}
}

// gdb's choice of several names: the last, but one that other files know rather than the next
// one that they do not.
func TestSymbolIsGDBs(t *testing.T) {
	program := compileText(t, "known.c", `
static int __attribute__((used, noinline)) beta(int n) { return n + 1; }
int alpha(int n) __attribute__((alias("beta")));
int delta(int n) { return n + 2; }
static int gamma(int n) __attribute__((used, alias("delta")));
static int zeta(int n) __attribute__((used, alias("delta")));
int epsilon(int n) { return n + 3; }
static int eta(int n) __attribute__((used, alias("epsilon")));
int theta(int n) __attribute__((alias("epsilon")));
int main(int argc, char **argv) { return beta(argc); }
`, "gcc", "-O1")
	for symbol, want := range map[string]string{"beta": "alpha", "delta": "zeta", "epsilon": "theta", "main": "main"} {
		if places := open(t, program).symbolPlaces(nil, addrOf(t, program, symbol)); len(places) != 1 || places[0].Symbol != want {
			t.Errorf("%s: %+v, want %s", symbol, places, want)
		}
	}
}
