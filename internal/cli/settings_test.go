package cli

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/filter"
	"github.com/trapline/trapline/render/strace"
	"github.com/trapline/trapline/render/summary"
	"github.com/trapline/trapline/seccomp"
)

func parsed(t *testing.T, args ...string) *settings {
	t.Helper()
	s := newSettings("strace")
	if err := s.parse(args); err != nil {
		t.Fatalf("%q: %v", args, err)
	}
	return s
}

func TestSettings(t *testing.T) {
	for _, tt := range []struct {
		args string
		look func(*settings) any
		want any
	}{
		{"ls -l", func(s *settings) any { return s.program }, []string{"ls", "-l"}},
		{"-p 1,2 -p3", func(s *settings) any { return s.pids }, []int{1, 2, 3}},
		{"-f ls", func(s *settings) any { return s.following() }, true},
		{"-f ls", func(s *settings) any { return s.separately }, false},
		{"-F ls", func(s *settings) any { return s.following() }, true},
		{"-ff ls", func(s *settings) any { return s.perTask() }, false},
		{"-ff -o x ls", func(s *settings) any { return s.perTask() }, true},
		{"-f --output-separately -o x ls", func(s *settings) any { return s.perTask() }, true},
		{"-E A=1 -E B ls", func(s *settings) any { return s.env }, []string{"A=1", "B"}},
		{"--argv0=x ls", func(s *settings) any { return *s.argv0 }, "x"},
		{"-b execve ls", func(s *settings) any { return s.detachOnExec }, true},
		{"--syscall-limit=7 ls", func(s *settings) any { return s.limit }, uint64(7)},
		{"--kill-on-exit ls", func(s *settings) any { return s.killOnExit }, true},

		{"ls", func(s *settings) any { return s.render.Stacks }, strace.NoStacks},
		{"-k ls", func(s *settings) any { return s.render.Stacks }, strace.Symbols},
		{"-kk ls", func(s *settings) any { return s.render.Stacks }, strace.Sources},
		{"-kkk ls", func(s *settings) any { return s.render.Stacks }, strace.Sources},
		{"--stack-trace ls", func(s *settings) any { return s.render.Stacks }, strace.Symbols},
		{"--stack-trace=source ls", func(s *settings) any { return s.render.Stacks }, strace.Sources},
		{"-kk --stack-trace=symbol ls", func(s *settings) any { return s.render.Stacks }, strace.Symbols},
		{"--stack-trace -k ls", func(s *settings) any { return s.render.Stacks }, strace.Sources},

		{"ls", func(s *settings) any { return s.daemon }, daemon(0)},
		{"-D ls", func(s *settings) any { return s.daemon }, grandchild},
		{"-DD ls", func(s *settings) any { return s.daemon }, pgroup},
		{"-DDD ls", func(s *settings) any { return s.daemon }, session},
		{"--daemonize ls", func(s *settings) any { return s.daemon }, grandchild},
		{"--daemonize=pgroup ls", func(s *settings) any { return s.daemon }, pgroup},

		{"ls", func(s *settings) any { return s.interruptible }, waiting},
		{"-o x ls", func(s *settings) any { return s.interruptible }, never},
		{"-o x -p 1", func(s *settings) any { return s.interruptible }, waiting},
		{"-D ls", func(s *settings) any { return s.interruptible }, neverTSTP},
		{"-I1 -o x ls", func(s *settings) any { return s.interruptible }, anywhere},
		{"-I never_tstp ls", func(s *settings) any { return s.interruptible }, neverTSTP},

		{"ls", func(s *settings) any { return s.render.Prefix }, strace.Several},
		{"-f ls", func(s *settings) any { return s.render.Prefix }, strace.Several},
		{"-f -o x ls", func(s *settings) any { return s.render.Prefix }, strace.Always},
		{"-o x -p 1 -p 2", func(s *settings) any { return s.render.Prefix }, strace.Always},
		{"-o x -p 1", func(s *settings) any { return s.render.Prefix }, strace.Several},
		{"-ff -o x --always-show-pid ls", func(s *settings) any { return s.render.Prefix }, strace.Always},
		{"-ff -o x ls", func(s *settings) any { return s.render.Prefix }, strace.Never},
		{"--always-show-pid ls", func(s *settings) any { return s.render.Prefix }, strace.Always},

		{"-a 9 ls", func(s *settings) any { return s.render.Column }, 9},
		{"-s 0 ls", func(s *settings) any { return s.render.Strings }, 0},
		{"-i ls", func(s *settings) any { return s.render.PC }, true},
		{"-n ls", func(s *settings) any { return s.render.Number }, true},
		{"-N ls", func(s *settings) any { return s.render.ArgNames }, true},
		{"-x ls", func(s *settings) any { return s.render.Style.Escape }, strace.HexASCII},
		{"-xx ls", func(s *settings) any { return s.render.Style.Escape }, strace.HexAll},
		{"--strings-in-hex ls", func(s *settings) any { return s.render.Style.Escape }, strace.HexAll},
		{"--strings-in-hex=non-ascii-chars ls", func(s *settings) any { return s.render.Style.Escape }, strace.HexChars},
		{"-X verbose ls", func(s *settings) any { return s.render.Style.Constants }, strace.Verbose},

		{"-t ls", func(s *settings) any { return s.render.Absolute }, strace.Clock{Precision: strace.Seconds}},
		{"-tt ls", func(s *settings) any { return s.render.Absolute }, strace.Clock{Precision: strace.Micros}},
		{"-tttt ls", func(s *settings) any { return s.render.Absolute }, strace.Clock{Precision: strace.Micros, Unix: true}},
		{"--absolute-timestamps ls", func(s *settings) any { return s.render.Absolute }, strace.Clock{Precision: strace.Seconds}},
		{"--timestamps=precision:ns,unix ls", func(s *settings) any { return s.render.Absolute }, strace.Clock{Precision: strace.Nanos, Unix: true}},
		{"--timestamps=unix,format:time ls", func(s *settings) any { return s.render.Absolute }, strace.Clock{Precision: strace.Seconds}},
		{"--timestamps=none ls", func(s *settings) any { return s.render.Absolute }, strace.Clock{}},
		{"-r ls", func(s *settings) any { return s.render.Relative }, strace.Micros},
		{"-r --relative-timestamps=ms ls", func(s *settings) any { return s.render.Relative }, strace.Millis},
		{"--syscall-times=ns -T ls", func(s *settings) any { return s.render.SpentTime }, strace.Micros},

		{"-q ls", func(s *settings) any { return s.render.Quiet }, strace.QuietAttach | strace.QuietPersonality},
		{"-qq ls", func(s *settings) any { return s.render.Quiet }, strace.QuietAttach | strace.QuietPersonality | strace.QuietExit},
		{"-qqqq ls", func(s *settings) any { return s.render.Quiet }, strace.QuietAll},
		{"--quiet ls", func(s *settings) any { return s.render.Quiet }, strace.QuietAttach | strace.QuietPersonality},
		{"-e q=exits ls", func(s *settings) any { return s.render.Quiet }, strace.QuietExit},
		{"-o x ls", func(s *settings) any { return s.render.Quiet }, strace.QuietAttach | strace.QuietPersonality},
		{"-o x -p 1", func(s *settings) any { return s.render.Quiet }, strace.Quiet(0)},
		{"-z ls", func(s *settings) any { return s.render.Status }, strace.Successful},
		{"-Z -e status=!failed ls", func(s *settings) any { return s.render.Status }, strace.AnyStatus &^ strace.Failed},
		{"-e status=none ls", func(s *settings) any { return s.render.Status&strace.AnyStatus == 0 && s.render.Status != 0 }, true},
		{"-e signal=!io ls", func(s *settings) any { return s.render.Signals(29) }, false},
		{"-e r=3 ls", func(s *settings) any { return s.render.ReadFD(3) && !s.render.ReadFD(4) }, true},
		{"--write=all ls", func(s *settings) any { return s.render.WriteFD(7) }, true},

		{"-c ls", func(s *settings) any { return s.summaryOnly }, true},
		{"-c -S errors ls", func(s *settings) any { return s.table.Sort }, summary.Errors},
		{"-c -S none ls", func(s *settings) any { return s.table.Sort }, summary.Unsorted},
		{"-C -U name,count ls", func(s *settings) any { return s.table.Columns }, []summary.Column{summary.Name, summary.Calls}},
		{"-O 1.5ms ls", func(s *settings) any { return s.table.Overhead }, 1500 * time.Microsecond},
		{"-O 2 ls", func(s *settings) any { return s.table.Overhead }, 2 * time.Microsecond},
	} {
		if d := cmp.Diff(tt.want, tt.look(parsed(t, strings.Fields(tt.args)...))); d != "" {
			t.Errorf("%q (-want +got):\n%s", tt.args, d)
		}
	}
}

