package sweep

import (
	"fmt"
	"slices"
	"strings"
	"syscall"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/trial"
)

// An Outcome is what a program made of an error.
type Outcome uint8

// The outcomes. Those from Swallowed on are faults.
const (
	Missed    Outcome = iota // the call was not made in this run
	Reported                 // another exit status, or a message on standard error
	Retried                  // the call was made again, and then the program went on
	Ignored                  // nothing of it shows, and no data depends on it
	Differs                  // only what the program writes to standard output is different
	Swallowed                // nothing of it shows, though data may be lost
	Broken                   // what the program left is not in order
	Crashed                  // a signal killed it
	Hung                     // it did not end
)

var outcomeNames = [...]string{"missed", "reported", "retried", "ignored", "differs", "swallowed", "broken", "crashed", "hung"}

func (o Outcome) String() string { return outcomeNames[o] }

// MarshalText makes the outcome's name of it in JSON.
func (o Outcome) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

// Fault reports whether the program should be mended.
func (o Outcome) Fault() bool { return o >= Swallowed }

// A Run is the program with one of its calls failed.
type Run struct {
	// Call and N are the call: the N-th of that name in the program.
	Call string
	N    int
	// Error is the name of the error, or "short".
	Error string
	// Line is the call when it did not fail, as strace -y prints it.
	Line string
	// Loses says that data may be lost when nobody minds the error.
	Loses   bool
	Outcome Outcome
	// Detail tells more of the outcome: the message, the signal.
	Detail string
	// Result is what the program did, without its calls, and with the end only of its lines
	// and its output.
	Result *trial.Result
}

const (
	keptLines  = 50
	keptOutput = 4 << 10
)

// shortened is what is kept of a result. There may be a thousand.
func shortened(r *trial.Result) *trial.Result {
	kept := *r
	kept.Calls = nil
	kept.Lines = slices.Clone(r.Lines[max(0, len(r.Lines)-keptLines):])
	kept.Stdout = strings.Clone(r.Stdout[max(0, len(r.Stdout)-keptOutput):])
	kept.Stderr = strings.Clone(r.Stderr[max(0, len(r.Stderr)-keptOutput):])
	return &kept
}

// Rule is the rule that fails the call, as --tamper takes it.
func (r *Run) Rule() string {
	action := "fail " + r.Error
	if r.Error == short {
		action = "set count = count >> 1"
	}
	return fmt.Sprintf("%s %s when %d", r.Call, action, r.N)
}

// judge says what the program made of the error.
func (s *sweep) judge(r *Run, now *trial.Result, fired bool, checked error) {
	silent := s.code(now) && s.same(s.steady.stderr, s.plain.Stderr, now.Stderr)
	equal := silent && s.same(s.steady.stdout, s.plain.Stdout, now.Stdout)
	switch signal := s.killed(now); {
	case !fired:
		r.Outcome = Missed
	case now.TimedOut:
		r.Outcome, r.Detail = Hung, strings.Join(now.Stuck, "; ")
	case signal != 0:
		r.Outcome, r.Detail = Crashed, "killed by "+signalName(signal)
	case checked != nil:
		r.Outcome, r.Detail = Broken, checked.Error()
	case !silent:
		r.Outcome, r.Detail = Reported, told(s.plain, now)
	case equal && retried(now):
		r.Outcome, r.Detail = Retried, "the call was made again"
	case r.Loses:
		r.Outcome, r.Detail = Swallowed, swallowed(equal, now)
	case !equal:
		r.Outcome, r.Detail = Differs, fmt.Sprintf("exit status %d, no message, other output", now.Code)
	default:
		r.Outcome, r.Detail = Ignored, "the same exit status and output"
	}
}

func swallowed(equal bool, now *trial.Result) string {
	if equal {
		return fmt.Sprintf("exit status %d and the same output", now.Code)
	}
	return fmt.Sprintf("exit status %d and no message, though the output is not the same", now.Code)
}

// code reports whether the program ended as it does undisturbed.
func (s *sweep) code(now *trial.Result) bool {
	return now.Code == s.plain.Code && now.Signal == s.plain.Signal
}

func (s *sweep) same(steady bool, plain, now string) bool { return !steady || plain == now }

// killed is the signal that has killed the program, or by which one of its processes has
// crashed, when that does not happen undisturbed.
func (s *sweep) killed(now *trial.Result) syscall.Signal {
	if now.Signal != s.plain.Signal {
		return now.Signal
	}
	for _, e := range now.Ends {
		if slices.Contains(crashes, e.Signal) && !slices.ContainsFunc(s.plain.Ends, func(p trial.End) bool { return p.Signal == e.Signal }) {
			return e.Signal
		}
	}
	return 0
}

var crashes = []syscall.Signal{
	syscall.SIGSEGV, syscall.SIGABRT, syscall.SIGBUS, syscall.SIGILL, syscall.SIGFPE, syscall.SIGTRAP, syscall.SIGSYS,
}

// told is what the program said of the error.
func told(plain, now *trial.Result) string {
	said := fmt.Sprintf("exit status %d", now.Code)
	for line := range strings.Lines(now.Stderr) {
		if line = strings.TrimSpace(line); line != "" && !strings.Contains(plain.Stderr, line) {
			return said + ": " + line
		}
	}
	return said
}

// retried reports whether the call that failed was made again by the same thread, with the
// same words, right after it.
func retried(r *trial.Result) bool {
	for i, c := range r.Calls {
		if c.Tampered == nil {
			continue
		}
		for _, next := range r.Calls[i+1:] {
			if next.TID == c.TID {
				return sameWords(c, next) && !next.Failed()
			}
		}
	}
	return false
}

// sameWords reports whether two calls are the same, in the registers that they use.
func sameWords(a, b *trial.Call) bool {
	n := min(len(a.Args), abi.MaxArgs)
	return a.Raw.ABI == b.Raw.ABI && a.Raw.NR == b.Raw.NR && slices.Equal(a.Raw.Args[:n], b.Raw.Args[:n])
}

// steadiness says which parts of the output are the same in every run.
type steadiness struct{ stdout, stderr bool }

func compare(a, b *trial.Result) steadiness {
	return steadiness{a.Stdout == b.Stdout, a.Stderr == b.Stderr}
}

// names are the parts that are not.
func (s steadiness) names() (unsteady []string) {
	if !s.stdout {
		unsteady = append(unsteady, "stdout")
	}
	if !s.stderr {
		unsteady = append(unsteady, "stderr")
	}
	return unsteady
}
