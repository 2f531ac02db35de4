package backtrace

import (
	"context"
	"debug/elf"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/filter"
	"github.com/trapline/trapline/image"
	"github.com/trapline/trapline/internal/fixture"
	"github.com/trapline/trapline/seccomp"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/trace"
	"github.com/trapline/trapline/value"
)

// libraries are the arguments by which marks knows its libraries: their paths, and where in the
// file their functions are.
func libraries(t *testing.T, flags ...fixture.Flag) []string {
	t.Helper()
	args := make([]string, 0, 3)
	for _, name := range []string{"first", "second"} {
		flags := append([]fixture.Flag{"-shared", "-fPIC", "-Wl,-z,noseparate-code", fixture.Flag("-DNAME=" + name)}, flags...)
		args = append(args, fixture.Build(t, "callback", flags...))
	}
	return append(args, strconv.FormatUint(offsetOf(t, args[1], "second"), 10))
}

// offsetOf is where a function lies in its file.
func offsetOf(t *testing.T, file, name string) uint64 {
	t.Helper()
	f, err := elf.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	symbols, _ := f.Symbols()
	at := slices.IndexFunc(symbols, func(s elf.Symbol) bool { return s.Name == name })
	if at < 0 {
		t.Fatalf("%s has no function %s", file, name)
	}
	for _, p := range f.Progs {
		if addr := symbols[at].Value; p.Type == elf.PT_LOAD && addr >= p.Vaddr && addr-p.Vaddr < p.Filesz {
			return addr - p.Vaddr + p.Off
		}
	}
	t.Fatalf("%s: %s is not loaded", file, name)
	return 0
}

// marks is a handler that notes the stack of each mark.
type marks struct {
	walker *Walker
	stack  value.Stack
	seen   map[int][]string // by the number of the mark: the chains of functions
	each   func(*value.Stack)
	rules  []seccomp.Rule
}

const firstMark = -1000

// Handle implements trace.Handler.
func (m *marks) Handle(s *trace.Stop) (trace.Action, error) {
	if _, err := m.walker.Handle(s); err != nil {
		return trace.Action{}, err
	}
	e, ok := s.Event.(*trace.SyscallExit)
	if !ok || !e.Entered {
		return trace.Action{}, nil
	}
	if row := syscalls.For(e.Call.ABI).Row(e.Call.NR); row == nil || row.Name != "close" {
		return trace.Action{}, nil
	}
	n := firstMark - int(int32(e.Call.Args[0]))
	if n < 0 || n > 99 || !m.walker.Stack(s, &m.stack) {
		return trace.Action{}, nil
	}
	if m.each != nil {
		m.each(&m.stack)
	} else if chain := chain(&m.stack); !slices.Contains(m.seen[n], chain) {
		m.seen[n] = append(m.seen[n], chain)
	}
	return trace.Action{}, nil
}

// chain are the functions of the test's own files, and code that has no file.
func chain(s *value.Stack) string {
	var names []string
	for i := range s.Frames {
		switch f := &s.Frames[i]; {
		case f.File == "":
			return strings.Join(append(names, "nowhere"), " ")
		case f.File == anonymous:
			names = append(names, f.File)
		case !strings.HasPrefix(f.Symbol, "_") && f.Symbol != "close" && (strings.Contains(f.File, "/marks-") || strings.Contains(f.File, "/callback-")):
			names = append(names, f.Symbol)
		}
	}
	return strings.Join(names, " ")
}

// trail runs marks under a tracer.
func (m *marks) trail(t *testing.T, program string, args ...string) {
	t.Helper()
	m.seen = map[int][]string{}
	tracer := trace.New(trace.Options{Syscalls: true, Follow: true, Seccomp: m.rules})
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	_, err = tracer.Start(&trace.Command{Path: program, Args: append([]string{program}, args...), Stdin: null, Stdout: null})
	if err != nil {
		tracer.Close()
		t.Fatal(err)
	}
	if err := tracer.Run(context.Background(), m); err != nil {
		t.Fatal(err)
	}
}

// shapes are what marks does and the stacks it has then.
var shapes = map[string]map[int]string{
	"forked":     {1: "mark forked main", 2: "mark forked main", 3: "mark forked main"},
	"vforked":    {1: "mark vforked main", 2: "mark vforked main"},
	"execed":     {1: "mark execed main", 2: "mark fresh main"},
	"signalled":  {1: "mark handle signalled main"},
	"aside":      {2: "mark handle aside main"},
	"threads":    {0: "mark worker even", 1: "mark worker odd", 6: "mark worker even", 7: "mark worker odd"},
	"leaderless": {1: "mark survivor"},
	"jit":        {1: "mark made [anon] jit main"},
	"mapped": {
		1: "mark first call library mapped main", 2: "mark second call library mapped main",
		3: "mark first call library mapped main", 4: "mark second call library mapped main",
		5: "mark second call library mapped main", 6: "mark pulled nowhere",
	},
	"shared":    {1: "mark first call library shared main", 2: "mark second call library stranger", 3: "mark second call library shared main"},
	"cohabited": {1: "mark first call library cohabited main", 2: "mark second call library stranger sibling", 3: "mark second call library cohabited main"},
	"loaded":    {1: "mark first loaded main", 2: "mark second loaded main"},
	"named": {
		0: "mark ns::Class::get(int) named main", 3: "mark ns::Class::operator==(ns::Class const&) const named main",
		4: "mark (anonymous namespace)::hidden() named main", 6: "mark main::{lambda()#1}::operator()() const named main",
	},
	"damaged": {1: "mark broken nowhere"},
}

