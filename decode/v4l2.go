package decode

import (
	"strconv"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// v4l2Custom names the decoders of video devices.
func v4l2Custom(name string) custom {
	switch name {
	case "fourcc":
		return fourcc
	case "fraction":
		return fraction
	case "kernelVersion":
		return kernelVersion
	case "menuValue":
		return menuValue
	case "videoFlags":
		return videoFlags
	case "videoControl":
		return controlID
	case "videoControlWish":
		return videoControl
	case "getControls":
		return getControls
	case "setControls":
		return setControls
	}
	return nil
}

// fourcc decodes a format that is named by four characters.
func fourcc(x *context, w uint64) value.Value {
	m := x.a.Macro("v4l2_fourcc", x.letter(w), x.letter(w>>8), x.letter(w>>16), x.letter(w>>24))
	m.Number = x.a.Int(w, 4, value.Hex)
	if name, ok := uapi.VideoFormats.Find(w); ok {
		return x.a.Meaning(m, name)
	}
	return m
}

// letter is a character that has no short form if it is not printable.
func (x *context) letter(w uint64) value.Value {
	c := w & 0xff
	if c < '\t' || c > '\r' {
		return x.a.Int(c, 1, value.Char)
	}
	return x.a.Macro(text(append(x.a.Bytes(8), '\'', '\\', 'x', '0', "0123456789abcdef"[c], '\'')))
}

// newBuffers is how many buffers a device made, and the number of the first.
func (x *context) newBuffers() value.Value {
	at, _ := x.sibling("argp")
	b := x.read(abi.Addr(x.abi.TruncateWord(at)), int(x.arg(0)>>16&0x3fff))
	if b == nil {
		return nil
	}
	t := strconv.AppendUint(append(x.a.Bytes(48), "{index="...), integer(b, 0, 4), 10)
	t = strconv.AppendUint(append(t, ", count="...), integer(b, 4, 4), 10)
	return x.a.Macro(text(append(t, '}')))
}

// fraction decodes two numbers, one over the other.
func fraction(x *context, w uint64) value.Value {
	b := x.read(abi.Addr(w), 8)
	t := strconv.AppendUint(x.a.Bytes(24), integer(b, 0, 4), 10)
	return x.a.Macro(text(strconv.AppendUint(append(t, '/'), integer(b, 4, 4), 10)))
}

// menuValue decodes the value of an entry of a menu, which is where its name could be.
func menuValue(x *context, w uint64) value.Value {
	const name = 32
	v, _ := x.load(abi.Addr(w-name), 8)
	return x.a.Int(v, 8, value.Signed)
}

// kernelVersion decodes the version of a driver.
func kernelVersion(x *context, w uint64) value.Value {
	m := x.a.Macro("KERNEL_VERSION", x.a.Int(w>>16, 4, value.Unsigned), x.a.Int(w>>8&0xff, 1, value.Unsigned), x.a.Int(w&0xff, 1, value.Unsigned))
	m.Number = x.a.Int(w, 4, value.Hex)
	return m
}

// videoFlags decodes the state of a buffer, in which two parts tell about its time stamp.
func videoFlags(x *context, w uint64) value.Value {
	const clocks, sources = 0xe000, 0x70000
	parts := x.a.Values(3)
	if rest := w &^ (clocks | sources); rest != 0 {
		parts = append(parts, x.a.Flags(rest, 4, uapi.VideoBufferFlags))
	}
	return x.a.Or(append(parts, x.a.Flags(w&clocks, 4, uapi.VideoTimestamps), x.a.Flags(w&sources, 4, uapi.VideoStampSources))...)
}

// videoControl decodes a control, or a wish for the one that follows it.
func videoControl(x *context, w uint64) value.Value {
	const next = 0xc0000000
	if w&next == 0 {
		return controlID(x, w)
	}
	wish := x.a.Flags(w&next, 4, uapi.VideoControlWishes)
	if w&^next == 0 {
		return x.a.Or(wish, x.a.Meaning(x.a.Int(0, 4, value.Hex), uapi.VideoControls.Unknown))
	}
	return x.a.Or(wish, controlID(x, w&^next))
}

// controlID decodes a control: its name or, else, its place in a class.
func controlID(x *context, w uint64) value.Value {
	const place = 0xffff
	_, named := uapi.VideoControls.Find(w)
	class, ok := uapi.VideoControlClasses.Find(w &^ place)
	if named || !ok {
		return x.a.Flags(w, 4, uapi.VideoControls)
	}
	b := append(append(x.a.Bytes(48), class...), '+')
	if w&place != 0 {
		b = append(b, "0x"...)
	}
	m := x.a.Macro(text(strconv.AppendUint(b, w&place, 16)))
	m.Number = x.a.Int(w, 4, value.Hex)
	return m
}

// getControls decodes the controls whose values are asked for; they are shown when they are
// known.
func getControls(x *context, w uint64) value.Value {
	if !x.exit {
		return x.controlsWished(abi.Addr(w), false)
	}
	s, ok := x.keptValue().(*value.Struct)
	if !ok {
		return x.a.Ptr(abi.Addr(w), nil)
	}
	x.extControls(s, abi.Addr(w))
	return s
}

// setControls decodes the controls that get values, and what they were set to.
func setControls(x *context, w uint64) value.Value {
	if !x.exit {
		return x.controlsWished(abi.Addr(w), true)
	}
	s, ok := x.keptValue().(*value.Struct)
	if !ok {
		return x.a.Ptr(abi.Addr(w), nil)
	}
	after := x.a.Struct(x.a.Fields(2), false)
	if !x.extControls(after, abi.Addr(w)) {
		return s
	}
	return x.a.Change(s, after)
}

// controlList is what stands in struct v4l2_ext_controls before the address of the controls.
const controlList = 20

// controlsWished decodes the head of struct v4l2_ext_controls and, if all is true, the
// controls. It keeps that for the exit, unless it cannot be read.
func (x *context) controlsWished(at abi.Addr, all bool) value.Value {
	b := x.read(at, alignUp(controlList, x.abi.Word)+x.abi.Word)
	if at == 0 || b == nil || x.c.mode.Opaque {
		return x.a.Ptr(at, nil)
	}
	s := x.a.Struct(append(x.a.Fields(4),
		value.Field{Name: "ctrl_class", Value: x.a.Flags(integer(b, 0, 4), 4, uapi.VideoControlClasses)},
		value.Field{Name: "count", Value: x.a.Int(integer(b, 4, 4), 4, value.Unsigned)}), false)
	if all {
		x.extControls(s, at)
	}
	x.keepValue(s)
	return nil
}

// extControls adds the controls to s and, if the call failed, which one was at fault. It reports
// whether the controls could be read.
func (x *context) extControls(s *value.Struct, at abi.Addr) bool {
	const fault, size = 8, 20
	b := x.read(at, alignUp(controlList, x.abi.Word)+x.abi.Word)
	count := integer(b, 4, 4)
	if count == 0 {
		return false
	}
	first := abi.Addr(integer(b, alignUp(controlList, x.abi.Word), x.abi.Word))
	shown := int(min(count, uint64(x.limit())))
	data := x.readSome(first, max(shown, 1)*size)
	whole := len(data) / size
	if whole == 0 {
		s.Fields = append(s.Fields, value.Field{Name: "controls", Value: x.a.Ptr(first, nil)})
		x.faulty(s, integer(b, fault, 4))
		return false
	}
	elems := x.a.Values(whole + 1)
	for i := range min(whole, shown) {
		elems = append(elems, x.extControl(data[i*size:(i+1)*size]))
	}
	if whole < shown {
		elems = append(elems, x.cut(first+abi.Addr(whole*size)))
	}
	s.Fields = append(s.Fields, value.Field{Name: "controls", Value: x.a.Array(elems, whole >= shown && uint64(shown) < count, value.List)})
	x.faulty(s, integer(b, fault, 4))
	return true
}

// faulty adds to s which control made the call fail, if it did.
func (x *context) faulty(s *value.Struct, i uint64) {
	if x.exit && x.c.Result.Failed {
		s.Fields = append(s.Fields, value.Field{Name: "error_idx", Value: x.a.Int(i, 4, value.Unsigned)})
	}
}

// extControl decodes one control: a string, if it has a size, or a value.
func (x *context) extControl(b []byte) value.Value {
	size := integer(b, 4, 4)
	f := append(x.a.Fields(4),
		value.Field{Name: "id", Value: x.a.Flags(integer(b, 0, 4), 4, uapi.VideoControls)},
		value.Field{Name: "size", Value: x.a.Int(size, 4, value.Unsigned)})
	if size != 0 {
		at := integer(b, 12, x.abi.Word)
		f = append(f, value.Field{Name: "string", Value: x.pointed(at, func(at abi.Addr) value.Value { return x.buffer(at, size) })})
		return x.a.Struct(f, false)
	}
	return x.a.Struct(append(f, value.Field{Name: "value", Value: x.a.Int(integer(b, 12, 4), 4, value.Signed)},
		value.Field{Name: "value64", Value: x.a.Int(integer(b, 12, 8), 8, value.Signed)}), false)
}
