package decode

import (
	"sync"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/value"
)

// kvmCustom names the decoders of virtual machines.
func kvmCustom(name string) custom {
	switch name {
	case "kvmRegs":
		return kvmRegs
	case "elided":
		return elided
	case "cpuidEntries":
		return cpuidEntries
	case "kvmExit":
		return kvmExit
	case "kvmData":
		return kvmData
	}
	return nil
}

var (
	kvmRegisters      = sync.OnceValue(syscalls.KVMRegisters)
	kvmShortRegisters = sync.OnceValue(syscalls.KVMShortRegisters)
	kvmCPUIDEntry     = sync.OnceValue(syscalls.KVMCPUIDEntry)
)

// kvmRegs decodes the registers of a virtual processor.
func kvmRegs(x *context, w uint64) value.Value {
	if x.c.mode.Opaque {
		return x.a.Lost(abi.Addr(w))
	}
	if x.c.mode.Verbose {
		return x.recordAt(kvmRegisters(), abi.Addr(w))
	}
	return x.recordAt(kvmShortRegisters(), abi.Addr(w))
}

// elided stands for fields that are left out between others.
func elided(x *context, _ uint64) value.Value { return x.a.Macro("...") }

// cpuidEntries decodes what a virtual processor says of itself, if everything is asked for.
func cpuidEntries(x *context, w uint64) value.Value {
	n := x.arg(0)
	if n == 0 || x.c.mode.Verbose {
		return x.array(kvmCPUIDEntry(), n, abi.Addr(w))
	}
	return x.a.Array(nil, true, value.List)
}
