package decode

import (
	"strconv"

	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// A sizedName is the name of commands that differ in what they are about or in the size of
// their argument, which the name is followed by.
type sizedName struct {
	dir         uint64
	kind        byte
	first, last byte // numbers
	name        string
}

var sizedNames = [...]sizedName{
	{ioctlRead, 'E', 0x06, 0x06, "EVIOCGNAME"},
	{ioctlRead, 'E', 0x07, 0x07, "EVIOCGPHYS"},
	{ioctlRead, 'E', 0x08, 0x08, "EVIOCGUNIQ"},
	{ioctlRead, 'E', 0x09, 0x09, "EVIOCGPROP"},
	{ioctlRead, 'E', 0x0a, 0x0a, "EVIOCGMTSLOTS"},
	{ioctlRead, 'E', 0x18, 0x18, "EVIOCGKEY"},
	{ioctlRead, 'E', 0x19, 0x19, "EVIOCGLED"},
	{ioctlRead, 'E', 0x1a, 0x1a, "EVIOCGSND"},
	{ioctlRead, 'E', 0x1b, 0x1b, "EVIOCGSW"},
	{ioctlRead, 'E', 0x20, 0x3f, "EVIOCGBIT"},
	{ioctlRead, 'E', 0x40, 0x7f, "EVIOCGABS"},
	{ioctlWrite, 'E', 0xc0, 0xff, "EVIOCSABS"},
	{ioctlRead, 'H', 0x04, 0x04, "HIDIOCGRAWNAME"},
	{ioctlRead, 'H', 0x05, 0x05, "HIDIOCGRAWPHYS"},
	{ioctlRead, 'H', 0x06, 0x06, "HIDIOCSFEATURE"},
	{ioctlRead | ioctlWrite, 'H', 0x06, 0x06, "HIDIOCSFEATURE"},
	{ioctlRead | ioctlWrite, 'H', 0x07, 0x07, "HIDIOCGFEATURE"},
	{ioctlRead, 'H', 0x08, 0x08, "HIDIOCGRAWUNIQ"},
	{ioctlRead, 'H', 0x12, 0x12, "HIDIOCGPHYS"},
	{ioctlWrite, 'M', 0x00, 0xff, "MIXER_WRITE"},
	{ioctlRead, 'M', 0x00, 0xff, "MIXER_READ"},
	{ioctlRead, 'U', 0x2c, 0x2c, "UI_GET_SYSNAME"},
	{ioctlRead, 'j', 0x13, 0x13, "JSIOCGNAME"},
	{ioctlWrite, 'k', 0x00, 0x00, "SPI_IOC_MESSAGE"},
}

// sizedCommand returns the name of a command of that kind, nil for others.
func (x *context) sizedCommand(w uint64) *value.Macro {
	dir, size, kind, nr := w>>30, w>>16&0x3fff, byte(w>>8), byte(w)
	for i := range sizedNames {
		s := &sizedNames[i]
		if s.kind != kind || s.dir != dir || nr < s.first || nr > s.last {
			continue
		}
		switch s.name {
		case "EVIOCGBIT":
			return x.a.Macro(s.name, x.eventType(uint64(nr-s.first)), x.a.Int(size, 2, value.Unsigned))
		case "EVIOCGABS", "EVIOCSABS":
			return x.a.Macro(s.name, x.a.Flags(uint64(nr-s.first), 1, uapi.InputAxes))
		case "MIXER_WRITE", "MIXER_READ":
			return x.a.Macro(s.name, x.a.Int(uint64(nr), 1, value.Unsigned))
		}
		return x.a.Macro(s.name, x.a.Int(size, 2, value.Unsigned))
	}
	return nil
}

// eventType is a kind of events; zero means all kinds.
func (x *context) eventType(t uint64) value.Value {
	if t == 0 {
		return x.a.Int(0, 1, value.Hex)
	}
	return x.a.Flags(t, 1, uapi.InputEvents)
}

// alsoNamed returns the name of a command and the others of the same number, if there are any.
func (x *context) alsoNamed(m *value.Macro, set *uapi.Set, w uint64) *value.Macro {
	_, named := set.Find(w)
	size, sized := m.Args[0].(*value.Int)
	if !named || !sized {
		return m
	}
	b := append(append(x.a.Bytes(512), m.Name...), '(')
	b = append(strconv.AppendUint(b, size.Bits, 10), ')')
	set.All(w, func(name string) { b = append(append(b, " or "...), name...) })
	return x.a.Macro(text(b))
}
