package syscalls

import (
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// kvmOps are the commands of virtual machines.
func kvmOps() []op {
	var (
		region = record("kvm_userspace_memory_region", fields{
			{Name: "slot", Type: u32}, {Name: "flags", Type: flags(uapi.KVMMemoryFlags)}, {Name: "guest_phys_addr", Type: x64}, {Name: "memory_size", Type: u64}, {Name: "userspace_addr", Type: x64},
		})
		cpuid = record("kvm_cpuid2", fields{{Name: "nent", Type: u32}, {Name: "padding", Type: hidden(u32)}, {Name: "entries", Type: Custom{Name: "cpuidEntries", Args: []string{"nent"}}}})
		regs  = Custom{Name: "kvmRegs"}
		sregs = specialRegisters()
	)
	return []op{
		{"KVM_CHECK_EXTENSION", argp(enumOf(Long, uapi.KVMCapabilities))},
		{"KVM_CREATE_VCPU", argp(unum)},
		{"KVM_SET_USER_MEMORY_REGION", argp(in(region))},
		{"KVM_SET_REGS", argp(in(regs))},
		{"KVM_GET_REGS", argp(out(regs))},
		{"KVM_SET_SREGS", argp(in(sregs))},
		{"KVM_GET_SREGS", argp(out(sregs))},
		{"KVM_SET_CPUID2", argp(in(cpuid))},
		{"KVM_GET_SUPPORTED_CPUID", argp(out(cpuid))},
		{"KVM_GET_EMULATED_CPUID", argp(out(cpuid))},
	}
}

// KVMRegisters are the registers of a virtual processor.
func KVMRegisters() *Record {
	r := record("kvm_regs", nil)
	for _, name := range [...]string{"rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rsp", "rbp", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "rip", "rflags"} {
		r.Fields = append(r.Fields, Param{Name: name, Type: x64})
	}
	return r
}

// KVMShortRegisters are those that are shown unless everything is asked for.
func KVMShortRegisters() *Record {
	r := KVMRegisters()
	r.Fields = append(r.Fields, Param{Type: Custom{Name: "elided", Even: 1}})
	return r.showing("rax", "", "rsp", "rbp", "", "rip", "rflags")
}

// KVMCPUIDEntry is what a virtual processor says of itself.
func KVMCPUIDEntry() *Record {
	return record("kvm_cpuid_entry2", fields{
		{Name: "function", Type: x32}, {Name: "index", Type: x32}, {Name: "flags", Type: flags(uapi.KVMCPUIDFlags)},
		{Name: "eax", Type: x32}, {Name: "ebx", Type: x32}, {Name: "ecx", Type: x32}, {Name: "edx", Type: x32}, {Name: "padding", Type: hidden(list(u32, 3))},
	})
}

// specialRegisters are segments and control registers; but for the first they are shown only
// if everything is asked for.
func specialRegisters() *Record {
	segment := record("kvm_segment", fields{
		{Name: "base", Type: x64}, {Name: "limit", Type: u32}, {Name: "selector", Type: u16}, {Name: "type", Type: u8}, {Name: "present", Type: u8}, {Name: "dpl", Type: u8},
		{Name: "db", Type: u8}, {Name: "s", Type: u8}, {Name: "l", Type: u8}, {Name: "g", Type: u8}, {Name: "avl", Type: u8}, {Name: "unusable", Type: hidden(u8)}, {Name: "padding", Type: hidden(u8)},
	})
	table := record("kvm_dtable", fields{{Name: "base", Type: x64}, {Name: "limit", Type: u16}, {Name: "padding", Type: hidden(list(u16, 3))}})
	r := record("kvm_sregs", nil)
	add := func(t Type, names ...string) {
		for _, name := range names {
			r.Fields = append(r.Fields, Param{Name: name, Type: t, Verbose: len(r.Fields) > 0})
		}
	}
	add(segment, "cs", "ds", "es", "fs", "gs", "ss", "tr", "ldt")
	add(table, "gdt", "idt")
	add(u64, "cr0", "cr2", "cr3", "cr4", "cr8", "efer")
	add(x64, "apic_base")
	add(list(x64, 4), "interrupt_bitmap")
	return r
}

// KVMRun is what a virtual processor shares with its program.
func KVMRun() *Record {
	return record("kvm_run", fields{
		{Name: "request_interrupt_window", Type: u8}, {Name: "immediate_exit", Type: u8}, {Name: "padding1", Type: hidden(list(u8, 6))},
		{Name: "exit_reason", Type: customOf(4, "kvmExit")}, {Name: "ready_for_interrupt_injection", Type: u8}, {Name: "if_flag", Type: u8}, {Name: "flags", Type: x16},
		{Name: "cr8", Type: hexAlt(8)}, {Name: "apic_base", Type: hexAlt(8)},
	})
}

func hexAlt(n Width) Bits { return Bits{Width: n, Form: value.HexAlt} }

// KVMByte is a byte of data of a virtual processor.
var KVMByte Type = x8

// KVMReason is what a reason of leaving a virtual processor has to say for itself, under the
// name of the union's member; nil for most.
func KVMReason(reason uint64) (name string, r *Record) {
	name, _ = uapi.KVMExits.Find(reason)
	switch name {
	case "KVM_EXIT_IO":
		return "io", record("", fields{
			{Name: "direction", Type: enumOf(1, uapi.KVMDirections)}, {Name: "size", Type: u8}, {Name: "port", Type: hexAlt(2)}, {Name: "count", Type: u32},
			{Name: "data_offset", Type: hexAlt(8)}, {Name: "data", Type: custom("kvmData", "size", "count", "data_offset")},
		})
	case "KVM_EXIT_MMIO":
		return "mmio", record("", fields{
			{Name: "phys_addr", Type: hexAlt(8)}, {Name: "data", Type: list(x8, 8)}, {Name: "len", Type: u32}, {Name: "is_write", Type: u8},
		})
	}
	return "", nil
}
