// Package insn knows machine instructions: how long they are, what they do to the
// program counter, and how to run one elsewhere.
//
// Decode splits the bytes at an address into an Inst. Whoever has put a breakpoint on
// one can let a thread pass in two ways that need neither a single step nor a moment
// without the breakpoint. Emulate does what the instruction does, on registers and at
// most one word of memory. Move writes a copy that has the same effect at another
// address and then jumps back behind the original.
//
// A Function is the code of a whole function: which addresses are the starts of
// instructions, and where its basic blocks begin and end.
//
// Everything here is computed from bytes and registers that others have read: no part
// needs a process, and hostile code is only code that is not understood.
package insn

import (
	"errors"
	"fmt"

	"github.com/trapline/trapline/abi"
)

// MaxLen is the length of the longest instruction of any machine.
const MaxLen = 15

// Errors of Decode.
var (
	// ErrTruncated is the error for code that ends within an instruction.
	ErrTruncated = errors.New("the code ends within an instruction")
	// ErrUnknown is the error for bytes that are no instruction.
	ErrUnknown = errors.New("not an instruction")
	// ErrMachine is the error for a machine whose instructions are not known here.
	ErrMachine = errors.New("instructions of this machine are not known")
)

// An Inst is one decoded instruction at its place.
type Inst struct {
	ABI  *abi.ABI
	Addr abi.Addr
	Len  int
	Flow Flow

	text [MaxLen]byte
	x86
}

// Decode returns the instruction that code begins with, which stands at addr. More code
// than one instruction has may be given: MaxLen bytes are always enough.
func Decode(a *abi.ABI, addr abi.Addr, code []byte) (Inst, error) {
	i := Inst{ABI: a, Addr: addr}
	n := copy(i.text[:], code)
	var err error
	switch a.Arch {
	case "x86":
		err = i.decodeX86(i.text[:n])
	default:
		err = ErrMachine
	}
	if err != nil {
		return Inst{}, fmt.Errorf("insn: decode % x at %s: %w", code[:n], addr, err)
	}
	return i, nil
}

// Code returns the instruction's bytes.
func (i *Inst) Code() []byte { return i.text[:i.Len] }

// Next returns the address behind the instruction.
func (i *Inst) Next() abi.Addr { return i.address(uint64(i.Addr) + uint64(i.Len)) }

// String formats the instruction as its address and bytes.
func (i *Inst) String() string { return fmt.Sprintf("% x at %s", i.Code(), i.Addr) }

// A Flow says where the program counter goes.
type Flow uint8

// The kinds of flow.
const (
	Falls        Flow = iota // to the next instruction
	Jumps                    // to Target
	Branches                 // to Target or to the next instruction
	Calls                    // to Target, and later to the next instruction
	JumpsByValue             // to where a register or memory says
	CallsByValue             // the same, and later to the next instruction
	Returns                  // to where the stack says
	Enters                   // the kernel, and from there to the next instruction
	Traps                    // into a signal handler, perhaps to the next instruction
	Stops                    // nowhere: a program that gets here is broken
	Leaves                   // to another segment: far calls, jumps and returns
)

// Target returns where a relative jump, branch or call goes.
func (i *Inst) Target() (abi.Addr, bool) {
	switch i.Flow {
	case Jumps, Branches, Calls:
		return i.target(), true
	}
	return 0, false
}
