package insn

import (
	"encoding/binary"

	"github.com/trapline/trapline/abi"
)

// moveX86 chooses how the instruction is written anew.
func (i *Inst) moveX86(to abi.Addr) (Moved, error) {
	m := mover{Inst: i, to: to}
	m.code = make([]byte, 0, MaxMoved)
	m.mark(point{pc: i.Addr})
	if m.rewrite(); m.err != nil {
		return Moved{}, m.err
	}
	m.literals()
	return Moved{Addr: to, Code: m.code, points: m.points}, nil
}

// A mover writes an instruction for another place.
type mover struct {
	*Inst
	to       abi.Addr
	code     []byte
	points   []point
	constant literal // a word behind the code
	err      error
}

// A literal is a word behind the code, and where in the code its distance is to be put.
type literal struct {
	value  abi.Addr
	wanted int
}

func (m *mover) rewrite() {
	switch m.Flow {
	case Jumps:
		m.relate()
		m.jump(m.target())
	case Branches:
		m.relate()
		m.branch()
	case Calls:
		m.relate()
		m.pushNext()
		m.mark(point{pc: m.target()})
		m.jump(m.target())
	case CallsByValue:
		m.relate()
		m.call()
	case JumpsByValue, Returns:
		m.copy()
	case Traps:
		m.trap()
	case Leaves:
		m.leave()
	default:
		m.copy()
		m.mark(point{pc: m.Next(), result: m.returnsInRegister()})
		m.setReturn()
		m.jump(m.Next())
	}
}

// relate refuses what sets only 16 bits of the program counter, and what is an illegal
// instruction for its prefix.
func (m *mover) relate() {
	if m.short() || m.prefix&lock != 0 {
		m.err = ErrBound
	}
}

// trap copies INTO, the one trap that a program may have by accident.
func (m *mover) trap() {
	if m.opcode != 0xCE {
		m.err = ErrOwnTrap
	}
	m.copy()
	m.mark(point{pc: m.Next()})
	m.jump(m.Next())
}

// leave copies a far jump or return. A far call would push the wrong address.
func (m *mover) leave() {
	if m.opcode == 0x9A || m.opcode == 0xFF && m.group() == 3 {
		m.err = ErrBound
	}
	m.copy()
}

// mark notes what the registers of the original are at this point of the code.
func (m *mover) mark(p point) {
	p.offset = len(m.code)
	m.points = append(m.points, p)
}

func (m *mover) emit(code ...byte) { m.code = append(m.code, code...) }

func (m *mover) emit32(v uint32) { m.code = binary.LittleEndian.AppendUint32(m.code, v) }
func (m *mover) emit64(v uint64) { m.code = binary.LittleEndian.AppendUint64(m.code, v) }

// here is the address of what is emitted next.
func (m *mover) here() abi.Addr { return m.to + abi.Addr(len(m.code)) }

// jump emits a jump: one of five bytes where that reaches, else through a word behind it.
func (m *mover) jump(to abi.Addr) {
	if distance, ok := m.distance(m.here()+5, to); ok {
		m.emit(0xE9)
		m.emit32(distance)
		return
	}
	m.emit(0xFF, 0x25, 0, 0, 0, 0)
	m.emit64(uint64(to))
}

// jumpLen is how long that jump is.
func (m *mover) jumpLen(from, to abi.Addr) byte {
	if _, ok := m.distance(from+5, to); ok {
		return 5
	}
	return 14
}

// distance is how far it is from one address to another, if 32 bits can say so. In 32-bit
// mode they always can.
func (m *mover) distance(from, to abi.Addr) (uint32, bool) {
	d := int64(to - from)
	return uint32(d), !m.is64() || d == int64(int32(d))
}

// branch emits the branch with a distance of two, over a short jump:
//
//	branch 1f; jmp 2f; 1: jmp target; 2: jmp next
func (m *mover) branch() {
	switch {
	case m.isXbegin():
		m.emit(0xC7, 0xF8, 2, 0, 0, 0)
	case m.opmap == 1:
		m.emit(0x70|m.opcode&0xF, 2)
	default:
		m.emit(m.text[:m.immAt]...)
		m.emit(2)
	}
	m.mark(point{pc: m.Next()})
	m.emit(0xEB, m.jumpLen(m.here()+2, m.target()))
	m.mark(point{pc: m.target()})
	m.jump(m.target())
	m.mark(point{pc: m.Next()})
	m.jump(m.Next())
}

// pushNext emits a push of the address that a call returns to, in one instruction.
func (m *mover) pushNext() {
	if !m.is64() {
		m.emit(0x68)
		m.emit32(uint32(m.Next()))
		return
	}
	m.emit(0xFF, 0x35)
	m.constant = literal{value: m.Next(), wanted: len(m.code)}
	m.emit32(0)
}

// literals emits the word that the code refers to.
func (m *mover) literals() {
	if at := m.constant.wanted; at > 0 {
		binary.LittleEndian.PutUint32(m.code[at:], uint32(len(m.code)-at-4))
		m.emit64(uint64(m.constant.value))
	}
}

// call emits a call of what a register or memory holds: a push, and the jump that has the
// same operand. The push has changed the stack pointer by then.
func (m *mover) call() {
	m.pushNext()
	word := int64(m.ABI.Reg)
	m.mark(point{pc: m.Addr, sp: word})
	start := len(m.code)
	base, has := m.base()
	switch {
	case has && base == sp && m.mod() == 3:
		m.err = ErrBound
	case has && base == sp:
		m.emit(m.text[:m.modrmAt]...)
		m.emit(0xA4, m.text[m.modrmAt+1]) // mod 2: four bytes of distance
		m.emit32(uint32(m.disp() + word))
	default:
		m.copy()
		m.code[start+int(m.modrmAt)] ^= 2<<3 ^ 4<<3
	}
}

// copy emits the instruction itself, with its operand where it was.
func (m *mover) copy() {
	start := len(m.code)
	next := m.here() + abi.Addr(m.Len)
	m.emit(m.Code()...)
	if !m.relative() {
		return
	}
	operand := m.Next() + abi.Addr(m.disp())
	distance, ok := m.distance(next, operand)
	if !ok && m.prefix&addressSize == 0 {
		m.err = ErrFar
	}
	binary.LittleEndian.PutUint32(m.code[start+int(m.dispAt):], distance)
}

// returnsInRegister reports whether the instruction leaves the address behind it in a
// register: SYSCALL does, in 64-bit mode.
func (m *mover) returnsInRegister() bool { return m.is64() && m.is(1, 0x05) }

// setReturn sets that register to what the original would have left there.
func (m *mover) setReturn() {
	if m.returnsInRegister() {
		m.emit(0x48, 0xB9)
		m.emit64(uint64(m.Next()))
		m.mark(point{pc: m.Next()})
	}
}
