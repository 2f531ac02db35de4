package unwind

import (
	"strings"

	"github.com/trapline/trapline/abi"
)

// A goJump finds the frame of a function that changes from one stack to another: it sets
// f.sp to where the frame is. It is not ok if the stack pointer tells. A step that is not
// zero is the whole way to the caller.
type goJump func(u *Unwinder, s *state, f *goFrame) (t step, ok bool, err error)

// goJumps are those functions of the runtime.
var goJumps map[string]goJump

func init() {
	goJumps = map[string]goJump{
		"runtime.systemstack":      (*Unwinder).leaveSystemStack,
		"runtime.morestack":        (*Unwinder).leaveMoreStack,
		"runtime.mcall":            (*Unwinder).leaveMcall,
		"gogo":                     (*Unwinder).leaveGogo,
		"runtime.gogo":             (*Unwinder).leaveGogo,
		"runtime.asmcgocall":       (*Unwinder).leaveC,
		"runtime.asmcgocall.abi0":  (*Unwinder).leaveC,
		"runtime.cgocallback":      (*Unwinder).leaveCallback,
		"runtime.cgocallback.abi0": (*Unwinder).leaveCallback,
		"runtime.nanotime1":        (*Unwinder).leaveVDSO,
		"runtime.walltime":         (*Unwinder).leaveVDSO,
		"runtime.vgetrandom1":      (*Unwinder).leaveVDSO,
		raceCall:                   (*Unwinder).leaveRace,
	}
}

// place says that a frame is at sp rather than at the stack pointer.
func (f *goFrame) place(sp abi.Addr) { f.sp, f.leap = sp, true }

// goPrologue is how many bytes of code a function may need to set up its frame pointer.
const goPrologue = 16

// byFramePointer places a frame of a function that changes the stack pointer: what the
// frame pointer says holds from the function's first instructions to its last ones.
func (f *goFrame) byFramePointer(s *state) bool {
	fp, known := s.get(s.fp)
	switch {
	case !known || fp == 0 || s.abi == abi.I386 || f.size < uint64(s.slot):
		return false
	case !s.call && f.into < goPrologue:
		return false
	case s.link >= 0 && !s.call && fp == uint64(f.sp)+f.size-uint64(s.slot):
		return false // the caller's has been restored
	case s.link >= 0:
		f.place(s.address(fp + uint64(s.slot)))
	default:
		f.place(s.address(fp + uint64(s.slot) - f.size))
	}
	return true
}

// leaveSystemStack finds systemstack's frame, which is on the goroutine's stack, while
// what it calls is on the scheduler's.
func (u *Unwinder) leaveSystemStack(s *state, f *goFrame) (t step, ok bool, err error) {
	th, known := u.goThread(s)
	switch {
	case !s.call && u.branches(s):
		f.size = 0 // it has given its frame up
		return t, true, nil
	case known && th.own(f.sp):
		return t, false, nil
	case known && (s.call || u.atScheduler(s, &th)):
		_, sp, ok := u.goSched(s, &th)
		if ok {
			f.place(sp)
			s.setG(th.current)
		}
		return t, ok, nil
	case !known && s.call && s.abi == abi.I386:
		return t, false, ErrGoStack
	}
	return t, f.byFramePointer(s), nil
}

// atScheduler reports whether nothing is on the scheduler's stack since it was left.
func (u *Unwinder) atScheduler(s *state, th *goThread) bool {
	sp, err := u.goWord(s, th.g0, goSchedSP)
	return err == nil && sp == s.SP()
}

// leaveMoreStack goes to the goroutine that needs a larger stack. The runtime does not
// return to it as if it had been called, but starts its function anew. It may have been
// asked to make room for others instead: then there is nothing to return to.
func (u *Unwinder) leaveMoreStack(s *state, f *goFrame) (t step, ok bool, err error) {
	th, known := u.goThread(s)
	if !known && !s.call || th.own(f.sp) && !f.lostLink(s) {
		return t, false, nil
	}
	pc, sp, ok := u.goSched(s, &th)
	if !ok || !u.callsMoreStack(s, pc) {
		return step{cfa: f.cfa(s), outmost: true}, true, nil
	}
	return u.goResume(s, f, &th, pc, sp), true, nil
}

// goResume takes s to where the current goroutine is to go on.
func (u *Unwinder) goResume(s *state, f *goFrame, th *goThread, pc, sp abi.Addr) step {
	t := step{cfa: f.cfa(s), found: GoTable, leap: true}
	s.setG(th.current)
	s.setPC(pc)
	s.setSP(sp)
	s.call = true
	return t
}

// lostLink reports whether a frameless function has called another one: then the register
// that had its return address leads back into the function.
func (f *goFrame) lostLink(s *state) bool {
	if s.link < 0 || f.size > 0 {
		return false
	}
	link, known := s.get(s.link)
	start := uint64(s.PC()) - f.into
	return s.call || !known || link-start < f.f.End-f.f.Entry
}

// callsMoreStack reports whether a return address is behind a call of morestack.
func (u *Unwinder) callsMoreStack(s *state, pc abi.Addr) bool {
	target, ok := u.called(s, pc)
	if !ok {
		return false
	}
	at := *s
	at.setPC(target)
	at.call = false
	f, ok := goFunc(&at, u.Space.At(target))
	return ok && strings.HasPrefix(f.Name(), "runtime.morestack")
}

