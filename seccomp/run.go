package seccomp

import (
	"fmt"

	"github.com/trapline/trapline/abi"
)

// Data is struct seccomp_data, what a filter sees of a call.
type Data struct {
	NR   uint32
	Arch uint32 // AUDIT_ARCH_*
	PC   uint64
	Args [abi.MaxArgs]uint64
}

// Run does what the kernel would do with the program. It is an error if the kernel would
// not have taken it.
func (p *Program) Run(d *Data) (Verdict, error) {
	var a uint32
	for pc := 0; pc < len(p.Code); pc++ {
		i := p.Code[pc]
		switch i.Code {
		case loadWord:
			a = d.word(i.K)
		case and:
			a &= i.K
		case xor:
			a ^= i.K
		case jump:
			pc += int(i.K)
		case jumpEqual:
			pc += i.distance(a == i.K)
		case jumpGreater:
			pc += i.distance(a > i.K)
		case jumpGreaterEqual:
			pc += i.distance(a >= i.K)
		case answer:
			return verdict(i.K)
		default:
			return Verdict{}, fmt.Errorf("seccomp: instruction %#x", i.Code)
		}
	}
	return Verdict{}, fmt.Errorf("seccomp: the program has no end")
}

func (i *Instruction) distance(yes bool) int {
	if yes {
		return int(i.JT)
	}
	return int(i.JF)
}

// word is the native-endian word at an offset.
func (d *Data) word(offset uint32) uint32 {
	switch offset {
	case offsetNumber:
		return d.NR
	case offsetArch:
		return d.Arch
	}
	at := offset - offsetArgs
	return uint32(d.Args[at/8] >> (8 * (at % 8)))
}

func verdict(k uint32) (Verdict, error) {
	const tagMask = 0xffff
	switch k &^ tagMask {
	case retAllow:
		return Verdict{}, nil
	case retTrace:
		return Verdict{true, uint16(k & tagMask)}, nil
	}
	return Verdict{}, fmt.Errorf("seccomp: answer %#x", k)
}
