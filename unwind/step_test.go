package unwind

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/image"
	"github.com/trapline/trapline/internal/fixture"
	"github.com/trapline/trapline/internal/ptrace"
	"github.com/trapline/trapline/procfs"
)

// steps is how many instructions of each program TestEveryInstruction looks at: few, unless
// the environment asks for enough to expect everySwitch among them.
func steps() (n int, enough bool) {
	if n, err := strconv.Atoi(os.Getenv("TRAPLINE_STEPS")); err == nil {
		return n, n >= 200000
	}
	return 4000, false
}

// everySwitch are functions by which Go leaves a stack for another one.
var everySwitch = []string{
	"runtime.systemstack", "runtime.mcall", "gogo", "runtime.morestack", "runtime.sigtramp", "runtime.asyncPreempt",
	"runtime.sigpanic", "runtime.clone", "runtime.mstart", "runtime.goexit", "runtime.nanotime1",
}

// A stepper steps all threads of a process, one instruction at a time, and walks the stack of
// each at every step.
type stepper struct {
	t        *testing.T
	pid      int
	unwinder Unwinder
	golang   *GoRuntime
	threads  map[int]*stepped
	taken    int
	seen     map[string]int // innermost functions
	bad      map[string]int
	names    Names
}

// A stepped is a thread and its stack before the last step.
type stepped struct {
	tid    int
	frames []Frame
	regs   abi.Regs
}

func newStepper(t *testing.T, pid int) *stepper {
	runtime.LockOSThread()
	t.Cleanup(runtime.UnlockOSThread)
	s := &stepper{t: t, pid: pid, threads: map[int]*stepped{}, seen: map[string]int{}, bad: map[string]int{}}
	s.meet()
	var err error
	if s.golang, err = Goroutines(s.unwinder.Space, s.unwinder.Memory); err != nil {
		t.Fatal(err)
	}
	tids, err := procfs.Tasks(pid)
	if err != nil {
		t.Fatal(err)
	}
	for _, tid := range tids {
		if err := ptrace.Seize(tid, ptrace.OptClone); err == nil {
			ptrace.Interrupt(tid)
			s.threads[tid] = &stepped{tid: tid}
		} else if !ptrace.Gone(err) {
			t.Error(err)
		}
	}
	return s
}

// meet looks at what the process has mapped.
func (s *stepper) meet() {
	space, err := image.Load(s.pid)
	if err != nil {
		s.t.Fatal(err)
	}
	s.unwinder.Space, s.unwinder.Memory = space, task(s.pid)
}

// run steps whichever thread has come to its stop.
func (s *stepper) run(n int) {
	for s.taken < n && len(s.threads) > 0 {
		moved := false
		for _, th := range s.threads {
			status, err := ptrace.Poll(th.tid, nil)
			if err != nil || status.PID != 0 && !status.Stopped() {
				delete(s.threads, th.tid)
				continue
			}
			if status.PID != 0 {
				moved = true
				s.stopped(th, status)
			}
		}
		if !moved {
			ptrace.Nap(20e3)
		}
	}
}

// end kills the process and sees its threads off, also those that nobody has met yet: only
// their tracer can. The leader's end comes last.
func (s *stepper) end() {
	syscall.Kill(s.pid, syscall.SIGKILL)
	for {
		status, err := ptrace.Wait(-1, ptrace.All, nil)
		if err != nil || status.PID == s.pid && !status.Stopped() {
			return
		}
	}
}

func (s *stepper) stopped(th *stepped, status ptrace.Status) {
	if status.Event() == ptrace.EventClone {
		if tid, err := ptrace.GetEventMsg(th.tid); err == nil {
			s.threads[int(tid)] = &stepped{tid: int(tid)}
		}
	}
	var sig syscall.Signal
	if status.Event() == 0 && status.StopSignal() != syscall.SIGTRAP {
		sig = status.StopSignal()
	}
	s.look(th)
	if err := ptrace.SingleStep(th.tid, sig); err != nil {
		delete(s.threads, th.tid)
	}
}

// look walks the stack and compares it with the one before the step.
func (s *stepper) look(th *stepped) {
	if err := ptrace.GetRegs(th.tid, &th.regs); err != nil {
		return
	}
	s.taken++
	if s.bare(&th.regs) {
		th.frames = nil
		return
	}
	s.unwinder.Thread, _ = s.golang.Thread(s.unwinder.Memory, th.tid)
	s.walk(th)
}

