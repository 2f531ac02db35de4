package insn

import (
	"encoding/binary"

	"github.com/trapline/trapline/abi"
)

// x86 is what decoding finds out about an instruction of x86, in 64-bit or in 32-bit mode.
type x86 struct {
	form    form
	prefix  prefix
	segment byte // the last segment prefix; zero for none
	rex     byte // the bits W, R, X and B as in REX, which VEX, EVEX and XOP have too
	opmap   byte // the opcode's map: 0 to 3 for one byte, 0F, 0F38, 0F3A; others as VEX and XOP count
	opcode  byte
	modrm   byte
	// Where the parts begin, counted from the instruction's start; the start stands for
	// parts that it does not have.
	opcodeAt, modrmAt, dispAt, immAt uint8
	dispLen, immLen                  uint8
}

// form is how the opcode is written.
type form uint8

const (
	legacy form = iota
	rex2
	vex
	evex
	xop
)

// prefix is the set of prefixes that precede the opcode. VEX and EVEX have the same ones
// inside.
type prefix uint8

const (
	operandSize prefix = 1 << iota // 66
	addressSize                    // 67
	lock                           // F0
	repne                          // F2
	rep                            // F3
)

const (
	rexW = 8
	rexR = 4
	rexX = 2
	rexB = 1
)

// is64 reports whether the instruction is for 64-bit mode, which x32 runs in as well.
func (i *Inst) is64() bool { return i.ABI.Reg == 8 }

// address makes an address of a sum: in 32-bit mode it wraps around.
func (i *Inst) address(sum uint64) abi.Addr { return abi.Addr(i.ABI.TruncateReg(sum)) }

// mod, reg and rm are the fields of ModRM, reg and rm extended by REX.
func (x *x86) mod() byte { return x.modrm >> 6 }
func (x *x86) reg() byte { return x.modrm>>3&7 | x.rex&rexR<<1 }
func (x *x86) rm() byte  { return x.modrm&7 | x.rex&rexB<<3 }

// group is ModRM's reg field where it extends the opcode.
func (x *x86) group() byte { return x.modrm >> 3 & 7 }

// is reports whether the instruction is that opcode of a map, written the old way.
func (x *x86) is(opmap, opcode byte) bool {
	return x.form == legacy && x.opmap == opmap && x.opcode == opcode
}

// relative reports whether an operand's address is relative to the program counter.
func (i *Inst) relative() bool {
	return i.is64() && i.modrmAt > 0 && i.dispLen == 4 && i.modrm&0xC7 == 5
}

// base is the number of the register that the operand is, or that its address begins with.
func (i *Inst) base() (byte, bool) {
	switch {
	case i.mod() == 3 || i.modrm&7 != 4:
		return i.rm(), i.mod() != 0 || i.modrm&7 != 5
	case i.prefix&addressSize != 0 && !i.is64():
		return 0, false
	}
	base := i.text[i.modrmAt+1] & 7
	return base | i.rex&rexB<<3, base != 5 || i.mod() != 0
}

// indexed reports whether the operand's address has a register that is scaled.
func (i *Inst) indexed() bool {
	wide := i.is64() || i.prefix&addressSize == 0
	return i.modrmAt > 0 && i.mod() != 3 && wide && i.modrm&7 == sp &&
		i.text[i.modrmAt+1]>>3&7|i.rex&rexX<<2 != sp
}

// disp and imm are the displacement and the immediate, sign-extended; zero without one.
func (i *Inst) disp() int64 { return signed(i.text[i.dispAt:], i.dispLen) }
func (i *Inst) imm() int64  { return signed(i.text[i.immAt:], i.immLen) }

// signed is the number of so many bytes at the start of b.
func signed(b []byte, size uint8) int64 {
	switch size {
	case 1:
		return int64(int8(b[0]))
	case 2:
		return int64(int16(binary.LittleEndian.Uint16(b)))
	case 4:
		return int64(int32(binary.LittleEndian.Uint32(b)))
	case 8:
		return int64(binary.LittleEndian.Uint64(b))
	}
	return 0
}
