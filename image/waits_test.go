package image

import (
	"embed"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/internal/fixture"
	"github.com/trapline/trapline/procfs"
)

//go:embed testdata/waits.c
var waits embed.FS

// buildWaits returns a copy of the program of testdata that a test may do with as it likes.
func buildWaits(t testing.TB, flags ...fixture.Flag) string {
	t.Helper()
	flags = append([]fixture.Flag{"-O1", "-Wl,--build-id"}, flags...)
	program := fixture.Suite{Files: waits, Root: "testdata"}.Build(t, "waits", flags...)
	return copyTo(t, program, filepath.Join(t.TempDir(), "waits"))
}

func copyTo(t testing.TB, from, to string) string {
	t.Helper()
	data, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, data, 0o755); err != nil {
		t.Fatal(err)
	}
	return to
}

// addrOf is the address that nm knows for a name.
func addrOf(t testing.TB, program, name string) uint64 {
	t.Helper()
	for line := range strings.Lines(run(t, "nm", program)) {
		if f := strings.Fields(line); len(f) == 3 && f[2] == name {
			addr, err := strconv.ParseUint(f[0], 16, 64)
			if err != nil {
				t.Fatal(err)
			}
			return addr
		}
	}
	t.Fatalf("nm has no %s", name)
	return 0
}

// expect checks what an address is called and which source says so.
func expect(t testing.TB, f *File, addr uint64, name string, from Source) {
	t.Helper()
	places := f.Places(nil, addr)
	if len(places) != 1 || places[0].Function != name || places[0].From != from {
		t.Errorf("%s: %#x is %+v, want %s from %d", f.Name, addr, places, name, from)
	}
}

func TestSymbols(t *testing.T) {
	for _, flags := range [][]fixture.Flag{nil, {fixture.M32}, {fixture.Static}} {
		program := buildWaits(t, flags...)
		f := open(t, program)
		for _, name := range []string{"hidden", "weakly", "shown", "main"} {
			addr := addrOf(t, program, name)
			expect(t, f, addr, name, SymTab)
			expect(t, f, addr+1, name, SymTab)
			if found := f.FindSymbol(name); len(found) != 1 || found[0] != addr {
				t.Errorf("%v: %s is at %#x, want %#x", flags, name, found, addr)
			}
		}
	}
}

// A gap between symbols with sizes belongs to neither; one after a label does to the label.
func TestGap(t *testing.T) {
	f := open(t, buildWaits(t))
	code := f.header(".text")
	section := f.codeSection(code.Addr)
	table := &symtab{file: f, strings: code, symbols: []symbol{
		{addr: code.Addr, size: 4, name: 1, section: section},
		{addr: code.Addr + 8, name: 2, section: section, info: 0x10},
		{addr: code.Addr + 8, size: 4, name: 3, section: section},
		{addr: code.Addr + 16, name: 4, section: section, info: 0x10},
	}}
	for offset, want := range map[uint64]uint32{0: 1, 3: 1, 4: 0, 7: 0, 8: 3, 11: 3, 12: 0, 16: 4, 40: 4} {
		got := uint32(0)
		if s := table.at(code.Addr + offset); s != nil {
			got = s.name
		}
		if got != want {
			t.Errorf("+%d: symbol %d, want %d", offset, got, want)
		}
	}
}

func TestPLT(t *testing.T) {
	for _, flags := range [][]fixture.Flag{
		{"-fcf-protection=full", "-Wl,-z,lazy"}, {"-fcf-protection=none"}, {"-no-pie"},
		{fixture.M32}, {fixture.M32, "-no-pie"},
	} {
		f := open(t, buildWaits(t, flags...))
		found := false
		for _, s := range f.stubs() {
			if f.stubName(&s) == "puts@plt" {
				found = true
				expect(t, f, s.addr+5, "puts@plt", DynSym)
			}
		}
		if !found {
			t.Errorf("%v: no puts@plt", flags)
		}
	}
}

