package unwind

import "github.com/trapline/trapline/abi"

// A crosscall is crosscall1, where Go with C in it begins a thread: it pushes the registers
// that C keeps and calls the thread's function. It has no call frame information.
type crosscall struct {
	abi    *abi.ABI
	code   []byte
	pushed []int       // the registers, by DWARF numbers
	depth  map[int]int // for each instruction, how many slots are in use
}

var crosscalls = []crosscall{
	{
		abi: abi.AMD64,
		code: []byte("\x53\x55\x41\x54\x41\x55\x41\x56\x41\x57\x48\x89\xfb\x48\x89\xd7\xff\xd6\xff\xd3" +
			"\x41\x5f\x41\x5e\x41\x5d\x41\x5c\x5d\x5b\xc3"),
		pushed: []int{3, 6, 12, 13, 14, 15},
		depth:  map[int]int{0: 0, 1: 1, 2: 2, 4: 3, 6: 4, 8: 5, 10: 6, 13: 6, 16: 6, 18: 6, 20: 6, 22: 5, 24: 4, 26: 3, 28: 2, 29: 1, 30: 0},
	},
	{
		abi: abi.I386,
		code: []byte("\x55\x89\xe5\x53\x56\x57\x8b\x45\x10\x50\x8b\x45\x0c\xff\xd0\x58\x8b\x45\x08\xff\xd0" +
			"\x5f\x5e\x5b\x5d\xc3"),
		pushed: []int{5, 3, 6, 7},
		depth:  map[int]int{0: 0, 1: 1, 3: 1, 4: 2, 5: 3, 6: 4, 9: 4, 10: 5, 13: 5, 15: 5, 16: 4, 19: 4, 21: 4, 22: 3, 23: 2, 24: 1, 25: 0},
	},
}

// leaveCrosscall takes s to the caller of a crosscall.
func (u *Unwinder) leaveCrosscall(s *state) (step, bool) {
	for i := range crosscalls {
		c := &crosscalls[i]
		if c.abi != s.abi {
			continue
		}
		for at, depth := range c.depth {
			if u.hasCode(s.PC()-abi.Addr(at), c.code) {
				return u.popAll(s, c, depth)
			}
		}
	}
	return step{}, false
}

// popAll restores what a crosscall has pushed.
func (u *Unwinder) popAll(s *state, c *crosscall, depth int) (step, bool) {
	sp := s.SP()
	slot := func(n int) abi.Addr { return sp + abi.Addr(n*s.slot) }
	for i, reg := range c.pushed[:min(depth, len(c.pushed))] {
		v, err := u.word(slot(depth-1-i), s.slot)
		if err != nil {
			return step{}, false
		}
		s.set(reg, v)
	}
	ra, err := u.word(slot(depth), s.slot)
	if err != nil {
		return step{}, false
	}
	s.setPC(abi.Addr(ra))
	s.setSP(slot(depth + 1))
	s.call = true
	return step{cfa: s.SP(), found: CFI}, true
}
