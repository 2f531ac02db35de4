package unwind

import "errors"

// errProgram is the error for a program of call frame instructions that makes no sense.
var errProgram = errors.New("bad call frame instruction")

// How a register of the caller is found.
type how uint8

const (
	same          how = iota // it was not changed
	undefined                // it is lost
	offset                   // it is stored at the CFA plus an offset
	valOffset                // it is the CFA plus an offset
	register                 // it is in another register
	expression               // it is stored at the address that an expression gives
	valExpression            // it is what an expression gives
)

// A rule says how to find a register, or the CFA: a register plus an offset or an
// expression.
type rule struct {
	how  how
	reg  uint16
	off  int64
	expr []byte
}

// rules are those of one place in the code, the table's row while it is computed.
type rules struct {
	cfa  rule
	regs [maxRegs]rule
}

// maxRemembered bounds the rows that a program may have remembered.
const maxRemembered = 64

// A runner runs programs of call frame instructions.
type runner struct {
	rules
	initial    rules // those of the CIE
	remembered []rules
	*cie
	arm    bool
	bases  bases
	loc    uint64
	target uint64 // what is said of later places does not count
}

// run returns the rules for an address of a function.
func (r *runner) run(f *fde, s *section, addr uint64) error {
	r.cie, r.bases = f.cie, s.bases
	r.bases.function = f.start
	r.rules, r.remembered = rules{}, r.remembered[:0]
	r.loc, r.target = 0, ^uint64(0)
	if err := r.execute(f.cie.program, 0); err != nil {
		return err
	}
	r.initial = r.rules
	r.loc, r.target = f.start, addr
	return r.execute(f.program, f.next-uint64(len(f.program)))
}

// execute executes instructions, which are at an address of the file, up to the first that
// is about places behind the target.
func (r *runner) execute(program []byte, addr uint64) error {
	c := cursor{rest: program, addr: addr}
	for len(c.rest) > 0 {
		if !r.instruction(&c) {
			return errProgram
		}
		if c.bad {
			return errTruncated
		}
		if r.loc > r.target {
			break
		}
	}
	return nil
}

// Instructions that have an operand in their low six bits.
const (
	cfaAdvance = 0x40
	cfaOffset  = 0x80
	cfaRestore = 0xc0
)

func (r *runner) instruction(c *cursor) bool {
	op := c.byte()
	low := uint64(op & 0x3f)
	switch op & 0xc0 {
	case cfaAdvance:
		r.loc += low * r.codeAlign
	case cfaOffset:
		r.set(low, rule{how: offset, off: int64(c.uleb()) * r.dataAlign})
	case cfaRestore:
		r.restore(low)
	default:
		return r.extended(op, c)
	}
	return true
}

// The other instructions: DW_CFA_*.
const (
	cfaNop                = 0x00
	cfaSetLoc             = 0x01
	cfaAdvance1           = 0x02
	cfaAdvance2           = 0x03
	cfaAdvance4           = 0x04
	cfaOffsetExtended     = 0x05
	cfaRestoreExtended    = 0x06
	cfaUndefined          = 0x07
	cfaSameValue          = 0x08
	cfaRegister           = 0x09
	cfaRemember           = 0x0a
	cfaRestoreState       = 0x0b
	cfaDef                = 0x0c
	cfaDefRegister        = 0x0d
	cfaDefOffset          = 0x0e
	cfaDefExpression      = 0x0f
	cfaExpression         = 0x10
	cfaOffsetExtendedSF   = 0x11
	cfaDefSF              = 0x12
	cfaDefOffsetSF        = 0x13
	cfaValOffset          = 0x14
	cfaValOffsetSF        = 0x15
	cfaValExpression      = 0x16
	cfaAdvance8           = 0x1d // MIPS
	cfaNegateRAState      = 0x2d // of arm64; on SPARC it saves the window
	cfaArgsSize           = 0x2e
	cfaNegOffsetExtended  = 0x2f
	cfaNegateRAStateAndPC = 0x2c
)

