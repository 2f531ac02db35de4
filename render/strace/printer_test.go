package strace

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/decode"
	"github.com/trapline/trapline/mem"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/trace"
	"github.com/trapline/trapline/value"
)

// The scripts are testdata/*.txtar: a comment of options, a file "events" with one
// event of one task a line, and a file "out", or one for each task, with the lines.
// Each event comes 1.001 ms after the one before. What strace itself writes for the
// same course of events is how the expected lines were found.
func TestScripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			runScript(t, string(text))
		})
	}
}

func runScript(t *testing.T, text string) {
	options, files := sections(text)
	s := newScript(t, strings.Fields(options))
	s.run(files["events"])
	delete(files, "events")
	got := map[string]string{}
	for name, out := range s.outs {
		got[name] = strings.ReplaceAll(out.String(), "\x1b", "␛")
	}
	if diff := cmp.Diff(files, got); diff != "" {
		t.Error(diff)
	}
}

// sections splits an archive in the form of txtar: a comment, and files that each
// follow their name as "-- name --".
func sections(text string) (comment string, files map[string]string) {
	files = map[string]string{}
	name := ""
	for line := range strings.Lines(text) {
		if n, ok := strings.CutSuffix(strings.TrimPrefix(line, "-- "), " --\n"); ok {
			name = n
			files[name] = ""
		} else if name == "" {
			comment += line
		} else {
			files[name] += line
		}
	}
	return comment, files
}

// script plays events to a Printer.
type script struct {
	t     *testing.T
	p     *Printer
	outs  map[string]*output
	lines map[string]*line
	now   time.Time
}

type output struct{ bytes.Buffer }

func (o *output) Write(p []byte) { o.Buffer.Write(p) }

func newScript(t *testing.T, options []string) *script {
	s := &script{t: t, outs: map[string]*output{}, lines: map[string]*line{}}
	s.now = time.Date(2026, 11, 28, 22, 3, 45, 999000400, time.UTC)
	o := Defaults()
	out := s.out("out")
	o.Out, o.Messages = out, out
	for _, option := range options {
		name, arg, _ := strings.Cut(option, "=")
		s.set(&o, name, arg)
	}
	if o.Open != nil {
		delete(s.outs, "out")
	}
	s.p = NewPrinter(o)
	return s
}

func (s *script) out(name string) *output {
	s.outs[name] = &output{}
	return s.outs[name]
}

func (s *script) set(o *Options, name, arg string) {
	precision := map[string]Precision{"s": Seconds, "ms": Millis, "us": Micros, "ns": Nanos}[arg]
	switch name {
	case "-t":
		o.Absolute.Precision = precision
	case "-ttt":
		o.Absolute = Clock{Precision: precision, Unix: true}
	case "-r":
		o.Relative = precision
	case "-T":
		o.SpentTime = precision
	case "-n":
		o.Number = true
	case "-N":
		o.ArgNames = true
	case "-i":
		o.PC = true
	case "-z":
		o.Status = Successful
	case "-Z":
		o.Status = Failed
	case "status":
		o.Status = map[string]Status{"unfinished": Unfinished, "detached": Detached}[arg]
	case "-o":
		o.Prefix, o.Quiet = Always, QuietAttach
	case "-ff":
		o.Prefix, o.Quiet = Never, QuietAttach
		o.Open = func(tid int) (Sink, error) { return s.out(strconv.Itoa(tid)), nil }
	case "always":
		o.Prefix = Always
	case "-a":
		o.Column, _ = strconv.Atoi(arg)
	case "color":
		o.Style.Color = true
	default:
		s.t.Fatalf("option %q", name)
	}
}

func (s *script) run(events string) {
	for _, e := range strings.Split(strings.TrimSpace(events), "\n") {
		words := strings.Fields(e)
		l := s.lines[words[0]]
		if l == nil {
			tid, _ := strconv.Atoi(words[0])
			l = s.p.add(tid)
			s.lines[words[0]] = l
		}
		s.event(l, words[1], words[2:])
		s.now = s.now.Add(1001 * time.Microsecond)
	}
}

// memory is that of every task.
var memory = mem.Snapshot{{Addr: 0x1000, Data: []byte("hello\x00\x1b[1m world\n")}}

