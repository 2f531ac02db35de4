package trace_test

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/internal/fixture"
	"github.com/trapline/trapline/seccomp"
	"github.com/trapline/trapline/trace"
)

// calls are rules that choose calls of an ABI by number.
func calls(a *abi.ABI, numbers ...uint32) []seccomp.Rule {
	r := seccomp.Rule{ABI: a}
	for _, nr := range numbers {
		r.Calls = append(r.Calls, seccomp.One(nr))
	}
	return []seccomp.Rule{r}
}

// sieved are the options that stop at the calls of rules only.
func sieved(rules ...seccomp.Rule) trace.Options {
	o := everything
	o.Exiting = true
	o.Seccomp = append([]seccomp.Rule{}, rules...)
	return o
}

// sift is what happened to each task but for the calls that rules leave out. It is in
// an order that does not depend on ids and on whose turn it was.
func (l tape) sift(rules []seccomp.Rule) string {
	lines := map[int]*strings.Builder{}
	note := func(r record, form string, args ...any) {
		if lines[r.tid] == nil {
			lines[r.tid] = &strings.Builder{}
		}
		fmt.Fprintf(lines[r.tid], " "+form, args...)
	}
	has := func(c *abi.Call) bool {
		return c.ABI == nil || seccomp.Decide(rules, c.ABI.Audit, uint32(c.NR), &c.Args).Stop
	}
	for _, r := range l {
		switch e := r.event.(type) {
		case *trace.SyscallEnter:
			if has(&e.Call) {
				note(r, "%s %d(%t %d)", e.Call.ABI, e.Call.NR, e.Resumed, e.Interrupted.NR)
			}
		case *trace.SyscallExit:
			if has(&e.Call) {
				note(r, "= %d", e.Result.Errno())
			}
		case *trace.SignalStop:
			if e.Signal != syscall.SIGCHLD { // it may come before or after the call that waits
				note(r, "signal %d", e.Signal)
			}
		case *trace.Exited:
			note(r, "end %d %d %t", e.Code, e.Signal, e.Superseded)
		case *trace.Exiting:
			note(r, "exiting %d", e.Status)
		default:
			note(r, "%s", strings.TrimPrefix(fmt.Sprintf("%T", e), "*trace."))
		}
	}
	var all []string
	for _, line := range lines {
		all = append(all, line.String())
	}
	slices.Sort(all)
	return strings.Join(all, "\n")
}

// Under a filter a program says what it says without, and what is seen of the chosen
// calls, signals and ends is the same.
func TestSieve(t *testing.T) {
	amd64 := calls(abi.AMD64, nrGetppid, nrWait4, nrRestart, nrExecve, nrExitGroup)
	for _, tt := range []struct {
		name  string
		args  []string
		flags []fixture.Flag
		rules []seccomp.Rule
	}{
		{name: "execs"},
		{name: "execthread"},
		{name: "threads"},
		{name: "restart"},
		{name: "restart", rules: calls(abi.AMD64, nrRestart)},
		{name: "signals"},
		{name: "signals", rules: []seccomp.Rule{}},
		{name: "ends"},
		{name: "orphan"},
		{name: "leaderexit"},
		{name: "dispatch"},
		{name: "x32nr"},
		{name: "vsyscall", rules: calls(abi.AMD64, 96, 201, nrGetppid)},
		{name: "seccomp"},
		{name: "seccomp", rules: []seccomp.Rule{}},
		{name: "seccomp", flags: []fixture.Flag{fixture.M32}, rules: calls(abi.I386, 64, 20)},
		{name: "untraced"},
		{name: "untraced", rules: calls(abi.AMD64, 56, 435)},
		{name: "int80", rules: calls(abi.I386, i386Getpid)},
		{name: "threads", flags: []fixture.Flag{fixture.M32}, rules: calls(abi.I386, i386Getpid, 7, 114, 252)},
		{name: "untraced", flags: []fixture.Flag{fixture.M32}, rules: calls(abi.I386, 64, 120)},
	} {
		if tt.rules == nil {
			tt.rules = amd64
		}
		t.Run(fmt.Sprint(tt.name, tt.args, tt.flags, len(tt.rules)), func(t *testing.T) {
			program := fixture.Build(t, tt.name, tt.flags...)
			o := everything
			o.Exiting = true
			plain, plainly := recordRun(t, o, nil, program, tt.args...)
			l, out := recordRun(t, sieved(tt.rules...), nil, program, tt.args...)
			checkPairs(t, l)
			if out != plainly {
				t.Errorf("under a filter the program says\n%swithout\n%s", out, plainly)
			}
			if got, want := l.sift(tt.rules), plain.sift(tt.rules); got != want {
				t.Errorf("under a filter this happens:\n%s\nwithout:\n%s", got, want)
			}
		})
	}
}

