package insn

// effortX86 names the instructions that emulateX86 does. It does not do those whose copy
// at another address needs as little: what calculates, or moves data to or from memory.
func (i *Inst) effortX86() Effort {
	if i.form != legacy || i.prefix&lock != 0 {
		return Beyond
	}
	if i.isNop() {
		return ByRegisters
	}
	if i.Flow != Falls {
		return i.flowEffort()
	}
	if i.opmap != 0 || i.prefix != 0 {
		return Beyond
	}
	return i.plainEffort()
}

// isNop reports whether the instruction does nothing: NOP of any length, PAUSE, ENDBR,
// prefetches.
func (i *Inst) isNop() bool {
	switch {
	case i.opmap == 0:
		return i.opcode == 0x90 && i.rex&rexB == 0
	case i.opmap != 1:
		return false
	case i.opcode == 0x1E:
		return i.prefix&rep != 0 && (i.modrm == 0xFA || i.modrm == 0xFB)
	case i.opcode == 0x18:
		return i.mod() != 3 && i.group() < 4
	}
	return i.opcode == 0x1F && i.group() == 0
}

// pads reports whether this is what assemblers fill up with: it changes nothing, or traps.
func (i *Inst) pads() bool {
	switch {
	case i.form != legacy:
		return false
	case i.is(0, 0xCC), i.isNop():
		return true
	case i.is(0, 0x8D): // lea 0(%esi),%esi
		base, has := i.base()
		return !i.is64() && has && base == i.reg() && i.disp() == 0 && !i.indexed()
	}
	return i.is(0, 0x89) && !i.is64() && i.mod() == 3 && i.rm() == i.reg()
}

// flowEffort is for what sets the program counter.
func (i *Inst) flowEffort() Effort {
	loop := i.opmap == 0 && i.opcode&0xFC == 0xE0
	if i.short() || i.isXbegin() || loop && i.prefix&(rep|repne) != 0 {
		return Beyond // with REP, LOOPE and LOOPNE are something else on some processors
	}
	switch i.Flow {
	case Jumps, Branches:
		return ByRegisters
	case Calls:
		return ByWriting
	case Returns:
		return ByReading
	case JumpsByValue:
		return i.operandEffort(ByRegisters, ByReading)
	case CallsByValue:
		return i.operandEffort(ByWriting, ByWriting)
	}
	return Beyond
}

// operandEffort is one effort for an operand in a register and another for one in memory.
func (i *Inst) operandEffort(register, memory Effort) Effort {
	switch {
	case i.mod() == 3:
		return register
	case !i.addressable():
		return Beyond
	}
	return memory
}

// addressable reports whether registers say where the memory operand is: without the
// rarer address sizes, and in 32-bit mode without the thread's own segments.
func (i *Inst) addressable() bool {
	own := i.segment == 0x64 || i.segment == 0x65
	return i.prefix&addressSize == 0 && (i.is64() || !own)
}

// plainEffort is for the rest: the stack, moves between registers, sums of a register and
// a number.
func (i *Inst) plainEffort() Effort {
	switch op := i.opcode; {
	case op&0xF8 == 0x50, op == 0x68, op == 0x6A:
		return ByWriting
	case op&0xF8 == 0x58, op == 0xC9:
		return ByReading
	case op&0xF8 == 0xB8:
		return ByRegisters
	case op == 0x89, op == 0x8B:
		return i.operandEffort(ByRegisters, Beyond)
	case op == 0x8D:
		return i.operandEffort(Beyond, ByRegisters)
	case op == 0xC7:
		return i.operandEffort(ByRegisters, Beyond)
	case op == 0x81, op == 0x83:
		if g := i.group(); g == 0 || g == 5 {
			return i.operandEffort(ByRegisters, Beyond)
		}
	}
	return Beyond
}