func (r *runner) extended(op byte, c *cursor) bool {
	switch op {
	case cfaNop:
	case cfaSetLoc:
		r.loc = c.pointer(r.pointers&^indirect, r.word, r.bases)
	case cfaAdvance1, cfaAdvance2, cfaAdvance4:
		r.loc += c.uint(1<<(op-cfaAdvance1)) * r.codeAlign
	case cfaAdvance8:
		r.loc += c.uint(8) * r.codeAlign
	case cfaRemember, cfaRestoreState:
		return r.state(op)
	case cfaNegateRAState, cfaNegateRAStateAndPC:
		return r.arm // a signature is removed from every return address
	case cfaArgsSize:
		c.uleb()
	case cfaDef, cfaDefRegister, cfaDefOffset, cfaDefExpression, cfaDefSF, cfaDefOffsetSF:
		r.define(op, c)
	default:
		return r.rule(op, c)
	}
	return true
}

// define executes an instruction about the CFA.
func (r *runner) define(op byte, c *cursor) {
	switch op {
	case cfaDef:
		r.cfa = rule{how: register, reg: uint16(c.uleb()), off: int64(c.uleb())}
	case cfaDefSF:
		r.cfa = rule{how: register, reg: uint16(c.uleb()), off: c.sleb() * r.dataAlign}
	case cfaDefRegister:
		r.cfa = rule{how: register, reg: uint16(c.uleb()), off: r.cfa.off}
	case cfaDefOffset:
		r.cfa.off = int64(c.uleb())
	case cfaDefOffsetSF:
		r.cfa.off = c.sleb() * r.dataAlign
	case cfaDefExpression:
		r.cfa = rule{how: valExpression, expr: c.block()}
	}
}

// rule executes an instruction about a register.
func (r *runner) rule(op byte, c *cursor) bool {
	reg := c.uleb()
	switch op {
	case cfaOffsetExtended:
		r.set(reg, rule{how: offset, off: int64(c.uleb()) * r.dataAlign})
	case cfaOffsetExtendedSF:
		r.set(reg, rule{how: offset, off: c.sleb() * r.dataAlign})
	case cfaNegOffsetExtended:
		r.set(reg, rule{how: offset, off: -int64(c.uleb()) * r.dataAlign})
	case cfaValOffset:
		r.set(reg, rule{how: valOffset, off: int64(c.uleb()) * r.dataAlign})
	case cfaValOffsetSF:
		r.set(reg, rule{how: valOffset, off: c.sleb() * r.dataAlign})
	case cfaRestoreExtended:
		r.restore(reg)
	case cfaUndefined:
		r.set(reg, rule{how: undefined})
	case cfaSameValue:
		r.set(reg, rule{how: same})
	case cfaRegister:
		r.set(reg, rule{how: register, reg: uint16(c.uleb())})
	case cfaExpression:
		r.set(reg, rule{how: expression, expr: c.block()})
	case cfaValExpression:
		r.set(reg, rule{how: valExpression, expr: c.block()})
	default:
		return false
	}
	return true
}

// set changes the rule of a register; floating-point and vector registers are not
// followed.
func (r *runner) set(reg uint64, to rule) {
	if reg < maxRegs {
		r.regs[reg] = to
	}
}

func (r *runner) restore(reg uint64) {
	if reg < maxRegs {
		r.regs[reg] = r.initial.regs[reg]
	}
}

// state remembers the rules or goes back to those remembered last.
func (r *runner) state(op byte) bool {
	n := len(r.remembered)
	if op == cfaRemember {
		if n == maxRemembered {
			return false
		}
		r.remembered = append(r.remembered, r.rules)
		return true
	}
	if n == 0 {
		return false
	}
	r.rules, r.remembered = r.remembered[n-1], r.remembered[:n-1]
	return true
}
