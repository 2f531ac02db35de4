package abi

// AMD64 is the 64-bit ABI of x86-64, entered by the syscall instruction.
var AMD64 = &ABI{
	Name: "amd64", Arch: "x86", Audit: 0xC000003E,
	Word: 8, KernelLong: 8, Reg: 8, Align64: 8,
	Break: []byte{0xCC}, BreakAdjust: 1, CallSize: 2,
	Regs: amd64Regs,
	PC:   16, SP: 19, Result: 10, NR: 15,
	ExecNR: 59, RestartNR: 219,
	Args: [6]int{14, 13, 12, 7, 9, 8}, // rdi rsi rdx r10 r8 r9
}

// X32 is the ABI of x86-64 with 32-bit pointers: amd64's registers and entry,
// its own numbers, and structures that mix 32-bit pointers with 64-bit
// __kernel_long_t.
var X32 = &ABI{
	Name: "x32", Arch: "x86", Audit: 0xC000003E,
	Word: 4, KernelLong: 8, Reg: 8, Align64: 8, NRBit: 0x40000000,
	Break: []byte{0xCC}, BreakAdjust: 1, CallSize: 2,
	Regs: amd64Regs,
	PC:   16, SP: 19, Result: 10, NR: 15,
	ExecNR: 0x40000000 + 520, RestartNR: 0x40000000 + 219,
	Args: [6]int{14, 13, 12, 7, 9, 8},
}

// amd64Regs is struct user_regs_struct of <sys/user.h>.
var amd64Regs = registers(8,
	"r15", "r14", "r13", "r12", "rbp", "rbx", "r11", "r10", "r9", "r8", // 0-9
	"rax", "rcx", "rdx", "rsi", "rdi", "orig_rax", "rip", "cs", // 10-17
	"eflags", "rsp", "ss", "fs_base", "gs_base", "ds", "es", "fs", "gs", // 18-26
)
