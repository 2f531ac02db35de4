package filter

import (
	"strings"
	"syscall"
	"testing"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/syscalls"
)

func numberOf(t testing.TB, a *abi.ABI, name string) uint64 {
	t.Helper()
	nr, _, ok := syscalls.For(a).Named(name)
	if !ok {
		t.Fatalf("%s has no %s", a, name)
	}
	return nr
}

func TestParseCalls(t *testing.T) {
	tests := []struct {
		expr string
		in   string // amd64 names
		out  string
	}{
		{"openat", "openat", "open close"},
		{"openat,,close", "openat close", "read"},
		{"!openat", "close read", "openat"},
		{"!!openat", "openat", "close"},
		{"all", "openat close", ""},
		{"!all", "", "openat close"},
		{"none", "", "openat close"},
		{"!none", "openat close", ""},
		{"openat,all", "openat close", ""},
		{"3", "close", "openat"},
		{"03", "close", "openat"},
		{"/open", "openat open open_tree", "close"},
		{"/^open$|close", "open close close_range", "openat"},
		{"?nosuch", "", "openat close"},
		{"??nosuch,?close", "close", "openat"},
		{"!?nosuch", "openat close", ""},
		{"openat@64", "openat", "close"},
		{"openat@32", "", "openat"},
		{"openat@x32", "", "openat"},
		{"all@64", "openat close", ""},
		{"!all@32", "openat close", ""},
	}
	for _, tt := range tests {
		c, err := ParseCalls(tt.expr)
		if err != nil {
			t.Errorf("%q: %v", tt.expr, err)
			continue
		}
		for _, name := range strings.Fields(tt.in) {
			if !c.Has(abi.AMD64, numberOf(t, abi.AMD64, name)) {
				t.Errorf("%q leaves out %s", tt.expr, name)
			}
		}
		for _, name := range strings.Fields(tt.out) {
			if c.Has(abi.AMD64, numberOf(t, abi.AMD64, name)) {
				t.Errorf("%q takes in %s", tt.expr, name)
			}
		}
	}
}

func TestCallsOfOtherABIs(t *testing.T) {
	c, err := ParseCalls("openat,ioctl@x32,socketcall")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		abi  *abi.ABI
		name string
		want bool
	}{
		{abi.I386, "openat", true},
		{abi.I386, "socketcall", true},
		{abi.I386, "ioctl", false},
		{abi.X32, "openat", true},
		{abi.X32, "ioctl", true},
		{abi.ARM64, "openat", true},
		{abi.ARM64, "close", false},
	} {
		if got := c.Has(tt.abi, numberOf(t, tt.abi, tt.name)); got != tt.want {
			t.Errorf("%s %s: %v", tt.abi, tt.name, got)
		}
	}
}

func TestUnknownNumbers(t *testing.T) {
	for expr, want := range map[string]bool{"all": true, "!openat": true, "openat": false, "/.": false, "none": false} {
		c, err := ParseCalls(expr)
		if err != nil {
			t.Fatal(err)
		}
		for _, nr := range []uint64{1000, maxNR, 1 << 40} {
			if got := c.Has(abi.AMD64, nr); got != want {
				t.Errorf("%q has number %d: %v", expr, nr, got)
			}
		}
	}
}

func TestParseCallsErrors(t *testing.T) {
	for expr, want := range map[string]string{
		"opn":         "invalid system call 'opn' (did you mean open?)",
		"opeant":      "invalid system call 'opeant' (did you mean openat?)",
		"creds":       "invalid system call 'creds' (did you mean %creds?)",
		"zzzzzzzzzz":  "invalid system call 'zzzzzzzzzz'",
		"":            "invalid system call ''",
		"!":           "invalid system call '!'",
		",":           "invalid system call ','",
		"open,none":   "invalid system call 'none'",
		"openat,!x":   "invalid system call '!x'",
		"99999":       "invalid system call '99999'",
		"-1":          "invalid system call '-1'",
		"0x3":         "invalid system call '0x3'",
		"/zzz":        "invalid system call '/zzz'",
		"@64":         "invalid system call '@64'",
		"close@":      "incorrect personality designator '' in qualification 'close@'",
		"close@65":    "incorrect personality designator '65' in qualification 'close@65'",
		"open@64@32":  "invalid system call 'open@64@32'",
		"/[":          "invalid regular expression '[': ",
		"%%fstat,all": "invalid system call '%%fstat'",
	} {
		_, err := ParseCalls(expr)
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v", expr, err)
		}
	}
}

func TestGroups(t *testing.T) {
	for _, g := range groups {
		class, ok := classOf(g.name)
		if !ok || class != g.class {
			t.Errorf("%s: %v", g.name, class)
		}
		if _, ok := classOf(strings.TrimPrefix(g.name, "%")); ok != g.plain && !strings.HasPrefix(g.name, "%%") {
			t.Errorf("%s without its percent sign: %v", g.name, ok)
		}
	}
}

