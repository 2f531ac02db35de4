package insn

import (
	"slices"

	"github.com/trapline/trapline/abi"
)

// x86Layout says where abi.Regs has the registers of x86, the general ones in the order
// in which instructions number them.
type x86Layout struct {
	general                []int
	flags, fsBase, gsBase  int
	codeSegment, stackSegm int
}

var (
	layout64 = layoutOf(abi.AMD64, "rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi",
		"r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15")
	layout32 = layoutOf(abi.I386, "eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi")
)

func layoutOf(a *abi.ABI, general ...string) *x86Layout {
	index := func(name string) int {
		return slices.IndexFunc(a.Regs, func(r abi.Register) bool { return r.Name == name })
	}
	l := &x86Layout{
		flags: index("eflags"), fsBase: index("fs_base"), gsBase: index("gs_base"),
		codeSegment: index("cs"), stackSegm: index("ss"),
	}
	for _, name := range general {
		l.general = append(l.general, index(name))
	}
	return l
}

func (i *Inst) layout() *x86Layout {
	if i.is64() {
		return layout64
	}
	return layout32
}

// Numbers of registers.
const (
	cx = 1
	sp = 4
	bp = 5
)

// setReturnAddress sets the register in which SYSCALL leaves the address behind it.
func setReturnAddress(regs *abi.Regs, pc abi.Addr) {
	regs.Values[layout64.general[cx]] = uint64(pc)
}

// Flags of x86.
const (
	carry     = 1 << 0
	parity    = 1 << 2
	adjust    = 1 << 4
	zero      = 1 << 6
	sign      = 1 << 7
	trap      = 1 << 8
	overflow  = 1 << 11
	alignment = 1 << 18

	arithmetic = carry | parity | adjust | zero | sign | overflow
)

// condition reports whether the flags meet a condition, numbered as in the opcodes of
// conditional jumps.
func condition(number byte, flags uint64) bool {
	less := flags&sign != 0 != (flags&overflow != 0)
	met := [8]bool{
		flags&overflow != 0,
		flags&carry != 0,
		flags&zero != 0,
		flags&(carry|zero) != 0,
		flags&sign != 0,
		flags&parity != 0,
		less,
		less || flags&zero != 0,
	}[number>>1&7]
	return met != (number&1 != 0)
}