// leaveMcall ends the stack where the scheduler has taken over: the goroutine that called
// mcall is another's business from then on.
func (u *Unwinder) leaveMcall(s *state, f *goFrame) (t step, ok bool, err error) {
	th, _ := u.goThread(s)
	if th.own(f.sp) && f.lostLink(s) {
		if pc, sp, ok := u.goSched(s, &th); ok {
			return u.goResume(s, f, &th, pc, sp), true, nil
		}
	}
	if th.own(f.sp) || !s.call && th.current == 0 {
		return t, false, nil
	}
	return step{cfa: f.cfa(s), outmost: true}, true, nil
}

// leaveGogo goes to the goroutine that gogo is about to run, when it is on its stack
// already. Before that, what called it may be forgotten: nothing returns there.
func (u *Unwinder) leaveGogo(s *state, f *goFrame) (t step, ok bool, err error) {
	th, _ := u.goThread(s)
	if !th.own(s.SP()) && f.lostLink(s) {
		return step{cfa: f.cfa(s), outmost: true}, true, nil
	}
	if s.call || !th.own(s.SP()) {
		return t, false, nil
	}
	pc, err := u.goWord(s, th.current, goSchedPC)
	if err != nil {
		return t, false, err
	}
	s.setG(th.current)
	s.setPC(pc)
	u.setSchedLink(s, th.current)
	s.call = false
	return step{cfa: s.SP(), found: GoTable, leap: true}, true, nil
}

// goLinks are the numbers of the words of g that may have the link register to go on with:
// since Go 1.25 and before.
var goLinks = [...]int{11, 12}

// setSchedLink sets the link register that a goroutine goes on with. Only one that begins
// has it.
func (u *Unwinder) setSchedLink(s *state, g abi.Addr) {
	if s.link < 0 {
		return
	}
	for _, index := range goLinks {
		if link, err := u.goWord(s, g, index); err == nil && u.executable(link) {
			s.set(s.link, uint64(link))
			return
		}
	}
}

// goSlots is where asmcgocall keeps, above the stack pointer of the C function that it
// calls, the goroutine and how deep its stack is, in words; and where cgocallback keeps
// where the scheduler's stack was before.
var goSlots = map[*abi.ABI]struct{ g, depth, callback int }{
	abi.AMD64: {1, 0, 0},
	abi.I386:  {2, 1, 0},
	abi.ARM64: {0, 1, 2},
}

// leaveC goes from C functions to the goroutine that called them.
func (u *Unwinder) leaveC(s *state, f *goFrame) (t step, ok bool, err error) {
	th, known := u.goThread(s)
	if known && th.own(f.sp) || !s.call && u.returnsResult(s) {
		return t, false, nil
	}
	if !s.call && (f.byFramePointer(s) || u.byRegister(s, f, edx, &th)) {
		return t, true, nil
	}
	if !s.call && (s.abi != abi.I386 || f.into < taken) {
		return t, false, nil
	}
	slots := goSlots[s.abi]
	g, err := u.goWord(s, f.sp, slots.g)
	if err != nil {
		return t, false, err
	}
	depth, err := u.goWord(s, f.sp, slots.depth)
	if err != nil {
		return t, false, err
	}
	if g == 0 || depth-f.sp < goAligned {
		f.place(depth)
		return t, true, nil
	}
	hi, err := u.goWord(s, g, goStackHi)
	if err != nil {
		return t, false, err
	}
	f.place(s.address(uint64(hi - depth)))
	s.setG(g)
	return t, true, nil
}

// returnsResult reports whether i386's asmcgocall has its caller's stack again, and has only to
// return, or to store what C has returned before it does.
func (u *Unwinder) returnsResult(s *state) bool {
	const store, ret = "\x89\x44\x24\x0c", "\xc3"
	code := string(u.text.bytes(s.PC(), len(store+ret)))
	return s.abi == abi.I386 && (code == store+ret || strings.HasPrefix(code, ret))
}

// goAligned is more than a function takes to align the stack for C.
const goAligned = 64

// leaveCallback goes from a goroutine that C called to the C functions, which are on the
// scheduler's stack. For a goroutine that waits these are on the stack of a thread that does
// so, too: it goes on with the Go function that called C.
func (u *Unwinder) leaveCallback(s *state, f *goFrame) (t step, ok bool, err error) {
	if u.alone {
		return t, false, nil
	}
	th, known := u.goThread(s)
	sched, err := u.goWord(s, th.g0, goSchedSP)
	if !known || err != nil {
		return t, f.byFramePointer(s), nil
	}
	own := th.own(f.sp)
	switch {
	case own && u.callback != 0:
		f.place(u.callback)
	case own:
		f.place(sched)
	case f.sp != sched:
		return t, false, nil // it has not left that stack yet
	}
	u.callback, err = u.goWord(s, f.sp, goSlots[s.abi].callback)
	return t, own, err
}

// leaveVDSO goes from the scheduler's stack, on which the vDSO's functions are called, to
// the goroutine's.
func (u *Unwinder) leaveVDSO(s *state, f *goFrame) (t step, ok bool, err error) {
	th, _ := u.goThread(s)
	return t, f.byFramePointer(s) || u.byRegister(s, f, ebp, &th), nil
}

// Registers of i386 in which functions keep the stack pointer that they came with, and how
// many bytes of code they take to do so.
const (
	edx   = 2
	ebp   = 5
	taken = 10
)

// byRegister places a frame of i386 at what is in a register, if that is on the goroutine's
// stack, or differs from the stack pointer by no more than is needed to align it.
func (u *Unwinder) byRegister(s *state, f *goFrame, reg int, th *goThread) bool {
	v, known := s.get(reg)
	sp := abi.Addr(v)
	switch {
	case s.abi != abi.I386 || !known || !s.call && f.into < taken:
		return false
	case sp-f.sp < goAligned, th.own(sp) && !th.own(f.sp):
		f.place(sp)
		return true
	}
	return false
}
