// Package stack makes of captured processes what people and programs read: call stacks
// with names, as text, JSON, folded lines for flame graphs and pprof profiles.
//
// A Resolver walks and names what package capture took. Its Process, or Samples of
// several, is all that the writers know: each of them has a file of its own.
package stack

import (
	"time"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/image"
	"github.com/trapline/trapline/unwind"
)

// A Process is the call stacks of a process.
type Process struct {
	PID     int
	Program string // its path, or its name where that is not known
	Core    string // the file that the process is from; empty for a running one
	Signal  *Signal
	Frozen  time.Duration
	Threads []Thread

	Goroutines []Goroutine // if they were asked for; without the runtime's own
	GoErr      error       // why they are not all there
}

// A Thread is the stack of a thread.
type Thread struct {
	TID    int
	Name   string
	State  byte // as /proc/pid/stat has it; zero if unknown
	ABI    *abi.ABI
	Call   *Call  // the system call it is in; nil outside
	Wchan  string // the kernel function it sleeps in; empty if unknown
	Frames []Frame
	Ended  string  // why there are no more frames; empty when these are all
	Signal *Signal // that it got; only one thread of a core has one
}

// A Signal is what ended a process that became a core, or stopped it.
type Signal struct {
	Number int
	Name   string
	Info   string // its siginfo_t as strace writes it; empty if it is not known
	TID    int    // the thread that got it
	Killed bool   // the process; if not, it was stopped by a debugger
}

// Got says that the process got a signal.
func (p *Process) Got(s *Signal) {
	p.Signal = s
	for i := range p.Threads {
		if p.Threads[i].TID == s.TID {
			p.Threads[i].Signal = s
		}
	}
}

// A Call is a system call that a thread is in.
type Call struct {
	Name string
	Text string // as strace writes it
	Raw  abi.Call
}

// A Frame is a call on a stack and where it is.
type Frame struct {
	unwind.Frame
	// Places are the calls inlined there, the innermost first, and the function; empty
	// where nothing is known.
	Places []image.Place
}

// trampoline reports whether frame i is the code that a signal handler returns to.
func (t *Thread) trampoline(i int) bool { return i+1 < len(t.Frames) && t.Frames[i+1].Signal }

// signaled is what stands for a trampoline.
const signaled = "<signal handler called>"

var trampolines = []image.Place{{Function: signaled}}

// unknown is where a frame is of which nothing is known.
var unknown = []image.Place{{}}

// calls are the places of the frame, one at least.
func (f *Frame) calls() []image.Place {
	if len(f.Places) == 0 {
		return unknown
	}
	return f.Places
}

// module is the path of the file that the frame's code is from; empty if there is none.
func (f *Frame) module() string {
	if f.Module == nil {
		return ""
	}
	return f.Module.Path
}

// A Fault is why the file at a path could not be used.
type Fault struct {
	Path string
	Err  error
}

// Faults are what is wrong with the files that frames of threads are in, one for each file.
func (p *Process) Faults() (faults []Fault) {
	known := map[string]bool{}
	for i := range p.Threads {
		for at := range p.Threads[i].Frames {
			f := &p.Threads[i].Frames[at]
			if known[f.module()] || f.module() == "" {
				continue
			}
			known[f.module()] = true
			if _, err := f.Module.File(); err != nil {
				faults = append(faults, Fault{f.module(), err})
			}
		}
	}
	return faults
}
