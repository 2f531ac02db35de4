package probe_test

import (
	"bytes"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/trapline/trapline/internal/fixture"
	"github.com/trapline/trapline/probe"
	"github.com/trapline/trapline/variable"
)

// watch makes a probe of what a user writes.
func watch(t *testing.T, text string) *probe.Probe {
	t.Helper()
	p, err := probe.ParseWatch(text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// usesOf are what the lines of the fixture say that a watch tells, as "LINE: VALUE (was OLD)".
func usesOf(t *testing.T, what string) (all []string) {
	t.Helper()
	source, err := os.ReadFile("../internal/fixture/testdata/watches.c")
	if err != nil {
		t.Fatal(err)
	}
	said := regexp.MustCompile(` ` + regexp.QuoteMeta(what) + `=((?:\{[^}]*\}|<[^>]*>|\d+)(?: \(was (?:\{[^}]*\}|<[^>]*>|\d+)\))?)`)
	for n, line := range strings.Split(string(source), "\n") {
		if _, remark, ok := strings.Cut(line, "//"); ok {
			for _, m := range said.FindAllStringSubmatch(remark, -1) {
				all = append(all, fmt.Sprintf("%d: %s", n+1, m[1]))
			}
		}
	}
	return all
}

// Watches tell of each use that the fixture remarks, with its line and what it has changed, in a
// thread, in a child of fork and in a program that it executes.
func TestWatches(t *testing.T) {
	for name, flags := range map[string][]fixture.Flag{"amd64": {"-O0"}, "i386": {"-O0", fixture.M32}, "static": {"-O0", fixture.Static}} {
		program := fixture.Build(t, "watches", flags...)
		for _, what := range []string{"counter", "w:counter", "r:counter", "rw:counter", "table[1].n", "head->n", "table[0].high", "packed.wide", "both"} {
			t.Run(name+" "+what, func(t *testing.T) { watched(t, program, what) })
		}
	}
}

func watched(t *testing.T, program, what string) {
	once := usesOf(t, what)
	want := append(append(append([]string(nil), once...), once...), once...)
	var got []string
	said, _ := run(t, observer(func(h *probe.Hit) {
		var out bytes.Buffer
		(&probe.Text{Out: &out, Limits: variable.DefaultLimits}).Hit(h)
		m := regexp.MustCompile(`watches\.c:(\d+)  [^=]*=(.*)\n`).FindStringSubmatch(out.String())
		if m == nil {
			t.Fatalf("%q", out.String())
		}
		got = append(got, m[1]+": "+m[2])
	}), []*probe.Probe{watch(t, what)}, program)
	if !strings.HasSuffix(said, "watches: over\n") {
		t.Errorf("the program said %q", said)
	}
	if len(once) == 0 || strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
