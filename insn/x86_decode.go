package insn

// decodeX86 splits an instruction of x86 into its parts.
func (i *Inst) decodeX86(code []byte) error {
	c := cursor{code: code, x86: &i.x86, is64: i.is64()}
	c.prefixes()
	c.head()
	c.operands()
	switch {
	case c.truncated && len(code) < MaxLen:
		return ErrTruncated
	case c.truncated || c.unknown:
		return ErrUnknown
	}
	i.Len = c.at
	i.Flow = i.flow()
	return nil
}

// A cursor walks through one instruction. Reading past the code gives zeroes and is
// noted, so that nobody has to look after each byte.
type cursor struct {
	*x86
	code      []byte
	at        int
	is64      bool
	truncated bool
	unknown   bool
}

func (c *cursor) peek() byte {
	if c.at < len(c.code) {
		return c.code[c.at]
	}
	c.truncated = true
	return 0
}

func (c *cursor) byte() byte {
	b := c.peek()
	c.at++
	return b
}

// skip passes n bytes and returns where they begin.
func (c *cursor) skip(n int) uint8 {
	start := c.at
	c.at += n
	if c.at > len(c.code) {
		c.truncated = true
	}
	return uint8(min(start, MaxLen))
}

// prefixes takes those before the opcode. REX counts only where the opcode follows it.
func (c *cursor) prefixes() {
	for !c.truncated {
		b := c.peek()
		switch b {
		case 0x26, 0x2E, 0x36, 0x3E, 0x64, 0x65:
			c.segment = b
		case 0x66:
			c.prefix |= operandSize
		case 0x67:
			c.prefix |= addressSize
		case 0xF0:
			c.prefix |= lock
		case 0xF2:
			c.prefix = c.prefix&^rep | repne
		case 0xF3:
			c.prefix = c.prefix&^repne | rep
		default:
			if !c.is64 || b&0xF0 != 0x40 {
				return
			}
			c.rex = b
			c.at++
			continue
		}
		c.rex = 0
		c.at++
	}
}

// head takes what says which map the opcode is of, and the opcode.
func (c *cursor) head() {
	switch b := c.peek(); {
	case b == 0x0F:
		c.at++
		c.opmap = 1
		switch c.peek() {
		case 0x38:
			c.opmap = 2
			c.at++
		case 0x3A:
			c.opmap = 3
			c.at++
		}
	case b == 0xD5 && c.is64:
		c.rex2()
	case b == 0xC5 && c.extends():
		c.vex2()
	case b == 0xC4 && c.extends():
		c.vex3(vex)
	case b == 0x62 && c.extends():
		c.evex()
	case b == 0x8F && c.second()&0x1F >= 8:
		c.vex3(xop)
	}
	c.opcodeAt = uint8(c.at)
	c.opcode = c.byte()
}

// second is the byte after the next.
func (c *cursor) second() byte {
	if c.at+1 < len(c.code) {
		return c.code[c.at+1]
	}
	c.truncated = true
	return 0
}

// extends reports whether a byte that was LDS, LES or BOUND once begins a longer opcode:
// always in 64-bit mode, and where what follows would be a register otherwise.
func (c *cursor) extends() bool { return c.is64 || c.second() >= 0xC0 }

func (c *cursor) rex2() {
	c.form = rex2
	c.at++
	payload := c.byte()
	c.rex = payload & 0xF
	c.opmap = payload >> 7
}

func (c *cursor) vex2() {
	c.form = vex
	c.at++
	b := c.byte()
	c.opmap = 1
	c.rex = ^b >> 5 & rexR
	c.inner(b & 3)
}

// vex3 takes the three bytes of VEX, or those of XOP, which are laid out alike.
func (c *cursor) vex3(f form) {
	c.form = f
	c.at++
	b, d := c.byte(), c.byte()
	c.opmap = b & 0x1F
	c.rex = ^b>>5&7 | d>>4&rexW
	c.inner(d & 3)
}

func (c *cursor) evex() {
	c.form = evex
	c.at++
	b, d := c.byte(), c.byte()
	c.byte()
	c.opmap = b & 7
	c.rex = ^b>>5&7 | d>>4&rexW
	c.inner(d & 3)
}

// inner notes the prefix that VEX, EVEX and XOP have inside.
func (c *cursor) inner(pp byte) {
	c.prefix |= [4]prefix{0, operandSize, rep, repne}[pp]
}

// operands takes what follows the opcode.
func (c *cursor) operands() {
	shape := c.shape()
	if shape.modrm() {
		c.modRM(shape)
	}
	c.immLen = c.immediate(shape)
	c.immAt = c.skip(int(c.immLen))
}

func (c *cursor) modRM(s shape) {
	c.modrmAt = uint8(c.at)
	c.modrm = c.byte()
	if c.mod() == 3 || s == registers {
		return
	}
	if c.prefix&addressSize != 0 && !c.is64 {
		c.dispLen = c.disp16()
	} else {
		c.dispLen = c.disp32()
	}
	c.dispAt = c.skip(int(c.dispLen))
}

// disp16 is the displacement's size for addresses of 16 bits.
func (c *cursor) disp16() uint8 {
	if c.mod() == 0 && c.modrm&7 == 6 {
		return 2
	}
	return c.mod()
}

// disp32 takes the SIB byte and returns the displacement's size for longer addresses.
func (c *cursor) disp32() uint8 {
	base := c.modrm & 7
	if base == 4 {
		base = c.byte() & 7
	}
	switch {
	case c.mod() == 1:
		return 1
	case c.mod() == 2, base == 5:
		return 4
	}
	return 0
}

// immediate is the size of the immediate operand.
func (c *cursor) immediate(s shape) uint8 {
	wide := c.prefix&operandSize == 0 || c.rex&rexW != 0
	switch s {
	case imm8, modrmImm8:
		return 1
	case imm16, modrmImm16:
		return 2
	case imm24:
		return 3
	case immZ, modrmImmZ:
		return pick(wide, 4, 2)
	case near:
		return pick(wide || c.is64, 4, 2)
	case far:
		return pick(wide, 6, 4)
	case immV:
		return pick(c.rex&rexW != 0, 8, pick(wide, 4, 2))
	case offset:
		long := c.prefix&addressSize == 0
		return pick(c.is64, pick(long, 8, 4), pick(long, 4, 2))
	case imm64:
		return 8
	case modrmImm32:
		return 4
	case test8:
		return pick(c.group() < 2, 1, 0)
	case testZ:
		return pick(c.group() < 2, pick(wide, 4, 2), 0)
	}
	return 0
}

func pick(b bool, yes, no uint8) uint8 {
	if b {
		return yes
	}
	return no
}
