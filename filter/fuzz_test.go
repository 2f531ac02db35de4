package filter

import (
	"syscall"
	"testing"

	"github.com/trapline/trapline/abi"
)

var seeds = []string{"openat", "!open,close", "%file@32", "/^get", "?x,12", "all", "none", "@", "!", ",", "/[", "SIGRT_3"}

func FuzzParseCalls(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, expr string) {
		c, err := ParseCalls(expr)
		if (c == nil) != (err != nil) {
			t.Fatalf("%q: %v, %v", expr, c, err)
		}
		if err != nil {
			return
		}
		turned, err := ParseCalls("!" + expr)
		if err != nil {
			t.Fatalf("%q is a set, turned round it is not: %v", expr, err)
		}
		for nr := range uint64(600) {
			if c.Has(abi.AMD64, nr) == turned.Has(abi.AMD64, nr) {
				t.Fatalf("%q and its complement agree on %d", expr, nr)
			}
		}
	})
}

func FuzzParseSets(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, expr string) {
		if s, err := ParseSignals(expr); err == nil {
			s.Has(syscall.SIGINT)
		}
		if d, err := ParseDescriptors(expr); err == nil {
			d.Has(3)
		}
		ParseWords("word", expr, []Word{{"one", 1}, {"two", 2}})
	})
}
