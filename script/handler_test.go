package script_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/trapline/trapline/edit"
	"github.com/trapline/trapline/internal/fixture"
	"github.com/trapline/trapline/script"
	"github.com/trapline/trapline/trace"
)

// seen is what the handler behind the script was told.
type seen struct {
	inCall    map[*trace.Task]bool
	unpaired  int
	marks     []trace.Tampering
	delivered []syscall.Signal
}

// Handle implements trace.Handler.
func (s *seen) Handle(stop *trace.Stop) (trace.Action, error) {
	switch e := stop.Event.(type) {
	case *trace.SyscallEnter:
		s.pair(stop.Task, true)
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

func (s *seen) pair(t *trace.Task, enters bool) {
	if s.inCall[t] == enters {
		s.unpaired++
	}
	s.inCall[t] = enters
}

// A trial is a program that is run under scripts.
type trial struct {
	said    []string // by emit, emit_json and log
	program string   // what the program wrote
	next    seen
	err     error
}

// file makes a file with a text.
func file(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// run runs the fixture under scripts.
func run(t *testing.T, flags []fixture.Flag, words string, scripts ...string) *trial {
	t.Helper()
	return runWith(t, flags, words, script.Options{Timeout: time.Minute}, scripts...)
}

func runWith(t *testing.T, flags []fixture.Flag, words string, o script.Options, scripts ...string) *trial {
	t.Helper()
	tr := &trial{next: seen{inCall: map[*trace.Task]bool{}}}
	say := func(text string) { tr.said = append(tr.said, text) }
	o.Log, o.Emit = say, func(r script.Remark) { say(r.Text) }
	var changers []edit.Changer
	for _, text := range scripts {
		s, err := script.Load(file(t, "script.star", text), o)
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := s.End(); err != nil {
				t.Error(err)
			}
		}()
		changers = append(changers, s)
	}
	tr.trace(t, fixture.Build(t, "tampered", flags...), strings.Fields(words), changers)
	return tr
}

func (tr *trial) trace(t *testing.T, program string, args []string, changers []edit.Changer) {
	t.Helper()
	w, said := fixture.Output(t)
	tracer := trace.New(trace.Options{Syscalls: true, Follow: true})
	pid, err := tracer.Start(&trace.Command{Path: program, Args: append([]string{program}, args...), Stdout: w})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	tr.err = tracer.Run(ctx, edit.NewSession(tracer, pid, &tr.next, changers...))
	tr.program = said()
}

// each runs a test for programs of both ABIs.
func each(t *testing.T, test func(t *testing.T, flags []fixture.Flag)) {
	for name, flags := range map[string][]fixture.Flag{"amd64": nil, "i386": {fixture.M32}} {
		t.Run(name, func(t *testing.T) { test(t, flags) })
	}
}

// check runs the fixture under a script and compares what it says.
func check(t *testing.T, want, words, text string) {
	t.Helper()
	each(t, func(t *testing.T, flags []fixture.Flag) {
		tr := run(t, flags, words, text)
		if tr.err != nil {
			t.Fatal(tr.err)
		}
		if tr.program != want {
			t.Errorf("the program says\n%swant\n%s", tr.program, want)
		}
		if tr.next.unpaired != 0 {
			t.Errorf("next was told of %d entries and exits too many", tr.next.unpaired)
		}
	})
}

func TestBuffer(t *testing.T) {
	check(t, "ollehwrite 6, text kept\n", "write hello", `
def reverse(call):
    if call.args.buf == "hello\n":
        call.args.buf = call.args.buf[-2::-1]
on_enter("write", reverse)
`)
}

// What is longer than the scratch memory that there is makes the task map more, in the
// middle of the function, which goes on where it was.
func TestScratch(t *testing.T) {
	each(t, func(t *testing.T, flags []fixture.Flag) {
		tr := run(t, flags, "write hello", `
def grow(call):
    if call.args.buf != "hello\n":
        return
    state["calls"] = state.get("calls", 0) + 1
    call.args.buf = "short"
    first = call.args.buf
    call.args.buf = "x" * 100000
    emit("%s then %d, %d calls" % (first, len(call.args.buf), state["calls"]))
on_enter("write", grow)
`)
		if want := strings.Repeat("x", 100000) + "write 6, text kept\n"; tr.program != want || tr.err != nil {
			t.Errorf("the program says %d bytes, want %d; %v", len(tr.program), len(want), tr.err)
		}
		if got := strings.Join(tr.said, "|"); got != "short then 100000, 1 calls" {
			t.Errorf("the script says %q", got)
		}
	})
}

func TestPath(t *testing.T) {
	check(t, "read 3: yes\nopen ENOTDIR\nopen EACCES\n", "read /missing open /dev/null open /etc/passwd", fmt.Sprintf(`
def redirect(call):
    path = call.args.pathname
    if path == "/missing":
        call.args.pathname = %q
    elif path == "/dev/null":
        call.args.flags |= const.O_DIRECTORY
    elif path == "/etc/passwd":
        call.fail("EACCES")
on_enter("openat", redirect)
`, file(t, "text", "yes")))
}

func TestStructures(t *testing.T) {
	check(t, "one TWO!\nwritev 9, lengths 4 4\nsendmsg 6: abcDEF\nunix 0, path /x\n", "writev sendmsg unix /x", `
def change(call):
    call.args.iov[1].base = "TWO!\n"
on_enter("writev", change)

def send(call):
    parts = [part.base for part in call.args.msg.iov]
    if parts != ["abc", "def"] or len(call.args.msg.iov) != 2:
        fail("parts: %s" % parts)
    call.args.msg.iov[1].base = parts[1].upper()
on_enter("sendmsg", send)

def connect(call):
    if call.args.addr.family != const.AF_UNIX or call.args.addr.path != "/x":
        fail("addr: %s" % call.args.addr.path)
    call.skip()
on_enter("connect", connect)
`)
}

func TestResults(t *testing.T) {
	check(t, "getppid 42\nclose 77\nopen EPERM\nread 3: xyz\n", "getppid close open /nowhere/at/all read "+file(t, "text", "abcdef"), `
on_enter("getppid", lambda call: call.return_(42))
on_enter("close", lambda call: call.run("dup2", 1, 77) if call.args.fd == 99 else None)

def opened(call):
    if call.errno == "ENOENT" and call.args.pathname == "/nowhere/at/all":
        call.errno = "EPERM"
on_exit("openat", opened)

def answer(call):
    if call.args.buf == "abcdef":
        call.args.buf = "xyz"
        if call.ret != 3:
            fail("ret is %s" % call.ret)
on_exit("read", answer)
`)
}

// The values before and after and what has been done are told to what shows calls.
func TestMarks(t *testing.T) {
	tr := run(t, nil, "open /dev/null close", `
def change(call):
    if call.args.pathname == "/dev/null":
        call.args.pathname = "/dev/zero"
        call.args.flags |= const.O_CLOEXEC
        call.delay("1ms")
on_enter("openat", change)
def closed(call):
    if call.args.fd == 99:
        call.ret = 5
on_exit("close", closed)
`)
	if tr.err != nil || len(tr.next.marks) != 2 {
		t.Fatalf("marked: %+v, %v", tr.next.marks, tr.err)
	}
	opened, closed := tr.next.marks[0], tr.next.marks[1]
	if !opened.Args || !opened.Delayed || opened.Result || len(opened.Changes) != 2 || opened.Changes[0].Name != "pathname" {
		t.Errorf("openat is marked %+v", opened)
	}
	if closed.Args || !closed.Result {
		t.Errorf("close is marked %+v", closed)
	}
}

// A call that the kernel restarts is one call: its function is called once, and it is
// changed again, although the signal handler makes calls meanwhile.
func TestRestart(t *testing.T) {
	each(t, func(t *testing.T, flags []fixture.Flag) {
		tr := run(t, flags, "restart", `
on_enter("all", lambda call: None)
def read(call):
    if call.args.count == 3:
        call.args.count = 2
        emit("once")
on_enter("read", read)
`)
		if want := "restart: read 2: ye\n"; tr.program != want || tr.err != nil {
			t.Errorf("the program says %q, want %q, %v", tr.program, want, tr.err)
		}
		if len(tr.said) != 1 {
			t.Errorf("the script says %q", tr.said)
		}
	})
}

func TestMemory(t *testing.T) {
	check(t, "HELLOwrite 6, text changed\n", "write hello", `
def patch(call):
    at = call.address("buf")
    if call.read(at, 6) == b"hello\n" and call.read_string(at, 5) == "hello":
        call.write(at, "HELLO")
        call.args.count = 5
on_enter("write", patch)
on_exit("write", lambda call: call.return_(6) if call.ret == 5 else None)
`)
}

// Threads and processes have state of their own, which ends with them.
func TestState(t *testing.T) {
	tr := run(t, nil, "threads fork", `
def count(call):
    if call.args.count == 5:
        for of in (state, call.process.state, call.thread.state):
            of["writes"] = of.get("writes", 0) + 1
on_enter("write", count)

def gone(event):
    if event.kind == "exit":
        emit("%s %d %d" % ("thread" if event.tid != event.pid else "process",
            event.thread.state.get("writes", 0), event.process.state.get("writes", 0)))
    else:
        emit("new %s %s" % (event.kind, event.parent != None))
on_process(gone)
on_end(lambda: emit("total %d" % state["writes"]))
`)
	got := map[string]int{}
	for _, line := range tr.said {
		got[line]++
	}
	if tr.err != nil || got["new thread True"] != 4 || got["new process True"] != 1 || got["total 200"] != 1 {
		t.Errorf("the script says %v, %v", got, tr.err)
	}
	if got["process 0 200"] != 1 || got["process 0 0"] != 1 {
		t.Errorf("the processes' ends: %v", got)
	}
	for line := range got {
		if strings.HasPrefix(line, "thread ") && !strings.HasPrefix(line, "thread 50 ") {
			t.Errorf("a thread has %q, want 50 writes", line)
		}
	}
}

func TestSignals(t *testing.T) {
	tr := run(t, nil, "close close close", `
def send(call):
    if call.args.fd == 99:
        state["n"] = state.get("n", 0) + 1
        call.signal(["SIGUSR1", "SIGTERM", "SIGWINCH"][state["n"] - 1])
on_enter("close", send)
on_signal("SIGUSR1", lambda s: s.suppress())
on_signal("SIGTERM", lambda s: s.replace("SIGCHLD"))
on_signal(lambda s: emit("%s %d" % (s.name, s.number)))
`)
	if want := strings.Repeat("close EBADF\n", 3); tr.program != want || tr.err != nil {
		t.Errorf("the program says %q, want %q, %v", tr.program, want, tr.err)
	}
	if got := strings.Join(tr.said, ", "); got != "SIGUSR1 10, SIGTERM 15, SIGWINCH 28" {
		t.Errorf("the script says %q", got)
	}
}

func TestKill(t *testing.T) {
	tr := run(t, nil, "close getppid close", `on_enter("getppid", lambda call: call.kill())`)
	if want := "close EBADF\n"; tr.program != want {
		t.Errorf("the program says %q, want %q", tr.program, want)
	}
}

// Scripts follow each other, each on what those before it have made of the call.
func TestSeveral(t *testing.T) {
	tr := run(t, nil, "open /dev/null",
		"def f(call):\n  if call.args.pathname == '/dev/null': call.args.pathname = '/dev/zero'\non_enter('openat', f)",
		"on_enter('openat', lambda call: call.fail('EIO') if call.args.pathname == '/dev/zero' else None)")
	if tr.program != "open EIO\n" || tr.err != nil {
		t.Errorf("the program says %q, %v", tr.program, tr.err)
	}
}

// An error says where it is and what the function was about. The program goes on as if nobody
// had looked.
func TestErrors(t *testing.T) {
	for _, test := range []struct{ body, want string }{
		{"call.args.nothing", "has no .nothing field"},
		{"call.args.bfu = 'x'", "has no .bfu"},
		{"call.args.fd = 'x'", "fd: a number is needed, not a string"},
		{"call.args.buf = 5", "buf: it is a string, this is a int"},
		{"call.args.fd = 1 << 40", "does not fit into 4 bytes"},
		{"call.args.fd = 1 << 70", "is too large"},
		{"call.fail('ENOWHERE')", "is no error"},
		{"call.run('nothing')", "has no call"},
		{"call.signal('SIGNOTHING')", "is no signal"},
		{"call.delay('-1s')", "is in the past"},
		{"call.read(16, 4)", "read: 4 bytes at 0x10"},
		{"call.read(0, 1 << 30)", "not between 0 and"},
		{"call.ret = 5", "known only when the call has ended"},
		{"call.name = 'x'", "cannot be changed"},
		{"const.O_NOWHERE", "there is no constant O_NOWHERE"},
		{"on_enter('read', change)", "while the script is read"},
		{"state['kept'].args", "it is over"},
		{"emit('x' * (2 << 20))", "too many for a line"},
		{"[0 for i in range(1 << 60)]", "it took more than"},
		{"fail('mine')", "fail: mine"},
	} {
		tr := run(t, nil, "write hello", `
def change(call):
    if call.args.count == 6:
        `+test.body+`
    state["kept"] = call
on_enter("write", change)
on_enter("openat,newfstatat,read,mmap", lambda call: state.update([("kept", call)]))
`)
		var failed *script.Error
		if !errors.As(tr.err, &failed) {
			t.Errorf("%s: %v is no error of a script", test.body, tr.err)
			continue
		}
		text := tr.err.Error()
		if !strings.Contains(text, test.want) || !strings.Contains(text, "script.star:4:") || !strings.Contains(text, "(write in ") {
			t.Errorf("%s: %q lacks %q, or where it is", test.body, text, test.want)
		}
		if want := "hello\nwrite 6, text kept\n"; tr.program != want {
			t.Errorf("%s: the program says %q, want %q", test.body, tr.program, want)
		}
	}
}

// At the exit it is too late for what would come before.
func TestTooLate(t *testing.T) {
	for _, body := range []string{"call.args.buf = 'x'", "call.args.fd = 2", "call.run('getpid')", "call.skip()"} {
		tr := run(t, nil, "write hello", "def f(call):\n  if call.args.count == 6:\n    "+body+"\non_exit('write', f)")
		if tr.err == nil || !strings.Contains(tr.err.Error(), "the call has been made already") {
			t.Errorf("%s: %v", body, tr.err)
		}
	}
}

// What is not there is None.
func TestNothing(t *testing.T) {
	tr := run(t, nil, "null read /dev/zero", `
def opened(call):
    if call.args.pathname == None:
        emit("null")
on_enter("openat", opened)
on_enter("read", lambda call: emit("before %s %s %s" % (call.args.buf, call.ret, call.errno)) if call.args.count == 16 else None)
`)
	if got := strings.Join(tr.said, ", "); got != "null, before None None None" || tr.err != nil {
		t.Errorf("the script says %q, %v", got, tr.err)
	}
}

// What socketcall and ipc stand for goes by its own name and has parameters of its own.
func TestParts(t *testing.T) {
	tr := run(t, []fixture.Flag{fixture.M32}, "socketcall", `
def socket(call):
    emit("%s %s" % (call.name, dir(call.args)))
    call.args.domain = 99
on_enter("socket", socket)
`)
	if want := "socketcall EAFNOSUPPORT, family 1\n"; tr.program != want || tr.err != nil {
		t.Errorf("the program says %q, want %q, %v", tr.program, want, tr.err)
	}
	if got := strings.Join(tr.said, "|"); got != `socket ["domain", "protocol", "type"]` {
		t.Errorf("the script says %q", got)
	}
}

// The end of a signal handler can be looked at, not changed.
func TestSigreturn(t *testing.T) {
	tr := run(t, nil, "restart", `on_enter("rt_sigreturn", lambda call: call.fail("EPERM"))`)
	if tr.err == nil || !strings.Contains(tr.err.Error(), "the end of a signal handler cannot be changed (rt_sigreturn in ") {
		t.Error(tr.err)
	}
}

// When a new program runs the memory of the old one is gone.
func TestExec(t *testing.T) {
	tr := run(t, nil, "vfork", `
on_enter("execve", lambda call: emit(call.args.argv[1]))
on_exit("execve", lambda call: emit("%s %s %d" % (call.args.pathname, call.args.argv, call.ret)))
on_exec(lambda event: emit("exec"))
`)
	if want := "exec" + strings.Repeat("|open|exec|None None 0", 3); strings.Join(tr.said, "|") != want || tr.err != nil {
		t.Errorf("the script says %q, want %q, %v", tr.said, want, tr.err)
	}
}
