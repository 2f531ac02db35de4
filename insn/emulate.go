package insn

import (
	"encoding/binary"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/mem"
)

// A Write is a word of memory that an instruction writes. With Size zero it writes none.
type Write struct {
	Addr  abi.Addr
	Value uint64
	Size  int
}

// Append appends the bytes that are to be written at w.Addr.
func (w Write) Append(buf []byte) []byte {
	buf = binary.LittleEndian.AppendUint64(buf, w.Value)
	return buf[:len(buf)-8+w.Size]
}

// An Effort is what Emulate needs for an instruction.
type Effort uint8

// The efforts, from the least to the most.
const (
	ByRegisters Effort = iota // nothing but registers
	ByReading                 // a word of memory
	ByWriting                 // a Write, perhaps after reading a word
	Beyond                    // it does not know this instruction
)

// Effort returns what emulating the instruction takes. It may still fail, for memory that
// cannot be read or a state of the thread that Emulate leaves to the processor.
func (i *Inst) Effort() Effort {
	if i.ABI.Arch != "x86" {
		return Beyond
	}
	return i.effortX86()
}

// Emulate does what the instruction does: it changes regs, the program counter among
// them, and returns what is to be written to memory. When the caller cannot write that, it
// drops the registers as well. Nothing is changed when Emulate cannot do it (ok is false):
// then the instruction has to run, at its place or moved, if only to fault as it would have.
//
// regs are the registers of the thread that is about to run the instruction, wherever its
// program counter stands. A process with a shadow stack in use must run its calls and
// returns itself.
func (i *Inst) Emulate(regs *abi.Regs, memory mem.Reader) (w Write, ok bool) {
	if i.ABI.Arch != "x86" {
		return Write{}, false
	}
	return i.emulateX86(regs, memory)
}
