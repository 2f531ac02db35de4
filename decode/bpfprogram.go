package decode

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

const bpfInstruction = 8 // bytes of struct bpf_insn

// bpfProgram decodes the instructions of a program when everything is asked for.
func bpfProgram(x *context, w uint64) value.Value {
	if !x.c.mode.Verbose {
		return x.a.Ptr(abi.Addr(w), nil)
	}
	return x.pointed(w, func(at abi.Addr) value.Value {
		return x.program(at, x.bpf.count, bpfInstruction, x.bpfInstruction)
	})
}

// bpfInstruction decodes one instruction.
func (x *context) bpfInstruction(b []byte) value.Value {
	return x.a.Struct(append(x.a.Fields(5),
		value.Field{Name: "code", Value: x.bpfCode(uint64(b[0]))},
		value.Field{Name: "dst_reg", Value: x.a.Flags(uint64(b[1]&0xf), 1, uapi.BPFRegisters)},
		value.Field{Name: "src_reg", Value: x.a.Flags(uint64(b[1]>>4), 1, uapi.BPFRegisters)},
		value.Field{Name: "off", Value: x.a.Int(integer(b, 2, 2), 2, value.Signed)},
		value.Field{Name: "imm", Value: x.a.Int(integer(b, 4, 4), 4, value.Hex)}), false)
}

// The classes whose codes have other parts than a size and an addressing mode.
const (
	bpfALU   = 4
	bpfJMP   = 5
	bpfJMP32 = 6
	bpfALU64 = 7
)

// bpfCode decodes the code of an instruction: its class and what the class decides.
func (x *context) bpfCode(code uint64) value.Value {
	part := func(mask uint64, set *uapi.Set) value.Value { return x.a.Flags(code&mask, 1, set) }
	class := part(filterClass, uapi.BPFClasses)
	switch code & filterClass {
	case bpfALU, bpfALU64:
		return x.a.Or(class, part(filterSource, uapi.FilterSources), part(filterOp, uapi.BPFArithmetic))
	case bpfJMP:
		return x.a.Or(class, part(filterSource, uapi.FilterSources), part(filterOp, uapi.BPFJumps))
	case bpfJMP32:
		if rest := code &^ filterClass; rest != 0 {
			return x.a.Or(class, x.a.Note(x.a.Int(rest, 1, value.Hex), "BPF_???"))
		}
		return class
	}
	return x.a.Or(class, part(filterSize, uapi.BPFSizes), part(filterMode, uapi.BPFModes))
}

// bpfVersion decodes the version of a kernel.
func bpfVersion(x *context, w uint64) value.Value {
	part := func(shift uint, mask uint64) value.Value { return x.a.Int(w>>shift&mask, 4, value.Unsigned) }
	v := x.a.Macro("KERNEL_VERSION", part(16, 0xffff), part(8, 0xff), part(0, 0xff))
	v.Number = x.a.Int(w, 4, value.Hex)
	return v
}
