package tracetest

import (
	"fmt"
	"strings"
)

// told is how many lines a failure shows of a kind.
const told = 15

// fail fails the test and tells what the program did.
func (r *Result) fail(form string, args ...any) {
	r.t.Helper()
	r.t.Errorf("%s\n%s", fmt.Sprintf(form, args...), r.story())
}

// story is how the program ended, and what it did and said last.
func (r *Result) story() string {
	var b strings.Builder
	for _, rule := range r.rules {
		fmt.Fprintf(&b, "rule, applied %d times to %d matches: %s\n", rule.Fired, rule.Matched, rule.Source)
	}
	fmt.Fprintf(&b, "its last calls:\n%s", indented(last(r.Lines)))
	if r.Stdout != "" {
		fmt.Fprintf(&b, "standard output:\n%s", indented(last(split(r.Stdout))))
	}
	if r.Stderr != "" {
		fmt.Fprintf(&b, "standard error:\n%s", indented(last(split(r.Stderr))))
	}
	return b.String()
}

func split(text string) []string { return strings.Split(strings.TrimSuffix(text, "\n"), "\n") }

// last are the last of some lines, and how many stand before them.
func last(lines []string) []string {
	if len(lines) <= told {
		return lines
	}
	left := len(lines) - told
	return append([]string{fmt.Sprintf("... (%d before)", left)}, lines[left:]...)
}

func lines(calls []*Call) []string {
	text := make([]string, len(calls))
	for i, c := range calls {
		text[i] = c.Line
	}
	return last(text)
}

func indented(lines []string) string {
	var b strings.Builder
	for _, l := range lines {
		b.WriteString("    " + l + "\n")
	}
	return b.String()
}
