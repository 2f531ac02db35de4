package cli

import (
	"fmt"
	"io"
	"math/rand/v2"
	"strconv"
	"strings"
)

// A tip is something about tracing that is worth knowing, and a command that shows it.
type tip struct{ text, example string }

var tips = [...]tip{
	{"-Z leaves only the calls that fail: often the one that explains why a program gives up is among the last.", "-f -Z -- make"},
	{"-e trace=%file shows the calls that name files, in whatever way; -P those on one file.", "-f -e trace=%file -- ls"},
	{"--where takes conditions on any argument, the result and the time a call took.", "-f --where='read where ret == 0' -- cat /etc/passwd"},
	{"--where='elapsed > 100ms' finds what a program waits for.", "-f -T --where='elapsed > 100ms' -- make"},
	{"-c counts the calls and the time they take; add -w for the time that passes on the clock.", "-c -w -f -- make"},
	{"-yy tells what descriptors are: files, sockets with both their addresses, devices.", "-yy -e trace=%net -- curl -s localhost"},
	{"--tamper changes what calls do: here every third write finds the disk full.", "-f --tamper='write fail ENOSPC when 3+3' -- make"},
	{"--output-format=json keeps everything; trapline format shows it as text later, with other options.", "-f --output-format=json -o trace.json -- make"},
	{"-p attaches to a running program and Ctrl-C leaves it as it was.", "-f -p 4711"},
	{"-D makes the tracer the grandchild: the program keeps its parent.", "-D -o trace.txt -- make"},
	{"-N names the arguments; trapline syscalls NAME tells what is known of a call without running anything.", "-N -- ls"},
	{"-o '|COMMAND' hands the trace to a command.", "-f -o '|grep openat' -- make"},
	{"Called through a link whose name is strace, trapline is strace.", "-V"},
}

// telling is what --tips asks for.
type telling struct {
	shown bool
	full  bool // with the example
	fixed bool // the one of that id, or any
	id    int
}

// setTips reads --tips: an id and a format, with or without saying which is which.
func setTips(s *settings, g given) error {
	s.tips.shown = true
	if g.value == "" {
		return nil
	}
	for part := range strings.SplitSeq(g.value, ",") {
		if !s.tips.read(part) {
			return invalid(g)
		}
	}
	return nil
}

func (t *telling) read(part string) bool {
	if id, ok := strings.CutPrefix(part, "id:"); ok {
		return t.readID(id)
	}
	if format, ok := strings.CutPrefix(part, "format:"); ok {
		return t.readFormat(format)
	}
	return t.readID(part) || t.readFormat(part)
}

func (t *telling) readID(word string) bool {
	if word == "random" {
		t.fixed = false
		return true
	}
	id, err := strconv.ParseUint(word, 10, 31)
	if err != nil {
		return false
	}
	t.fixed, t.id = true, int(id)
	return true
}

func (t *telling) readFormat(word string) bool {
	switch word {
	case "none", "compact", "full":
		t.shown, t.full = word != "none", word == "full"
		return true
	}
	return false
}

// tell writes a tip, if one is asked for.
func (t *telling) tell(w io.Writer) {
	if !t.shown {
		return
	}
	id := rand.IntN(len(tips))
	if t.fixed {
		id = t.id % len(tips)
	}
	fmt.Fprintf(w, "Tip %d: %s\n", id, tips[id].text)
	if t.full {
		fmt.Fprintf(w, "    trapline trace %s\n", tips[id].example)
	}
}

func setDebug(s *settings, _ given) error {
	s.debug = true
	return nil
}
