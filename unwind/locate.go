package unwind

import (
	"errors"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/mem"
)

// A Locator tells where a function's variables are, by the DWARF expressions that say so. It is
// for the innermost frame of a task.
type Locator struct {
	Regs   *abi.Regs
	Memory mem.Reader
	CFA    func() abi.Addr // of the frame; called when it is needed; it may be nil
	Bias   uint64          // of the file's addresses
	Base   []byte          // the function's frame base: an expression
	// Address returns an address by its number in .debug_addr; it may be nil.
	Address func(i uint64) (uint64, bool)
	AtEntry bool // the task has just entered the function
	// Own returns the address of what the thread has at an offset of its own block; it may be nil.
	Own func(off uint64) (abi.Addr, error)

	stack      window
	state      state
	calculator calculator
	effort     effort
	extra      func(byte) (bool, error) // operation, as the calculator calls it
	base       *Locator                 // of the frame base
	pieces     []Piece
	end        Piece // of what the operations so far have computed, if that is ended
	ended      bool
}

// A Piece is where a part of a variable is.
type Piece struct {
	Kind     PieceKind
	Addr     abi.Addr
	Register int // by DWARF number
	Value    uint64
	Bytes    []byte
	Entry    uint64 // the offset of an entry in .debug_info
	Offset   int64
	Size     uint64 // in bytes; zero for all of it
}

// A PieceKind says what of a Piece counts.
type PieceKind uint8

// The kinds of pieces.
const (
	Absent     PieceKind = iota // it was optimized out
	InMemory                    // at Addr
	InRegister                  // Register
	IsValue                     // Value
	IsBytes                     // Bytes
	IsPointer                   // a pointer that is nowhere, Offset bytes into what Entry describes
)

// ErrAbsent says that a variable is nowhere: it was optimized out.
var ErrAbsent = errors.New("optimized out")

// errOwn says that a variable is each thread's own, which is not looked for.
var errOwn = errors.New("variables that each thread has for itself are not found here")

// Operations of locations: DW_OP_*.
const (
	opReg0           = 0x50
	opReg31          = 0x6f
	opRegx           = 0x90
	opFbreg          = 0x91
	opPiece          = 0x93
	opFormTLS        = 0x9b
	opCallFrameCFA   = 0x9c
	opImplicitValue  = 0x9e
	opStackValue     = 0x9f
	opImplicitPtr    = 0xa0
	opAddrx          = 0xa1
	opConstx         = 0xa2
	opEntryValue     = 0xa3
	opConstType      = 0xa4
	opRegvalType     = 0xa5
	opDerefType      = 0xa6
	opConvert        = 0xa8
	opReinterpret    = 0xa9
	opGNUPushTLS     = 0xe0
	opGNUImplicitPtr = 0xf2
	opGNUEntryValue  = 0xf3
	opGNUConstType   = 0xf4
	opGNURegvalType  = 0xf5
	opGNUDerefType   = 0xf6
	opGNUConvert     = 0xf7
	opGNUReinterpret = 0xf9
	opGNUAddrIndex   = 0xfb
	opGNUConstIndex  = 0xfc
)

// Fixed reports whether what an expression locates is always in the same place of its file.
func Fixed(expr []byte) bool {
	return len(expr) > 0 && (expr[0] == opAddr || expr[0] == opAddrx || expr[0] == opGNUAddrIndex)
}

// Owned reports whether each thread has what an expression locates for itself.
func Owned(expr []byte) bool {
	if len(expr) == 0 {
		return false
	}
	last := expr[len(expr)-1]
	return last == opFormTLS || last == opGNUPushTLS
}

// maxPieces is how many pieces a variable may be in.
const maxPieces = 64

// Locate returns the pieces of a variable, by the expression for it; none for one that was
// optimized out. They are valid until the next call. The stack has first at the beginning.
func (l *Locator) Locate(expr []byte, first ...uint64) ([]Piece, error) {
	l.pieces, l.ended = l.pieces[:0], false
	if len(expr) == 1 && expr[0] >= opReg0 && expr[0] <= opReg31 {
		return l.add(Piece{Kind: InRegister, Register: int(expr[0] - opReg0)}), nil
	}
	x, err := l.begin()
	if err != nil {
		return nil, err
	}
	v, err := x.compute(&l.state, expr, first...)
	switch {
	case errors.Is(err, ErrAbsent):
		return nil, nil
	case len(expr) == 0:
		return nil, nil
	case err != nil && !errors.Is(err, errExpression):
		return nil, err
	case len(l.pieces) > 0 && x.n == 0 && !l.ended && !x.bad:
		return l.pieces, nil
	case l.ended:
		return l.add(l.end), nil
	case err != nil:
		return nil, err
	}
	return l.add(Piece{Kind: InMemory, Addr: abi.Addr(l.Regs.ABI.TruncateWord(v))}), nil
}

// begin prepares what computes an expression.
func (l *Locator) begin() (x *calculator, err error) {
	if l.state, err = newState(l.Regs); err != nil {
		return nil, err
	}
	if l.extra == nil {
		l.extra = func(op byte) (bool, error) { return l.operation(&l.calculator, op) }
	}
	l.stack.forget(l.Memory)
	l.effort = effort{maxSteps}
	l.calculator = calculator{memory: &l.stack, bias: l.Bias, effort: &l.effort, extra: l.extra}
	return &l.calculator, nil
}