func (s *script) event(l *line, what string, args []string) {
	switch what {
	case "enter", "enter32":
		s.enter(l, what, args)
	case "resumed":
		s.enter(l, "enter", append([]string{"restart_syscall"}, args...))
	case "exit":
		v, _ := strconv.ParseInt(args[0], 0, 64)
		l.call.Exit(abi.Result{Value: uint64(v), Failed: v < 0 && v > -4096}, memory)
		s.p.exit(l, s.now)
	case "signal":
		s.p.signal(l, signal(args[0]), &value.Struct{Fields: []value.Field{{Name: "si_pid", Value: &value.Int{Bits: 7, Size: 4}}}}, s.now)
	case "stopped":
		s.p.stopped(l, signal(args[0]), s.now)
	case "new":
		s.p.Attached(l.tid, 1)
	case "gone":
		s.p.gone(l, "?", Unfinished, s.now)
	case "exited":
		code, _ := strconv.Atoi(args[0])
		s.ended(l, &trace.Exited{Code: code})
	case "killed":
		s.ended(l, &trace.Exited{Signal: signal(args[0]), CoreDumped: len(args) > 1})
	case "superseded":
		s.supersede(l, args[0])
	case "detached":
		s.p.detached(l)
		s.p.forget(l)
	case "message":
		s.p.Message(strings.Join(args, " "))
	default:
		s.t.Fatalf("event %q", what)
	}
}

func signal(number string) syscall.Signal {
	n, _ := strconv.Atoi(number)
	return syscall.Signal(n)
}

func (s *script) ended(l *line, e *trace.Exited) {
	s.p.exited(l, e, s.now)
	s.p.forget(l)
	delete(s.lines, strconv.Itoa(l.tid))
}

// supersede has another thread take the place of the leader l.
func (s *script) supersede(l *line, by string) {
	s.p.tasks--
	tid, _ := strconv.Atoi(by)
	s.p.exited(l, &trace.Exited{Superseded: true, By: tid}, s.now)
	thread := s.lines[by]
	s.p.become(thread, l)
	s.lines[strconv.Itoa(l.tid)] = thread
	delete(s.lines, by)
}

func (s *script) enter(l *line, what string, args []string) {
	a := abi.AMD64
	if what == "enter32" {
		a = abi.I386
	}
	e := trace.SyscallEnter{Call: abi.Call{ABI: a}, PC: 0x7f8123456789}
	nr, row := s.row(a, args[0])
	e.Call.NR = nr
	rest := args[1:]
	if args[0] == "restart_syscall" {
		e.Resumed = true
		if len(rest) > 0 {
			e.Interrupted.ABI = a
			e.Interrupted.NR, _ = s.row(a, rest[0])
		}
		rest = nil
	}
	for i, word := range rest {
		v, err := strconv.ParseInt(word, 0, 64)
		if err != nil {
			s.t.Fatal(err)
		}
		e.Call.Args[i] = uint64(v)
	}
	l.nr, l.pc, l.abi = nr, e.PC&abi.Addr(a.TruncateWord(^uint64(0))), a
	l.call.Enter(e.Call, row, decode.Mode{Strings: 32}, memory)
	s.p.enter(l, &e, s.now)
}

// row finds a call by its name or number.
func (s *script) row(a *abi.ABI, name string) (uint64, *syscalls.Syscall) {
	if nr, err := strconv.ParseUint(name, 0, 64); err == nil {
		return nr, syscalls.For(a).Row(nr)
	}
	for nr := range uint64(numbered) {
		if row := syscalls.For(a).Row(nr); row != nil && row.Name == name {
			return nr, row
		}
	}
	s.t.Fatalf("no call %q", name)
	return 0, nil
}

func TestMessagesHaveTheName(t *testing.T) {
	var out output
	o := Defaults()
	o.Name, o.Messages = "trapline trace", &out
	p := NewPrinter(o)
	p.Attached(12, 3)
	p.o.Quiet = QuietAttach
	p.Attached(13, 1)
	want := fmt.Sprintln("trapline trace: Process 12 attached with 3 threads")
	if got := out.String(); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
