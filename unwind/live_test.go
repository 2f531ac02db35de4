package unwind

import (
	"debug/elf"
	"embed"
	"os"
	"runtime"
	"slices"
	"sort"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/image"
	"github.com/trapline/trapline/internal/fixture"
	"github.com/trapline/trapline/internal/ptrace"
)

//go:embed testdata/*.c
var sources embed.FS

var stacks = fixture.Suite{
	Files: sources,
	Root:  "testdata",
	Flags: []fixture.Flag{"-std=gnu17", "-D_GNU_SOURCE", "-Wall", "-pthread"},
}

func build(t testing.TB, name string, flags ...fixture.Flag) string {
	t.Helper()
	return stacks.Build(t, name, flags...)
}

// task is the memory of a task.
type task int

func (tid task) ReadMem(p []byte, addr abi.Addr) (int, error) {
	return ptrace.ReadMem(int(tid), p, addr)
}

// regsOf stops a task of the test's own for the rest of the test, which keeps its thread.
func regsOf(t testing.TB, tid int) *abi.Regs {
	t.Helper()
	runtime.LockOSThread()
	t.Cleanup(runtime.UnlockOSThread)
	if err := ptrace.Seize(tid, 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ptrace.Detach(tid, 0) })
	if err := ptrace.Interrupt(tid); err != nil {
		t.Fatal(err)
	}
	const wall = 0x40000000
	if _, err := syscall.Wait4(tid, nil, wall, nil); err != nil {
		t.Fatal(err)
	}
	regs := &abi.Regs{}
	if err := ptrace.GetRegs(tid, regs); err != nil {
		t.Fatal(err)
	}
	return regs
}

// standing starts a program and returns the stack it has when it has said so and sleeps.
func standing(t *testing.T, saying, program string, args ...string) ([]Frame, error) {
	t.Helper()
	p := fixture.Start(t, program, args...)
	p.Await(saying)
	p.AwaitState("S")
	regs := regsOf(t, p.PID())
	space, err := image.Load(p.PID())
	if err != nil {
		t.Fatal(err)
	}
	return (&Unwinder{Space: space, Memory: task(p.PID())}).Walk(nil, regs)
}

// symbols are the functions of a program, ascending.
func symbols(t testing.TB, program string) []elf.Symbol {
	t.Helper()
	f, err := elf.Open(program)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	all, err := f.Symbols()
	if err != nil {
		t.Fatal(err)
	}
	all = slices.DeleteFunc(all, func(s elf.Symbol) bool { return elf.ST_TYPE(s.Info) != elf.STT_FUNC || s.Size == 0 })
	sort.Slice(all, func(i, j int) bool { return all[i].Value < all[j].Value })
	return all
}

// chain names the frames that are in the program itself, but for those of a C library linked into
// it, and the signals between them. Equal frames in a row are one with a count.
func chain(frames []Frame, program string, all []elf.Symbol) string {
	var names []string
	for i := range frames {
		if frames[i].Signal {
			names = append(names, "<signal>")
		}
		if name := function(&frames[i], program, all); ours[name] {
			names = append(names, name)
		}
	}
	return strings.Join(counted(names), " ")
}

var ours = map[string]bool{}

func init() {
	for _, name := range strings.Fields("stand plain deep varying handle inner interrupted signalled informed aside nested " +
		"last aborted lost null faulty faulted thread threaded bare main outer walkin thrower catcher") {
		ours[name] = true
	}
}

func function(f *Frame, program string, all []elf.Symbol) string {
	if f.Module == nil || f.Module.Path != program {
		return ""
	}
	addr := uint64(f.Lookup()) - f.Module.Bias()
	i := sort.Search(len(all), func(i int) bool { return all[i].Value > addr })
	if i == 0 || addr >= all[i-1].Value+all[i-1].Size {
		return ""
	}
	return strings.TrimSuffix(all[i-1].Name, ".isra.0")
}

func counted(names []string) []string {
	var out []string
	for i := 0; i < len(names); {
		n := 1
		for i+n < len(names) && names[i+n] == names[i] {
			n++
		}
		name := names[i]
		if n > 1 {
			name += "*" + strconv.Itoa(n)
		}
		out, i = append(out, name), i+n
	}
	return out
}

