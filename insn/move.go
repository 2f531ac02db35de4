package insn

import (
	"errors"
	"fmt"

	"github.com/trapline/trapline/abi"
)

// MaxMoved is how long the code of a moved instruction can be.
const MaxMoved = 64

// Reasons why an instruction cannot run elsewhere.
var (
	// ErrFar is the error for an operand that cannot be reached from where the copy is.
	ErrFar = errors.New("its operand is out of reach there")
	// ErrOwnTrap is the error for a breakpoint of the program's own: a thread that comes
	// to it is sent SIGTRAP, with the program counter where the program expects it.
	ErrOwnTrap = errors.New("it is a trap of the program's own")
	// ErrBound is the error for an instruction that only works at its own address.
	ErrBound = errors.New("it is bound to its address")
)

// A Moved instruction is code that has the same effect at another address: a copy, with
// operands that are relative to the program counter written anew, and a jump to where the
// original goes on. It needs no stop.
//
// The copy shows in few places. A fault, a signal or a child of fork finds a program
// counter within the code, which Restore leads back; si_addr of SIGILL and SIGFPE is that of
// the copy; so is what the x87 unit has noted as its last instruction. A call that faults has
// written below the stack pointer by then.
type Moved struct {
	Addr   abi.Addr // where Code is to stand
	Code   []byte
	points []point
}

// A point is a place within moved code, and what the original's registers are there.
type point struct {
	offset int
	pc     abi.Addr
	sp     int64 // what is to be added to the stack pointer
	result bool  // the register that the call's return address goes to is not set yet
}

// Move returns code for the address to that does what the instruction does at its own.
func (i *Inst) Move(to abi.Addr) (Moved, error) {
	err := ErrMachine
	var m Moved
	if i.ABI.Arch == "x86" {
		m, err = i.moveX86(to)
	}
	if err != nil {
		return Moved{}, fmt.Errorf("insn: move % x from %s to %s: %w", i.Code(), i.Addr, to, err)
	}
	return m, nil
}

// Origin returns the place in the program that a program counter within the code stands for.
func (m *Moved) Origin(pc abi.Addr) (abi.Addr, bool) {
	if p := m.at(pc); p != nil {
		return p.pc, true
	}
	return 0, false
}

// Restore changes registers of a thread that has stopped within the code to what they
// would be at the original, so that it can go on there. It reports whether the thread was.
func (m *Moved) Restore(regs *abi.Regs) bool {
	p := m.at(regs.PC())
	if p == nil {
		return false
	}
	regs.SetPC(p.pc)
	regs.SetSP(regs.SP() + abi.Addr(p.sp))
	if p.result {
		setReturnAddress(regs, p.pc)
	}
	return true
}

// at finds the point that the program counter is at.
func (m *Moved) at(pc abi.Addr) *point {
	for n := range m.points {
		if m.Addr+abi.Addr(m.points[n].offset) == pc {
			return &m.points[n]
		}
	}
	return nil
}
