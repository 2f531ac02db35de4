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
