package strace

import (
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/trace"
)

// observed plays events of one task, whose id is 0, to an Observer.
type observed struct {
	*Observer
	task trace.Task
	now  time.Time
}

func observe(o Options) *observed {
	return &observed{Observer: NewObserver(o), now: time.Unix(1795903425, 0).UTC()}
}

func (o *observed) event(t *testing.T, e trace.Event) trace.Action {
	t.Helper()
	o.now = o.now.Add(time.Millisecond)
	a, err := o.Handle(&trace.Stop{Task: &o.task, Event: e, Time: o.now})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// call plays a call that takes no memory.
func (o *observed) call(t *testing.T, a *abi.ABI, nr, result uint64) trace.Action {
	t.Helper()
	c := abi.Call{ABI: a, NR: nr}
	o.event(t, &trace.SyscallEnter{Call: c})
	return o.event(t, &trace.SyscallExit{Call: c, Result: abi.Result{Value: result}, Entered: true})
}

const (
	getpid64, getppid64 = 39, 110
	getpid32            = 20
)

func TestObserverShowsWhatIsPicked(t *testing.T) {
	var out output
	asked := 0
	opts := Defaults()
	opts.Out = &out
	opts.Pick = func(c abi.Call, row *syscalls.Syscall) Pick {
		asked++
		return Pick{Show: c.NR == getppid64, Raw: true}
	}
	o := observe(opts)
	for range 2 {
		o.call(t, abi.AMD64, getpid64, 7)
		o.call(t, abi.AMD64, getppid64, 16)
	}
	o.event(t, &trace.Exited{Code: 3})
	o.Close()
	want := "getppid()                               = 0x10\n"
	if diff := cmp.Diff(want+want+"+++ exited with 3 +++\n", out.String()); diff != "" {
		t.Error(diff)
	}
	if asked != 2 {
		t.Errorf("Pick was asked %d times for two calls", asked)
	}
}

func TestObserverTellsOfPersonality(t *testing.T) {
	var out output
	opts := Defaults()
	opts.Out = &out
	o := observe(opts)
	o.call(t, abi.AMD64, getpid64, 7)
	o.call(t, abi.I386, getpid32, 7)
	o.call(t, abi.AMD64, getpid64, 7)
	line := "getpid()                                = 7\n"
	want := line + "[ Process PID=0 runs in 32 bit mode. ]\n" + line + "[ Process PID=0 runs in 64 bit mode. ]\n" + line
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
}

func TestObserverFiltersSignals(t *testing.T) {
	var out output
	opts := Defaults()
	opts.Out, opts.Messages, opts.Quiet = &out, &out, QuietExit
	opts.Signals = signalIs(15)
	o := observe(opts)
	o.event(t, &trace.SignalStop{Signal: 10})
	o.event(t, &trace.SignalStop{Signal: 15})
	o.event(t, &trace.GroupStop{Signal: 19})
	o.event(t, &trace.Exited{Signal: 15})
	o = observe(opts)
	o.event(t, &trace.Exited{Signal: 9})
	o = observe(opts)
	o.event(t, &trace.Exited{})
	if diff := cmp.Diff("--- SIGTERM ---\n+++ killed by SIGTERM +++\n", out.String()); diff != "" {
		t.Error(diff)
	}
}

// counter remembers what it is told.
type counter []string

func (c *counter) Count(call abi.Call, name string, took, _ time.Duration, failed bool) {
	*c = append(*c, name+" "+took.String())
}

func TestObserverCounts(t *testing.T) {
	var wall, system counter
	used := time.Duration(0)
	opts := Defaults()
	opts.Counter = &wall
	o := observe(opts)
	o.call(t, abi.AMD64, getpid64, 7)
	o.call(t, abi.AMD64, 500, 7)
	opts.Counter = &system
	opts.SystemTime = func(*trace.Stop) time.Duration { used += 5; return used }
	o = observe(opts)
	o.call(t, abi.AMD64, getpid64, 7)
	if diff := cmp.Diff(counter{"getpid 1ms", "syscall_0x1f4 1ms"}, wall); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(counter{"getpid 5ns"}, system); diff != "" {
		t.Error(diff)
	}
}

func TestObserverCountsByStatus(t *testing.T) {
	var failed counter
	opts := Defaults()
	opts.Counter, opts.Status = &failed, Failed
	o := observe(opts)
	o.call(t, abi.AMD64, getpid64, 7)
	c := abi.Call{ABI: abi.AMD64, NR: getppid64}
	o.event(t, &trace.SyscallEnter{Call: c})
	o.event(t, &trace.SyscallExit{Call: c, Result: abi.Result{Value: ^uint64(0), Failed: true}, Entered: true})
	if diff := cmp.Diff(counter{"getppid 1ms"}, failed); diff != "" {
		t.Error(diff)
	}
}

func TestObserverAsksWhatToDoAfterACall(t *testing.T) {
	opts := Defaults()
	opts.Out = discard{}
	opts.Ended = func(*trace.Stop) trace.Action { return trace.Action{Mode: trace.Detach} }
	o := observe(opts)
	if a := o.call(t, abi.AMD64, getpid64, 7); a.Mode != trace.Detach {
		t.Errorf("action %+v", a)
	}
}

func TestObserverIgnoresACallWithoutEntry(t *testing.T) {
	var out output
	opts := Defaults()
	opts.Out = &out
	o := observe(opts)
	o.event(t, &trace.SyscallExit{Call: abi.Call{ABI: abi.AMD64}})
	o.event(t, &trace.Exec{})
	o.event(t, &trace.Exited{Superseded: true})
	if out.Len() != 0 {
		t.Errorf("%q", out.String())
	}
}

func signalIs(want syscall.Signal) func(syscall.Signal) bool {
	return func(s syscall.Signal) bool { return s == want }
}
