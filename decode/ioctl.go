package decode

import (
	"strconv"
	"strings"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// ioctlCustom names the decoders of ioctl.
func ioctlCustom(name string) custom {
	switch name {
	case "ioctlCommand":
		return ioctlCommand
	case "ioctlArg":
		return ioctlArg
	case "ioctlResult":
		return ioctlResult
	case "ioctlMeaning":
		return ioctlMeaning
	case "termios":
		return termiosAt
	case "termios2":
		return termios2At
	case "termio":
		return termioAt
	case "char":
		return char
	case "ifreq":
		return ifreq
	case "ifreqAnswer":
		return ifreqAnswer
	case "ifconf":
		return ifconf
	case "bridgeName":
		return bridgeName
	case "bridgePort":
		return bridgePort
	case "fiemap":
		return fiemap
	case "fd64":
		return fd64
	}
	return nil
}

// ttyType is the type in the numbers of a terminal's commands; those of sound timers share
// it.
const ttyType = 'T'

// ioctlCommand decodes the number of a command: the names it has, or its parts. The names
// that sound timers share with terminals are not those of a terminal's command.
func ioctlCommand(x *context, w uint64) value.Value {
	set := uapi.IoctlCommands.For(x.abi)
	if sized := x.sizedCommand(w); sized != nil {
		return x.standsFor(x.alsoNamed(sized, set, w), w)
	}
	names, n := ioctlNames(x.a.Bytes(512), set, w, "")
	if n > 1 && w>>8&0xff == ttyType && x.onTerminal() {
		names, n = ioctlNames(x.a.Bytes(256), set, w, "SND")
	}
	switch n {
	case 0:
		return x.standsFor(x.ioctlParts(w), w)
	case 1:
		if first, ok := set.Find(w); ok && first == text(names) {
			return x.a.Flags(w, 4, set)
		}
	}
	return x.standsFor(x.a.Macro(text(names)), w)
}

// ioctlNames appends the names of a command, but for those that begin with others', and
// returns how many there are.
func ioctlNames(names []byte, set *uapi.Set, w uint64, others string) ([]byte, int) {
	n := 0
	set.All(w, func(name string) {
		if others != "" && strings.HasPrefix(name, others) || len(names)+len(name)+4 > cap(names) {
			return
		}
		if n++; n > 1 {
			names = append(names, " or "...)
		}
		names = append(names, name...)
	})
	return names, n
}

// ioctlResult decodes what a command returned: a descriptor, or a number.
func ioctlResult(x *context, w uint64) value.Value {
	name, _ := uapi.IoctlCommands.For(x.abi).Find(x.arg(0))
	switch name {
	case "NS_GET_USERNS", "NS_GET_PARENT", "NS_MNT_GET_NEXT", "NS_MNT_GET_PREV",
		"KVM_CREATE_VM", "KVM_CREATE_VCPU",
		"PIDFD_GET_CGROUP_NAMESPACE", "PIDFD_GET_IPC_NAMESPACE", "PIDFD_GET_MNT_NAMESPACE", "PIDFD_GET_NET_NAMESPACE",
		"PIDFD_GET_PID_NAMESPACE", "PIDFD_GET_PID_FOR_CHILDREN_NAMESPACE", "PIDFD_GET_TIME_NAMESPACE",
		"PIDFD_GET_TIME_FOR_CHILDREN_NAMESPACE", "PIDFD_GET_USER_NAMESPACE", "PIDFD_GET_UTS_NAMESPACE":
		return x.descriptor(int32(w))
	}
	if (name == "UDMABUF_CREATE" || name == "UDMABUF_CREATE_LIST") && x.argumentRead() {
		return x.descriptor(int32(w))
	}
	return x.a.Int(w, 4, value.Signed)
}

// argumentRead reports whether the structure of a command could be read.
func (x *context) argumentRead() bool {
	at, _ := x.sibling("argp")
	return x.read(abi.Addr(x.abi.TruncateWord(at)), int(x.arg(0)>>16&0x3fff)) != nil
}

// ioctlMeaning decodes what the result of a command stands for; nil for most.
func ioctlMeaning(x *context, w uint64) value.Value {
	name, _ := uapi.IoctlCommands.For(x.abi).Find(x.arg(0))
	if kind, ok := uapi.SetnsFlags.Find(w); ok && name == "NS_GET_NSTYPE" {
		return x.a.Macro(kind)
	}
	switch name {
	case "VIDIOC_CREATE_BUFS":
		return x.newBuffers()
	case "KVM_RUN":
		return x.whyLeft()
	}
	return nil
}

// onTerminal reports whether the call's descriptor is a terminal.
func (x *context) onTerminal() bool {
	num, _ := x.sibling("fd")
	if x.c.TID == 0 || x.c.Lookup == nil || int32(num) < 0 {
		return false
	}
	fd := x.a.FD(int32(num))
	x.c.Lookup.FD(fd, x.a, x.c.TID, FDDevice)
	d, ok := fd.Object.(*value.Device)
	return ok && !d.Block && (d.Major == 4 || d.Major == 5 || d.Major >= 136 && d.Major <= 143)
}

func (x *context) standsFor(m *value.Macro, w uint64) value.Value {
	m.Number = x.a.Int(w, 4, value.Hex)
	return m
}

// The parts of a command's number, as _IOC builds it.
const (
	ioctlWrite = 1
	ioctlRead  = 2
)

var ioctlDirs = &uapi.Set{Name: "ioctl directions", Consts: []uapi.Const{
	{Name: "_IOC_NONE", Value: 0}, {Name: "_IOC_WRITE", Value: ioctlWrite},
	{Name: "_IOC_READ", Value: ioctlRead}, {Name: "_IOC_READ|_IOC_WRITE", Value: ioctlRead | ioctlWrite},
}}

func (x *context) ioctlParts(w uint64) *value.Macro {
	return x.a.Macro("_IOC",
		x.a.Flags(w>>30, 1, ioctlDirs),
		x.a.Int(w>>8&0xff, 1, value.Hex),
		x.a.Int(w&0xff, 1, value.Hex),
		x.a.Int(w>>16&0x3fff, 2, value.Hex))
}

// ioctlArg decodes the argument of a command that nobody has described: what its
// number says of it, when everything is asked for, else the word.
func ioctlArg(x *context, w uint64) value.Value {
	at, cmd := abi.Addr(x.abi.TruncateWord(w)), x.arg(0)
	dir, size := cmd>>30, cmd>>16&0x3fff
	if !x.c.mode.Verbose || size == 0 || at == 0 {
		return x.a.Int(uint64(at), x.abi.Word, value.Hex)
	}
	return x.ioctlBytes(at, dir, size)
}

func (x *context) ioctlBytes(at abi.Addr, dir, size uint64) value.Value {
	if !x.exit && dir == ioctlRead {
		return nil
	}
	v := x.hexBuffer(at, size)
	if _, lost := v.(*value.Lost); lost || x.exit || dir == ioctlWrite {
		return v
	}
	return x.before(v)
}

// hexBuffer is bytes written in hexadecimal.
func (x *context) hexBuffer(at abi.Addr, size uint64) value.Value {
	v := x.buffer(at, size)
	if s, ok := v.(*value.Str); ok {
		s.Binary = true
	}
	return v
}

// char decodes one character.
func char(x *context, w uint64) value.Value { return x.buffer(abi.Addr(w), 1) }

// fd64 decodes a descriptor that a structure keeps in 64 bits.
func fd64(x *context, w uint64) value.Value { return x.descriptor(int32(w)) }

// A termiosLayout is where the fields of a terminal's settings lie.
type termiosLayout struct {
	word  int // the size of each mode
	chars int // how many control characters there are
	size  int
	speed bool // c_ispeed and c_ospeed stand at the end
}

func termiosAt(x *context, w uint64) value.Value {
	return x.termios(termiosLayout{4, 19, 36, false}, abi.Addr(w))
}

func termios2At(x *context, w uint64) value.Value {
	return x.termios(termiosLayout{4, 19, 44, true}, abi.Addr(w))
}

func termioAt(x *context, w uint64) value.Value {
	return x.termios(termiosLayout{2, 8, 18, false}, abi.Addr(w))
}

func (x *context) termios(l termiosLayout, at abi.Addr) value.Value {
	b := x.read(at, l.size)
	if b == nil || x.c.mode.Opaque {
		return x.a.Lost(at)
	}
	word := func(i int) uint64 { return integer(b, i*l.word, l.word) }
	f := append(x.a.Fields(8),
		value.Field{Name: "c_iflag", Value: x.modes(word(0), l.word, uapi.InputModes)},
		value.Field{Name: "c_oflag", Value: x.outputModes(word(1), l.word)},
		value.Field{Name: "c_cflag", Value: x.controlModes(word(2), l.word)},
		value.Field{Name: "c_lflag", Value: x.modes(word(3), l.word, uapi.LocalModes)})
	if !x.c.mode.Verbose {
		return x.a.Struct(f, true)
	}
	line := 4 * l.word
	f = append(f,
		value.Field{Name: "c_line", Value: x.a.Flags(uint64(b[line]), 1, uapi.LineDisciplines)},
		value.Field{Name: "c_cc", Value: x.controlCharacters(b[line+1 : line+1+l.chars])})
	if l.speed {
		f = append(f,
			value.Field{Name: "c_ispeed", Value: x.a.Int(integer(b, 36, 4), 4, value.Unsigned)},
			value.Field{Name: "c_ospeed", Value: x.a.Int(integer(b, 40, 4), 4, value.Unsigned)})
	}
	return x.a.Struct(f, false)
}

// modes is a word of modes, written as nothing when none is set.
func (x *context) modes(w uint64, size int, set *uapi.Set) value.Value {
	if w == 0 {
		return x.a.Macro("")
	}
	return x.more(w, size, set)
}

// A modeField is several bits of a mode word that say one thing.
type modeField struct {
	mask uint64
	set  *uapi.Set
}

var delays = [...]modeField{
	{0x100, uapi.NewlineDelays}, {0x600, uapi.ReturnDelays}, {0x1800, uapi.TabDelays},
	{0x2000, uapi.BackspaceDelays}, {0x4000, uapi.VerticalDelays}, {0x8000, uapi.FormDelays},
}

func (x *context) outputModes(w uint64, size int) value.Value {
	parts := x.a.Values(len(delays) + 1)
	for _, d := range delays {
		parts = append(parts, x.a.Flags(w&d.mask, size, d.set))
		w &^= d.mask
	}
	return x.a.Or(append(parts, x.modes(w, size, uapi.OutputModes))...)
}

func (x *context) controlModes(w uint64, size int) value.Value {
	const baud, input, bits = 0x100f, 16, 0x30
	parts := append(x.a.Values(4), x.a.Flags(w&baud, size, uapi.BaudRates))
	if in := w >> input & baud; in != 0 {
		parts = append(parts, x.a.Macro("<<", x.a.Flags(in, size, uapi.BaudRates), x.a.Flags(input, 1, inputShift)))
	}
	parts = append(parts, x.a.Flags(w&bits, size, uapi.CharacterSizes))
	w &^= baud | baud<<input | bits
	return x.a.Or(append(parts, x.modes(w, size, uapi.ControlModes))...)
}

// inputShift is how far the rate of the input stands above that of the output.
var inputShift = &uapi.Set{Name: "shifts", Consts: []uapi.Const{{Name: "IBSHIFT", Value: 16}}}

func (x *context) controlCharacters(b []byte) value.Value {
	elems := x.a.Values(len(b))
	for i, c := range b {
		elems = append(elems, x.controlCharacter(uint64(i), uint64(c)))
	}
	return x.a.Array(elems, false, value.List)
}

// controlCharacter is one element with the name of its place.
func (x *context) controlCharacter(i, c uint64) value.Value {
	b := append(x.a.Bytes(32), '[')
	if name, ok := uapi.ControlCharacters.Find(i); ok {
		b = append(b, name...)
	} else {
		b = strconv.AppendUint(b, i, 10)
	}
	b = append(b, "]="...)
	if c != 0 {
		b = append(b, "0x"...)
	}
	return x.a.Macro(text(strconv.AppendUint(b, c, 16)))
}
