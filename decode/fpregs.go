package decode

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/value"
)

var (
	hex16 = syscalls.Bits{Width: 2, Form: value.Hex}
	hex32 = syscalls.Bits{Width: 4, Form: value.Hex}
	hex64 = syscalls.Bits{Width: 8, Form: value.Hex}
)

// fpRegs64 is struct user_fpregs_struct of x86-64.
var fpRegs64 = &syscalls.Record{Name: "user_fpregs_struct", Fields: []syscalls.Param{
	{Name: "cwd", Type: hex16}, {Name: "swd", Type: hex16}, {Name: "ftw", Type: hex16}, {Name: "fop", Type: hex16},
	{Name: "rip", Type: hex64}, {Name: "rdp", Type: hex64},
	{Name: "mxcsr", Type: hex32}, {Name: "mxcr_mask", Type: hex32},
	{Name: "st_space", Type: syscalls.Array{Elem: hex32, Count: 32}},
	{Name: "xmm_space", Type: syscalls.Array{Elem: hex32, Count: 64}},
	{Name: "padding", Type: syscalls.Array{Elem: hex32, Count: 24}},
}}

// fpRegs32 is struct user_fpregs_struct of i386.
var fpRegs32 = &syscalls.Record{Name: "user_fpregs_struct", Fields: []syscalls.Param{
	{Name: "cwd", Type: hex32}, {Name: "swd", Type: hex32}, {Name: "twd", Type: hex32},
	{Name: "fip", Type: hex32}, {Name: "fcs", Type: hex32}, {Name: "foo", Type: hex32}, {Name: "fos", Type: hex32},
	{Name: "st_space", Type: syscalls.Array{Elem: hex32, Count: 20}},
}}

// fpRegs is the structure of floating point registers of an ABI, nil when that is
// not known.
func fpRegs(a *abi.ABI) *syscalls.Record {
	switch a {
	case abi.AMD64, abi.X32:
		return fpRegs64
	case abi.I386:
		return fpRegs32
	}
	return nil
}

// fpRegisters decodes the structure of PTRACE_GETFPREGS.
func fpRegisters(x *context, w uint64) value.Value {
	r := fpRegs(x.abi)
	if r == nil || x.c.mode.Opaque {
		return x.a.Lost(abi.Addr(w))
	}
	return x.recordAt(r, abi.Addr(w))
}
