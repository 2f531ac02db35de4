package unwind

import "github.com/trapline/trapline/abi"

// A goJump is what a function does that calls another one on another stack. It changes
// the frame to where it lies on its own stack, and is not ok if it is there already.
type goJump func(u *Unwinder, s *state, f *goFrame) (t step, ok bool, err error)

// goJumps are those functions of the runtime.
var goJumps map[string]goJump

func init() {
	goJumps = map[string]goJump{
		"runtime.systemstack":      (*Unwinder).leaveSystemStack,
		"runtime.morestack":        (*Unwinder).leaveMoreStack,
		"runtime.asmcgocall":       (*Unwinder).leaveC,
		"runtime.asmcgocall.abi0":  (*Unwinder).leaveC,
		"runtime.cgocallback":      (*Unwinder).leaveCallback,
		"runtime.cgocallback.abi0": (*Unwinder).leaveCallback,
		"runtime.nanotime1":        (*Unwinder).leaveVDSO,
		"runtime.walltime":         (*Unwinder).leaveVDSO,
		"runtime.vgetrandom1":      (*Unwinder).leaveVDSO,
	}
}

// goWord reads a word of the program's, of the runtime's structures or a stack.
func (u *Unwinder) goWord(s *state, addr abi.Addr, index int) (abi.Addr, error) {
	v, err := u.word(s.address(uint64(addr)+uint64(index*s.slot)), s.slot)
	return s.address(v), err
}

// Numbers of the words of the runtime's structures that have been the same since Go 1.5,
// because assemblers and debuggers rely on them.
const (
	goStackHi = 1 // of g
	goM       = 6
	goSchedSP = 7
	goSchedPC = 8
	goG0      = 0 // of m
)

// goCurrents is the number of the word of m that has its user's goroutine: since Go 1.25
// and before. That goroutine leads back to the m.
var goCurrents = [...]int{23, 24}

// goThread returns the goroutine of the scheduler and that of the user on the thread
// whose goroutine is in the register set aside for it.
func (u *Unwinder) goThread(s *state) (g, g0, current abi.Addr, ok bool) {
	n := goRegister(s.abi)
	value, known := s.get(n)
	if !known || value == 0 {
		return 0, 0, 0, false
	}
	g = abi.Addr(value)
	m, err := u.goWord(s, g, goM)
	if err != nil || m == 0 {
		return 0, 0, 0, false
	}
	g0, err = u.goWord(s, m, goG0)
	if err != nil {
		return 0, 0, 0, false
	}
	for _, index := range goCurrents {
		current, err = u.goWord(s, m, index)
		if err != nil || current == 0 {
			continue
		}
		if back, err := u.goWord(s, current, goM); err == nil && back == m {
			return g, g0, current, true
		}
	}
	return g, g0, 0, true
}

// goSwitched returns the goroutine that has switched to the scheduler's stack, which s is
// on, and where its own stack was then.
func (u *Unwinder) goSwitched(s *state) (current, sp abi.Addr, ok bool) {
	g, g0, current, ok := u.goThread(s)
	if !ok || g != g0 || current == 0 {
		return 0, 0, false
	}
	sp, err := u.goWord(s, current, goSchedSP)
	return current, sp, err == nil && sp != 0
}

// leaveSystemStack goes from the scheduler's stack to the goroutine's that called
// systemstack.
func (u *Unwinder) leaveSystemStack(s *state, f *goFrame) (t step, ok bool, err error) {
	current, sp, ok := u.goSwitched(s)
	if !ok {
		return t, false, nil
	}
	f.sp, f.leap = sp, true
	s.set(goRegister(s.abi), uint64(current))
	t, err = u.goReturn(s, f)
	return t, true, err
}

// leaveMoreStack goes to the goroutine that needs a larger stack. The runtime does not
// return to it as if it had been called, but starts its function anew.
func (u *Unwinder) leaveMoreStack(s *state, f *goFrame) (t step, ok bool, err error) {
	current, sp, ok := u.goSwitched(s)
	if !ok {
		return t, false, nil
	}
	pc, err := u.goWord(s, current, goSchedPC)
	if err != nil || pc == 0 {
		return t, false, nil
	}
	t = step{cfa: f.cfa(s), found: GoTable, leap: true}
	s.set(goRegister(s.abi), uint64(current))
	s.setPC(pc)
	s.setSP(sp)
	return t, true, nil
}

// goSaved is where asmcgocall keeps, above the stack pointer of the C function that it
// calls, the goroutine and how deep its stack is, in words; and where cgocallback keeps
// where the scheduler's stack was before.
var goSaved = map[*abi.ABI]struct{ g, depth, callback int }{
	abi.AMD64: {1, 0, 0},
	abi.I386:  {2, 1, 0},
	abi.ARM64: {0, 1, 2},
}

// leaveC goes from C functions to the goroutine that called them.
func (u *Unwinder) leaveC(s *state, f *goFrame) (t step, ok bool, err error) {
	saved := goSaved[s.abi]
	g, err := u.goWord(s, f.sp, saved.g)
	if err != nil {
		return t, false, err
	}
	depth, err := u.goWord(s, f.sp, saved.depth)
	if err != nil {
		return t, false, err
	}
	f.sp, f.leap = depth, true
	if g != 0 {
		hi, err := u.goWord(s, g, goStackHi)
		if err != nil {
			return t, false, err
		}
		f.sp = s.address(uint64(hi - depth))
	}
	t, err = u.goReturn(s, f)
	if n := goRegister(s.abi); n >= 0 && g != 0 {
		s.set(n, uint64(g))
	}
	return t, true, err
}

// leaveCallback goes from a goroutine that C called to the C functions, which are on the
// scheduler's stack.
func (u *Unwinder) leaveCallback(s *state, f *goFrame) (t step, ok bool, err error) {
	sp := u.callback
	if sp == 0 {
		_, g0, _, ok := u.goThread(s)
		if !ok {
			return t, false, nil
		}
		if sp, err = u.goWord(s, g0, goSchedSP); err != nil || sp == 0 {
			return t, false, nil
		}
	}
	if u.callback, err = u.goWord(s, sp, goSaved[s.abi].callback); err != nil {
		return t, false, nil
	}
	f.sp, f.leap = sp, true
	t, err = u.goReturn(s, f)
	return t, true, err
}

// leaveVDSO goes from the scheduler's stack, on which the vDSO's functions are called, to
// the goroutine's: the frame pointer, which they keep, still is the caller's.
func (u *Unwinder) leaveVDSO(s *state, f *goFrame) (t step, ok bool, err error) {
	fp, known := s.get(s.fp)
	if !known || fp == 0 || s.abi == abi.I386 {
		return t, false, nil
	}
	f.sp, f.leap = s.address(fp), true
	if s.link >= 0 {
		f.sp = s.address(fp + uint64(s.slot))
	} else {
		f.size = uint64(s.slot)
	}
	t, err = u.goReturn(s, f)
	if err == nil && s.link < 0 {
		old, err := u.word(abi.Addr(fp), s.slot)
		s.setFP(abi.Addr(old))
		return t, true, err
	}
	return t, true, err
}
