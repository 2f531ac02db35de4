package insn

import (
	"fmt"
	"strings"
)

// Form names what is left of an instruction without the registers and numbers in it:
// prefixes, opcode and kind of operand. Two instructions of one form are handled alike.
func (i *Inst) Form() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d", 8*i.ABI.Reg)
	for n, name := range []string{"66", "67", "lock", "repne", "rep"} {
		if i.prefix>>n&1 != 0 {
			b.WriteString(" " + name)
		}
	}
	if i.segment != 0 {
		fmt.Fprintf(&b, " %02x:", i.segment)
	}
	if i.rex&rexW != 0 {
		b.WriteString(" W")
	}
	fmt.Fprintf(&b, " %s%x.%02x", [...]string{"", "rex2 ", "vex ", "evex ", "xop "}[i.form], i.opmap, i.opcode)
	if i.grouped() {
		fmt.Fprintf(&b, "/%d", i.group())
	}
	if i.modrmAt > 0 {
		b.WriteString(" " + i.operandForm())
	}
	return b.String()
}

// operandForm names the kind of operand in ModRM's rm.
func (i *Inst) operandForm() string {
	switch {
	case i.mod() == 3:
		return "reg"
	case i.relative():
		return "pc"
	case i.modrm&7 == sp:
		return fmt.Sprintf("sib%d", i.dispLen)
	}
	return fmt.Sprintf("mem%d", i.dispLen)
}

// Opcodes that ModRM's reg field extends.
const (
	oneByteGroups = "\x80\x81\x82\x83\x8F\xC0\xC1\xC6\xC7\xD0\xD1\xD2\xD3\xD8\xD9\xDA\xDB\xDC\xDD\xDE\xDF\xF6\xF7\xFE\xFF"
	twoByteGroups = "\x00\x01\x0D\x18\x1E\x1F\x71\x72\x73\xAE\xBA\xC7"
)

func (i *Inst) grouped() bool {
	switch i.opmap {
	case 0:
		return strings.IndexByte(oneByteGroups, i.opcode) >= 0
	case 1:
		return strings.IndexByte(twoByteGroups, i.opcode) >= 0
	}
	return false
}