// look runs marks with a shape and checks the stacks.
func (m *marks) look(t *testing.T, want map[int]string, program string, args ...string) {
	t.Helper()
	m.trail(t, program, args...)
	for n, chain := range want {
		if got := m.seen[n]; !slices.Equal(got, []string{chain}) {
			t.Errorf("mark %d: %q, want %q", n, got, chain)
		}
	}
}

func TestShapes(t *testing.T) {
	for _, how := range []struct {
		name  string
		flags []fixture.Flag
	}{{"amd64", nil}, {"i386", []fixture.Flag{fixture.M32}}, {"no frame pointers", []fixture.Flag{"-O2", "-fomit-frame-pointer"}}} {
		program, files := fixture.Build(t, "marks", how.flags...), libraries(t, how.flags...)
		for shape, want := range shapes {
			t.Run(how.name+"/"+shape, func(t *testing.T) {
				m := marks{walker: New(Symbols, 0)}
				m.look(t, want, program, append([]string{shape}, files...)...)
			})
		}
	}
}

// The calls of Mapping are all that a Walker has to see.
func TestMapping(t *testing.T) {
	calls, err := filter.ParseCalls(Mapping + ",close")
	if err != nil {
		t.Fatal(err)
	}
	rules, _ := filter.Sieve(abi.Native, []filter.Choice{{Calls: []*filter.Calls{calls}}})
	program, files := fixture.Build(t, "marks"), libraries(t)
	for _, shape := range []string{"mapped", "shared", "loaded", "execed"} {
		m := marks{walker: New(Symbols, 0), rules: rules}
		m.look(t, shapes[shape], program, append([]string{shape}, files...)...)
	}
}

// Nothing of a program is left in the one that it executes, which here lies at the same addresses.
func TestExecAtTheSameAddresses(t *testing.T) {
	program, other := fixture.Build(t, "marks", fixture.Static, "-no-pie"), fixture.Build(t, "marks", fixture.Static, "-no-pie", "-Dfresh=anew")
	m := marks{walker: New(Symbols, 0)}
	m.look(t, map[int]string{1: "mark replaced main", 2: "mark anew main"}, program, "replaced", other, "", "0")
}

// A stack that is known costs no memory.
func TestSteadyStackAllocatesNothing(t *testing.T) {
	m, n := marks{walker: New(Symbols, 0)}, 0
	var before, after runtime.MemStats
	m.each = func(*value.Stack) {
		if n++; n == 100 {
			runtime.ReadMemStats(&before)
		} else if n == 200 {
			runtime.ReadMemStats(&after)
		}
	}
	m.trail(t, fixture.Build(t, "marks"), "recursive")
	if allocated := after.Mallocs - before.Mallocs; n < 200 || allocated > 50 {
		t.Errorf("%d objects allocated in 100 of %d stacks", allocated, n)
	}
}

// Mappings are not looked at again for an address that nothing is mapped at.
func TestLostAddressIsLookedForOnce(t *testing.T) {
	m := marks{walker: New(Symbols, 0)}
	seen := map[**image.Module]bool{}
	m.each = func(s *value.Stack) {
		for _, p := range m.walker.processes {
			seen[&p.unwinder.Space.Modules()[0]] = true
		}
	}
	m.trail(t, fixture.Build(t, "marks"), "damaged")
	if len(seen) != 1 {
		t.Errorf("mappings were read %d times", len(seen))
	}
}

func TestLimit(t *testing.T) {
	m := marks{walker: New(Symbols, 5)}
	m.each = func(s *value.Stack) {
		if len(s.Frames) != 5 || s.End != value.TooMany {
			t.Fatalf("%d frames, %q", len(s.Frames), s.End)
		}
	}
	m.trail(t, fixture.Build(t, "marks"), "recursive")
}

// A process that is attached to had its mappings before.
func TestAttached(t *testing.T) {
	p := fixture.Start(t, fixture.Build(t, "marks"), "late")
	p.Await("ready")
	m := &marks{walker: New(Symbols, 0), seen: map[int][]string{}}
	tracer := trace.New(trace.Options{Syscalls: true, Follow: true})
	if err := tracer.Attach(p.PID()); err != nil {
		t.Fatal(err)
	}
	p.Tell()
	if err := tracer.Run(context.Background(), m); err != nil {
		t.Fatal(err)
	}
	p.Finish()
	if got := m.seen[1]; !slices.Equal(got, []string{"mark late main"}) {
		t.Errorf("%q", got)
	}
}
