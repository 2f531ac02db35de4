package unwind

import "github.com/trapline/trapline/abi"

// maxRegs is one more than the highest DWARF number of a register that is followed.
const maxRegs = 35

// A machine is what differs between ABIs in a stack walk. Registers go by their
// DWARF numbers.
type machine struct {
	abi    *abi.ABI
	regs   []int  // indexes in abi.Regs
	pc     int    // where a state keeps the program counter
	sp, fp int    // the stack and frame pointers
	link   int    // the link register; -1 where a call pushes the return address
	slot   int    // size in bytes of a saved register
	code   uint64 // the bits of a code address that are one; the others may hold a signature
}

// machines are all that can be walked.
var machines = []*machine{
	{
		abi: abi.AMD64, regs: amd64Regs,
		pc: 16, sp: 7, fp: 6, link: -1, slot: 8, code: 1<<64 - 1,
	},
	{
		abi: abi.X32, regs: amd64Regs,
		pc: 16, sp: 7, fp: 6, link: -1, slot: 8, code: 1<<32 - 1,
	},
	{
		abi:  abi.I386,
		regs: []int{6, 1, 2, 0, 15, 5, 3, 4, 12}, // eax ecx edx ebx esp ebp esi edi eip
		pc:   8, sp: 4, fp: 5, link: -1, slot: 4, code: 1<<32 - 1,
	},
	{
		abi: abi.ARM64,
		regs: []int{
			0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
			17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32,
		},
		pc: 32, sp: 31, fp: 29, link: 30, slot: 8, code: 1<<48 - 1,
	},
}

// amd64Regs are rax rdx rcx rbx rsi rdi rbp rsp r8-r15 rip.
var amd64Regs = []int{10, 12, 11, 5, 13, 14, 4, 19, 9, 8, 7, 6, 3, 2, 1, 0, 16}

// machineOf returns the machine of an ABI; nil for none.
func machineOf(a *abi.ABI) *machine {
	for _, m := range machines {
		if m.abi == a {
			return m
		}
	}
	return nil
}
