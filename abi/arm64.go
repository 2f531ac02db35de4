package abi

// ARM64 is the 64-bit ABI of AArch64, entered by svc #0.
var ARM64 = &ABI{
	Name: "arm64", Arch: "arm64", Audit: 0xC00000B7,
	Word: 8, KernelLong: 8, Reg: 8, Align64: 8,
	Break: []byte{0x00, 0x00, 0x20, 0xD4}, CallSize: 4, // brk #0
	// struct user_pt_regs of <asm/ptrace.h>.
	Regs: registers(8,
		"x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10",
		"x11", "x12", "x13", "x14", "x15", "x16", "x17", "x18", "x19", "x20",
		"x21", "x22", "x23", "x24", "x25", "x26", "x27", "x28", "x29", "x30",
		"sp", "pc", "pstate",
	),
	PC: 32, SP: 31, Result: 0, NR: -1,
	ExecNR: 221, RestartNR: 128,
	Args: [6]int{0, 1, 2, 3, 4, 5},
}
