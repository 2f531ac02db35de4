package capture

import (
	"debug/elf"

	"github.com/trapline/trapline/abi"
)

// A coreLayout is what the notes of a machine's cores look like: struct elf_prstatus of
// <linux/elfcore.h>, with the registers in the order of abi.ABI.Regs. Words are as wide as
// pointers.
type coreLayout struct {
	class   elf.Class
	machine elf.Machine
	abi     *abi.ABI
	tid     int // the offset of pr_pid
	regs    int // the offset of pr_reg
}

// signalAt is the offset of pr_cursig everywhere.
const signalAt = 12

var coreLayouts = []coreLayout{
	{elf.ELFCLASS64, elf.EM_X86_64, abi.AMD64, 32, 112},
	{elf.ELFCLASS64, elf.EM_AARCH64, abi.ARM64, 32, 112},
	{elf.ELFCLASS32, elf.EM_386, abi.I386, 24, 72},
	{elf.ELFCLASS32, elf.EM_X86_64, abi.X32, 24, 72},
}

// layoutOf returns the layout of cores with that header; nil if none is known.
func layoutOf(h *coreHeader) *coreLayout {
	for i := range coreLayouts {
		if l := &coreLayouts[i]; l.class == h.class && l.machine == h.machine {
			return l
		}
	}
	return nil
}

// A psinfoLayout is where struct elf_prpsinfo has what is of interest. Its size tells how
// wide its words and the ids of users are.
type psinfoLayout struct{ pid, name int }

var psinfoLayouts = map[int]psinfoLayout{
	136: {24, 40},
	128: {16, 32},
	124: {12, 28},
}

const (
	stateAt    = 1  // the offset of pr_sname
	maxName    = 16 // of a program
	maxSiginfo = 128
	maxVector  = 4096
)