func TestPick(t *testing.T) {
	const read, openat = 0, 257
	for _, tt := range []struct {
		args         string
		read, openat strace.Pick
	}{
		{"ls", strace.Pick{Show: true}, strace.Pick{Show: true}},
		{"-e read ls", strace.Pick{Show: true}, strace.Pick{}},
		{"-e openat -e t=read ls", strace.Pick{Show: true}, strace.Pick{}},
		{"-e trace=!read ls", strace.Pick{}, strace.Pick{Show: true}},
		{"-v ls", strace.Pick{Show: true, Full: true}, strace.Pick{Show: true, Full: true}},
		{"-v -e abbrev=read ls", strace.Pick{Show: true}, strace.Pick{Show: true, Full: true}},
		{"-e verbose=openat ls", strace.Pick{Show: true, Opaque: true}, strace.Pick{Show: true}},
		{"-e x=read ls", strace.Pick{Show: true, Raw: true}, strace.Pick{Show: true}},
	} {
		pick := parsed(t, strings.Fields(tt.args)...).render.Pick
		if d := cmp.Diff(tt.read, pick(abi.Call{ABI: abi.AMD64, NR: read}, nil)); d != "" {
			t.Errorf("%q: read (-want +got):\n%s", tt.args, d)
		}
		if d := cmp.Diff(tt.openat, pick(abi.Call{ABI: abi.AMD64, NR: openat}, nil)); d != "" {
			t.Errorf("%q: openat (-want +got):\n%s", tt.args, d)
		}
	}
}

