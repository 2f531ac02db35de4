package insn

import "strings"

// A shape is what follows an opcode, as the tables below write it.
type shape byte

const (
	none       shape = '.'
	modrm      shape = 'm'
	modrmImm8  shape = 'B'
	modrmImm16 shape = 'W'
	modrmImm32 shape = 'D'
	modrmImmZ  shape = 'Z' // as long as the operand, at most 32 bits
	registers  shape = 'r' // ModRM that names registers whatever its mod
	imm8       shape = 'b'
	imm16      shape = 'w'
	imm24      shape = 'e'
	immZ       shape = 'z'
	immV       shape = 'v' // as long as the operand
	imm64      shape = 'q'
	near       shape = 'j' // distance
	far        shape = 'f' // segment and address
	offset     shape = 'o' // an address
	test8      shape = 't' // ModRM, and an immediate for two of the group
	testZ      shape = 'T'
	unknown    shape = '-'
)

func (s shape) modrm() bool { return strings.IndexByte("mBWDZrtT", byte(s)) >= 0 }

// oneByte are the opcodes without an escape. Prefixes and escapes are no opcodes.
const oneByte = "" +
	"mmmmbz..mmmmbz.-" + // 00
	"mmmmbz..mmmmbz.." +
	"mmmmbz-.mmmmbz-." + // 20
	"mmmmbz-.mmmmbz-." +
	"................" + // 40
	"................" +
	"..mm----zZbB...." + // 60
	"bbbbbbbbbbbbbbbb" +
	"BZBBmmmmmmmmmmmm" + // 80
	"..........f....." +
	"oooo....bz......" + // A0
	"bbbbbbbbvvvvvvvv" +
	"BBw.mmBZe.w..b.." + // C0
	"mmmmbb..mmmmmmmm" +
	"bbbbbbbbjjfb...." + // E0
	"-.--..tT......mm"

// only32 are those of one byte that 64-bit mode does not have.
const only32 = "\x06\x07\x0E\x16\x17\x1E\x1F\x27\x2F\x37\x3F\x60\x61\x62\x82\x9A\xC4\xC5\xCE\xD4\xD5\xD6\xEA"

// twoByte are the opcodes after 0F.
const twoByte = "" +
	"mmmm-.....-.-m.B" + // 00
	"mmmmmmmmmmmmmmmm" +
	"rrrrrrr-mmmmmmmm" + // 20
	"......-.--------" +
	"mmmmmmmmmmmmmmmm" + // 40
	"mmmmmmmmmmmmmmmm" +
	"mmmmmmmmmmmmmmmm" + // 60
	"BBBBmmm.mm--mmmm" +
	"jjjjjjjjjjjjjjjj" + // 80
	"mmmmmmmmmmmmmmmm" +
	"...mBmmm...mBmmm" + // A0
	"mmmmmmmmmmBmmmmm" +
	"mmBmBBBm........" + // C0
	"mmmmmmmmmmmmmmmm" +
	"mmmmmmmmmmmmmmmm" + // E0
	"mmmmmmmmmmmmmmmm"

// promoted are the opcodes of EVEX's map 4: old instructions with APX's registers.
const promoted = "" +
	"mmmm----mmmm----" + // 00
	"mmmm----mmmm----" +
	"mmmmB---mmmmB---" + // 20
	"mmmm----mmmm----" +
	"mmmmmmmmmmmmmmmm" + // 40
	"----------------" +
	"mmmm-mm--Z-B----" + // 60
	"----------------" +
	"BZ-Bmmmmmmmmmmmm" + // 80
	"----------------" +
	"-----m-----m-m-m" + // A0
	"----------------" +
	"BB--------------" + // C0
	"mmmmmmmm-mmmmmmm" +
	"----------------" + // E0
	"mm--mmtTmmmmmmmm"

// shape looks up what follows the opcode.
func (c *cursor) shape() shape {
	var s shape
	switch c.form {
	case legacy, rex2:
		s = c.oldShape()
	case vex, evex:
		s = c.vexShape()
	case xop:
		s = [3]shape{modrmImm8, modrm, modrmImm32}[min(c.opmap-8, 2)]
		c.unknown = c.opmap > 10
	}
	c.unknown = c.unknown || s == unknown
	return s
}

// oldShape is for opcodes as they were before VEX.
func (c *cursor) oldShape() shape {
	switch c.opmap {
	case 0:
		return c.oneByteShape()
	case 1:
		return c.twoByteShape()
	case 2:
		return modrm
	}
	return modrmImm8
}

func (c *cursor) oneByteShape() shape {
	switch {
	case c.form == rex2 && c.opcode == 0xA1: // JMPABS
		return imm64
	case c.is64 && strings.IndexByte(only32, c.opcode) >= 0:
		return unknown
	}
	return shape(oneByte[c.opcode])
}

func (c *cursor) twoByteShape() shape {
	if c.opcode == 0x78 && c.prefix&(operandSize|repne) != 0 { // EXTRQ, INSERTQ
		return modrmImm16
	}
	return shape(twoByte[c.opcode])
}

// vexShape is for opcodes after VEX and EVEX, whose maps are the same as far as shapes go.
func (c *cursor) vexShape() shape {
	switch c.opmap {
	case 1:
		return c.vectorShape()
	case 2, 5, 6:
		return modrm
	case 3:
		return modrmImm8
	case 4:
		return shape(promoted[c.opcode])
	case 7:
		return modrmImm32
	}
	return unknown
}

// vectorShape is that of VEX's map 1: the vector instructions after 0F. All have operands
// but VZEROUPPER.
func (c *cursor) vectorShape() shape {
	switch s := shape(twoByte[c.opcode]); {
	case s == modrmImm8:
		return s
	case c.opcode == 0x77 && c.form == vex:
		return none
	}
	return modrm
}
