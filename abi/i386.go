package abi

// I386 is the 32-bit ABI of x86, entered by int 0x80, sysenter or the 32-bit
// syscall instruction; also from 64-bit code, which only
// PTRACE_GET_SYSCALL_INFO reveals.
var I386 = &ABI{
	Name: "i386", Arch: "x86", Audit: 0x40000003,
	Word: 4, KernelLong: 4, Reg: 4, Align64: 4,
	Break: []byte{0xCC}, BreakAdjust: 1, CallSize: 2,
	// struct user_regs_struct32 of the kernel.
	Regs: registers(4,
		"ebx", "ecx", "edx", "esi", "edi", "ebp", "eax", "ds", "es", "fs", "gs", // 0-10
		"orig_eax", "eip", "cs", "eflags", "esp", "ss", // 11-16
	),
	PC: 12, SP: 15, Result: 6, NR: 11,
	ExecNR: 11, RestartNR: 0,
	Args: [6]int{0, 1, 2, 3, 4, 5},
}
