package decode

import (
	"slices"
	"strconv"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// kdCustom names the decoders of consoles and keyboards.
func kdCustom(name string) custom {
	switch name {
	case "tone":
		return tone
	case "beep":
		return beep
	case "fontData":
		return fontData
	case "fontName":
		return fontName
	case "keyString":
		return keyString
	case "keyTable":
		return keyTable
	case "keyValue":
		return keyValue
	case "keyboardMode":
		return keyboardMode
	case "keyboardModeAt":
		return keyboardModeAt
	case "glyph":
		return glyph
	case "keyFunction":
		return keyFunction
	}
	return nil
}

// clockRate is the rate of the timer that a beep is a fraction of.
const clockRate = 1193182

// tone decodes the period of a sound; none is silence.
func tone(x *context, w uint64) value.Value {
	return x.a.Meaning(x.a.Int(w, x.abi.Word, value.Unsigned), text(x.hertz(w)))
}

// hertz is the frequency that belongs to a period, in words.
func (x *context) hertz(period uint64) []byte {
	b := x.a.Bytes(32)
	if period == 0 || period > clockRate {
		return append(b, "off"...)
	}
	return append(strconv.AppendUint(b, clockRate/period, 10), " Hz"...)
}

// beep decodes the period of a sound and, above it, how long it lasts.
func beep(x *context, w uint64) value.Value {
	last, period := w>>16&0xffff, w&0xffff
	var v value.Value = x.a.Int(period, 2, value.Unsigned)
	if last != 0 {
		v = x.a.Or(x.a.Macro("<<", x.a.Int(last, 2, value.Unsigned), x.a.Int(16, 1, value.Unsigned)), v)
	}
	b := x.hertz(period)
	if last == 0 {
		b = append(b[:0], "off"...)
	} else if period != 0 {
		b = append(strconv.AppendUint(append(b, ", "...), last, 10), " ms"...)
	}
	return x.a.Meaning(v, text(b))
}

// fontData decodes the pictures of characters, each 32 lines of as many bytes as the width
// takes.
func fontData(x *context, w uint64) value.Value {
	const lines, most = 32, 512
	count, width := min(x.arg(0), most), uint64(1)
	if len(x.args) > 1 {
		width = (x.arg(1) + 7) / 8
	}
	return x.pointed(w, func(at abi.Addr) value.Value { return x.hexBuffer(at, lines*width*count) })
}

// fontName decodes the name of a font, which has up to 32 bytes.
func fontName(x *context, w uint64) value.Value {
	const most = 32
	return x.pointed(w, func(at abi.Addr) value.Value {
		b := x.readSome(at, most)
		if len(b) < most && !slices.Contains(b, 0) {
			return x.a.Lost(at)
		}
		return x.room(b)
	})
}

// keyString decodes what a function key types, up to 512 bytes.
func keyString(x *context, w uint64) value.Value {
	const most = 512
	b := x.readSome(abi.Addr(w), most)
	if len(b) < most && !slices.Contains(b, 0) && len(b) < x.c.mode.Strings {
		return x.a.Lost(abi.Addr(w))
	}
	return x.wholeRoom(b)
}

var keyModifiers = &uapi.Set{Name: "modifiers of keys", Flags: true, Consts: []uapi.Const{
	{Name: "1<<KG_SHIFT", Value: 1 << 0}, {Name: "1<<KG_ALTGR", Value: 1 << 1}, {Name: "1<<KG_CTRL", Value: 1 << 2}, {Name: "1<<KG_ALT", Value: 1 << 3},
	{Name: "1<<KG_SHIFTL", Value: 1 << 4}, {Name: "1<<KG_SHIFTR", Value: 1 << 5}, {Name: "1<<KG_CTRLL", Value: 1 << 6}, {Name: "1<<KG_CTRLR", Value: 1 << 7},
}}

// keyTable decodes which table of keys is meant: one with a name or, else, its modifiers.
func keyTable(x *context, w uint64) value.Value {
	if _, ok := uapi.KeyTables.Find(w); ok {
		return x.a.Flags(w, 1, uapi.KeyTables)
	}
	return x.a.Flags(w, 1, keyModifiers)
}

// keyValue decodes what a key means: a symbol with a name, or a type and a value.
func keyValue(x *context, w uint64) value.Value {
	b := x.a.Bytes(48)
	if name, ok := uapi.KeySymbols.Find(w); ok {
		b = append(b, name...)
	} else {
		b = append(x.keyType(append(b, "K("...), w>>8), ", "...)
		b = append(keyCode(b, w>>8, byte(w)), ')')
	}
	return x.a.Meaning(x.a.Int(w, 2, value.Hex), text(b))
}

func (x *context) keyType(b []byte, t uint64) []byte {
	if name, ok := uapi.KeyTypes.Find(t); ok {
		return append(b, name...)
	}
	return strconv.AppendUint(append(b, "0x"...), t, 16)
}

// keyCode appends the value of a key: a character, if its type is one of those.
func keyCode(b []byte, t uint64, c byte) []byte {
	const latin, meta, letter, dead = 0, 8, 11, 13
	switch t {
	case latin, meta, letter, dead:
		return value.AppendChar(b, c)
	}
	if c == 0 {
		return append(b, '0')
	}
	return strconv.AppendUint(append(b, "0x"...), uint64(c), 16)
}

// keyFunction decodes the number of a function key.
func keyFunction(x *context, w uint64) value.Value {
	const function = 1 << 8
	name, ok := uapi.KeySymbols.Find(w | function)
	if !ok {
		return x.a.Int(w, 1, value.Hex)
	}
	m := x.a.Macro("KVAL", x.a.Macro(name))
	m.Number = x.a.Int(w, 1, value.Hex)
	return m
}

// keyboardMode decodes a mode of a keyboard; one without a name is a decimal.
func keyboardMode(x *context, w uint64) value.Value {
	n := x.a.Int(w, 4, value.Signed)
	name, ok := uapi.KeyboardModes.Find(w)
	if !ok {
		return x.a.Meaning(n, "K_???")
	}
	m := x.a.Macro(name)
	m.Number = n
	return m
}

// keyboardModeAt decodes an int that holds one.
func keyboardModeAt(x *context, w uint64) value.Value {
	m, ok := x.load(abi.Addr(w), 4)
	if !ok {
		return x.a.Lost(abi.Addr(w))
	}
	return x.one(keyboardMode(x, m))
}

// glyph decodes a character of a font: of Unicode or, in a part of it, a place in the font.
func glyph(x *context, w uint64) value.Value {
	const base, mask = 0xf000, 0x01ff
	if w&^mask != base {
		return x.a.Int(w, 2, value.Hex)
	}
	b := append(x.a.Bytes(24), "UNI_DIRECT_BASE+"...)
	if w == base {
		b = append(b, '0')
	} else {
		b = strconv.AppendUint(append(b, "0x"...), w&mask, 16)
	}
	m := x.a.Macro(text(b))
	m.Number = x.a.Int(w, 2, value.Hex)
	return m
}