// add appends a piece.
func (l *Locator) add(p Piece) []Piece {
	l.pieces = append(l.pieces, p)
	return l.pieces
}

// ends notes what the operations so far have computed.
func (l *Locator) ends(p Piece) { l.end, l.ended = p, true }

// operation does those operations that only locations have, and reports whether this is one.
func (l *Locator) operation(x *calculator, op byte) (bool, error) {
	switch {
	case op >= opReg0 && op <= opReg31:
		l.ends(Piece{Kind: InRegister, Register: int(op - opReg0)})
		return true, nil
	case op == opRegx:
		l.ends(Piece{Kind: InRegister, Register: int(min(x.uleb(), 1<<16))})
		return true, nil
	}
	switch op {
	case opFbreg:
		return true, l.frameBase(x)
	case opCallFrameCFA:
		if l.CFA == nil {
			return true, errExpression
		}
		return true, x.push(uint64(l.CFA()))
	case opPiece:
		return true, l.piece(x)
	case opStackValue:
		if t := x.top(1); t != nil {
			l.ends(Piece{Kind: IsValue, Value: t[0]})
			x.n--
			return true, nil
		}
		return true, errExpression
	case opImplicitValue:
		l.ends(Piece{Kind: IsBytes, Bytes: x.block()})
		return true, nil
	case opImplicitPtr, opGNUImplicitPtr:
		l.ends(Piece{Kind: IsPointer, Entry: x.uint(4), Offset: x.sleb()})
		return true, nil
	case opEntryValue, opGNUEntryValue:
		return true, l.entry(x)
	case opFormTLS, opGNUPushTLS:
		return true, l.own(x)
	}
	return l.typed(x, op)
}

// own makes an offset of the thread's own block an address.
func (l *Locator) own(x *calculator) error {
	t := x.top(1)
	switch {
	case t == nil:
		return errExpression
	case l.Own == nil:
		return errOwn
	}
	addr, err := l.Own(t[0])
	t[0] = uint64(addr)
	return err
}

// entry pushes what a register had when the function was entered, which is known there only.
func (l *Locator) entry(x *calculator) error {
	code := x.block()
	if !l.AtEntry {
		return ErrAbsent
	}
	now := Locator{Regs: l.Regs, Memory: l.Memory}
	pieces, err := now.Locate(code)
	if err != nil || len(pieces) != 1 || pieces[0].Kind != InRegister {
		return ErrAbsent
	}
	return x.register(pieces[0].Register, 0)
}

// typed does the operations that have types, which are taken for integers.
func (l *Locator) typed(x *calculator, op byte) (bool, error) {
	switch op {
	case opAddrx, opGNUAddrIndex, opConstx, opGNUConstIndex:
		v, ok := uint64(0), false
		if i := x.uleb(); l.Address != nil {
			v, ok = l.Address(i)
		}
		if !ok {
			return true, errExpression
		}
		if op == opAddrx || op == opGNUAddrIndex {
			v += l.Bias
		}
		return true, x.push(v)
	case opConstType, opGNUConstType:
		x.uleb()
		b := x.take(uint64(x.byte()))
		if len(b) != 1 && len(b) != 2 && len(b) != 4 && len(b) != 8 {
			return true, errExpression
		}
		return true, x.push(little(b, len(b)))
	case opRegvalType, opGNURegvalType:
		n := x.uleb()
		x.uleb()
		return true, x.register(int(min(n, maxRegs)), 0)
	case opDerefType, opGNUDerefType:
		size := int(x.byte())
		x.uleb()
		return true, x.deref(size)
	case opConvert, opGNUConvert, opReinterpret, opGNUReinterpret:
		x.uleb()
		return true, nil
	}
	return false, nil
}

// frameBase pushes an address relative to the function's frame base.
func (l *Locator) frameBase(x *calculator) error {
	off := uint64(x.sleb())
	if len(l.Base) == 0 {
		return errExpression
	}
	if l.base == nil {
		l.base = new(Locator)
	}
	l.base.Regs, l.base.Memory, l.base.CFA, l.base.Bias, l.base.Address = l.Regs, l.Memory, l.CFA, l.Bias, l.Address
	at, err := l.base.Locate(l.Base)
	if err != nil || len(at) != 1 {
		return errExpression
	}
	switch p := at[0]; p.Kind {
	case InMemory:
		return x.push(uint64(p.Addr) + off)
	case InRegister:
		return x.register(p.Register, int64(off))
	case IsValue:
		return x.push(p.Value + off)
	}
	return errExpression
}

// piece ends a piece of a variable.
func (l *Locator) piece(x *calculator) error {
	p := Piece{}
	switch t := x.top(1); {
	case l.ended:
		p = l.end
	case t != nil:
		p = Piece{Kind: InMemory, Addr: abi.Addr(t[0])}
	}
	p.Size = x.uleb()
	l.ended, x.n = false, 0
	if len(l.add(p)) > maxPieces {
		return errExpression
	}
	return nil
}

// Register returns a general register by its DWARF number.
func Register(r *abi.Regs, n int) (uint64, bool) {
	m := machineOf(r.ABI)
	if m == nil || n < 0 || n >= len(m.regs) {
		return 0, false
	}
	return r.Values[m.regs[n]], true
}
