package insn

import (
	"encoding/binary"
	"math/bits"
	"sync"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/mem"
)

// An emulation is one run of an instruction. The memory is not part of it, so that the
// compiler sees that registers and instruction may stay on their owner's stack.
type emulation struct {
	*Inst
	*x86Layout
	regs  *abi.Regs
	next  abi.Addr // where the program counter goes
	write Write
}

func (i *Inst) emulateX86(regs *abi.Regs, memory mem.Reader) (Write, bool) {
	e := emulation{Inst: i, x86Layout: i.layout(), regs: regs, next: i.Next()}
	if i.effortX86() == Beyond || !e.ordinary() || !e.run(memory) {
		return Write{}, false
	}
	regs.SetPC(e.next)
	return e.write, true
}

// ordinary reports whether the thread is one of a usual program: it does not step itself
// nor ask for faults on odd addresses, and all its segments begin at zero.
func (e *emulation) ordinary() bool {
	const local = 4 // a selector of the process's own table
	v := &e.regs.Values
	return v[e.flags]&(trap|alignment) == 0 && (v[e.codeSegment]|v[e.stackSegm])&local == 0
}

// run does the instruction. It changes registers only when nothing can fail any more.
func (e *emulation) run(memory mem.Reader) bool {
	switch {
	case e.isNop():
		return true
	case e.Flow != Falls:
		return e.flowRun(memory)
	}
	return e.plainRun(memory)
}

func (e *emulation) flowRun(memory mem.Reader) bool {
	switch e.Flow {
	case Jumps:
		return e.jump(e.target())
	case Branches:
		return e.branch()
	case Calls:
		return e.jump(e.target()) && e.push(uint64(e.Next()))
	case JumpsByValue:
		to, ok := e.operand(memory)
		return ok && e.jump(abi.Addr(to))
	case CallsByValue:
		to, ok := e.operand(memory)
		return ok && e.jump(abi.Addr(to)) && e.push(uint64(e.Next()))
	}
	return e.ret(memory)
}

// jump sets where to go on. An address that the processor would refuse is left to it.
func (e *emulation) jump(to abi.Addr) bool {
	e.next = to
	return to < 1<<47
}

func (e *emulation) branch() bool {
	if e.opmap == 0 && e.opcode&0xFC == 0xE0 {
		return e.loop()
	}
	if condition(e.opcode&0xF, e.regs.Values[e.flags]) {
		return e.jump(e.target())
	}
	return true
}

// loop does LOOPNE, LOOPE, LOOP and JECXZ, which count in as many bits as addresses have.
func (e *emulation) loop() bool {
	count, size := e.get(cx), e.counter()
	mask := ^uint64(0) >> (64 - 8*size)
	if e.opcode == 0xE3 {
		return count&mask != 0 || e.jump(e.target())
	}
	left := (count - 1) & mask
	flag := e.regs.Values[e.flags]&zero != 0
	taken := left != 0 && (e.opcode == 0xE2 || flag == (e.opcode == 0xE1))
	if taken && !e.jump(e.target()) {
		return false
	}
	if size == 2 {
		left |= count &^ mask
	}
	e.set(cx, left)
	return true
}

// counter is the size in bytes of the register that a loop counts in.
func (e *emulation) counter() int {
	size := e.ABI.Reg
	if e.prefix&addressSize != 0 {
		size /= 2
	}
	return size
}

func (e *emulation) ret(memory mem.Reader) bool {
	to, ok := e.read(memory, e.get(sp))
	if !ok || !e.jump(abi.Addr(to)) {
		return false
	}
	e.set(sp, e.get(sp)+uint64(e.ABI.Reg)+uint64(uint16(e.imm())))
	return true
}

func (e *emulation) plainRun(memory mem.Reader) bool {
	number := e.opcode&7 | e.rex&rexB<<3
	switch op := e.opcode; {
	case op&0xF8 == 0x50:
		return e.push(e.get(number))
	case op == 0x68, op == 0x6A:
		return e.push(uint64(e.imm()))
	case op&0xF8 == 0x58:
		return e.pop(memory, number)
	case op == 0xC9:
		return e.leave(memory)
	case op&0xF8 == 0xB8:
		e.put(number, uint64(e.imm()))
	case op == 0x89:
		e.put(e.rm(), e.get(e.reg()))
	case op == 0x8B:
		e.put(e.reg(), e.get(e.rm()))
	case op == 0x8D:
		e.put(e.reg(), e.effective())
	case op == 0xC7:
		e.put(e.rm(), uint64(e.imm()))
	default:
		e.sum()
	}
	return true
}

// get and set are a general register; put sets one as an operand of the instruction's
// size, which is 32 bits without REX.W and clears the rest.
func (e *emulation) get(number byte) uint64 { return e.regs.Values[e.general[number]] }

