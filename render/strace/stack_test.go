package strace

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/trace"
	"github.com/trapline/trapline/value"
)

// frames are of each kind there is.
var frames = []value.Frame{
	{PC: 0x7f0000001010, File: "/lib/libc.so.6", At: 0x1010, Symbol: "write", Offset: 0x10},
	{PC: 0x5501, File: "/bin/a b", At: 0x501, Symbol: "inner(int)", Offset: 1, Source: "/src/a.cc", Line: 7, Inlined: true},
	{PC: 0x5501, File: "/bin/a b", At: 0x501, Symbol: "ns::outer<std::string>(char const*)", Offset: 0x21, Source: "/src/a.cc", Line: 12},
	{PC: 0x5600, File: "/bin/a b", At: 0x600, Symbol: "at_its_start", Source: "no\nline", Guess: true},
	{PC: 0x5700, File: "/bin/\u00e9\x1b\n\u009b\xff (deleted)", At: 0x700},
	{PC: 0x7f0000002000, File: "[anon]", At: 0x7f0000002000},
	{PC: 0x1234},
	{PC: 0x5800, File: "/bin/below", At: 0x800},
}

const symbolsText = ` > /lib/libc.so.6(write+0x10) [0x1010]
 > /bin/a b(ns::outer<std::string>(char const*)+0x21) [0x501]
 > /bin/a b(at_its_start+0x0) [0x600]
 > /bin/é\033\012\302\233\377 (deleted)() [0x700]
 > [anon]() [0x7f0000002000]
 > unexpected_backtracing_error [0x1234]
`

const sourcesText = ` > /lib/libc.so.6(write+0x10) [0x1010]
 > /bin/a b(inner(int)+0x1) [0x501] /src/a.cc:7
 > /bin/a b(ns::outer<std::string>(char const*)+0x21) [0x501] /src/a.cc:12
 > /bin/a b(at_its_start+0x0) [0x600] no\012line:0
 > /bin/é\033\012\302\233\377 (deleted)() [0x700]
 > [anon]() [0x7f0000002000]
 > unexpected_backtracing_error [0x1234]
`

// stacked makes an Observer whose tasks have those frames, but at the entry of a call only of
// execve, and counts how often it asks.
func stacked(s StackTrace, change func(*Options)) (o *observed, out *output, asked *int) {
	out, asked = &output{}, new(int)
	opts := Defaults()
	opts.Out, opts.Messages, opts.Stacks, opts.Column = out, out, s, 0
	opts.Stack = func(s *trace.Stop, into *value.Stack) bool {
		if e, ok := s.Event.(*trace.SyscallEnter); ok && e.Call.NR != execve {
			return false
		}
		*asked++
		into.Frames, into.End = frames, ""
		return true
	}
	if change != nil {
		change(&opts)
	}
	return observe(opts), out, asked
}

const execve, exitGroup = 59, 231

func TestStacks(t *testing.T) {
	for text, s := range map[string]StackTrace{symbolsText: Symbols, sourcesText: Sources} {
		o, out, _ := stacked(s, nil)
		o.call(t, abi.AMD64, getpid64, 7)
		o.event(t, &trace.SignalStop{Signal: 10})
		o.event(t, &trace.GroupStop{Signal: 19})
		o.event(t, &trace.SyscallEnter{Call: abi.Call{ABI: abi.AMD64, NR: exitGroup}})
		o.event(t, &trace.Exiting{})
		o.event(t, &trace.Exited{})
		want := "getpid() = 7\n" + text + "--- SIGUSR1 ---\n" + text + "--- stopped by SIGSTOP ---\n" + text +
			"exit_group(0) = ?\n+++ exited with 0 +++\n" + text
		if diff := cmp.Diff(want, out.String()); diff != "" {
			t.Error(diff)
		}
	}
}

// A stack that was cut says so, and one that ended otherwise does not.
func TestStackEnd(t *testing.T) {
	for end, want := range map[string]string{value.TooMany: " > too many stack frames\n", "no unwind information": "", "": ""} {
		o, out, _ := stacked(Symbols, func(o *Options) {
			o.Stack = func(_ *trace.Stop, into *value.Stack) bool {
				into.Frames, into.End = frames[:1], end
				return true
			}
		})
		o.event(t, &trace.SignalStop{Signal: 10})
		if diff := cmp.Diff("--- SIGUSR1 ---\n > /lib/libc.so.6(write+0x10) [0x1010]\n"+want, out.String()); diff != "" {
			t.Error(diff)
		}
	}
}

// Of a stack that has more, so many calls are shown. Inlined ones do not count.
func TestStackLimit(t *testing.T) {
	for limit, want := range map[int]string{
		1: " > /lib/libc.so.6(write+0x10) [0x1010]\n > too many stack frames\n",
		2: sourcesText[:strings.Index(sourcesText, " > /bin/a b(at_its")] + " > too many stack frames\n",
		8: sourcesText,
	} {
		o, out, _ := stacked(Sources, func(o *Options) { o.Frames = limit })
		o.event(t, &trace.SignalStop{Signal: 10})
		if diff := cmp.Diff("--- SIGUSR1 ---\n"+want, out.String()); diff != "" {
			t.Errorf("%d: %s", limit, diff)
		}
	}
}

// What execve leads away from is caught before; a task that ends outside of calls has no stack.
func TestStackBefore(t *testing.T) {
	o, out, asked := stacked(Symbols, nil)
	o.event(t, &trace.SyscallEnter{Call: abi.Call{ABI: abi.AMD64, NR: execve}})
	before := *asked
	o.event(t, &trace.SyscallExit{Call: abi.Call{ABI: abi.AMD64, NR: execve}, Entered: true})
	o.event(t, &trace.Exiting{})
	o.event(t, &trace.Exited{Signal: 9})
	if before != 1 || *asked != 1 {
		t.Errorf("asked %d times at the entry, %d times in all", before, *asked)
	}
	want := "execve(NULL, NULL, NULL) = 0\n" + symbolsText + "+++ killed by SIGKILL +++\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
}

// Stacks of what is not shown are not asked for.
func TestStacksOfNothing(t *testing.T) {
	for name, change := range map[string]func(*Options){
		"status": func(o *Options) { o.Status, o.Signals = Failed, signalIs(15) },
		"pick": func(o *Options) {
			o.Pick, o.Signals = func(abi.Call, *syscalls.Syscall) Pick { return Pick{} }, signalIs(15)
		},
		"table": func(o *Options) { o.Out, o.Counter = nil, &counter{} },
	} {
		o, out, asked := stacked(Symbols, change)
		o.call(t, abi.AMD64, getpid64, 7)
		o.event(t, &trace.SignalStop{Signal: 10})
		o.event(t, &trace.SyscallEnter{Call: abi.Call{ABI: abi.AMD64, NR: exitGroup}})
		o.event(t, &trace.Exiting{})
		o.event(t, &trace.Exited{})
		if *asked != 0 {
			t.Errorf("%s: %d stacks were asked for, of %q", name, *asked, out)
		}
	}
}
