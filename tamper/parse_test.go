package tamper

import (
	"strings"
	"testing"
)

// The forms of rules that are taken.
func TestParse(t *testing.T) {
	for _, source := range []string{
		"write fail EIO",
		"write,read fail 5",
		"%file where pathname ~ \"/etc/**\" fail EACCES",
		"/^open/ fail EACCES when 3",
		"write where fd == 1 set buf = reverse(buf)",
		"openat where pathname ~ \"/etc/**\" and flags has O_WRONLY fail EACCES when 3",
		"connect where addr.port == 443 set addr.port = 8443, delay 20ms",
		"connect set addr.port = 8443, addr.addr = \"::1\"",
		"openat set flags |= O_NOFOLLOW, pathname = \"hosts.fake\"",
		"getpid return 1 when 2..9+3 chance 10% per process",
		"getpid return -13 when 2+ chance 0.5 per thread",
		"getpid skip per tree",
		"close run dup2(fd, 77)",
		"close signal SIGTERM, delay 1s",
		"close signal 9",
		"exit_group kill",
		"read where ret > 0 set ret = 1",
		"read where errno == EINTR fail EIO",
		"?nosuch fail EIO",
	} {
		if r, err := Parse(source); err != nil {
			t.Errorf("%s: %v", source, err)
		} else if r.Source != source {
			t.Errorf("%s becomes %s", source, r.Source)
		}
	}
}

// What is wrong with a rule is said when it is read, with the column.
func TestParseErrors(t *testing.T) {
	for source, want := range map[string]string{
		"":                                  "a system call is missing here\n  \n  ^",
		"wirte fail EIO":                    "invalid system call 'wirte' (did you mean write?)\n  wirte fail EIO\n  ^",
		"write":                             "an action is missing here: one of set, return, fail, skip, run, delay, signal, kill\n  write\n       ^",
		"write fial EIO":                    "an action is missing here",
		"write fail EOI":                    "an error such as EACCES is missing here\n  write fail EOI\n             ^",
		"write fail 5000":                   "an error number is one of 1 to 4095",
		"write set bfu = \"x\"":             "write has no bfu (did you mean buf?)\n  write set bfu = \"x\"\n            ^",
		"write set buf = 5":                 "buf is a string, this is a number\n  write set buf = 5\n                  ^",
		"write set count = \"x\"":           "count is a number, this is a string",
		"write set buf |= \"x\"":            "|= combines numbers",
		"write set tid = 5":                 "tid cannot be changed",
		"write set buf":                     "one of = |= &= ^= += -= is missing here",
		"write where ret > 0 set count = 1": "the condition needs the result: then it is too late to change count",
		"write where ret > 0 run getpid()":  "the condition needs the result: then it is too late for another call",
		"rt_sigreturn fail EIO":             "the end of a signal handler cannot be changed",
		"exit_group set ret = 0":            "the call does not return: ret cannot be changed",
		"write run nosuch()":                "run needs the name of a system call",
		"write run dup2(1":                  ", or ) is missing here",
		"write run dup2(buf)":               "the arguments of run are numbers",
		"write delay 5":                     "a duration such as 20ms is missing here",
		"write signal SIGFOO":               "a signal such as SIGTERM is missing here",
		"write fail EIO when 0":             "calls are counted from 1",
		"write fail EIO when 3..2":          "a number from 3 on is missing here",
		"write fail EIO when 3+0":           "a step is 1 or more",
		"write fail EIO chance 2":           "a probability such as 0.1 or 10% is missing here",
		"write fail EIO per user":           "one of thread, process and tree is missing here",
		"write fail EIO sometimes":          "',', when, chance, per or the end is expected here",
	} {
		_, err := Parse(source)
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s:\n%v\nwant\n%s", source, err, want)
		}
	}
}

func TestParseFile(t *testing.T) {
	rules, err := ParseFile("rules", `# the third fsync
fsync fail EIO when 3

write where fd == 1   # standard output
    set buf = "# no comment\n",
        delay 1ms
`)
	if err != nil || len(rules) != 2 {
		t.Fatal(rules, err)
	}
	if want := `write where fd == 1 set buf = "# no comment\n", delay 1ms`; rules[1].Source != want {
		t.Errorf("%s, want %s", rules[1].Source, want)
	}
	_, err = ParseFile("rules", "\n\nwrite fail EFOO\n")
	if err == nil || !strings.HasPrefix(err.Error(), "rules:3: an error such as") {
		t.Error(err)
	}
}