var shapes = []struct{ shape, want string }{
	{"plain", "stand plain main"},
	{"deep", "stand deep*1001 main"},
	{"varying", "stand varying main"},
	{"signalled", "stand handle <signal> interrupted signalled main"},
	{"informed", "stand handle <signal> interrupted informed main"},
	{"aside", "stand handle <signal> interrupted aside main"},
	{"nested", "stand handle <signal> inner <signal> interrupted nested main"},
	{"aborted", "stand handle <signal> last aborted main"},
	{"null", "stand handle <signal> lost null main"},
	{"faulted", "stand handle <signal> faulty faulted main"},
	{"bare", "stand handle <signal> interrupted bare main"},
}

// Each way of building a program leaves other information behind.
var builds = []struct {
	name  string
	flags []fixture.Flag
	found Kind // what finds the callers in the program
}{
	{"optimized", []fixture.Flag{"-O2", "-fomit-frame-pointer"}, CFI},
	{"debug", []fixture.Flag{"-O0", "-g"}, CFI},
	{"static", []fixture.Flag{"-O2", fixture.Static}, CFI},
	{"without index", []fixture.Flag{"-O2", fixture.Static, "-Wl,--no-eh-frame-hdr"}, CFI},
	{"debug_frame", []fixture.Flag{"-O2", "-g", "-fno-asynchronous-unwind-tables"}, CFI},
	{"compressed", []fixture.Flag{"-O2", "-g", "-gz=zlib", "-gdwarf-5", "-fno-asynchronous-unwind-tables"}, CFI},
	{"frame pointers", []fixture.Flag{"-O1", "-fno-asynchronous-unwind-tables", "-fno-omit-frame-pointer"}, FramePointer},
	{"32 bits", []fixture.Flag{"-O2", fixture.M32}, CFI},
	{"32 bits static", []fixture.Flag{"-O2", fixture.M32, fixture.Static}, CFI},
	{"32 bits frame pointers", []fixture.Flag{"-O1", fixture.M32, "-fno-asynchronous-unwind-tables", "-fno-omit-frame-pointer"}, FramePointer},
}

func TestStacks(t *testing.T) {
	for _, b := range builds {
		t.Run(b.name, func(t *testing.T) {
			program := build(t, "stacks", b.flags...)
			stripped := build(t, "stacks", append(slices.Clone(b.flags), "-s")...)
			names := symbols(t, program)
			for _, test := range shapes {
				t.Run(test.shape, func(t *testing.T) { testStack(t, program, test.shape, test.want, names, b.found) })
				if b.name != "debug_frame" && b.name != "compressed" {
					t.Run(test.shape+" stripped", func(t *testing.T) { testStack(t, stripped, test.shape, test.want, names, b.found) })
				}
			}
		})
	}
}

func testStack(t *testing.T, program, shape, want string, names []elf.Symbol, found Kind) {
	frames, err := standing(t, "standing", program, shape)
	if err != nil {
		t.Error(err)
	}
	if got := chain(frames, program, names); got != want || err != nil {
		t.Errorf("got  %s\nwant %s", got, want)
		for _, f := range frames[:min(len(frames), 30)] {
			t.Logf("%s cfa %s found %d signal %v call %v", f.PC, f.CFA, f.Found, f.Signal, f.Call)
		}
	}
	if last := &frames[len(frames)-1]; last.Module == nil {
		t.Errorf("it ends at %s, where there is no code", last.PC)
	}
	if i := slices.IndexFunc(frames, func(f Frame) bool { return function(&f, program, names) == "main" }); i > 0 && frames[i].Found != found {
		t.Errorf("main was found by %d, want %d", frames[i].Found, found)
	}
}

// A thread's stack ends where it was started; the others wait for it.
func TestThreads(t *testing.T) {
	program := build(t, "stacks", "-O2", "-fomit-frame-pointer")
	p := fixture.Start(t, program, "threaded")
	p.Await("standing")
	p.AwaitState("S")
	space, err := image.Load(p.PID())
	if err != nil {
		t.Fatal(err)
	}
	u := &Unwinder{Space: space, Memory: task(p.PID())}
	tasks, err := os.ReadDir("/proc/" + strconv.Itoa(p.PID()) + "/task")
	if err != nil || len(tasks) != 2 {
		t.Fatal(len(tasks), err)
	}
	var got []string
	for _, task := range tasks {
		tid, _ := strconv.Atoi(task.Name())
		frames, err := u.Walk(nil, regsOf(t, tid))
		if err != nil {
			t.Error(err)
		}
		got = append(got, chain(frames, program, symbols(t, program)))
	}
	slices.Sort(got)
	if want := []string{"stand thread", "threaded main"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
