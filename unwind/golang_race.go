package unwind

import "github.com/trapline/trapline/abi"

// Go's race detector is C without tables. racecall calls it on the scheduler's stack, unless it
// is there, and keeps its own stack pointer in a register that C's functions leave as it is.
const (
	raceCall  = "racecall"
	raceStack = 12      // the number of the register, r12
	raceAlign = 16      // of the stack pointer that C is called with
	racePush  = 8       // the return address
	raceABI   = "amd64" // elsewhere it is done in other ways
)

// leaveRace goes from the race detector to the Go function that called it.
func (u *Unwinder) leaveRace(s *state, f *goFrame) (t step, ok bool, err error) {
	v, known := s.get(raceStack)
	sp := abi.Addr(v)
	th, _ := u.goThread(s)
	switch {
	case s.abi.Name != raceABI || !s.call && th.own(f.sp):
		return t, false, nil
	case known && (th.own(sp) || sp-f.sp < raceAlign) && u.isReturn(s, sp):
		f.place(sp)
		return t, true, nil
	case s.call:
		return t, false, ErrGoStack
	}
	return t, false, nil
}

// isReturn reports whether a return address is at a place: C may have other things in the register.
func (u *Unwinder) isReturn(s *state, sp abi.Addr) bool {
	pc, err := u.goWord(s, sp, 0)
	return err == nil && u.executable(pc) && u.calls(s, pc)
}

// leaveDetector goes from the detector's C functions to racecall, wherever they are: it calls
// them at the end of a stack. The calls of C between are left out.
func (u *Unwinder) leaveDetector(s *state) (t step, ok bool) {
	th, known := u.goThread(s)
	own, _ := s.get(raceStack)
	if s.abi.Name != raceABI || !known {
		return t, false
	}
	scheduler, err := u.goWord(s, th.g0, goSchedSP)
	if err != nil {
		return t, false
	}
	for _, end := range []abi.Addr{scheduler, abi.Addr(own)} {
		sp := end &^ (raceAlign - 1)
		pc, err := u.word(sp-racePush, s.slot)
		if err != nil || sp <= s.SP() || !u.isRaceCall(s, abi.Addr(pc)) {
			continue
		}
		s.setPC(abi.Addr(pc))
		s.setSP(sp)
		s.call = true
		return step{cfa: sp, found: FramePointer}, true
	}
	return t, false
}

// isRaceCall reports whether racecall has called before that address.
func (u *Unwinder) isRaceCall(s *state, pc abi.Addr) bool {
	at := *s
	at.setPC(pc)
	at.call = true
	f, ok := goFunc(&at, u.Space.At(pc))
	return ok && f.Name() == raceCall && u.calls(s, pc)
}
