package syscalls

import "github.com/trapline/trapline/uapi"

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
