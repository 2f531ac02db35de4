package tamper

import (
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/edit"
	"github.com/trapline/trapline/filter"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/uapi"
)

// An InjectError says that the argument of -e inject= or -e fault= means nothing.
type InjectError struct{ Option, Value string }

func (e *InjectError) Error() string {
	return fmt.Sprintf("invalid %s argument '%s'", e.Option, e.Value)
}

// ParseInject reads the argument of strace's -e inject=, which Trapline calls a rule whose
// calls are counted per number and thread. Warnings say what is doubtful.
func ParseInject(value string) (r *Rule, warnings []string, err error) {
	return parseInjection("inject", value)
}

// ParseFault reads the argument of -e fault=: an injection of ENOSYS where it does not say
// what else.
func ParseFault(value string) (r *Rule, warnings []string, err error) {
	return parseInjection("fault", value)
}

// injection is what is being read of one argument.
type injection struct {
	rule     *Rule
	fault    bool
	answers  int
	answer   answer
	signals  int
	signal   signal
	delays   [2]*delay // at entry, at exit
	pokes    []*poke
	warnings []string
}

func parseInjection(option, value string) (*Rule, []string, error) {
	bad := &InjectError{option, value}
	parts := strings.Split(value, ":")
	i := injection{rule: &Rule{Source: value, per: perThread, strace: true}, fault: option == "fault"}
	for _, part := range parts[1:] {
		if !i.option(part) {
			return nil, nil, bad
		}
	}
	var err error
	if i.rule.calls, err = filter.ParseCalls(parts[0]); err != nil {
		return nil, nil, err
	}
	if !i.finish() {
		return nil, nil, bad
	}
	return i.rule, i.warnings, nil
}

// option reads one of what stands between colons.
func (i *injection) option(text string) bool {
	name, value, _ := strings.Cut(text, "=")
	if i.fault && name != "error" && name != "when" {
		return false
	}
	switch name {
	case "error":
		return i.setError(value)
	case "retval":
		return i.setReturn(value)
	case "signal":
		return i.setSignal(value)
	case "syscall":
		return i.setInstead(value)
	case "delay_enter":
		return i.setDelay(0, value)
	case "delay_exit":
		return i.setDelay(1, value)
	case "poke_enter":
		return i.setPokes(value, false)
	case "poke_exit":
		return i.setPokes(value, true)
	case "when":
		return i.setWhen(value)
	}
	return false
}

// finish makes the rule's actions, in the order in which they are done.
func (i *injection) finish() bool {
	if i.fault && i.answers == 0 {
		i.setError("ENOSYS")
	}
	r := i.rule
	for _, p := range i.pokes {
		r.actions = append(r.actions, p)
	}
	if i.answers > 0 {
		r.actions = append(r.actions, &i.answer)
	}
	if i.signals > 0 {
		r.actions = append(r.actions, i.signal)
	}
	for _, d := range i.delays {
		if d != nil {
			r.actions = append(r.actions, *d)
		}
	}
	return len(r.actions) > 0 && i.answers <= 1 && (i.answer.instead == "" || i.answers == 1)
}

func (i *injection) setError(value string) bool {
	n, err := strconv.ParseUint(value, 10, 64)
	known := err == nil
	if !known {
		n, known = uapi.Errnos.Value(strings.ToUpper(value))
	}
	if !known || n == 0 || n > edit.MaxErrno {
		return false
	}
	i.answers++
	i.answer.fixed = edit.Failure(n)
	return true
}

func (i *injection) setReturn(value string) bool {
	n, err := strconv.ParseUint(value, 0, 64)
	if err != nil {
		signed, err := strconv.ParseInt(value, 0, 64)
		if err != nil {
			return false
		}
		n = uint64(signed)
	}
	if -n <= edit.MaxErrno && n != 0 {
		i.warn("Inadvertent injection of error %d is possible for retval=%d", -n, n)
	} else if n>>32 != 0 {
		i.warn("Injected return value %d will be clipped to %d in compat personality", n, uint32(n))
	}
	i.answers++
	i.answer.fixed = abi.Result{Value: n}
	return true
}

func (i *injection) warn(form string, args ...any) {
	i.warnings = append(i.warnings, fmt.Sprintf(form, args...))
}

func (i *injection) setSignal(value string) bool {
	n, err := strconv.ParseUint(value, 10, 64)
	if err != nil {
		n, err = signalNamed(strings.ToUpper(value))
	}
	i.signals++
	i.signal = signal{syscall.Signal(n)}
	return err == nil && n > 0 && n <= maxSignal && i.signals == 1
}

// setInstead reads the name of the call that is made instead: one without effect.
func (i *injection) setInstead(value string) bool {
	row := named(value)
	i.answer.instead = value
	return row != nil && row.Class&syscalls.Pure != 0
}

func (i *injection) setDelay(at int, value string) bool {
	d, ok := parseDelay(value)
	if !ok || i.delays[at] != nil {
		return false
	}
	i.delays[at] = &delay{d, at == 1}
	return true
}

var delayUnits = []struct {
	name string
	unit time.Duration
}{{"ms", time.Millisecond}, {"us", time.Microsecond}, {"ns", time.Nanosecond}, {"s", time.Second}, {"", time.Microsecond}}

// parseDelay reads a number with a unit; microseconds where there is none.
func parseDelay(value string) (time.Duration, bool) {
	for _, u := range delayUnits {
		digits, ok := strings.CutSuffix(value, u.name)
		if !ok {
			continue
		}
		v, err := strconv.ParseFloat(digits, 64)
		d := v * float64(u.unit)
		if err != nil || v < 0 || d >= float64(1<<62) || strings.ContainsAny(digits, "xXpPnN_") {
			return 0, false
		}
		return time.Duration(d), true
	}
	return 0, false
}

// setPokes reads @argN=DATA,@argM=DATA.
func (i *injection) setPokes(value string, exit bool) bool {
	for part := range strings.SplitSeq(value, ",") {
		name, data, _ := strings.Cut(part, "=")
		arg, err := strconv.Atoi(strings.TrimPrefix(name, "@arg"))
		bytes, bad := hex.DecodeString(data)
		if err != nil || bad != nil || !strings.HasPrefix(name, "@arg") || arg < 1 || arg > 7 || len(bytes) == 0 {
			return false
		}
		same := func(p *poke) bool { return p.exit == exit && p.arg == arg-1 }
		if slices.ContainsFunc(i.pokes, same) {
			return false
		}
		i.pokes = append(i.pokes, &poke{arg - 1, bytes, exit})
	}
	return true
}

// maxWhen is the highest number in when=.
const maxWhen = 65535

// setWhen reads FIRST[..LAST][+[STEP]].
func (i *injection) setWhen(value string) bool {
	span, step, stepped := strings.Cut(value, "+")
	first, last, ranged := strings.Cut(span, "..")
	w := when{first: count(first), step: 1}
	switch {
	case ranged:
		w.last = count(last)
	case stepped:
		w.last = beyond
	default:
		w.last = w.first
	}
	if step != "" {
		w.step = count(step)
	}
	i.rule.when = w
	return w.first > 0 && w.step > 0 && w.last >= w.first && (!ranged || w.last < maxWhen)
}

// count reads a number from 1 to maxWhen; zero stands for anything else.
func count(text string) uint64 {
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil || n > maxWhen {
		return 0
	}
	return n
}
