package unwind

import "github.com/trapline/trapline/abi"

// Numbers of the words of the runtime's structures that have been the same since Go 1.5,
// because assemblers and debuggers rely on them.
const (
	goStackLo = 0 // of g
	goStackHi = 1
	goM       = 6
	goSchedSP = 7
	goSchedPC = 8
	goG0      = 0 // of m
)

// goCurrents are the numbers of the word of m that has its user's goroutine: since Go 1.25
// and before, back to 1.16. That goroutine leads back to the m.
var goCurrents = map[int][]int{
	8: {23, 24},
	4: {25, 27, 26},
}

// A goThread is what a thread that runs Go's code works on.
type goThread struct {
	g0        abi.Addr // the goroutine of the scheduler
	current   abi.Addr // that of the user; zero for none
	low, high abi.Addr // its stack
}

// own reports whether the current goroutine's stack has that place.
func (t *goThread) own(sp abi.Addr) bool { return t.current != 0 && t.low <= sp && sp < t.high }

// goThread returns the thread's goroutines: as the Unwinder was told, or by the register
// that is set aside for the running goroutine. C code may have it for something else.
func (u *Unwinder) goThread(s *state) (t goThread, ok bool) {
	if known := &u.Thread; known.M != 0 {
		return goThread{known.G0, known.G, known.Low, known.High}, true
	}
	m := u.goMachine(s)
	if m == 0 || u.alone {
		return t, false
	}
	var err error
	if t.g0, err = u.goWord(s, m, goG0); err != nil || t.g0 == 0 {
		return t, false
	}
	if back, err := u.goWord(s, t.g0, goM); err != nil || back != m {
		return t, false
	}
	u.goCurrent(s, m, &t)
	return t, true
}

// goMachine returns the structure of the thread that the register leads to; zero if none
// is set aside, or not known.
func (u *Unwinder) goMachine(s *state) abi.Addr {
	g, known := s.get(goRegister(s.abi))
	if !known || g == 0 {
		return 0
	}
	m, err := u.goWord(s, abi.Addr(g), goM)
	if err != nil {
		return 0
	}
	return m
}

// goCurrent finds the goroutine that the thread m works for, if any.
func (u *Unwinder) goCurrent(s *state, m abi.Addr, t *goThread) {
	for _, index := range goCurrents[s.slot] {
		g, err := u.goWord(s, m, index)
		if err != nil || g == 0 {
			continue
		}
		if back, err := u.goWord(s, g, goM); err != nil || back != m {
			continue
		}
		low, errLow := u.goWord(s, g, goStackLo)
		high, errHigh := u.goWord(s, g, goStackHi)
		if errLow == nil && errHigh == nil {
			t.current, t.low, t.high = g, low, high
			return
		}
	}
}

// goWord reads a word of the program's, of the runtime's structures or a stack.
func (u *Unwinder) goWord(s *state, addr abi.Addr, index int) (abi.Addr, error) {
	v, err := u.word(s.address(uint64(addr)+uint64(index*s.slot)), s.slot)
	return s.address(v), err
}

// goSaved returns where the current goroutine was when it left its stack.
func (u *Unwinder) goSched(s *state, t *goThread) (pc, sp abi.Addr, ok bool) {
	if t.current == 0 {
		return 0, 0, false
	}
	sp, errSP := u.goWord(s, t.current, goSchedSP)
	pc, errPC := u.goWord(s, t.current, goSchedPC)
	return pc, sp, errSP == nil && errPC == nil && t.own(sp)
}
