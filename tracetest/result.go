package tracetest

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/filter"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/tamper"
	"github.com/trapline/trapline/trial"
)

// A Result is what a program did under rules.
type Result struct {
	trial.Result
	t     T
	rules []*tamper.Rule
	watch []string
}

// Calls are the calls that a set names ("fsync,fdatasync", "%file", "/^open/"), or those that
// meet a condition ("openat where pathname ~ \"/etc/**\""), which has to be one of
// Command.Watch. They stand in the order in which they began.
func (r *Result) Calls(which string) []*Call {
	r.t.Helper()
	calls, err := r.find(which)
	if err != nil {
		r.t.Fatalf("%v", err)
	}
	return calls
}

func (r *Result) find(which string) ([]*Call, error) {
	if r.Lost > 0 {
		return nil, fmt.Errorf("tracetest: the program made %d more calls than are kept", r.Lost)
	}
	if i := slices.Index(r.watch, which); i >= 0 {
		return slices.DeleteFunc(slices.Clone(r.Result.Calls), func(c *Call) bool { return !c.Meets(i) }), nil
	}
	set, err := filter.ParseCalls(which)
	if err == nil {
		return slices.DeleteFunc(slices.Clone(r.Result.Calls), func(c *Call) bool { return !set.HasCall(c.Raw) }), nil
	}
	if _, _, bad := filter.ParseWhere(which); bad != nil {
		return nil, fmt.Errorf("tracetest: %w", errors.Join(err, bad))
	}
	return nil, fmt.Errorf("tracetest: '%s' is decided while the program runs: put it into Command.Watch", which)
}

// Fired is how often a rule was applied. It is asked for by its text.
func (r *Result) Fired(rule string) int {
	r.t.Helper()
	for _, known := range r.rules {
		if known.Source == strings.TrimSpace(rule) {
			return int(known.Fired)
		}
	}
	r.t.Fatalf("tracetest: no rule of this run reads '%s'", rule)
	return 0
}

// Tampered are the calls that rules have changed.
func (r *Result) Tampered() []*Call {
	return slices.DeleteFunc(slices.Clone(r.Result.Calls), func(c *Call) bool { return c.Tampered == nil })
}

// AssertFired fails the test unless a rule was applied n times.
func (r *Result) AssertFired(rule string, n int) {
	r.t.Helper()
	if fired := r.Fired(rule); fired != n {
		r.fail("the rule was applied %d times, not %d: %s", fired, n, rule)
	}
}

// AssertExit fails the test unless the program ended with an exit status.
func (r *Result) AssertExit(code int) {
	r.t.Helper()
	switch {
	case r.Signal != 0:
		r.fail("the program was killed by %v; it should have ended with exit status %d", r.Signal, code)
	case r.Code != code:
		r.fail("the program ended with exit status %d, not %d", r.Code, code)
	}
}

// AssertCount fails the test unless the program made n calls of those that Calls returns.
func (r *Result) AssertCount(which string, n int) {
	r.t.Helper()
	if calls := r.Calls(which); len(calls) != n {
		r.fail("%d calls are '%s', not %d:\n%s", len(calls), which, n, strings.TrimSuffix(indented(lines(calls)), "\n"))
	}
}

// AssertOrder fails the test unless a call that is the first was followed, sooner or later, by
// one that is the second, and so on. Each is what Calls takes.
func (r *Result) AssertOrder(which ...string) {
	r.t.Helper()
	after := -1
	for i, w := range which {
		found := -1
		for _, c := range r.Calls(w) {
			if at := slices.Index(r.Result.Calls, c); at > after {
				found = at
				break
			}
		}
		if found < 0 {
			r.fail("no '%s'%s", w, behind(which[:i], r.Result.Calls, after))
			return
		}
		after = found
	}
}

// behind says behind which call nothing was found.
func behind(found []string, calls []*Call, after int) string {
	if len(found) == 0 {
		return " at all"
	}
	return fmt.Sprintf(" after the '%s'\n    %s", found[len(found)-1], calls[after])
}

// assertAllFired fails the test for each rule that was not applied.
func (r *Result) assertAllFired() {
	r.t.Helper()
	for _, rule := range r.rules {
		if rule.Fired == 0 {
			r.fail("a rule was never applied (%d calls matched it): %s%s", rule.Matched, rule.Source, r.near(rule))
		}
	}
}

// near are the calls that a rule might have been meant for.
func (r *Result) near(rule *tamper.Rule) string {
	var near []string
	for _, c := range r.Result.Calls {
		if tamper.Tampers([]*tamper.Rule{rule}, c.Raw) {
			near = append(near, c.Line)
		}
	}
	switch {
	case len(near) > 0:
		return "\nThese are the calls of those names:\n" + strings.TrimSuffix(indented(last(near)), "\n")
	case known(rule):
		return ""
	}
	return "\nThis machine has no such call."
}

// known reports whether the machine has a call that the rule is about.
func known(rule *tamper.Rule) bool {
	table := syscalls.For(abi.Native)
	for _, name := range table.Names() {
		nr, _, _ := table.Named(name)
		if tamper.Tampers([]*tamper.Rule{rule}, abi.Call{ABI: abi.Native, NR: nr}) {
			return true
		}
	}
	return false
}
