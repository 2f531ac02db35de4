package decode

import (
	"sync"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// evdevCustom names the decoders of input devices.
func evdevCustom(name string) custom {
	switch name {
	case "evdev":
		return evdev
	case "repeat":
		return repeat
	case "keycode":
		return keycode
	}
	return nil
}

// keycode decodes the code that a device has for a key, and the key.
func keycode(x *context, w uint64) value.Value {
	return x.pair(abi.Addr(w), uapi.InputKeys)
}

// repeat decodes after how long and how often a key is repeated.
func repeat(x *context, w uint64) value.Value { return x.pair(abi.Addr(w), nil) }

// pair decodes two numbers, the second of a set if that is not nil.
func (x *context) pair(at abi.Addr, set *uapi.Set) value.Value {
	b := x.read(at, 8)
	if b == nil || x.c.mode.Opaque {
		return x.a.Lost(at)
	}
	second := value.Value(x.a.Int(integer(b, 4, 4), 4, value.Unsigned))
	if set != nil {
		second = x.a.Flags(integer(b, 4, 4), 4, set)
	}
	return x.a.Array(append(x.a.Values(2), x.a.Int(integer(b, 0, 4), 4, value.Unsigned), second), false, value.List)
}

// The ranges of axes, as they are and as they were.
var (
	absInfo      = sync.OnceValue(syscalls.AbsInfo)
	shortAbsInfo = sync.OnceValue(syscalls.ShortAbsInfo)
)

// inputBits returns what the bits are that a command asks for, and how many are known.
func inputBits(nr uint64) (*uapi.Set, int) {
	switch nr {
	case 0x09:
		return uapi.InputProperties, 31
	case 0x18, 0x21:
		return uapi.InputKeys, 767
	case 0x19, 0x31:
		return uapi.InputLEDs, 15
	case 0x1a, 0x32:
		return uapi.InputSounds, 7
	case 0x1b, 0x25:
		return uapi.InputSwitches, 17
	case 0x20:
		return uapi.InputEvents, 31
	case 0x22:
		return uapi.InputRelatives, 15
	case 0x23:
		return uapi.InputAxes, 63
	case 0x24:
		return uapi.InputMiscellanea, 7
	case 0x34:
		return uapi.InputRepeats, 1
	case 0x35:
		return uapi.ForceEffects, 127
	case 0x37:
		return uapi.ForceStatuses, 1
	}
	return nil, 0
}

// evdev decodes the argument of a command whose number says how long it is.
func evdev(x *context, w uint64) value.Value {
	at, cmd := abi.Addr(w), x.arg(0)
	dir, nr, size := cmd>>30, cmd&0xff, cmd>>16&0x3fff
	switch {
	case dir != ioctlRead && dir != ioctlWrite:
		return x.a.Int(w, x.abi.Word, value.Hex)
	case dir == ioctlWrite && nr >= 0xc0:
		return x.pointed(w, func(abi.Addr) value.Value { return x.absInfo(at, size) })
	case dir == ioctlWrite || w == 0:
		return x.a.Ptr(at, nil)
	case !x.exit:
		return nil
	case x.c.Result.Failed:
		return x.a.Ptr(at, nil)
	}
	return x.pointed(w, func(abi.Addr) value.Value { return x.inputAnswer(at, nr, size) })
}

// inputAnswer decodes what an input device told.
func (x *context) inputAnswer(at abi.Addr, nr, size uint64) value.Value {
	const name, uniq, slots, powers, axes, lastAxis = 0x06, 0x08, 0x0a, 0x36, 0x40, 0x7f
	n := x.c.Result.Value
	set, known := inputBits(nr)
	switch {
	case nr >= name && nr <= uniq:
		return x.buffer(at, n)
	case nr == slots:
		return x.touchSlots(at, size)
	case nr >= axes && nr <= lastAxis:
		return x.absInfo(at, size)
	case n == 0:
		return x.a.Lost(at)
	case nr == powers:
		return x.behind(s32, at)
	case set != nil:
		return x.bitSet(at, min(n, uint64(known+7)/8), known, set)
	}
	return x.a.Lost(at)
}

// absInfo decodes the range of an axis.
func (x *context) absInfo(at abi.Addr, size uint64) value.Value {
	switch {
	case size >= uint64(absInfo().Size(x.abi)):
		return x.recordAt(absInfo(), at)
	case size >= uint64(shortAbsInfo().Size(x.abi)):
		return x.recordAt(shortAbsInfo(), at)
	}
	return x.a.Lost(at)
}

// touchSlots decodes the values that an axis has in each slot.
func (x *context) touchSlots(at abi.Addr, size uint64) value.Value {
	const word = 4
	code, ok := x.load(at, word)
	if size < word || !ok || x.c.mode.Opaque {
		return x.a.Lost(at)
	}
	f := append(x.a.Fields(2), value.Field{Name: "code", Value: x.a.Flags(code, word, uapi.InputTouchAxes)},
		value.Field{Name: "values", Value: x.array(syscalls.Bits{Width: word}, size/word-1, at+word)})
	return x.a.Struct(f, false)
}

// bitSet decodes size bytes, read in whole words, of which the first n bits have names.
func (x *context) bitSet(at abi.Addr, size uint64, n int, set *uapi.Set) value.Value {
	const most = 4 // members that are shown, unless everything is asked for
	word := x.abi.Word
	b := x.read(at, alignUp(int(size), word))
	if b == nil || x.c.mode.Opaque {
		return x.a.Lost(at)
	}
	limit := most
	if x.c.mode.Verbose {
		limit = n
	}
	members := x.a.Array(x.a.Values(limit), false, value.Members)
	for i := 0; i < n && i < 8*int(size); i++ {
		if b[i/8]>>(i%8)&1 == 0 {
			continue
		}
		if len(members.Elems) == limit {
			members.More = true
			break
		}
		members.Elems = append(members.Elems, x.a.Flags(uint64(i), 4, set))
	}
	members.Words = x.elements(syscalls.Bits{Width: syscalls.Width(word), Form: value.Hex}, len(b)/word, b, at)
	return members
}
