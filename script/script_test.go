package script_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/filter"
	"github.com/trapline/trapline/script"
)

// What is wrong with a script is said when it is read, and where.
func TestLoadErrors(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"def f(:", "script.star:1:8: got ':'"},
		{"x = nothing", "script.star:1:5: undefined: nothing"},
		{"on_enter('opnat', print)", "script.star:1:9: on_enter: invalid system call 'opnat'"},
		{"on_enter('openat')", "on_enter: missing argument for f"},
		{"on_signal('SIGNOPE', print)", "script.star:1:10: on_signal: invalid signal 'SIGNOPE'"},
		{"on_exit('exit_group,exit', print)", "script.star:1:8: on_exit: exit_group,exit does not return"},
		{"on_exec(5)", "on_exec: for parameter f: got int, want callable"},
		{"\nload('nothing.star', 'x')", "nothing.star"},
		{"load('../other.star', 'x')", "escapes"},
		{"load('script.star', 'x')", "files load each other"},
		{"x = const.AF_NOWHERE", "script.star:1:10: there is no constant AF_NOWHERE"},
	} {
		_, err := script.Load(file(t, "script.star", test.text), script.Options{Timeout: time.Hour})
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %q", test.text, err, test.want)
		}
	}
	if _, err := script.Load("/nowhere/at/all.star", script.Options{}); err == nil {
		t.Error("a script that is not there is read")
	}
	_, err := script.Load(file(t, "script.star", "while True: pass"), script.Options{Timeout: 50 * time.Millisecond})
	if err == nil || !strings.Contains(err.Error(), "it took more than 50ms") {
		t.Errorf("a script without an end: %v", err)
	}
}

// load takes files of the script's directory, each of which is executed once. Links do not
// lead out of it.
func TestLoad(t *testing.T) {
	dir := t.TempDir()
	outside := file(t, "outside.star", "x = 1")
	for name, text := range map[string]string{
		"main.star":  "load('lib/a.star', 'a')\nload('lib/b.star', 'b')\nlog(a + b + args['word'])",
		"lib/a.star": "log('once')\na = 'a'",
		"lib/b.star": "load('lib/a.star', 'a')\nb = a + 'b'",
		"link.star":  "load('out.star', 'x')",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var said []string
	o := script.Options{Args: map[string]string{"word": "!"}, Log: func(text string) { said = append(said, text) }}
	if _, err := script.Load(filepath.Join(dir, "main.star"), o); err != nil || strings.Join(said, " ") != "once aab!" {
		t.Errorf("said %q, %v", said, err)
	}
	if err := os.Symlink(outside, filepath.Join(dir, "out.star")); err != nil {
		t.Fatal(err)
	}
	if _, err := script.Load(filepath.Join(dir, "link.star"), o); err == nil || !strings.Contains(err.Error(), "escapes") {
		t.Errorf("a link leads out: %v", err)
	}
}

// What a script is about is what has to stop.
func TestChoices(t *testing.T) {
	s, err := script.Load(file(t, "script.star", "on_enter('openat', print)\non_exit('%network,close', print)"), script.Options{})
	if err != nil {
		t.Fatal(err)
	}
	has := func(nr uint64) bool {
		for _, c := range s.Choices() {
			if c.Calls[0].Has(abi.AMD64, nr) {
				return true
			}
		}
		return false
	}
	const read, close, socket, openat = 0, 3, 41, 257
	if has(read) || !has(close) || !has(socket) || !has(openat) {
		t.Error("the choices are not what the script is about")
	}
	if _, all := filter.Sieve(abi.AMD64, s.Choices()); all {
		t.Error("every call stops")
	}
}
