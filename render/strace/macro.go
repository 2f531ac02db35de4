package strace

import (
	"net/netip"
	"strconv"

	"github.com/trapline/trapline/value"
)

// appendMacro appends NAME(args). A macro without arguments is a bare word.
func (s *Style) appendMacro(dst []byte, m *value.Macro) []byte {
	if m.Name == "<<" {
		return s.appendShift(dst, m)
	}
	if s.Constants == Abbrev || s.Constants == Verbose && m.Name == "v4l2_fourcc" {
		return s.appendInvocation(dst, m)
	}
	start := len(dst)
	dst = s.appendExpansion(dst, m)
	if len(dst) == start {
		return s.appendInvocation(dst, m)
	}
	if s.Constants == Raw {
		return dst
	}
	names := *s
	switch {
	case m.Name == "QCMD" || m.Name == "inet_pton":
		names.Constants = Abbrev
	case m.Number != nil && !explicit[m.Name]:
		names.Constants, names.inside = Abbrev, true
	}
	dst = s.openNote(dst)
	dst = names.appendInvocation(dst, m)
	return s.closeNote(dst)
}

// explicit are macros whose arguments have notes of their own inside of the note.
var explicit = map[string]bool{"IOPRIO_PRIO_VALUE": true, "htons": true, "+": true}

// appendShift appends a value and how far up it stands in its word: B9600<<IBSHIFT.
// That it has no name is said behind both.
func (s *Style) appendShift(dst []byte, m *value.Macro) []byte {
	f, names := m.Args[0].(*value.Flags)
	nameless := names && (s.Constants == Raw || !named(f.Set, f.Bits))
	if nameless {
		dst = appendBase(dst, f.Bits, f)
	} else {
		dst = s.AppendValue(dst, m.Args[0])
	}
	dst = s.AppendValue(append(dst, "<<"...), m.Args[1])
	if nameless && f.Set.Unknown != "" {
		dst = s.closeNote(append(s.openNote(dst), f.Set.Unknown...))
	}
	return dst
}

func (s *Style) appendInvocation(dst []byte, m *value.Macro) []byte {
	if len(m.Args) == 0 {
		return append(dst, m.Name...)
	}
	if m.Name == "+" {
		dst = append(s.AppendValue(dst, m.Args[0]), '+')
		return s.AppendValue(dst, m.Args[1])
	}
	dst = append(s.paint(dst, inCall), m.Name...)
	dst = s.mark(dst, "(")
	for i, a := range spoken(m) {
		if i > 0 {
			dst = s.mark(dst, ", ")
		}
		dst = s.AppendValue(dst, a)
	}
	return s.ended(dst, ")")
}

// spoken returns the arguments that are written. Those of if_nametoindex end with what
// it returns.
func spoken(m *value.Macro) []value.Value {
	if m.Name == "if_nametoindex" && len(m.Args) == 2 {
		return m.Args[:1]
	}
	return m.Args
}

// appendFilling appends a call that fills in the field of that name.
func (s *Style) appendFilling(dst []byte, name string, m *value.Macro) []byte {
	dst = append(s.paint(dst, inCall), m.Name...)
	dst = s.mark(dst, "(")
	for _, a := range m.Args {
		dst = s.mark(s.AppendValue(dst, a), ", ")
	}
	dst = append(append(dst, '&'), name...)
	return s.ended(dst, ")")
}

// appendExpansion appends what the macro stands for, or nothing when that is not
// known.
func (s *Style) appendExpansion(dst []byte, m *value.Macro) []byte {
	if m.Number != nil {
		return s.AppendValue(dst, m.Number)
	}
	if len(m.Args) == 0 {
		return dst
	}
	switch m.Name {
	case "makedev":
		return appendDevice(dst, m.Args)
	case "QCMD":
		return appendQuotaCommand(dst, m.Args)
	case "htons":
		return appendNetwork(dst, m.Args[0], 2)
	case "htonl":
		return appendNetwork(dst, m.Args[0], 4)
	case "inet_addr":
		return appendInet(dst, m.Args[0])
	case "inet_pton":
		return appendInet(dst, m.Args[len(m.Args)-1])
	case "if_nametoindex":
		return appendIndex(dst, m.Args)
	case "IOPRIO_PRIO_VALUE":
		return appendPriority(dst, m.Args)
	}
	return dst
}

// appendPriority appends the number of an I/O priority: a class above 13 bits.
func appendPriority(dst []byte, args []value.Value) []byte {
	if len(args) != 2 {
		return dst
	}
	class, ok1 := args[0].(*value.Flags)
	level, ok2 := args[1].(*value.Int)
	if !ok1 || !ok2 {
		return dst
	}
	return strconv.AppendInt(dst, int64(int32(class.Bits<<13|level.Bits)), 10)
}

// appendDevice appends the kernel's number of a device.
func appendDevice(dst []byte, args []value.Value) []byte {
	if len(args) != 2 {
		return dst
	}
	major, ok1 := args[0].(*value.Int)
	minor, ok2 := args[1].(*value.Int)
	if !ok1 || !ok2 {
		return dst
	}
	dev := minor.Bits&0xff | major.Bits&0xfff<<8 | minor.Bits&^0xff<<12 | major.Bits&^0xfff<<32
	return appendHex(dst, dev)
}

// appendQuotaCommand appends a command of quotactl, which has the kind of quota in its
// last byte.
func appendQuotaCommand(dst []byte, args []value.Value) []byte {
	if len(args) != 2 {
		return dst
	}
	command, ok1 := args[0].(*value.Flags)
	kind, ok2 := args[1].(*value.Flags)
	if !ok1 || !ok2 {
		return dst
	}
	return appendDecimal(dst, uint64(uint32(command.Bits<<8|kind.Bits&0xff)))
}

// appendNetwork appends the bytes of an integer in network order.
func appendNetwork(dst []byte, v value.Value, size int) []byte {
	n, ok := v.(*value.Int)
	if !ok {
		return dst
	}
	dst = append(dst, '"')
	for i := size - 1; i >= 0; i-- {
		dst = appendHexByte(dst, byte(n.Bits>>(8*i)))
	}
	return append(dst, '"')
}

// appendIndex appends the index that a name of an interface stands for.
func appendIndex(dst []byte, args []value.Value) []byte {
	index, ok := args[len(args)-1].(*value.Int)
	if !ok {
		return dst
	}
	return appendNumber(dst, index.Bits, index.Size, index.Form)
}

// appendInet appends the bytes of an address.
func appendInet(dst []byte, v value.Value) []byte {
	text, ok := v.(*value.Str)
	if !ok {
		return dst
	}
	addr, err := netip.ParseAddr(string(text.Bytes))
	if err != nil {
		return dst
	}
	dst = append(dst, '"')
	if addr.Is4() {
		b := addr.As4()
		dst = appendAllHex(dst, b[:])
	} else {
		b := addr.As16()
		dst = appendAllHex(dst, b[:])
	}
	return append(dst, '"')
}
