package unwind

import "errors"

// errExpression is the error for an expression that makes no sense.
var errExpression = errors.New("bad DWARF expression")

// Bounds of an expression: of its stack, and of its steps, for it may have loops.
const (
	maxOperands = 64
	maxSteps    = 1000
)

// A calculator computes DWARF expressions.
type calculator struct {
	memory *window
	effort *effort
	s      *state
	code   []byte
	bias   uint64                   // of addresses
	extra  func(byte) (bool, error) // operations that only locations have; nil for none
	cursor
	operands [maxOperands]uint64
	n        int
}

// compute returns the value of an expression. The stack has first at the beginning,
// or nothing.
func (x *calculator) compute(s *state, code []byte, first ...uint64) (uint64, error) {
	x.s, x.code, x.cursor = s, code, cursor{rest: code}
	x.n = copy(x.operands[:], first)
	for range maxSteps {
		if len(x.rest) == 0 {
			return x.result()
		}
		if !x.effort.spend(1) {
			return 0, errEffort
		}
		if err := x.operation(x.byte()); err != nil {
			return 0, err
		}
	}
	return 0, errExpression
}

func (x *calculator) result() (uint64, error) {
	if x.n == 0 || x.bad {
		return 0, errExpression
	}
	return x.s.abi.TruncateReg(x.operands[x.n-1]), nil
}

// Operations: DW_OP_*.
const (
	opAddr       = 0x03
	opDeref      = 0x06
	opConst1u    = 0x08 // then const1s, const2u and so on to const8s
	opConst8s    = 0x0f
	opConstu     = 0x10
	opConsts     = 0x11
	opDup        = 0x12
	opDrop       = 0x13
	opOver       = 0x14
	opPick       = 0x15
	opSwap       = 0x16
	opRot        = 0x17
	opAbs        = 0x19
	opAnd        = 0x1a
	opDiv        = 0x1b
	opMinus      = 0x1c
	opMod        = 0x1d
	opMul        = 0x1e
	opNeg        = 0x1f
	opNot        = 0x20
	opOr         = 0x21
	opPlus       = 0x22
	opPlusUconst = 0x23
	opShl        = 0x24
	opShr        = 0x25
	opShra       = 0x26
	opXor        = 0x27
	opBra        = 0x28
	opEq         = 0x29
	opGe         = 0x2a
	opGt         = 0x2b
	opLe         = 0x2c
	opLt         = 0x2d
	opNe         = 0x2e
	opSkip       = 0x2f
	opLit0       = 0x30
	opLit31      = 0x4f
	opBreg0      = 0x70
	opBreg31     = 0x8f
	opBregx      = 0x92
	opDerefSize  = 0x94
	opNop        = 0x96
)

func (x *calculator) operation(op byte) error {
	switch {
	case op >= opLit0 && op <= opLit31:
		return x.push(uint64(op - opLit0))
	case op >= opBreg0 && op <= opBreg31:
		return x.register(int(op-opBreg0), x.sleb())
	case op >= opConst1u && op <= opConst8s:
		return x.constant(op - opConst1u)
	case op >= opDup && op <= opRot:
		return x.shuffle(op)
	case op == opAbs || op == opNeg || op == opNot || op == opPlusUconst:
		return x.unary(op)
	case op >= opAnd && op <= opXor || op >= opEq && op <= opNe:
		return x.binary(op)
	}
	return x.other(op)
}

func (x *calculator) other(op byte) error {
	switch op {
	case opAddr:
		return x.push(x.uint(x.s.abi.Word) + x.bias)
	case opConstu:
		return x.push(x.uleb())
	case opConsts:
		return x.push(uint64(x.sleb()))
	case opBregx:
		reg := x.uleb()
		return x.register(int(min(reg, maxRegs)), x.sleb())
	case opDeref:
		return x.deref(x.s.abi.Word)
	case opDerefSize:
		return x.deref(int(x.byte()))
	case opSkip, opBra:
		return x.branch(op)
	case opNop:
		return nil
	}
	if x.extra != nil {
		if known, err := x.extra(op); known || err != nil {
			return err
		}
	}
	return errExpression
}