// walk is look for a thread whose registers have been read.
func (s *stepper) walk(th *stepped) {
	frames, err := s.unwinder.Walk(nil, &th.regs)
	s.seen[s.name(&frames[0])]++
	last := s.name(&frames[len(frames)-1])
	switch {
	case err != nil && (last == "clone3" || s.isLibc(&frames[len(frames)-1])):
		frames = nil // its information ends where one stack becomes two
	case err != nil:
		s.complain(th, frames, "ends with "+err.Error())
	case !slices.Contains(outermost, last) && !s.isLibc(&frames[len(frames)-1]):
		s.complain(th, frames, "ends at "+last)
	case th.frames != nil && !s.follows(th.frames, frames):
		s.complain(th, frames, "does not follow")
	}
	th.frames = frames
}

// Code that has something else in the link register is no place to begin a walk at.
const linkless = "internal/chacha8rand.block"

// bare reports whether the thread is where nothing tells how to unwind: in the vDSO of i386.
func (s *stepper) bare(r *abi.Regs) bool {
	m := s.unwinder.Space.At(r.PC())
	return r.ABI == abi.I386 && m != nil && m.Path == "[vdso]"
}

// isLibc reports whether a frame is in the C library, whose name for it is not known: it
// begins threads and programs.
func (s *stepper) isLibc(f *Frame) bool {
	return s.name(f) == "?" && f.Module != nil && strings.HasPrefix(filepath.Base(f.Module.Path), "libc.so")
}

// outermost are functions that nothing has called.
var outermost = []string{
	"runtime.goexit", "runtime.mcall", "runtime.morestack", "runtime.mstart", "runtime.rt0_go", "runtime.clone", "clone3", "__clone3", "_start",
	"_rt0_arm64_linux", "_rt0_arm64", "gogo",
}

// switches are functions that change stacks otherwise than by calls: they leave one for another,
// or make interrupted code call something.
var switches = []string{
	"runtime.mcall", "gogo", "runtime.gogo", "runtime.morestack", "runtime.doSigPreempt", "runtime.(*sigctxt).preparePanic",
}

// follows reports whether one stack can be another's after one instruction: a call, a return, or
// neither; or a signal's delivery or its end.
func (s *stepper) follows(before, after []Frame) bool {
	a, b := s.onward(before)[1:], s.onward(after)[1:]
	if slices.Contains(switches, s.name(&before[0])) || slices.Contains(switches, s.name(&after[0])) {
		return true
	}
	if len(a) > len(b) {
		a, b = b, a
	}
	more := len(b) - len(a)
	return more <= 2 && slices.EqualFunc(a, b[more:], func(x, y Frame) bool { return x.PC == y.PC })
}

// onward is a stack up to morestack: the scheduler may forget the goroutine behind it.
func (s *stepper) onward(frames []Frame) []Frame {
	if i := slices.IndexFunc(frames, func(f Frame) bool { return s.name(&f) == "runtime.morestack" }); i > 0 {
		return frames[:i]
	}
	return frames
}

func (s *stepper) name(f *Frame) string {
	places := s.names.Of(f)
	if len(places) == 0 {
		return "?"
	}
	return places[len(places)-1].Function
}

const examples = 8

// complain tells of a walk that is wrong, once for each innermost function.
func (s *stepper) complain(th *stepped, frames []Frame, why string) {
	key := s.name(&frames[0]) + " " + why
	s.bad[key]++
	if s.bad[key] > 1 || len(s.bad) > examples {
		return
	}
	s.t.Errorf("thread %d: the stack %s\n%s\nbefore:\n%s", th.tid, why, s.text(frames), s.text(th.frames))
}

func (s *stepper) text(frames []Frame) string {
	var b strings.Builder
	for i := range frames[:min(len(frames), 30)] {
		f := &frames[i]
		fmt.Fprintf(&b, "\t%s %s cfa %s call %v", f.PC, s.name(f), f.CFA, f.Call)
		if p := s.names.Of(f); len(p) > 0 {
			fmt.Fprintf(&b, " +%#x", p[len(p)-1].Offset)
		}
		b.WriteString("\n")
	}
	return b.String()
}

// Whatever instruction a thread is at, its stack leads to where it began, and differs from
// the one before by what one instruction can do.
func TestEveryInstruction(t *testing.T) {
	for _, p := range goPrograms {
		t.Run(p.name, func(t *testing.T) {
			everyInstruction(t, p.build(t, "testdata/transitions/main.go"))
			if p.cgo() {
				everyInstruction(t, p.build(t, "testdata/cgo/main.go"), "busy")
			}
		})
	}
}

func everyInstruction(t *testing.T, program string, args ...string) {
	run := fixture.Start(t, program, args...)
	run.Await("ready")
	s := newStepper(t, run.PID())
	defer s.end()
	n, enough := steps()
	s.run(n)
	for why, n := range s.bad {
		t.Logf("%d times: %s", n, why)
	}
	for _, name := range everySwitch {
		if enough && s.seen[name] == 0 {
			t.Logf("never at %s", name)
		}
	}
}
