package json

import (
	"bytes"
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/decode"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/trace"
)

// keep is a Sink that keeps all.
type keep struct{ bytes.Buffer }

func (k *keep) Write(p []byte) { k.Buffer.Write(p) }

// An observed plays events to an Observer. Its tasks all have the id 0.
type observed struct {
	*Observer
	out keep
	now time.Time
}

func observe(o Options) *observed {
	p := &observed{now: time.Unix(1795903425, 7)}
	o.Out = &p.out
	if o.Pick == nil {
		o.Pick = func(abi.Call, *syscalls.Syscall) (decode.Mode, bool) { return decode.Mode{}, true }
	}
	p.Observer = NewObserver(o, p.now)
	return p
}

func (o *observed) event(task *trace.Task, e trace.Event) {
	o.now = o.now.Add(time.Millisecond)
	o.Handle(&trace.Stop{Task: task, Event: e, Time: o.now})
}

const getpid, getppid = 39, 110

func enter(nr uint64) *trace.SyscallEnter {
	return &trace.SyscallEnter{Call: abi.Call{ABI: abi.AMD64, NR: nr}, PC: 16}
}

func leave(nr uint64, r abi.Result) *trace.SyscallExit {
	return &trace.SyscallExit{Call: abi.Call{ABI: abi.AMD64, NR: nr}, Result: r, PC: 16, Entered: true}
}

// records reads what was written, as "type seq" and what is worth telling.
func (o *observed) records(t *testing.T) (all []string) {
	t.Helper()
	r := NewReader(strings.NewReader(strings.ReplaceAll(o.out.String(), `"tid":0`, `"tid":1`)))
	for {
		rec, err := r.Read()
		if err != nil {
			return all
		}
		text := fmt.Sprint(kindNames[rec.Kind], " ", rec.Seq)
		if rec.Kind == Call {
			text += fmt.Sprint(" ", rec.Begun, " ", rec.Name, " ", rec.Status)
		}
		if rec.Pending != 0 {
			text += fmt.Sprint(" pending ", rec.Pending)
		}
		all = append(all, text)
	}
}

func (o *observed) check(t *testing.T, want ...string) {
	t.Helper()
	if diff := cmp.Diff(append([]string{"header 0"}, want...), o.records(t)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A call is written when it ends; what is written meanwhile says that it is pending.
func TestPending(t *testing.T) {
	o := observe(Options{})
	var a, b trace.Task
	o.event(&a, enter(getpid))
	o.event(&b, enter(getppid))
	o.event(&b, leave(getppid, abi.Result{Value: 1}))
	o.event(&b, &trace.SignalStop{Signal: syscall.SIGHUP})
	o.event(&a, leave(getpid, abi.Result{Value: ^uint64(1), Failed: true}))
	o.event(&a, &trace.GroupStop{Signal: syscall.SIGSTOP})
	o.check(t, "call 3 2 getppid successful pending 1", "signal 4 pending 1", "call 5 1 getpid failed", "stop 6")
}

// Calls that do not return are written too.
func TestCut(t *testing.T) {
	o := observe(Options{})
	var a, b, c, d trace.Task
	for _, task := range []*trace.Task{&a, &b, &c, &d} {
		o.event(task, enter(getpid))
	}
	o.event(&a, &trace.Exiting{})
	o.event(&a, &trace.Exited{Code: 3})
	o.event(&b, &trace.Exited{Superseded: true, By: 9})
	o.event(&c, &trace.Detached{})
	o.Close()
	o.check(t, "call 5 1 getpid unfinished pending 2", "exit 6 pending 2", "call 7 2 getpid unseen pending 3",
		"exit 8 pending 3", "call 9 3 getpid detached pending 4", "detach 10 pending 4", "call 11 4 getpid unseen")
}

// What is not asked for is not written.
func TestChoice(t *testing.T) {
	o := observe(Options{
		Signals: func(sig syscall.Signal) bool { return sig == syscall.SIGHUP },
		Status:  func(s Status) bool { return s == Failed },
		Pick: func(c abi.Call, _ *syscalls.Syscall) (decode.Mode, bool) {
			return decode.Mode{}, c.NR == getpid
		},
	})
	var a trace.Task
	for _, nr := range []uint64{getpid, getppid} {
		for _, failed := range []bool{false, true} {
			o.event(&a, enter(nr))
			o.event(&a, leave(nr, abi.Result{Failed: failed}))
		}
	}
	for _, sig := range []syscall.Signal{syscall.SIGHUP, syscall.SIGINT} {
		o.event(&a, &trace.SignalStop{Signal: sig})
		o.event(&a, &trace.GroupStop{Signal: sig})
	}
	o.event(&a, &trace.Exited{Signal: syscall.SIGINT})
	o.check(t, "call 3 2 getpid failed", "signal 4", "stop 5", "exit 6")
}

func TestPersonality(t *testing.T) {
	o := observe(Options{})
	var a trace.Task
	for _, call := range []abi.Call{{ABI: abi.AMD64, NR: getpid}, {ABI: abi.I386, NR: 20}, {ABI: abi.AMD64, NR: getpid}} {
		o.event(&a, &trace.SyscallEnter{Call: call})
		o.event(&a, &trace.SyscallExit{Call: call, Entered: true})
	}
	o.check(t, "call 2 1 getpid successful", "personality 3", "call 5 4 getpid successful", "personality 6", "call 8 7 getpid successful")
}

// discard is the fastest Sink.
type discard struct{}

func (discard) Write([]byte) {}

// A call costs no memory once the buffers have grown.
func TestObserverAllocatesNothing(t *testing.T) {
	o := observe(Options{})
	o.o.Out = discard{}
	var task trace.Task
	s := &trace.Stop{Task: &task, Time: o.now}
	stops := []trace.Event{
		enter(getpid), leave(getpid, abi.Result{Value: 4}),
		enter(3), leave(3, abi.Result{Value: ^uint64(8), Failed: true}),
		enter(9), leave(9, abi.Result{Value: 1 << 46}),
	}
	play := func() {
		for _, e := range stops {
			s.Event = e
			o.Handle(s)
		}
	}
	play()
	if n := testing.AllocsPerRun(100, play); n != 0 {
		t.Errorf("%v allocations for three calls", n)
	}
}

func BenchmarkCall(b *testing.B) {
	o := observe(Options{})
	o.o.Out = discard{}
	var task trace.Task
	s := &trace.Stop{Task: &task, Time: o.now}
	in, out := enter(9), leave(9, abi.Result{Value: 1 << 46})
	b.ReportAllocs()
	for b.Loop() {
		s.Event = in
		o.Handle(s)
		s.Event = out
		o.Handle(s)
	}
}
