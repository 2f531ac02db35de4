package insn

import "github.com/trapline/trapline/abi"

// flow says where the program counter goes.
func (i *Inst) flow() Flow {
	switch {
	case i.form == rex2 && i.opmap == 0 && i.opcode == 0xA1:
		return Jumps
	case i.form != legacy && i.form != rex2:
		return Falls
	case i.opmap == 0:
		return i.oneByteFlow()
	case i.opmap == 1:
		return i.twoByteFlow()
	}
	return Falls
}

func (i *Inst) oneByteFlow() Flow {
	switch op := i.opcode; {
	case op&0xF0 == 0x70, op&0xFC == 0xE0, i.isXbegin():
		return Branches
	case op == 0xE8:
		return Calls
	case op == 0xE9, op == 0xEB:
		return Jumps
	case op == 0xC2, op == 0xC3:
		return Returns
	case op == 0x9A, op == 0xEA, op == 0xCA, op == 0xCB, op == 0xCF:
		return Leaves
	case op == 0xCD && i.imm() != 3:
		return Enters
	case op == 0xCC, op == 0xCD, op == 0xCE, op == 0xF1:
		return Traps
	case op == 0xF4:
		return Stops
	case op == 0xFF:
		return [8]Flow{2: CallsByValue, 3: Leaves, 4: JumpsByValue, 5: Leaves}[i.group()]
	}
	return Falls
}

func (i *Inst) twoByteFlow() Flow {
	switch op := i.opcode; {
	case op&0xF0 == 0x80:
		return Branches
	case op == 0x05, op == 0x34:
		return Enters
	case op == 0x0B, op == 0xB9, op == 0xFF:
		return Stops
	case op == 0x07, op == 0x35:
		return Leaves
	}
	return Falls
}

// isXbegin reports whether this begins a transaction: a branch to where it goes when the
// transaction fails.
func (i *Inst) isXbegin() bool { return i.is(0, 0xC7) && i.modrm == 0xF8 }

// target is where a relative jump, branch or call goes.
func (i *Inst) target() abi.Addr {
	if i.form == rex2 {
		return abi.Addr(i.imm())
	}
	to := i.address(uint64(i.Next()) + uint64(i.imm()))
	if i.short() && !i.is64() {
		to &= 0xFFFF
	}
	return to
}

// short reports whether a prefix cuts the program counter to 16 bits; in 64-bit mode
// processors of AMD do that and others do not.
func (i *Inst) short() bool { return i.prefix&operandSize != 0 && i.rex&rexW == 0 }

// Repeats reports whether the instruction does the same to one place in memory after the other,
// and may be interrupted in between.
func (i *Inst) Repeats() bool {
	if i.form != legacy || i.opmap != 0 || i.prefix&(rep|repne) == 0 {
		return false
	}
	op := i.opcode
	return op&0xFC == 0x6C || op&0xFC == 0xA4 || op >= 0xAA && op <= 0xAF
}
