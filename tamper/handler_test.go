package tamper_test

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/trapline/trapline/internal/fixture"
	"github.com/trapline/trapline/procfs"
	"github.com/trapline/trapline/tamper"
	"github.com/trapline/trapline/trace"
)

// seen is what the handler behind the rules was told of the program's calls.
type seen struct {
	inCall    map[*trace.Task]bool
	unpaired  int // entries within a call, and exits outside
	marks     []trace.Tampering
	delivered []syscall.Signal
	anonymous int // bytes of anonymous memory in the last process to make a call
	entered   func(*trace.Stop, *trace.SyscallEnter)
}

// Handle implements trace.Handler.
func (s *seen) Handle(stop *trace.Stop) (trace.Action, error) {
	switch e := stop.Event.(type) {
	case *trace.SyscallEnter:
		s.pair(stop.Task, true)
		s.count(stop.Task.TGID())
		if s.entered != nil {
			s.entered(stop, e)
		}
	case *trace.SyscallExit:
		s.pair(stop.Task, false)
		if e.Tampered != nil {
			s.marks = append(s.marks, *e.Tampered)
		}
	case *trace.SignalStop:
		s.delivered = append(s.delivered, e.Signal)
	}
	return trace.Action{}, nil
}

// count counts the memory in which scratch memory is.
func (s *seen) count(pid int) {
	maps, _ := procfs.Maps(pid)
	s.anonymous = 0
	for _, m := range maps {
		if m.Inode == 0 && m.Path == "" {
			s.anonymous += int(m.End - m.Start)
		}
	}
}

func (s *seen) pair(t *trace.Task, enters bool) {
	if s.inCall == nil {
		s.inCall = map[*trace.Task]bool{}
	}
	if s.inCall[t] == enters {
		s.unpaired++
	}
	s.inCall[t] = enters
}

// parsed reads rules.
func parsed(t *testing.T, sources ...string) (rules []*tamper.Rule) {
	t.Helper()
	for _, s := range sources {
		r, err := tamper.Parse(s)
		if err != nil {
			t.Fatal(err)
		}
		rules = append(rules, r)
	}
	return rules
}

// A trial is a program to be run under rules.
type trial struct {
	rules []*tamper.Rule
	seed  uint64
	next  seen
	err   error
}

// run runs a program and returns what it wrote.
func (tr *trial) run(t *testing.T, program string, args ...string) string {
	t.Helper()
	w, said := fixture.Output(t)
	tracer := trace.New(trace.Options{Syscalls: true, Follow: true})
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	pid, err := tracer.Start(&trace.Command{Path: program, Args: append([]string{program}, args...), Stdin: null, Stdout: w})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	warn := func(text string) { t.Error(text) }
	tr.err = tracer.Run(ctx, tamper.New(tracer, tamper.Options{Rules: tr.rules, Seed: tr.seed, Program: pid, Warn: warn}, &tr.next))
	return said()
}

// check runs the fixture as a program of both ABIs under rules and compares what it says.
func check(t *testing.T, want string, words string, rules ...string) {
	t.Helper()
	for name, flags := range map[string][]fixture.Flag{"amd64": nil, "i386": {fixture.M32}} {
		t.Run(name, func(t *testing.T) {
			tr := trial{rules: parsed(t, rules...)}
			got := tr.run(t, fixture.Build(t, "tampered", flags...), strings.Fields(words)...)
			if tr.err != nil {
				t.Fatal(tr.err)
			}
			if want = strings.TrimLeft(want, "\n"); got != want {
				t.Errorf("the program says\n%swant\n%s", got, want)
			}
			if tr.next.unpaired != 0 {
				t.Errorf("next was told of %d entries and exits too many", tr.next.unpaired)
			}
		})
	}
}

