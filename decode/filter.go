package decode

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// Parts of the code of a classic filter instruction.
const (
	filterClass  = 0x07
	filterSize   = 0x18
	filterMode   = 0xe0
	filterSource = 0x08
	filterOp     = 0xf0
	filterResult = 0x18
	filterMisc   = 0xf8
	filterCode   = 0xffff
)

// Classes of instructions.
const (
	filterLD = iota
	filterLDX
	filterST
	filterSTX
	filterALU
	filterJMP
	filterRET
	filterMISC
)

const filterInstruction = 8 // bytes of struct sock_filter

// program decodes n instructions of size bytes each.
func (x *context) program(at abi.Addr, n uint64, size int, decode func([]byte) value.Value) value.Value {
	shown := int(min(n, uint64(x.limit()), uint64(maxRead/size)))
	b := x.readSome(at, shown*size)
	whole := len(b) / size
	if whole == 0 && shown > 0 {
		return x.a.Lost(at)
	}
	x.elems -= whole
	list := x.a.Values(whole + 1)
	for i := range whole {
		list = append(list, decode(b[i*size:]))
	}
	if whole < shown {
		list = append(list, x.cut(at+abi.Addr(whole*size)))
	}
	return x.a.Array(list, whole == shown && uint64(shown) < n, value.List)
}

// seccompInstruction decodes one instruction of a filter of system calls.
func (x *context) seccompInstruction(b []byte) value.Value {
	return x.filterInstruction(b, x.filterOperand(integer(b, 0, 2), integer(b, 4, 4)))
}

// socketInstruction decodes one instruction of a filter of packets.
func (x *context) socketInstruction(b []byte) value.Value {
	return x.filterInstruction(b, x.a.Int(integer(b, 4, 4), 4, value.Hex))
}

// filterInstruction decodes one instruction, as the macros that make it. The operand is
// what a statement has.
func (x *context) filterInstruction(b []byte, operand value.Value) value.Value {
	code, jt, jf, k := integer(b, 0, 2), integer(b, 2, 1), integer(b, 3, 1), integer(b, 4, 4)
	if jt == 0 && jf == 0 {
		return x.a.Macro("BPF_STMT", x.filterCode(code), operand)
	}
	return x.a.Macro("BPF_JUMP", x.filterCode(code), x.a.Int(k, 4, value.Hex), x.a.Int(jt, 1, value.Hex), x.a.Int(jf, 1, value.Hex))
}

func (x *context) filterCode(code uint64) value.Value {
	part := func(mask uint64, set *uapi.Set) value.Value { return x.a.Flags(code&mask, 2, set) }

	parts := append(x.a.Values(4), part(filterClass, uapi.FilterClasses))
	used := uint64(filterCode) // most classes have no other parts
	switch code & filterClass {
	case filterLD, filterLDX:
		parts = append(parts, part(filterSize, uapi.BPFSizes), part(filterMode, uapi.FilterModes))
	case filterALU:
		parts = append(parts, part(filterSource, uapi.FilterSources), part(filterOp, uapi.BPFArithmetic))
	case filterJMP:
		parts = append(parts, part(filterSource, uapi.FilterSources), part(filterOp, uapi.BPFJumps))
	case filterRET:
		parts = append(parts, part(filterResult, uapi.FilterResults))
		used = filterClass | filterResult
	case filterMISC:
		parts = append(parts, part(filterMisc, uapi.FilterMisc))
		used = filterClass | filterMisc
	default:
		used = filterClass
	}
	if rest := code &^ used; rest != 0 {
		parts = append(parts, x.a.Note(x.a.Int(rest, 2, value.Hex), "BPF_???"))
	}
	return x.a.Or(parts...)
}

// filterOperand decodes the constant of an instruction: what a filter returns is
// an action and its data.
func (x *context) filterOperand(code, k uint64) value.Value {
	const data = 0xffff
	if code&filterClass != filterRET {
		return x.a.Int(k, 4, value.Hex)
	}
	action := x.a.Flags(k&^data, 4, uapi.SeccompActions)
	if k&data == 0 {
		return action
	}
	return x.a.Or(action, x.a.Int(k&data, 4, value.Hex))
}
