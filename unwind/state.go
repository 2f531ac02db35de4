package unwind

import "github.com/trapline/trapline/abi"

// A state is the registers of one frame, by DWARF number, as far as they are known.
type state struct {
	*machine
	values [maxRegs]uint64
	known  uint64 // one bit a register
	call   bool   // the program counter is a return address
}

// newState returns the state of a task that has those registers.
func newState(r *abi.Regs) (state, error) {
	s := state{machine: machineOf(r.ABI)}
	if s.machine == nil {
		return s, ErrABI
	}
	for n, i := range s.machine.regs {
		s.set(n, r.Values[i])
	}
	return s, nil
}

// get returns the value of a register.
func (s *state) get(n int) (value uint64, known bool) {
	if n < 0 || n >= maxRegs {
		return 0, false
	}
	return s.values[n], s.known&(1<<n) != 0
}

func (s *state) set(n int, value uint64) {
	s.values[n] = s.abi.TruncateReg(value)
	s.known |= 1 << n
}

func (s *state) forget(n int) { s.known &^= 1 << n }

func (s *state) PC() abi.Addr      { return abi.Addr(s.values[s.machine.pc]) }
func (s *state) SP() abi.Addr      { return abi.Addr(s.values[s.machine.sp]) }
func (s *state) FP() abi.Addr      { return abi.Addr(s.values[s.machine.fp]) }
func (s *state) lookup() abi.Addr  { return lookup(s.PC(), s.call) }
func (s *state) setPC(pc abi.Addr) { s.set(s.machine.pc, uint64(pc)&s.code) }
func (s *state) setSP(sp abi.Addr) { s.set(s.machine.sp, uint64(sp)) }
func (s *state) setFP(fp abi.Addr) { s.set(s.machine.fp, uint64(fp)) }

// address makes an address of a computed value.
func (s *state) address(v uint64) abi.Addr { return abi.Addr(s.abi.TruncateWord(v)) }

// outmost reports whether a frame pointer of zero marks the end of the stack, as the
// psABIs ask for.
func (s *state) outmost() bool { return s.call && s.FP() == 0 }
