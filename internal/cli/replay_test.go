package cli

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/decode"
	"github.com/trapline/trapline/internal/fixture"
	"github.com/trapline/trapline/render/json"
	"github.com/trapline/trapline/render/strace"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/tamper"
	"github.com/trapline/trapline/trace"
)

// memory is a Sink that keeps what it is given.
type memory struct{ bytes.Buffer }

func (m *memory) Write(p []byte) { m.Buffer.Write(p) }

// A rendering is options, and the text that an observer made with them.
type rendering struct {
	args []string
	o    *settings
	out  *memory
}

func newRendering(t *testing.T, args ...string) rendering {
	t.Helper()
	s := newSettings("trapline")
	if _, err := s.parseFormat(args); err != nil {
		t.Fatal(err)
	}
	out := &memory{}
	s.render.Out = out
	return rendering{args, s, out}
}

// record runs a program once, under observers of text and of data.
func record(t *testing.T, mode decode.Mode, renderings []rendering, program string, args ...string) []byte {
	t.Helper()
	return recordUnder(t, nil, mode, renderings, program, args...)
}

// recordUnder is record with rules that change what calls do.
func recordUnder(t *testing.T, rules []*tamper.Rule, mode decode.Mode, renderings []rendering, program string, args ...string) []byte {
	t.Helper()
	tracer := trace.New(trace.Options{Syscalls: true, Follow: true, Exiting: true})
	var data memory
	var chain trace.Chain
	for _, r := range renderings {
		o := strace.NewObserver(r.o.render)
		defer o.Close()
		chain = append(chain, o)
	}
	recorder := json.NewObserver(json.Options{
		Out:     &data,
		PC:      true,
		Strings: mode.Strings,
		PIDs:    mode.PIDs,
		Pick: func(abi.Call, *syscalls.Syscall) (decode.Mode, bool) {
			return mode, true
		},
	}, time.Now())
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	command := &trace.Command{Path: program, Args: append([]string{program}, args...), Env: []string{"LANG=C"}, Stdin: null, Stdout: null, Stderr: null}
	if _, err := tracer.Start(command); err != nil {
		tracer.Close()
		t.Fatal(err)
	}
	handler := tamper.New(tracer, tamper.Options{Rules: rules}, append(chain, recorder))
	if err := tracer.Run(context.Background(), handler); err != nil {
		t.Fatal(err)
	}
	recorder.Close()
	return data.Bytes()
}

// formats shows a recorded trace.
func formats(t *testing.T, data []byte, args ...string) string {
	t.Helper()
	r := newRendering(t, args...)
	err := replay(strace.NewReplay(r.o.render), json.NewOrdered(json.NewReader(bytes.NewReader(data))))
	if err != nil {
		t.Fatal(err)
	}
	return r.out.String()
}

// programs are what is recorded: a shell and its children, threads, signals, calls of
// two ABIs, a thread that executes, interrupted calls, ends of all kinds.
var programs = [][]string{
	{"/bin/sh", "-c", "ls -l /proc/self/fd; cat /etc/passwd | wc -l; exit 3"},
	{"threads", "3"}, {"signals"}, {"int80"}, {"execthread"}, {"restart"}, {"ends", "-9"}, {"vforkwait"}, {"signals", "-m32"}, {"opens", "-m32"}, {"restart", "-m32"},
	{"uring"}, {"uring", "-m32"},
}

// compare records each program once and shows the record with each set of options: it
// is the text that was made of the run itself.
func compare(t *testing.T, mode decode.Mode, options ...string) {
	for _, p := range programs {
		t.Run(p[0][strings.LastIndexByte(p[0], '/')+1:], func(t *testing.T) {
			program, args := build(t, p)
			var direct []rendering
			for _, o := range options {
				direct = append(direct, newRendering(t, strings.Fields(o)...))
			}
			data := record(t, mode, direct, program, args...)
			isTheText(t, data, direct)
		})
	}
}

// isTheText shows a record as each rendering did the run.
func isTheText(t *testing.T, data []byte, direct []rendering) {
	t.Helper()
	for _, r := range direct {
		if diff := cmp.Diff(r.out.String(), formats(t, data, r.args...)); diff != "" {
			t.Errorf("format %s (-direct +format):\n%s", strings.Join(r.args, " "), diff)
		}
	}
}

// A record holds the text of the run, in every style.
func TestFormatIsTheText(t *testing.T) {
	compare(t, decode.Mode{Strings: 32},
		"", "-X raw", "-X verbose", "-x", "-xx", "-N", "-n", "-i", "-T", "-a 60", "--color=always",
		"-e trace=%file", "-e trace=!read,write", "-z", "-Z", "-e status=unfinished,failed",
		"-e verbose=/sigreturn,clone3,set_thread_area", "-e verbose=!newfstatat,execve",
		"-e signal=none", "-q", "-qqq", "-f -o /dev/null", "--always-show-pid", "-e raw=all")
}