func (e *emulation) set(number byte, v uint64) {
	e.regs.Values[e.general[number]] = e.ABI.TruncateReg(v)
}

func (e *emulation) put(number byte, v uint64) { e.set(number, e.operandBits(v)) }

// operandBits drops the bits of v that do not fit an operand.
func (e *emulation) operandBits(v uint64) uint64 {
	if e.rex&rexW == 0 {
		return uint64(uint32(v))
	}
	return v
}

func (e *emulation) push(v uint64) bool {
	size := e.ABI.Reg
	to := e.ABI.TruncateReg(e.get(sp) - uint64(size))
	e.write = Write{Addr: abi.Addr(to), Value: e.ABI.TruncateReg(v), Size: size}
	e.set(sp, to)
	return true
}

func (e *emulation) pop(memory mem.Reader, number byte) bool {
	v, ok := e.read(memory, e.get(sp))
	if ok {
		e.set(sp, e.get(sp)+uint64(e.ABI.Reg))
		e.set(number, v)
	}
	return ok
}

func (e *emulation) leave(memory mem.Reader) bool {
	frame := e.get(bp)
	v, ok := e.read(memory, frame)
	if ok {
		e.set(sp, frame+uint64(e.ABI.Reg))
		e.set(bp, v)
	}
	return ok
}

// words are what is read into: memory given to a Reader must not be on the stack.
var words = sync.Pool{New: func() any { return new([8]byte) }}

// read reads a word as wide as the stack is.
func (e *emulation) read(memory mem.Reader, addr uint64) (uint64, bool) {
	buf := words.Get().(*[8]byte)
	defer words.Put(buf)
	word := buf[:e.ABI.Reg]
	if _, err := memory.ReadMem(word, abi.Addr(addr)); err != nil {
		return 0, false
	}
	if len(word) == 4 {
		return uint64(binary.LittleEndian.Uint32(word)), true
	}
	return binary.LittleEndian.Uint64(word), true
}

// operand is the value of the operand in ModRM's rm.
func (e *emulation) operand(memory mem.Reader) (uint64, bool) {
	if e.mod() == 3 {
		return e.get(e.rm()), true
	}
	return e.read(memory, e.ABI.TruncateReg(e.effective()+e.segmentBase()))
}

func (e *emulation) segmentBase() uint64 {
	switch e.segment {
	case 0x64:
		return e.regs.Values[e.fsBase]
	case 0x65:
		return e.regs.Values[e.gsBase]
	}
	return 0
}

// effective is the address of the memory operand within its segment.
func (e *emulation) effective() uint64 {
	sum := uint64(e.disp())
	switch {
	case e.relative():
		sum += uint64(e.Next())
	case e.modrm&7 == 4:
		sum += e.scaled()
	case e.mod() != 0 || e.modrm&7 != 5:
		sum += e.get(e.rm())
	}
	return e.ABI.TruncateReg(sum)
}

// scaled is the sum of the registers that the SIB byte names.
func (e *emulation) scaled() (sum uint64) {
	sib := e.text[e.modrmAt+1]
	if index := sib>>3&7 | e.rex&rexX<<2; index != sp {
		sum = e.get(index) << (sib >> 6)
	}
	if base := sib & 7; base != 5 || e.mod() != 0 {
		sum += e.get(base | e.rex&rexB<<3)
	}
	return sum
}

// sum adds a number to a register or subtracts it, and sets the flags.
func (e *emulation) sum() {
	a, b := e.operandBits(e.get(e.rm())), e.operandBits(uint64(e.imm()))
	r, carries := a+b, uint64(0)
	if e.group() == 5 {
		r = a - b
	}
	r = e.operandBits(r)
	if e.group() == 5 {
		carries = ^a&b | (^a|b)&r
	} else {
		carries = a&b | (a|b)&^r
	}
	e.put(e.rm(), r)
	flags := &e.regs.Values[e.flags]
	*flags = *flags&^arithmetic | e.sumFlags(r, carries)
}

// sumFlags are the flags for a result and the carries out of each of its bits.
func (e *emulation) sumFlags(r, carries uint64) (flags uint64) {
	top := 31
	if e.rex&rexW != 0 {
		top = 63
	}
	set := func(flag uint64, on bool) {
		if on {
			flags |= flag
		}
	}
	set(carry, carries>>top&1 != 0)
	set(overflow, (carries>>top^carries>>(top-1))&1 != 0)
	set(adjust, carries>>3&1 != 0)
	set(sign, r>>top&1 != 0)
	set(zero, r == 0)
	set(parity, bits.OnesCount8(uint8(r))%2 == 0)
	return flags
}