func TestErrors(t *testing.T) {
	for args, want := range map[string]string{
		"":                             "must have PROG [ARGS] or -p PID",
		"-f":                           "must have PROG [ARGS] or -p PID",
		"-D -p 1":                      "PROG [ARGS] must be specified with -D/--daemonize",
		"--argv0=x -p 1":               "PROG [ARGS] must be specified with --argv0",
		"-DDDD ls":                     "Too many -D's (4), maximum supported -D count is 3",
		"-D --daemonize ls":            "-D and --daemonize cannot be provided simultaneously",
		"-q --quiet=exit ls":           "-q and -e quiet/--quiet cannot be provided simultaneously",
		"-t --timestamps ls":           "-t and --absolute-timestamps cannot be provided simultaneously",
		"-x --strings-in-hex ls":       "-x and --strings-in-hex cannot be provided simultaneously",
		"-c -C ls":                     "-c/--summary-only and -C/--summary are mutually exclusive",
		"-ff -c ls":                    "(-c/--summary-only or -C/--summary) and -ff/--output-separately are mutually exclusive",
		"-w ls":                        "-w/--summary-wall-clock must be given with (-c/--summary-only or -C/--summary)",
		"-U name ls":                   "-U/--summary-columns must be given with (-c/--summary-only or -C/--summary)",
		"-ff -o |cat ls":               "piping the output and -ff/--output-separately are mutually exclusive",
		"--kill-on-exit -p 1":          "--kill-on-exit and -p/--attach are mutually exclusive options",
		"-p 1x":                        "Invalid process id: '1x'",
		"-p 0":                         "Invalid process id: '0'",
		"-b open ls":                   "Syscall 'open' for -b isn't supported",
		"-I 5 ls":                      "invalid -I argument: '5'",
		"-I 0 ls":                      "invalid -I argument: '0'",
		"--interruptible=x ls":         "invalid --interruptible argument: 'x'",
		"--syscall-limit=0 ls":         "invalid --syscall-limit argument: '0'",
		"-s -1 ls":                     "invalid -s argument: '-1'",
		"--string-limit=1073741824 ls": "invalid --string-limit argument: '1073741824'",
		"-a 2147483648 ls":             "invalid -a argument: '2147483648'",
		"-X x ls":                      "invalid -X argument: 'x'",
		"-S x ls":                      "invalid sortby: 'x'",
		"-U name,x ls":                 "unknown column name: 'x'",
		"-S wall ls":                   "invalid sortby: 'wall'",
		"-U wall-max,max-wall ls":      "call summary column has been provided more than once: 'max-wall' (-U option residual: 'max-wall')",
		"-U name,name ls":              "call summary column has been provided more than once: 'name' (-U option residual: 'name')",
		"-O -1 ls":                     "invalid -O argument: '-1'",
		"-O 1x ls":                     "invalid -O argument: '1x'",
		"-O NaN ls":                    "invalid -O argument: 'NaN'",
		"--color=x ls":                 "invalid --color argument: 'x'",
		"--daemonize=x ls":             "invalid --daemonize argument: 'x'",
		"--timestamps=x ls":            "invalid --timestamps argument: 'x'",
		"--timestamps=precision:x ls":  "invalid --timestamps argument: 'precision:x'",
		"-e trace=opn ls":              "invalid system call 'opn' (did you mean open?)",
		"-e foo=bar ls":                "invalid system call 'foo=bar'",
		"-e close@65 ls":               "incorrect personality designator '65' in qualification 'close@65'",
		"-e status=x ls":               "invalid status 'x'",
		"-e fault=open:retval=1 ls":    "invalid fault argument 'open:retval=1'",
		"-e inject=open ls":            "invalid inject argument 'open'",
		"-y --decode-fds ls":           "-y and --decode-fds cannot be provided simultaneously",
		"--decode-fds=bad ls":          "invalid decode-fds 'bad'",
		"--decode-pids=bad ls":         "invalid decode-pids 'bad'",
		"-e kvm=foo ls":                "invalid -e kvm= argument: 'foo'",
		"--kvm=vcpu,vcpu+ ls":          "invalid -e kvm= argument: 'vcpu,vcpu+'",
		"-e fd=x ls":                   "invalid descriptor 'x'",
		"--tips=x ls":                  "invalid --tips argument: 'x'",
		"--tips=id:-1":                 "invalid --tips argument: 'id:-1'",
		"--tips=none":                  "must have PROG [ARGS] or -p PID",
		"-h":                           "help",
		"-fV":                          "version",
	} {
		err := newSettings("strace").parse(strings.Fields(args))
		if err == nil || err.Error() != want {
			t.Errorf("%q: %v", args, err)
		}
	}
}

