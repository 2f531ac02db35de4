package decode

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/value"
)

// fpRegs64 is struct user_fpregs_struct of x86-64.
var fpRegs64 = &syscalls.Record{Name: "user_fpregs_struct", Fields: []syscalls.Param{
	{Name: "cwd", Type: x16}, {Name: "swd", Type: x16}, {Name: "ftw", Type: x16}, {Name: "fop", Type: x16},
	{Name: "rip", Type: x64}, {Name: "rdp", Type: x64},
	{Name: "mxcsr", Type: x32}, {Name: "mxcr_mask", Type: x32},
	{Name: "st_space", Type: syscalls.Array{Elem: x32, Count: 32}},
	{Name: "xmm_space", Type: syscalls.Array{Elem: x32, Count: 64}},
	{Name: "padding", Type: syscalls.Array{Elem: x32, Count: 24}},
}}

// fpRegs32 is struct user_fpregs_struct of i386.
var fpRegs32 = &syscalls.Record{Name: "user_fpregs_struct", Fields: []syscalls.Param{
	{Name: "cwd", Type: x32}, {Name: "swd", Type: x32}, {Name: "twd", Type: x32},
	{Name: "fip", Type: x32}, {Name: "fcs", Type: x32}, {Name: "foo", Type: x32}, {Name: "fos", Type: x32},
	{Name: "st_space", Type: syscalls.Array{Elem: x32, Count: 20}},
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
