package json

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/trace"
	"github.com/trapline/trapline/value"
)

// stackJSON is what stands for stack in a record.
const stackJSON = `"stack":[` +
	`{"pc":"0x7f0000001010","file":"/lib/libc.so.6","at":"0x1010","symbol":"write","offset":"0x10"},` +
	`{"pc":"0x5501","file":"/bin/a","at":"0x501","symbol":"inner(int)","offset":"0x1","source":"/src/a.cc","line":7,"inlined":true},` +
	`{"pc":"0x5501","file":"/bin/a","at":"0x501","symbol":"ns::outer<char>()","offset":"0x21","source":"/src/a.cc","line":12},` +
	`{"pc":"0x5600","file64":"L2Jpbi//","at":"0x600","symbol":"start","offset":"0x0","guess":true},` +
	`{"pc":"0x7f0000002000","file":"[anon]","at":"0x7f0000002000"},` +
	`{"pc":"0x1234"}],"stack_end":"no unwind information for 0x1234"`

var stack = value.Stack{
	Frames: []value.Frame{
		{PC: 0x7f0000001010, File: "/lib/libc.so.6", At: 0x1010, Symbol: "write", Offset: 0x10},
		{PC: 0x5501, File: "/bin/a", At: 0x501, Symbol: "inner(int)", Offset: 1, Source: "/src/a.cc", Line: 7, Inlined: true},
		{PC: 0x5501, File: "/bin/a", At: 0x501, Symbol: "ns::outer<char>()", Offset: 0x21, Source: "/src/a.cc", Line: 12},
		{PC: 0x5600, File: "/bin/\xff", At: 0x600, Symbol: "start", Guess: true},
		{PC: 0x7f0000002000, File: "[anon]", At: 0x7f0000002000},
		{PC: 0x1234},
	},
	End: "no unwind information for 0x1234",
}

// stacked makes an Observer whose tasks have that stack, but at the entry of a call only of
// execve, and counts how often it asks.
func stacked(o Options) (p *observed, asked *int) {
	asked = new(int)
	o.Stack = func(s *trace.Stop, into *value.Stack) bool {
		if e, ok := s.Event.(*trace.SyscallEnter); ok && e.Call.NR != execve {
			return false
		}
		*asked++
		*into = stack
		return true
	}
	return observe(o), asked
}

const execve, exitGroup = 59, 231

// What has a stack is written with it and read as it was.
func TestStacks(t *testing.T) {
	o, _ := stacked(Options{})
	var task trace.Task
	o.event(&task, enter(getpid))
	o.event(&task, leave(getpid, abi.Result{Value: 1}))
	o.event(&task, &trace.SignalStop{Signal: 10})
	o.event(&task, &trace.GroupStop{Signal: 19})
	o.event(&task, enter(exitGroup))
	o.event(&task, &trace.Exiting{})
	o.event(&task, &trace.Exited{})
	text := strings.ReplaceAll(o.out.String(), `"tid":0`, `"tid":1`)
	r, with := NewReader(strings.NewReader(text)), 0
	for line := range strings.Lines(text) {
		rec, err := r.Read()
		if err != nil {
			t.Fatal(err)
		}
		if rec.Kind != Call && rec.Kind != Signal && rec.Kind != Stop {
			continue
		}
		if !strings.Contains(line, stackJSON) {
			t.Errorf("no stack, or another, in %s", line)
		}
		if diff := cmp.Diff(&stack, rec.Stack); diff != "" {
			t.Error(diff)
		}
		with++
	}
	if with != 4 {
		t.Errorf("%d records with stacks", with)
	}
}

// Stacks of what is not written are not asked for.
func TestStacksOfNothing(t *testing.T) {
	o, asked := stacked(Options{Status: func(s Status) bool { return s == Failed }})
	var task trace.Task
	o.event(&task, enter(getpid))
	o.event(&task, leave(getpid, abi.Result{Value: 1}))
	o.event(&task, enter(exitGroup))
	o.event(&task, &trace.Exiting{})
	if *asked != 0 {
		t.Errorf("%d stacks were asked for", *asked)
	}
	o.event(&task, enter(getpid))
	o.event(&task, leave(getpid, abi.Result{Value: ^uint64(1), Failed: true}))
	if *asked != 1 || !strings.Contains(o.out.String(), stackJSON) {
		t.Errorf("%d stacks were asked for of a call that failed", *asked)
	}
}