// file makes a file with a text.
func file(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// The buffer of a call is changed, the program's own is not, not even a literal.
func TestBuffer(t *testing.T) {
	check(t, "ollehwrite 6, text kept\n", "write hello",
		`write where fd == 1 and buf contains "hello" set buf = reverse(buf[0:5])`)
}

// A buffer may become longer or shorter: a whole write of it is one of the program's.
func TestBufferOfOtherLength(t *testing.T) {
	check(t, "hello, world\nwrite 6, text kept\nh\nwrite 2, text kept\n", "write hello write h",
		`write where buf == "hello\n" set buf = "hello, world\n"`)
}

// What the kernel has read into a buffer is changed in place.
func TestAnswer(t *testing.T) {
	check(t, "read 7: ABC abc\nread 3: xyz\n", "read "+file(t, "abc abc")+" read "+file(t, "abcdef"),
		`read where buf contains "abc " set buf = replace(buf, "abc ", "ABC ")`,
		`read where buf == "abcdef" set buf = "xyz"`)
}

func TestPath(t *testing.T) {
	missing := file(t, "") + ".missing"
	check(t, "read 3: yes\nopen ENOENT\n", "read "+missing+" open "+missing+"2",
		`openat where pathname == "`+missing+`" set pathname = "`+file(t, "yes")+`"`)
}

// A structure is changed in a copy. Strings at its end may become longer.
func TestStructure(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a-longer-name-than-the-program's")
	port := listen(t, "tcp", "127.0.0.2:0").(*net.TCPAddr).Port
	listen(t, "unix", path)
	check(t, "connect 0, port 443\nunix 0, path /x\n", "connect 443 unix /x",
		fmt.Sprintf(`connect where addr.port == 443 and addr.addr == "127.0.0.1" set addr.addr = "127.0.0.2", addr.port = %d`, port),
		`connect where addr.path == "/x" set addr.path = "`+path+`", delay 1ms`)
}

// listen has somebody take connections.
func listen(t *testing.T, network, address string) net.Addr {
	t.Helper()
	l, err := net.Listen(network, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l.Addr()
}

// Buffers are reached through the structures that point to them.
func TestNested(t *testing.T) {
	check(t, "one TWO!\nwritev 9, lengths 4 4\nsendmsg 6: abcDEF\n", "writev sendmsg",
		`writev set iov[1].base = "TWO!\n"`,
		`sendmsg set msg.iov[1].base = upper(msg.iov[1].base)`)
}

func TestFail(t *testing.T) {
	check(t, "open 0\nopen EACCES\nopen 0\nopen EACCES\nopen 0\n", strings.Repeat("open /dev/null ", 5),
		`openat where pathname ~ "/dev/*" fail EACCES when 2..4+2`)
}

func TestReturn(t *testing.T) {
	check(t, "getppid 42\nclose 0\n", "getppid close", "getppid return 40 + 2", "close where fd == 99 skip")
}

// At the exit the result is known and can be changed.
func TestResult(t *testing.T) {
	check(t, "open 0\nopen EPERM\nclose 7\n", "open /dev/null open /nowhere/at/all close",
		"openat where errno == ENOENT fail EPERM", "close where ret < 0 and fd == 99 set ret = 7")
}

// Another call is made.
func TestRun(t *testing.T) {
	check(t, "close 77\n", "close", "close where fd == 99 run dup2(1, 77)")
}

// Later rules win where several match, and all of them count.
func TestSeveralRules(t *testing.T) {
	check(t, "close EPERM\nclose EIO\n", "close close", "close where fd == 99 fail EPERM", "close where fd == 99 fail EIO when 2")
}

func TestFlags(t *testing.T) {
	check(t, "open ENOTDIR\n", "open /dev/null", `openat where pathname == "/dev/null" set flags |= O_DIRECTORY`)
}

// A rule that changes what is not there does not match: the program's call fails as ever.
func TestNothingToChange(t *testing.T) {
	check(t, "null EFAULT\nbad EFAULT\n", "null bad",
		`openat where pathname == "x" set pathname = "y"`, `write where fd == 1 and count == 4 set buf = upper(buf)`)
}

// New processes and threads have scratch memory of their own.
func TestTree(t *testing.T) {
	check(t, "CHILD\nfork: the child wrote 6\n", "fork", `write where buf == "child\n" set buf = upper(buf)`)
	for name, flags := range map[string][]fixture.Flag{"amd64": nil, "i386": {fixture.M32}} {
		t.Run("threads "+name, func(t *testing.T) {
			tr := trial{rules: parsed(t, `write where count == 5 set buf = upper(buf)`)}
			out := tr.run(t, fixture.Build(t, "tampered", flags...), "threads")
			for _, line := range []string{"AAAA\n", "BBBB\n", "CCCC\n", "DDDD\n"} {
				if n := strings.Count(out, line); n != 50 {
					t.Errorf("%d of %q, want 50", n, line)
				}
			}
			if tr.err != nil || strings.Contains(out, "short") {
				t.Error(tr.err, out)
			}
		})
	}
}

// Children by vfork have scratch memory in their parent's memory; one after the other uses
// the same.
func TestVfork(t *testing.T) {
	rules := []string{`execve where argv[1] == "open" set pathname = pathname`, `openat where pathname == "/dev/null" set pathname = "/dev/zero"`}
	check(t, strings.Repeat("open 0\n", 3)+"vfork: the child ended with 0\n", "vfork", rules...)
	var untouched trial
	untouched.run(t, fixture.Build(t, "tampered"), "vfork")
	tr := trial{rules: parsed(t, rules...)}
	tr.run(t, fixture.Build(t, "tampered"), "vfork")
	if n := tr.next.anonymous - untouched.next.anonymous; n != 64<<10 {
		t.Errorf("%d bytes more after three children, want those of one", n)
	}
}

// 64-bit code can make 32-bit calls, whose pointers reach only the low 4 GiB.
func TestInt80(t *testing.T) {
	tr := trial{rules: parsed(t, `openat set pathname = pathname`, `write where fd == 1 and buf contains "call 4" set buf = upper(buf)`, `write where fd == 1 set buf = replace(buf, "is", "IS")`)}
	out := tr.run(t, fixture.Build(t, "int80"))
	if want := "INT80: WRITTEN BY CALL 4\nint80: getpid IS right\n"; !strings.HasPrefix(out, want) || tr.err != nil {
		t.Errorf("the program says\n%swant\n%s%v", out, want, tr.err)
	}
}

// A buffer may be larger than the scratch memory that there is.
func TestLargeBuffer(t *testing.T) {
	path := file(t, "small")
	large := file(t, strings.Repeat("abc", 300_000))
	tr := trial{rules: parsed(t, `write where fd == 1 set buf = upper(buf)`)}
	out := tr.run(t, "/bin/cat", path, large)
	if want := "SMALL" + strings.Repeat("ABC", 300_000); out != want || tr.err != nil {
		t.Errorf("%d bytes, want %d: %v", len(out), len(want), tr.err)
	}
}

// A call that the kernel restarts is one call: it is changed again but not counted again.
func TestRestart(t *testing.T) {
	for name, flags := range map[string][]fixture.Flag{"amd64": nil, "i386": {fixture.M32}} {
		t.Run(name, func(t *testing.T) {
			tr := trial{rules: parsed(t, `read where count == 3 set count = 2`)}
			out := tr.run(t, fixture.Build(t, "tampered", flags...), "restart")
			if want := "restart: read 2: ye\n"; out != want || tr.err != nil {
				t.Errorf("the program says %q, want %q, %v", out, want, tr.err)
			}
			if r := tr.rules[0]; r.Matched != 1 || r.Fired != 1 {
				t.Errorf("matched %d, fired %d", r.Matched, r.Fired)
			}
		})
	}
}

// A delayed call takes its time.
func TestDelay(t *testing.T) {
	tr := trial{rules: parsed(t, "close where fd == 99 delay 50ms")}
	begin := time.Now()
	tr.run(t, fixture.Build(t, "tampered"), "close", "close")
	if took := time.Since(begin); took < 100*time.Millisecond {
		t.Errorf("two delays of 50 ms took %s", took)
	}
	for _, m := range tr.next.marks {
		if !m.Delayed || m.Args || m.Result {
			t.Errorf("marked as %+v", m)
		}
	}
}

func TestSignal(t *testing.T) {
	tr := trial{rules: parsed(t, "close where fd == 99 signal SIGWINCH", "getppid kill")}
	out := tr.run(t, fixture.Build(t, "tampered"), "close", "getppid", "close")
	if want := "close EBADF\n"; out != want {
		t.Errorf("the program says %q, want %q", out, want)
	}
	if len(tr.next.delivered) != 1 || tr.next.delivered[0] != syscall.SIGWINCH {
		t.Errorf("delivered: %v", tr.next.delivered)
	}
}

// What has been changed is told by name, before and after.
func TestChanges(t *testing.T) {
	tr := trial{rules: parsed(t, `openat where pathname == "/dev/null" set pathname = "/dev/zero", flags |= O_CLOEXEC`, "close where fd == 99 set ret = 5")}
	tr.run(t, fixture.Build(t, "tampered"), "open", "/dev/null", "close")
	if len(tr.next.marks) != 2 {
		t.Fatalf("marked: %+v", tr.next.marks)
	}
	var names []string
	for _, m := range tr.next.marks {
		for _, c := range m.Changes {
			names = append(names, c.Name)
		}
	}
	if got := strings.Join(names, " "); got != "pathname flags ret" {
		t.Errorf("changed: %s", got)
	}
}

// The same seed gives the same run, another one another.
func TestChance(t *testing.T) {
	outcome := func(seed uint64) string {
		tr := trial{rules: parsed(t, "close where fd == 99 return 1 chance 50%"), seed: seed}
		return tr.run(t, fixture.Build(t, "tampered"), strings.Fields(strings.Repeat("close ", 64))...)
	}
	first := outcome(1)
	if again := outcome(1); again != first {
		t.Error("the same seed gives another run")
	}
	if outcome(2) == first {
		t.Error("another seed gives the same run")
	}
	if n := strings.Count(first, "close 1\n"); n < 16 || n > 48 {
		t.Errorf("%d of 64 with a chance of a half", n)
	}
}

// Rules count in the whole tree, or in each process or thread.
func TestScope(t *testing.T) {
	for scope, want := range map[string]int{"": 1, "per tree": 1, "per process": 1, "per thread": 4} {
		tr := trial{rules: parsed(t, `write where count == 5 and buf !~ "X*" set buf = "XXXX\n" when 3 `+scope)}
		out := tr.run(t, fixture.Build(t, "tampered"), "threads")
		if n := strings.Count(out, "XXXX"); n != want {
			t.Errorf("%q: %d times, want %d", scope, n, want)
		}
	}
}

// A rule that cannot be applied ends the run with an error; it is never the program's own
// call in silence.
func TestNoScratchMemory(t *testing.T) {
	tr := trial{rules: parsed(t, `write where fd == 1 and buf contains "hello" set buf = upper(buf)`)}
	tr.next.entered = func(stop *trace.Stop, e *trace.SyscallEnter) {
		if e.Call.NR == syscall.SYS_GETPPID {
			limit := exec.Command("prlimit", fmt.Sprint("--pid=", stop.Task.TGID()), "--as=1:1")
			if out, err := limit.CombinedOutput(); err != nil {
				t.Errorf("prlimit: %v: %s", err, out)
			}
		}
	}
	tr.run(t, fixture.Build(t, "tampered"), "getppid", "write", "hello")
	if tr.err == nil || !strings.Contains(tr.err.Error(), "scratch memory") {
		t.Errorf("the run ended with %v", tr.err)
	}
}