// checkPairs checks that no call returns that has not been entered.
func checkPairs(t *testing.T, l tape) {
	t.Helper()
	inCall := map[int]bool{}
	for _, r := range l {
		switch e := r.event.(type) {
		case *trace.SyscallEnter:
			inCall[r.tid] = true
		case *trace.SyscallExit:
			if !inCall[r.tid] {
				t.Errorf("call %d of %d returns that was not entered", e.Call.NR, r.tid)
			}
			inCall[r.tid] = false
		case *trace.Exec:
			inCall[r.tid] = true // perhaps by another thread
		}
	}
}

// What nobody asked for does not stop.
func TestSievePasses(t *testing.T) {
	l, _ := recordRun(t, sieved(), nil, fixture.Build(t, "getppid"), "1000")
	if n := len(of[*trace.SyscallEnter](l)); n != 1 {
		t.Errorf("%d calls were seen, want the execve", n)
	}
}

// When the rules are too many for the kernel, it stops at more than they choose, and
// nothing is heard of that.
func TestSieveTooMany(t *testing.T) {
	var never seccomp.And
	for i := range 3000 {
		never = append(never, seccomp.Compare{Arg: i % 6, Value: uint64(i)})
	}
	rules := append(calls(abi.AMD64, nrExitGroup), seccomp.Rule{ABI: abi.AMD64, Calls: []seccomp.Span{seccomp.One(nrGetppid)}, Where: never})
	if seccomp.Compile(rules).Exact {
		t.Fatal("they are not too many")
	}
	l, _ := recordRun(t, sieved(rules...), nil, fixture.Build(t, "getppid"), "100")
	if n := len(of[*trace.SyscallEnter](l)); n != 2 {
		t.Errorf("%d calls were seen, want execve and exit_group", n)
	}
}

// A call that a handler answers itself costs one stop.
func TestSieveAnswer(t *testing.T) {
	const n = 1000
	answer := abi.Result{Value: ^uint64(41), Failed: true}
	var switches int
	l, _ := recordRun(t, sieved(calls(abi.AMD64, nrGetppid)...), func(s *trace.Stop) (trace.Action, error) {
		switch e := s.Event.(type) {
		case *trace.SyscallEnter:
			if e.Call.NR == nrGetppid {
				return trace.Action{Return: &answer}, nil
			}
		case *trace.Exiting:
			switches = sleeps(t, s.Task.TID())
		}
		return trace.Action{}, nil
	}, fixture.Build(t, "getppid"), strconv.Itoa(n))
	exits := 0
	for _, r := range of[*trace.SyscallExit](l) {
		if e := r.event.(*trace.SyscallExit); e.Call.NR == nrGetppid && e.Result == answer {
			exits++
		}
	}
	if exits != n || switches < n || switches > n+n/2 {
		t.Errorf("%d calls were answered, by %d stops, want %d", exits, switches, n)
	}
}

// After that the program finds its registers as it left them, and can be made to call again.
func TestSieveAnswerAgain(t *testing.T) {
	every := []seccomp.Rule{
		{ABI: abi.AMD64, Calls: []seccomp.Span{seccomp.From(0)}},
		{ABI: abi.I386, Calls: []seccomp.Span{seccomp.From(0)}},
	}
	each(t, func(t *testing.T, flags ...fixture.Flag) {
		entries := 0
		_, out := recordRun(t, sieved(every...), func(s *trace.Stop) (trace.Action, error) {
			switch e := s.Event.(type) {
			case *trace.SyscallEnter:
				first := e.Call.Args[0] == 11 && entries == 0
				if e.Call.Args[0] == 11 {
					entries++
				}
				if first || e.Call.Args[0] == 77 {
					return trace.Action{Return: &abi.Result{Value: ^uint64(41), Failed: true}}, nil
				}
			case *trace.SyscallExit:
				return trace.Action{Again: e.Call.Args[0] == 11 && entries == 1}, nil
			}
			return trace.Action{}, nil
		}, fixture.Build(t, "replaced", flags...))
		wants(t, out, "getppid right, registers kept", "read -42, registers kept")
		if entries != 2 {
			t.Errorf("%d entries, want 2", entries)
		}
	})
}

