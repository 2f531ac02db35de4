package image

import (
	"os"
	"path"
	"strings"
	"testing"
)

// One function with many names, and one that is not exported.
const aliased = `
int __GI_tell(int n) { return n + 1; }
int __tell(int n) __attribute__((alias("__GI_tell")));
int tell64(int n) __attribute__((weak, alias("__GI_tell")));
int Tell(int n) __attribute__((alias("__GI_tell")));
int tell(int n) __attribute__((weak, alias("__GI_tell")));
static int __attribute__((noinline)) hidden(int n) { __asm__ volatile(""); return n + 2; }
int main(int argc, char **argv) { return tell(argc) + hidden(argc); }
`

// The symbol of code that has several is the plainest, wherever it stands.
func TestSymbolIsThePlainest(t *testing.T) {
	program := compileText(t, "aliased.c", aliased, "gcc", "-g", "-O1", "-rdynamic", "-Wl,--build-id")
	addr := addrOf(t, program, "tell")
	want := func(f *File, addr uint64, name string, from Source) {
		t.Helper()
		p, ok := f.Symbol(addr + 1)
		if !ok || p.Function != name || p.Symbol != name || p.Offset != 1 || p.From != from || p.Line != 0 {
			t.Errorf("%s: %+v, want %s+1 from %d and no line", f.Name, p, name, from)
		}
		if start, ok := f.SymbolStart(addr + 1); start != addr || !ok {
			t.Errorf("%s: %s begins at %#x, want %#x", f.Name, name, start, addr)
		}
	}
	want(open(t, program), addr, "tell", SymTab)
	want(open(t, program), addrOf(t, program, "hidden"), "hidden", SymTab)
	if f := open(t, program); f.debug.opened {
		t.Error("DWARF was opened")
	}
	run(t, "strip", program)
	want(open(t, program), addr, "tell", DynSym)
}

// Parameters tell functions of the same name apart.
func TestSymbolHasParameters(t *testing.T) {
	program := compileText(t, "overloads.c", `
int f(int n) __asm__("_ZN2ns1fEi");
int f(int n) { return n; }
int g(const char *s) __asm__("_ZN2ns1fEPKc");
int g(const char *s) { return *s; }
int main(void) { return 0; }`, "gcc", "-g")
	for symbol, name := range map[string]string{"_ZN2ns1fEi": "ns::f(int)", "_ZN2ns1fEPKc": "ns::f(char const*)"} {
		if p, _ := open(t, program).Symbol(addrOf(t, program, symbol)); p.Function != name || p.Symbol != symbol {
			t.Errorf("%+v, want %s", p, name)
		}
	}
}

// A stripped Go program names its functions all the same.
func TestSymbolOfGo(t *testing.T) {
	f := self(t)
	table := f.GoTable()
	for i := range table.count {
		if fn, _ := table.function(i); strings.HasSuffix(fn.Name(), "image.(*File).Symbol") {
			f.names = &names{}
			if p, ok := f.Symbol(fn.Entry + 1); !ok || p.Function != fn.Name() || p.From != PCLNTab {
				t.Errorf("%+v, want %s", p, fn.Name())
			}
			if start, ok := f.SymbolStart(fn.Entry + 1); start != fn.Entry || !ok {
				t.Errorf("%s begins at %#x, want %#x", fn.Name(), start, fn.Entry)
			}
			return
		}
	}
	t.Error("not in the table")
}

// compileText compiles the text of a program.
func compileText(t *testing.T, name, text string, compiler ...string) string {
	t.Helper()
	source := t.TempDir() + "/" + name
	if err := os.WriteFile(source, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	program := strings.TrimSuffix(source, path.Ext(name))
	run(t, compiler[0], append(compiler[1:], "-o", program, source)...)
	return program
}