func (x *calculator) push(v uint64) error {
	if x.n == maxOperands {
		return errExpression
	}
	x.operands[x.n] = v
	x.n++
	return nil
}

// top returns the top n operands, the last of which is the top; nil if there are not
// so many.
func (x *calculator) top(n int) []uint64 {
	if x.n < n {
		return nil
	}
	return x.operands[x.n-n : x.n]
}

func (x *calculator) constant(kind byte) error {
	size := 1 << (kind / 2)
	if kind%2 == 1 {
		return x.push(uint64(x.int(size)))
	}
	return x.push(x.uint(size))
}

func (x *calculator) register(n int, off int64) error {
	v, known := x.s.get(n)
	if !known {
		return errRegister
	}
	return x.push(v + uint64(off))
}

func (x *calculator) deref(size int) error {
	t := x.top(1)
	if t == nil || size != 1 && size != 2 && size != 4 && size != 8 {
		return errExpression
	}
	v, err := x.memory.word(x.s.address(t[0]), size)
	t[0] = v
	return err
}

func (x *calculator) branch(op byte) error {
	to := x.int(2) + int64(len(x.code)-len(x.rest))
	if op == opBra {
		t := x.top(1)
		if t == nil {
			return errExpression
		}
		x.n--
		if t[0] == 0 {
			return nil
		}
	}
	if to < 0 || to > int64(len(x.code)) || x.bad {
		return errExpression
	}
	x.rest = x.code[to:]
	return nil
}

// shuffle moves operands about.
func (x *calculator) shuffle(op byte) error {
	depth := [...]int{opDup: 1, opDrop: 1, opOver: 2, opPick: 1, opSwap: 2, opRot: 3}[op]
	if op == opPick {
		depth = int(x.byte()) + 1
	}
	t := x.top(depth)
	if t == nil {
		return errExpression
	}
	switch op {
	case opDup, opOver, opPick:
		return x.push(t[0])
	case opDrop:
		x.n--
	case opSwap:
		t[0], t[1] = t[1], t[0]
	case opRot:
		t[0], t[1], t[2] = t[2], t[0], t[1]
	}
	return nil
}

func (x *calculator) unary(op byte) error {
	t := x.top(1)
	if t == nil {
		return errExpression
	}
	switch op {
	case opAbs:
		t[0] = uint64(max(int64(t[0]), -int64(t[0])))
	case opNeg:
		t[0] = -t[0]
	case opNot:
		t[0] = ^t[0]
	case opPlusUconst:
		t[0] += x.uleb()
	}
	return nil
}

func (x *calculator) binary(op byte) error {
	t := x.top(2)
	if t == nil {
		return errExpression
	}
	x.n--
	if op >= opEq {
		t[0] = compare(op, int64(t[0]), int64(t[1]))
		return nil
	}
	if (op == opDiv || op == opMod) && t[1] == 0 {
		return errExpression
	}
	t[0] = arithmetic(op, t[0], t[1])
	return nil
}

func arithmetic(op byte, a, b uint64) uint64 {
	switch op {
	case opAnd:
		return a & b
	case opDiv:
		return uint64(int64(a) / int64(b))
	case opMinus:
		return a - b
	case opMod:
		return a % b
	case opMul:
		return a * b
	case opOr:
		return a | b
	case opPlus:
		return a + b
	case opShl:
		return a << b
	case opShr:
		return a >> b
	case opShra:
		return uint64(int64(a) >> b)
	}
	return a ^ b
}

func compare(op byte, a, b int64) uint64 {
	truths := [...]bool{a == b, a >= b, a > b, a <= b, a < b, a != b}
	if truths[op-opEq] {
		return 1
	}
	return 0
}
