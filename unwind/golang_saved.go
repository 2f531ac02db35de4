package unwind

import "github.com/trapline/trapline/abi"

// A goSaves says where crosscall2, by which C calls Go, keeps the registers that C relies
// on: by DWARF numbers, in slots below the frame's CFA.
type goSaves struct {
	size uint64 // of the frame while they are there
	from uint64 // how far into the function they have been saved
	at   map[int]int
}

// crosscall2 is that function since Go 1.18.
var crosscall2 = map[*abi.ABI]*goSaves{
	abi.AMD64: {240, 53, map[int]int{6: 29, 3: 28, 12: 27, 13: 26, 14: 25, 15: 24}},
	abi.I386:  {28, 19, map[int]int{5: 2, 3: 3, 6: 4, 7: 5}},
	abi.ARM64: {192, 52, map[int]int{
		19: 20, 20: 19, 21: 18, 22: 17, 23: 16, 24: 15, 25: 14, 26: 13, 27: 12, 28: 11, 29: 2, 30: 1,
	}},
}

// goRestore takes s from Go to C: back to the registers that crosscall2 has saved, or that
// it has not changed yet.
func (u *Unwinder) goRestore(s *state, f *goFrame, cfa abi.Addr, known uint64) error {
	saves := crosscall2[s.abi]
	if saves == nil {
		return nil
	}
	if f.size < saves.size || f.into < saves.from {
		if !f.call {
			s.known = known
		}
		return nil
	}
	for n, slots := range saves.at {
		v, err := u.word(cfa-abi.Addr(slots*s.slot), s.slot)
		if err != nil {
			return err
		}
		s.set(n, v)
		if n == s.link {
			s.setPC(abi.Addr(v))
		}
	}
	return nil
}