func TestWhen(t *testing.T) {
	for _, tt := range []struct {
		when when
		want string
	}{
		{when{}, "111111"},
		{when{3, 3, 1}, "001000"},
		{when{2, 4, 1}, "011100"},
		{when{2, beyond, 2}, "010101"},
		{when{2, 4, 2}, "010100"},
		{when{1, beyond, 1}, "111111"},
	} {
		got := ""
		for n := range uint64(6) {
			got += map[bool]string{true: "1", false: "0"}[tt.when.has(n+1)]
		}
		if got != tt.want {
			t.Errorf("%+v: %s, want %s", tt.when, got, tt.want)
		}
	}
}

// What strace takes for an injection, and what it does not: found by asking strace 7.2.
func TestParseInject(t *testing.T) {
	for value, want := range map[string]bool{
		"openat:error=EACCES": true, "openat:error=eperm": true, "openat:error=5": true, "openat:error=4095": true,
		"openat:error=4096": false, "openat:error=0": false, "openat:error=-1": false, "openat:error=0x5": false, "openat:error=FOO": false,
		"openat:retval=0x10": true, "openat:retval=-5": true, "openat:retval=": false, "openat:retval=x": false,
		"openat:error=1:retval=2": false, "openat:error=1:error=2": false,
		"openat:signal=TERM": true, "openat:signal=SIGTERM": true, "openat:signal=64": true, "openat:signal=0": false,
		"openat:signal=65": false, "openat:signal=HUP:signal=INT": false,
		"openat:error=1:syscall=getpid": true, "openat:syscall=getpid": false, "openat:error=1:syscall=open": false,
		"openat:delay_enter=1": true, "openat:delay_exit=1.5ms": true, "openat:delay_enter=-1": false, "openat:delay_enter=1m": false,
		"openat:delay_enter=": false, "openat:delay_enter=1:delay_enter=2": false,
		"openat:poke_enter=@arg1=00ff": true, "openat:poke_exit=@arg1=00,@arg7=11": true, "openat:poke_enter=@arg8=00": false,
		"openat:poke_enter=@arg1=0": false, "openat:poke_enter=@arg1=": false, "openat:poke_enter=arg1=00": false,
		"openat:poke_enter=@arg1=00,@arg1=11": false,
		"openat:error=1:when=1":               true, "openat:error=1:when=1..2": true, "openat:error=1:when=1+": true, "openat:error=1:when=1..9+2": true,
		"openat:error=1:when=0": false, "openat:error=1:when=2..1": false, "openat:error=1:when=1+0": false, "openat:error=1:when=65535": true,
		"openat:error=1:when=65536": false, "openat:error=1:when=1..65534": true, "openat:error=1:when=1..65535": false, "openat:error=1:when=1..": false,
		"openat:when=1": false, "openat": false, "openat:": false, "openat:error=1:foo=2": false, "nosuch:error=1": false, "?nosuch:error=1": true,
		"%file,!read:error=1": false, "!read:error=1": true, ":error=1": false,
	} {
		if _, _, err := ParseInject(value); (err == nil) != want {
			t.Errorf("%s: %v", value, err)
		}
	}
	for value, want := range map[string]bool{"openat": true, "openat:error=5:when=2": true, "openat:retval=1": false, "openat:signal=1": false} {
		if _, _, err := ParseFault(value); (err == nil) != want {
			t.Errorf("fault=%s: %v", value, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"write where fd == 1 set buf = reverse(buf), delay 1ms when 2..9+3 chance 10% per thread",
		"connect set addr.port = 8443, addr.addr = \"::1\"", "close run dup2(fd, 77)", "/^open/ fail EACCES when 3", "a # b\n c",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, source string) {
		Parse(source)
		ParseFile("rules", source)
		ParseInject(source)
		ParseFault(source)
	})
}
