package cli

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// readOptions returns the options as getopt hands them out, "name" or "name=value".
func readOptions(args string) (got []string, rest []string, err error) {
	rest, err = getopt(strings.Fields(args), func(_ *option, g given) error {
		if g.bare {
			got = append(got, g.name)
		} else {
			got = append(got, g.name+"="+g.value)
		}
		return nil
	})
	return got, rest, err
}

func TestGetopt(t *testing.T) {
	for _, tt := range []struct{ args, want, rest string }{
		{"ls -l", "", "ls -l"},
		{"-f ls -l", "-f", "ls -l"},
		{"-f -- -l", "-f", "-l"},
		{"- x", "", "- x"},
		{"-ttTf ls", "-t -t -T -f", "ls"},
		{"-fo out ls", "-f -o=out", "ls"},
		{"-foout ls", "-f -o=out", "ls"},
		{"-o=out ls", "-o==out", "ls"},
		{"-o -f ls", "-o=-f", "ls"},
		{"-o -- ls", "-o=--", "ls"},
		{"--output out ls", "--output=out", "ls"},
		{"--output=out ls", "--output=out", "ls"},
		{"--output= ls", "--output=", "ls"},
		{"--string-l=9 ls", "--string-limit=9", "ls"},
		{"--follow ls", "--follow-forks", "ls"},
		{"--daemonize ls", "--daemonize", "ls"},
		{"--daemonize=session ls", "--daemonize=session", "ls"},
		{"--relative-timestamps=ns -r ls", "--relative-timestamps=ns -r", "ls"},
		{"--timestamps=unix ls", "--timestamps=unix", "ls"},
		{"--summary ls", "--summary", "ls"},
		{"--argv0 a=b ls", "--argv0=a=b", "ls"},
		{"-p1,2 -p 3", "-p=1,2 -p=3", ""},
	} {
		got, rest, err := readOptions(tt.args)
		if err != nil {
			t.Errorf("%q: %v", tt.args, err)
			continue
		}
		if d := cmp.Diff(tt.want, strings.Join(got, " ")); d != "" {
			t.Errorf("%q: options (-want +got):\n%s", tt.args, d)
		}
		if d := cmp.Diff(tt.rest, strings.Join(rest, " ")); d != "" {
			t.Errorf("%q: rest (-want +got):\n%s", tt.args, d)
		}
	}
}

func TestGetoptErrors(t *testing.T) {
	for args, want := range map[string]string{
		"-Q":               "invalid option -- 'Q'",
		"-fQ":              "invalid option -- 'Q'",
		"--foo":            "unrecognized option '--foo'",
		"--foo=bar":        "unrecognized option '--foo=bar'",
		"-o":               "option requires an argument -- 'o'",
		"-fo":              "option requires an argument -- 'o'",
		"--output":         "option '--output' requires an argument",
		"--kill-on-exit=x": "option '--kill-on-exit' doesn't allow an argument",
		"--ver=x":          "option '--ver=x' is ambiguous; possibilities: '--verbose' '--version'",
	} {
		if _, _, err := readOptions(args); err == nil || err.Error() != want {
			t.Errorf("%q: %v", args, err)
		}
	}
}

// TestOptionNames finds names that two options share.
func TestOptionNames(t *testing.T) {
	seen := map[string]string{}
	for i := range options {
		o := &options[i]
		names := o.longNames()
		if o.short != 0 {
			names = append(names, string(o.short))
		}
		for _, name := range names {
			if other, taken := seen[name]; taken {
				t.Errorf("%s is %s and %s", name, other, o)
			}
			seen[name] = o.String()
		}
		if (o.group == hidden) != (o.help == "") {
			t.Errorf("%s: help %q", o, o.help)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"-ttTf -o x ls", "--trace=open -p 1,2", "-e quiet=all -qq x", "-O 1e3ms -U name -c x", "-- x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, args string) {
		s := newSettings("strace")
		if err := s.parse(strings.Split(args, " ")); err == nil && len(s.program)+len(s.pids) == 0 {
			t.Fatalf("%q: nothing to trace, and no error", args)
		}
	})
}