func TestParseSignals(t *testing.T) {
	for _, tt := range []struct {
		expr string
		sig  syscall.Signal
		want bool
	}{
		{"INT", 2, true},
		{"SIGINT", 2, true},
		{"sigint,usr1", 10, true},
		{"!io", 29, false},
		{"!io", 28, true},
		{"15", 15, true},
		{"all", 64, true},
		{"none", 1, false},
		{"RTMIN", 32, true},
		{"SIGRT_2", 34, true},
		{"SIGRT_32", 64, true},
		{"all", 300, false},
		{"all", -1, false},
	} {
		s, err := ParseSignals(tt.expr)
		if err != nil {
			t.Errorf("%q: %v", tt.expr, err)
			continue
		}
		if got := s.Has(tt.sig); got != tt.want {
			t.Errorf("%q has %d: %v", tt.expr, tt.sig, got)
		}
	}
	for expr, want := range map[string]string{
		"FOO":      "invalid signal 'FOO'",
		"SIGRT_33": "invalid signal 'SIGRT_33'",
		"256":      "invalid signal '256'",
		"":         "invalid signal ''",
		"none,INT": "invalid signal 'none'",
		"SIGTREM":  "invalid signal 'SIGTREM' (did you mean TERM?)",
	} {
		if _, err := ParseSignals(expr); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v", expr, err)
		}
	}
}

func TestParseDescriptors(t *testing.T) {
	for _, tt := range []struct {
		expr string
		fd   int32
		want bool
	}{
		{"3,5", 3, true},
		{"3,5", 4, false},
		{"5,3", 3, true},
		{"03", 3, true},
		{"!3", 3, false},
		{"!3", 0, true},
		{"all", 9, true},
		{"!all", 9, false},
		{"1,all", 9, true},
		{"none", 0, false},
		{"!none", 0, true},
		{"2147483647", 1<<31 - 1, true},
	} {
		d, err := ParseDescriptors(tt.expr)
		if err != nil {
			t.Errorf("%q: %v", tt.expr, err)
			continue
		}
		if got := d.Has(tt.fd); got != tt.want {
			t.Errorf("%q has %d: %v", tt.expr, tt.fd, got)
		}
	}
	for _, expr := range []string{"", "-1", "foo", "2147483648", "1,none"} {
		if _, err := ParseDescriptors(expr); err == nil {
			t.Errorf("%q is taken", expr)
		}
	}
}

func TestParseWords(t *testing.T) {
	words := []Word{{"exit", 1}, {"exits", 1}, {"attach", 2}, {"personality", 4}}
	for expr, want := range map[string]uint8{
		"exit": 1, "EXITS,attach": 3, "all": 7, "none": 0, "!exit": 6, "!none": 7, "!all": 0,
	} {
		if got, err := ParseWords("quiet", expr, words); err != nil || got != want {
			t.Errorf("%q: %d, %v", expr, got, err)
		}
	}
	_, err := ParseWords("quiet", "exti", words)
	if err == nil || err.Error() != "invalid quiet 'exti' (did you mean exit?)" {
		t.Error(err)
	}
}

func BenchmarkHas(b *testing.B) {
	c, err := ParseCalls("%file,openat,/^get")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		c.Has(abi.X32, abi.X32.NRBit|39)
	}
}

// A call that stands for others is in a set by its own name or by that of the one meant.
func TestPartsOfCalls(t *testing.T) {
	socketcall := numberOf(t, abi.I386, "socketcall")
	ipc := numberOf(t, abi.I386, "ipc")
	for _, tt := range []struct {
		expr            string
		connect, listen bool // parts of socketcall
		msgget          bool // a part of ipc, with a version in its number
		stops           bool // whether socketcall has to be looked at
	}{
		{"connect", true, false, false, true},
		{"!connect", false, true, true, true},
		{"socketcall", true, true, false, true},
		{"!socketcall", false, false, true, false},
		{"msgget", false, false, true, false},
		{"%network", true, true, false, true},
		{"/^conn", true, false, false, true},
		{"openat", false, false, false, false},
	} {
		c, err := ParseCalls(tt.expr)
		if err != nil {
			t.Fatal(err)
		}
		call := func(nr, first uint64) bool {
			return c.HasCall(abi.Call{ABI: abi.I386, NR: nr, Args: [6]uint64{first}})
		}
		if got := call(socketcall, 3); got != tt.connect {
			t.Errorf("%q has connect: %v", tt.expr, got)
		}
		if got := call(socketcall, 4); got != tt.listen {
			t.Errorf("%q has listen: %v", tt.expr, got)
		}
		if got := call(ipc, 1<<16|13); got != tt.msgget {
			t.Errorf("%q has msgget: %v", tt.expr, got)
		}
		if got := c.Has(abi.I386, socketcall); got != tt.stops {
			t.Errorf("%q has socketcall: %v", tt.expr, got)
		}
	}
}