// sleeps is how often a task has given up its CPU, as it does in each stop.
func sleeps(t *testing.T, tid int) (n int) {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", tid))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(status), "\nvoluntary_ctxt_switches:")
	if _, err := fmt.Sscan(rest, &n); err != nil {
		t.Fatal(err)
	}
	return n
}

// A signal that a handler sends at a call comes as it does without a filter, and breaks
// the call off.
func TestSieveSignal(t *testing.T) {
	program := fixture.Build(t, "pauses")
	for name, ret := range map[string]*abi.Result{"made": nil, "answered": {Value: 5}} {
		t.Run(name, func(t *testing.T) {
			sent := func(o trace.Options) (infos [][]byte) {
				l, out := recordRun(t, o, func(s *trace.Stop) (trace.Action, error) {
					if e, ok := s.Event.(*trace.SyscallEnter); ok && e.Call.NR == nrPause {
						sig := syscall.SIGUSR1
						return trace.Action{Signal: &sig, Return: ret}, nil
					}
					return trace.Action{}, nil
				}, program)
				wants(t, out, "pauses: SIGUSR1 from the kernel")
				for _, r := range of[*trace.SignalStop](l) {
					infos = append(infos, r.event.(*trace.SignalStop).Info)
				}
				return infos
			}
			with, without := sent(sieved(calls(abi.AMD64, nrPause)...)), sent(everything)
			if len(with) != 1 || !reflect.DeepEqual(with, without) {
				t.Errorf("with a filter % x, without % x", with, without)
			}
		})
	}
}

// A condition on an argument decides in the kernel.
func TestSieveCondition(t *testing.T) {
	where := seccomp.Compare{Arg: 2, Value: 6, Bits: 64}
	l, _ := recordRun(t, sieved(seccomp.Rule{ABI: abi.AMD64, Calls: []seccomp.Span{seccomp.One(nrWrite)}, Where: where}), nil,
		"/bin/sh", "-c", "echo one; echo two; echo three")
	writes := entered(l, abi.AMD64, nrWrite)
	if len(writes) != 1 {
		t.Fatalf("%d writes were seen, want 1", len(writes))
	}
}

// When the run is over before the program, that goes on to its end, makes its calls and
// its children, and nothing is reported of them.
func TestStay(t *testing.T) {
	program := fixture.Build(t, "untraced")
	over, after, told := false, 0, 0
	o := sieved(calls(abi.AMD64, nrGetppid, nrWait4)...)
	o.Over = func() { told++ }
	out, err := capture(t, o, func(s *trace.Stop) (trace.Action, error) {
		switch s.Event.(type) {
		case *trace.Exec:
			return trace.Action{}, enough
		case *trace.Detached:
			over = true
		default:
			if over {
				after++
			}
		}
		return trace.Action{}, nil
	}, program)
	if !errors.Is(err, enough) || !over || after != 0 || told != 1 {
		t.Errorf("it ended with %v; detached: %v; %d events after that; told %d times", err, over, after, told)
	}
	if want := untraced(t, program); out != want {
		t.Errorf("the program says\n%swant\n%s", out, want)
	}
}

// A task that is detached goes on in silence.
func TestSieveDetach(t *testing.T) {
	l, out := recordRun(t, sieved(calls(abi.AMD64, nrWrite)...), func(s *trace.Stop) (trace.Action, error) {
		if e, ok := s.Event.(*trace.SyscallEnter); ok && e.Call.NR == nrWrite {
			return trace.Action{Mode: trace.Detach}, nil
		}
		return trace.Action{}, nil
	}, "/bin/sh", "-c", "echo one; echo two; /bin/echo three")
	if _, ok := l[len(l)-1].event.(*trace.Detached); !ok || len(entered(l, abi.AMD64, nrWrite)) != 1 {
		t.Errorf("after the detaching came more: %T", l[len(l)-1].event)
	}
	if out != "one\ntwo\nthree\n" {
		t.Errorf("the program says %q", out)
	}
}

// With a filter there is no attaching.
func TestSieveAttach(t *testing.T) {
	tracer := trace.New(sieved())
	defer tracer.Close()
	if err := tracer.Attach(syscall.Getppid()); err == nil {
		t.Error("it attaches")
	}
}
