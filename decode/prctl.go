package decode

import (
	"strconv"
	"sync"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/mem"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// prctlCustom names the decoders of prctl's options.
func prctlCustom(name string) custom {
	switch name {
	case "taskName":
		return taskName
	case "newTaskName":
		return newTaskName
	case "vectorLength":
		return vectorLength
	case "streamingLength":
		return streamingLength
	case "taggedAddr":
		return taggedAddr
	case "vectorControl":
		return vectorControl
	case "prctlAfter":
		return prctlAfter
	}
	return nil
}

// longestName is the longest name of a task, without its NUL.
const longestName = 15

// taskName decodes the name of a task.
func taskName(x *context, w uint64) value.Value { return x.name(abi.Addr(w), longestName+1) }

// newTaskName decodes a name to be given. It may be longer than the kernel takes,
// and is taken to be where it does not end before.
func newTaskName(x *context, w uint64) value.Value { return x.name(abi.Addr(w), longestName) }

// name decodes a name whose end is looked for in the first room bytes.
func (x *context) name(at abi.Addr, room int) value.Value {
	limit := min(longestName, max(x.c.mode.Strings, 0))
	b, terminated, err := mem.ReadString(x.m, x.buf[:0], at, min(limit+1, room))
	x.buf = b
	if !terminated && err != nil {
		return x.a.Lost(at)
	}
	return x.a.Str(x.copied(b[:min(len(b), limit)]), !terminated)
}

// vectorLength and streamingLength decode the length of arm64's vectors, with flags.
func vectorLength(x *context, w uint64) value.Value    { return x.length(w, uapi.PrctlSVE) }
func streamingLength(x *context, w uint64) value.Value { return x.length(w, uapi.PrctlSME) }

func (x *context) length(w uint64, flags *uapi.Set) value.Value {
	const mask = 0xffff
	length := x.a.Int(w&mask, 4, value.Hex)
	if w&^mask == 0 {
		return length
	}
	return x.a.Or(x.a.Flags(w&^mask, x.abi.Word, flags), length)
}

// taggedAddr decodes how arm64 treats the tags of addresses: whether the kernel
// takes them, how it checks them, and which may be drawn.
func taggedAddr(x *context, w uint64) value.Value {
	const (
		enable   = 1
		check    = 6
		tagShift = 3
		tags     = 0xffff
	)
	parts := append(x.a.Values(4), x.a.Flags(w&enable, x.abi.Word, taggedAddrs), x.a.Flags(w&check, x.abi.Word, uapi.PrctlMTE))
	if tag := w >> tagShift & tags; tag != 0 {
		drawn := x.a.Macro(x.shiftText(tag, "PR_MTE_TAG_SHIFT"))
		drawn.Number = x.a.Int(tag<<tagShift, x.abi.Word, value.Hex)
		parts = append(parts, drawn)
	}
	if rest := w &^ (enable | check | tags<<tagShift); rest != 0 {
		parts = append(parts, x.a.Int(rest, x.abi.Word, value.Hex))
	}
	return x.a.Or(parts...)
}

// taggedAddrs and vectorFlags name what is not so as well.
var (
	taggedAddrs = orNot(uapi.PrctlTagged)
	vectorFlags = orNot(uapi.PrctlVectorFlags)
)

// orNot is a set of one bit, with a name for its absence.
func orNot(set *uapi.Set) *uapi.Set {
	bit := set.Consts[0]
	return &uapi.Set{Name: set.Name, Consts: []uapi.Const{bit, {Name: "!" + bit.Name}}}
}

// nextShift is where the state of vectors after the next execve stands.
const nextShift = 2

// nextVectors names the states of vectors after the next execve.
var nextVectors = sync.OnceValue(func() *uapi.Set {
	set := &uapi.Set{Name: "next " + uapi.PrctlVectors.Name, Consts: []uapi.Const{{Name: "0x3<<2", Value: 3 << nextShift}}}
	for _, c := range uapi.PrctlVectors.Consts {
		set.Consts = append(set.Consts, uapi.Const{Name: c.Name + "<<2", Value: c.Value << nextShift})
	}
	return set
})

// vectorControl decodes whether RISC-V's vectors may be used: now, after the next execve,
// and whether children inherit that.
func vectorControl(x *context, w uint64) value.Value {
	const now, next, inherit = 3, 3 << nextShift, 0x10
	parts := append(x.a.Values(4),
		x.a.Flags(w&now, x.abi.Word, uapi.PrctlVectors),
		x.a.Flags(w&next, x.abi.Word, nextVectors()),
		x.a.Flags(w&inherit, x.abi.Word, vectorFlags))
	if rest := w &^ (now | next | inherit); rest != 0 {
		parts = append(parts, x.a.Int(rest, x.abi.Word, value.Hex))
	}
	return x.a.Or(parts...)
}

// shiftText writes 0x1f<<NAME.
func (x *context) shiftText(v uint64, shift string) string {
	b := append(x.a.Bytes(24+len(shift)), "0x"...)
	b = strconv.AppendUint(b, v, 16)
	b = append(b, "<<"...)
	return text(append(b, shift...))
}

// prctlAfter explains the results that have names.
func prctlAfter(x *context, w uint64) value.Value {
	const (
		getDumpable    = 3
		getSecurebits  = 27
		mceKillGet     = 34
		getSpeculation = 52
		getMDWE        = 66
	)
	switch x.arg(0) {
	case getDumpable:
		return x.spelled(w, uapi.PrctlDumpable)
	case mceKillGet:
		return x.spelled(w, uapi.PrctlMCEKillPolicy)
	case getSpeculation:
		return x.bitsSpelled(w, uapi.PrctlSpeculationState)
	case getSecurebits:
		return x.unlessZero(w, uapi.Securebits)
	case getMDWE:
		return x.unlessZero(w, uapi.PrctlMDWE)
	}
	return nil
}

func (x *context) unlessZero(w uint64, set *uapi.Set) value.Value {
	if w == 0 {
		return nil
	}
	return x.bitsSpelled(w, set)
}

// bitsSpelled is spelled for flags, which are not explained where only numbers are shown.
func (x *context) bitsSpelled(w uint64, set *uapi.Set) value.Value {
	v := x.spelled(w, set)
	if m, ok := v.(*value.Macro); ok {
		m.Number = x.a.Int(w, 4, value.Hex)
	}
	return v
}