func TestDebugLink(t *testing.T) {
	for _, id := range []fixture.Flag{"-Wl,--build-id", "-Wl,--build-id=none"} {
		for _, dir := range []string{"", ".debug"} {
			program, debug, addr := split(t, buildWaits(t, id), dir)
			run(t, "objcopy", "--add-gnu-debuglink="+debug, program)
			expect(t, open(t, program), addr, "hidden", SymTab)
		}
	}
}

// A debug file with another content than its checksum is not the program's.
func TestDebugLinkOfAnother(t *testing.T) {
	program, debug, addr := split(t, buildWaits(t, "-Wl,--build-id=none"), "")
	run(t, "objcopy", "--add-gnu-debuglink="+debug, program)
	file, err := os.OpenFile(debug, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	file.WriteString("more")
	file.Close()
	if f := open(t, program); f.DebugFile() != f {
		t.Error("its checksum is not checked")
	} else if places := f.Places(nil, addr); len(places) != 0 {
		t.Errorf("a stripped function is %+v", places)
	}
}

func TestDebugByBuildID(t *testing.T) {
	program, debug, addr := split(t, buildWaits(t), "")
	f := open(t, program)
	root := t.TempDir()
	copyTo(t, debug, filepath.Join(root, buildIDPaths(f.BuildID())[0]))
	f.root = root
	expect(t, f, addr, "hidden", SymTab)
}

// split strips a program and returns it, its debug file in a directory beside it and an
// address of hidden.
func split(t *testing.T, program, dir string) (stripped, debug string, addr uint64) {
	t.Helper()
	addr = addrOf(t, program, "hidden")
	debug = filepath.Join(filepath.Dir(program), dir, "waits.debug")
	os.MkdirAll(filepath.Dir(debug), 0o755)
	run(t, "objcopy", "--only-keep-debug", program, debug)
	run(t, "strip", program)
	return program, debug, addr
}

func TestMiniDebug(t *testing.T) {
	program := buildWaits(t)
	addr := addrOf(t, program, "hidden")
	mini := program + ".mini"
	run(t, "objcopy", "-S", "--keep-symbol=hidden", program, mini)
	run(t, "xz", "--block-size=4096", mini)
	run(t, "strip", program)
	run(t, "objcopy", "--add-section", ".gnu_debugdata="+mini+".xz", program)
	expect(t, open(t, program), addr, "hidden", MiniDebug)
}

func TestDemangle(t *testing.T) {
	for symbol, want := range map[string]string{
		"puts":                             "puts",
		"puts@plt":                         "puts@plt",
		"_ZN2ns3Foo3barEi":                 "ns::Foo::bar(int)",
		"_ZN2ns3Foo3barEi@plt":             "ns::Foo::bar(int)@plt",
		"_ZNSs6appendEPKc":                 "std::basic_string<char, std::char_traits<char>, std::allocator<char> >::append(char const*)",
		"_RNvCs1234_7mycrate3foo":          "mycrate::foo",
		"_ZN2ns3Foo3_baE":                  "ns::Foo::_ba",
		"_ZN3std4__xy17h0123456789abcdefE": "std::__xy",
		"_ZN26_$LT$T$u20$as$u20$a..B$GT$1f17h0123456789abcdefE": "<T as a::B>::f",
		"_ZN3std4__xy17h0123456789abcdegE":                      "std::__xy::h0123456789abcdeg",
		"_ZN99__xy17h0123456789abcdefE":                         "_ZN99__xy17h0123456789abcdefE",
		"_Z" + strings.Repeat("P", 1<<20):                       "_Z" + strings.Repeat("P", 1<<20),
	} {
		if got := Demangle(symbol); got != want {
			t.Errorf("%.40s is %.100s, want %.100s", symbol, got, want)
		}
	}
}

// The file of a mapping is the one that is mapped, whatever became of its path.
func TestRunning(t *testing.T) {
	for how, change := range map[string]func(path string){
		"in place": func(string) {},
		"deleted":  func(path string) { os.Remove(path) },
		"replaced": func(path string) {
			other := copyTo(t, "/bin/true", path+".new")
			os.Rename(other, path)
		},
	} {
		program := buildWaits(t)
		addr := addrOf(t, program, "shown")
		p := fixture.Start(t, program)
		p.Await("waits: ready")
		change(program)
		s, err := Load(p.PID())
		if err != nil {
			t.Fatal(err)
		}
		m := programOf(t, s, program)
		if f, err := m.File(); err != nil {
			t.Errorf("%s: %v", how, err)
		} else {
			expect(t, f, addr, "shown", SymTab)
		}
		if places := m.Places(nil, abi.Addr(addr+m.Bias())); len(places) == 0 || s.At(abi.Addr(addr+m.Bias())) != m {
			t.Errorf("%s: bias %#x leads nowhere", how, m.Bias())
		}
		checkVDSO(t, s)
	}
}

// programOf is the module with a program's code.
func programOf(t *testing.T, s *Space, path string) *Module {
	t.Helper()
	for _, m := range s.Modules() {
		if pathOf(&m.Mapping) == path {
			return m
		}
	}
	t.Fatalf("%s is not mapped", path)
	return nil
}

func checkVDSO(t *testing.T, s *Space) {
	t.Helper()
	for _, m := range s.Modules() {
		if m.Path == vdsoName {
			f, err := m.File()
			if err != nil {
				t.Fatal(err)
			}
			if len(f.FindSymbol("__vdso_gettimeofday")) != 1 {
				t.Error("the vDSO has no __vdso_gettimeofday")
			}
			return
		}
	}
	t.Error("no vDSO is mapped")
}

// Without what only the privileged may open, a replaced file is not mistaken for the one
// that is mapped.
func TestReplaced(t *testing.T) {
	program := buildWaits(t)
	p := fixture.Start(t, program)
	p.Await("waits: ready")
	s, err := Load(p.PID())
	if err != nil {
		t.Fatal(err)
	}
	m := programOf(t, s, program)
	os.Rename(copyTo(t, "/bin/true", program+".new"), program)
	if _, err := openMapped("", program, &m.Mapping); err == nil || !strings.Contains(err.Error(), "replaced") {
		t.Errorf("a replaced file: %v", err)
	}
}

// Processes share files, and a space keeps its modules when mappings stay.
func TestShared(t *testing.T) {
	program := buildWaits(t)
	var c Cache
	files := map[*File]bool{}
	for range 2 {
		p := fixture.Start(t, copyTo(t, program, filepath.Join(t.TempDir(), "copy")))
		p.Await("waits: ready")
		s, err := c.Load(p.PID())
		if err != nil {
			t.Fatal(err)
		}
		m := s.Modules()[0]
		f, err := m.File()
		if err != nil {
			t.Fatal(err)
		}
		files[f] = true
		maps := s.Modules()[0].Mapping
		s.Refresh([]procfs.Mapping{maps})
		if s.Modules()[0] != m {
			t.Error("an unchanged module was replaced")
		}
	}
	if len(files) != 1 {
		t.Errorf("%d files of one build", len(files))
	}
}

func FuzzFile(f *testing.F) {
	program, err := os.ReadFile(buildWaits(f, "-s", "-Wl,-z,noseparate-code"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(program)
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := NewFile("fuzz", strings.NewReader(string(data)))
		if err != nil {
			return
		}
		file.BuildID()
		file.debugLink()
		for _, p := range file.elf.Progs {
			file.Places(nil, p.Vaddr)
			file.biasOf(&procfs.Mapping{Start: 0x1000, End: 0x1000 + abi.Addr(p.Filesz), Offset: p.Off, Perm: procfs.Executable})
			file.ReadMem(make([]byte, 64), p.Vaddr)
		}
		for _, s := range file.elf.Sections {
			file.Section(s.Name)
			file.Places(nil, s.Addr+s.Size/2)
		}
		file.FindSymbol("main")
	})
}
