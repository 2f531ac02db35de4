package strace

import (
	"os"
	"strings"
	"testing"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/decode"
	"github.com/trapline/trapline/procfs"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

var testDir = &uapi.Set{Name: "directory", Consts: []uapi.Const{{Name: "AT_FDCWD", Value: 0xffffff9c}}}

// painted makes escape sequences readable: {35} for ESC[35m.
func painted(text []byte) string {
	s := strings.ReplaceAll(string(text), "\x1b[", "{")
	return strings.NewReplacer("{0m", "{0}", "{32m", "{32}", "{34m", "{34}", "{35m", "{35}", "{36m", "{36}").Replace(s)
}

func TestDescriptorStyles(t *testing.T) {
	file := &value.FD{Num: 3, Path: "/etc/é", Deleted: true}
	cwd := &value.FD{Num: -100, Set: testDir, Path: "/tmp"}
	removed := &value.FD{Num: -100, Set: testDir, Path: "/tmp", Deleted: true}
	null := &value.FD{Num: 4, Path: "/dev/null", Object: &value.Device{Major: 1, Minor: 3}}
	shell := &value.PID{Num: 12, Comm: "sh", Ours: 4711}
	for _, test := range []struct {
		style Style
		v     value.Value
		want  string
	}{
		{Style{}, file, `3</etc/\303\251>(deleted)`},
		{Style{Escape: HexChars}, file, `3</etc/\xc3\xa9>(deleted)`},
		{Style{Escape: HexAll}, file, `3<\x2f\x65\x74\x63\x2f\xc3\xa9>(deleted)`},
		{Style{}, cwd, `AT_FDCWD</tmp>`},
		{Style{Constants: Raw}, cwd, `-100</tmp>`},
		{Style{}, removed, `AT_FDCWD</tmp (deleted)>`},
		{Style{Constants: Verbose}, cwd, `-100 /* AT_FDCWD */</tmp>`},
		{Style{Color: true}, cwd, `{34}AT_FDCWD{35}{0}<{35}/tmp{0}>{35}`},
		{Style{Color: true}, null, `4{0}<{35}/dev/null{0}<{35}char 1:3{0}>{35}{0}>{35}`},
		{Style{}, shell, `12<sh> /* 4711 in strace's PID NS */`},
		{Style{Color: true}, &value.PID{Num: 12, Comm: "sh"}, `12{0}<{35}sh{0}>{35}`},
		{Style{}, &value.PID{Num: -1}, `-1`},
		{Style{}, &value.FD{Num: 9, Path: "x", Object: &value.PIDFD{PID: 12, Comm: "sh"}}, `9<pid:12<sh>>`},
	} {
		if got := painted(test.style.AppendValue(nil, test.v)); got != test.want {
			t.Errorf("%+v:\n got %s\nwant %s", test.style, got, test.want)
		}
	}
}

// A result that is a descriptor is green, what it refers to is not.
func TestDescriptorResult(t *testing.T) {
	s := Style{Color: true}
	c := decode.Call{Ret: &value.FD{Num: 3, Path: "/x"}, Result: abi.Result{Value: 3}}
	if got, want := painted(s.appendResult(nil, &c)), `{32}3{0}<{35}/x{0}>{35}{0}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestQuote(t *testing.T) {
	if got, want := Quote("a\"b\n"), `"a\"b\n"`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// The name of a task stands behind its id; of one that is gone, the last it had.
func TestNamesOfTasks(t *testing.T) {
	comm, err := procfs.Comm(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	o := Defaults()
	o.Prefix, o.PIDs = Always, decode.PIDComm
	p := NewPrinter(o)
	l := p.add(os.Getpid())
	p.prefix(l)
	if got := string(l.text); !strings.HasSuffix(got, "<"+comm+"> ") {
		t.Errorf("the prefix is %q, want %s in it", got, comm)
	}
	l.tid, l.text = 1<<30, nil
	p.prefix(l)
	if got, want := string(l.text), "1073741824<"+comm+"> "; got != want {
		t.Errorf("the prefix is %q, want %q", got, want)
	}
}