// changes are rules of every kind.
var changes = []string{
	"openat fail ENOENT when 1", "pread64 set ret = 784 when 1", "mmap delay 1ms when 1", "brk return 0 when 2", "getdents64 skip when 2",
	`write set buf = "changed", count = 7 when 1`, "set_robust_list run getpid()", "newfstatat,fstat64 signal SIGWINCH when 1",
}

// What rules did to calls is in the record, which the schema knows, and in the text of it.
func TestFormatTampered(t *testing.T) {
	var rules []*tamper.Rule
	for _, text := range changes {
		r, err := tamper.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		rules = append(rules, r)
	}
	direct := []rendering{newRendering(t), newRendering(t, "-T", "-z"), newRendering(t, "-X", "raw")}
	data := recordUnder(t, rules, decode.Mode{Strings: 32}, direct, "/bin/ls", "/", "/proc/self")
	isTheText(t, data, direct)
	schema, err := jsonschema.NewCompiler().Compile("../../docs/trace.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rules {
		if r.Fired != 1 {
			t.Errorf("fired %d times: %s", r.Fired, r.Source)
		}
	}
	for line := range bytes.Lines(data) {
		v, err := jsonschema.UnmarshalJSON(bytes.NewReader(line))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(v); err != nil {
			t.Errorf("%s%v", line, err)
		}
	}
}

// Of a full record, shorter text is what a shorter run would have been.
func TestFormatShortens(t *testing.T) {
	compare(t, decode.Mode{Strings: 1000}, "-s 4", "-s 0", "-s 33", "-s 1000")
}

func TestFormatVerbose(t *testing.T) {
	compare(t, decode.Mode{Strings: 64, Verbose: true}, "-v -s 64", "-v -s 5")
}

// Descriptors and processes are told of as far as that is asked for.
func TestFormatDetails(t *testing.T) {
	compare(t, decode.Mode{Strings: 32, FDs: decode.FDAll, PIDs: decode.PIDComm | decode.PIDNamespace},
		"", "-y", "-yy", "--decode-fds=dev", "--decode-fds=path,socket", "--decode-pids=pidns")
}

// What a ring had waiting is shown if that is asked for and was recorded.
func TestFormatEntries(t *testing.T) {
	compare(t, decode.Mode{Strings: 32, FDs: decode.FDAll, Entries: true}, "", "--decode-io-uring", "--decode-io-uring -s 5 -y", "--decode-io-uring -z -X raw")
}

func TestFormatTimes(t *testing.T) {
	compare(t, decode.Mode{Strings: 32}, "-ttt -z", "-t -e trace=close", "--absolute-timestamps=unix,ns -Z")
}

func TestFormatOptions(t *testing.T) {
	for _, test := range []struct {
		args, file, err string
	}{
		{"", "-", ""},
		{"-s 4 x.json -v", "x.json", ""},
		{"x y", "", "one trace at a time: 'y' is a second one"},
		{"-p 1", "", "-p/--attach is nothing to ask of a recorded trace"},
		{"-e trace=nothing", "", "invalid system call 'nothing'"},
	} {
		file, err := newSettings("trapline").parseFormat(strings.Fields(test.args))
		if got := fmt.Sprint(err); err != nil && (test.err == "" || !strings.HasPrefix(got, test.err)) || err == nil && test.err != "" || err == nil && file != test.file {
			t.Errorf("%s: %q, %v", test.args, file, err)
		}
	}
}

// build returns the path of one of programs, and its arguments. A fixture may be an
// i386 program.
func build(t *testing.T, p []string) (program string, args []string) {
	t.Helper()
	switch {
	case strings.Contains(p[0], "/"):
		return p[0], p[1:]
	case len(p) > 1 && p[1] == string(fixture.M32):
		return fixture.Build(t, p[0], fixture.M32), p[2:]
	}
	return fixture.Build(t, p[0]), p[1:]
}

// That the text could not be written is an error of the format command.
func TestFormatOntoAFullDisk(t *testing.T) {
	file := t.TempDir() + "/trace.json"
	if err := os.WriteFile(file, record(t, decode.Mode{Strings: 32}, nil, fixture.Build(t, "getppid")), 0o644); err != nil {
		t.Fatal(err)
	}
	for out, want := range map[string]int{"/dev/full": 1, "/dev/null": 0} {
		if got := formatMain([]string{"-o", out, file}); got != want {
			t.Errorf("format -o %s returns %d, want %d", out, got, want)
		}
	}
}