func TestChangeEnv(t *testing.T) {
	env := []string{"A=1", "B=2", "AB=3"}
	got := changeEnv(env, []string{"A", "C=4", "B=5", "D"})
	if d := cmp.Diff([]string{"AB=3", "C=4", "B=5"}, got); d != "" {
		t.Error(d)
	}
}

// TestWordsMatchRenderer finds statuses and messages that no word names.
func TestWordsMatchRenderer(t *testing.T) {
	all, err := filter.ParseWords("status", "all", statusWords)
	if err != nil || strace.Status(all) != strace.AnyStatus {
		t.Errorf("status words name %b of %b", all, strace.AnyStatus)
	}
	all, err = filter.ParseWords("quiet", "all", quietWords)
	if err != nil || strace.Quiet(all) != strace.QuietAll {
		t.Errorf("quiet words name %b of %b", all, strace.QuietAll)
	}
}

// TestAttachedGainNothing is about everybody but root, whose programs gain nothing anyway.
func TestAttachedGainNothing(t *testing.T) {
	s := parsed(t, "-f", "-e", "openat", "-p", "1")
	if s.gains() || s.wanted() != nil {
		t.Errorf("-p 1: gains %v, wanted %v", s.gains(), s.wanted())
	}
}

// Stacks take that the calls that map code are seen, whatever is shown.
func TestStacksNeedMappings(t *testing.T) {
	const mmap, mprotect, getpid = 9, 10, 39
	stops := func(s *settings, nr uint32) bool {
		rules, _ := s.sieve(abi.AMD64)
		return slices.ContainsFunc(rules, func(r seccomp.Rule) bool {
			return slices.ContainsFunc(r.Calls, func(c seccomp.Span) bool { return c.First <= nr && nr <= c.Last })
		})
	}
	for args, want := range map[string]bool{"-f -e trace=chdir ls": false, "-f -k -e trace=chdir ls": true, "-f -c -k -e trace=chdir ls": false} {
		s := parsed(t, strings.Fields(args)...)
		if stops(s, mmap) != want || stops(s, mprotect) != want || stops(s, getpid) {
			t.Errorf("%s: stops at mmap %t, mprotect %t, getpid %t", args, stops(s, mmap), stops(s, mprotect), stops(s, getpid))
		}
	}
}
