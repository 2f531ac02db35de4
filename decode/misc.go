package decode

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// miscCustom names the decoders of calls that belong to no subsystem.
func miscCustom(name string) custom {
	switch name {
	case "randomBytes":
		return randomBytes
	case "hostName":
		return hostName
	case "syslogAction":
		return syslogAction
	case "logLevel":
		return logLevel
	case "swapFlags":
		return swapFlags
	case "kexecSegments":
		return kexecSegments
	case "kexecFlags":
		return kexecFlags
	case "ustatDevice":
		return ustatDevice
	case "ldtEntry":
		return ldtEntry
	}
	return nil
}

// randomBytes decodes bytes that are no text, as many as the sibling says.
func randomBytes(x *context, w uint64) value.Value {
	v := x.buffer(abi.Addr(w), x.arg(0))
	if s, ok := v.(*value.Str); ok {
		s.Binary = true
	}
	return v
}

// hostName decodes a name of as many bytes as the sibling says, unless the kernel
// does not take so many.
func hostName(x *context, w uint64) value.Value {
	const longest = 64 // __NEW_UTS_LEN
	n := x.arg(0)
	if n > longest {
		return x.a.Lost(abi.Addr(w))
	}
	return x.buffer(abi.Addr(w), n)
}

// syslogAction decodes what syslog is to do, which people know by its number.
func syslogAction(x *context, w uint64) value.Value {
	name, ok := uapi.SyslogActions.Find(w)
	if !ok {
		name = uapi.SyslogActions.Unknown
	}
	return x.a.Note(x.a.Int(w, 4, value.Signed), name)
}

// logLevels are the names of the levels of kernel messages; a console level shows
// messages below it, and one above the last shows all.
var logLevels = [...]string{
	"LOGLEVEL_EMERG", "LOGLEVEL_ALERT", "LOGLEVEL_CRIT", "LOGLEVEL_ERR", "LOGLEVEL_WARNING",
	"LOGLEVEL_NOTICE", "LOGLEVEL_INFO", "LOGLEVEL_DEBUG", "LOGLEVEL_DEBUG+1",
}

func logLevel(x *context, w uint64) value.Value {
	name := "LOGLEVEL_???"
	if w < uint64(len(logLevels)) {
		name = logLevels[w]
	}
	return x.a.Note(x.a.Int(w, 4, value.Signed), name)
}

// swapFlags decodes the flags of swapon, whose low bits are a priority.
func swapFlags(x *context, w uint64) value.Value {
	const priority = 0x7fff
	prio := x.a.Int(w&priority, 4, value.Unsigned)
	if w&^priority == 0 {
		return prio
	}
	return x.a.Or(x.a.Flags(w&^priority, 4, uapi.SwapFlags), prio)
}

// kexecSegments decodes the parts of a kernel, of which the kernel takes no more than
// maxSegments.
func kexecSegments(x *context, w uint64) value.Value {
	const maxSegments = 16
	n := x.arg(0)
	if n > maxSegments {
		return x.a.Lost(abi.Addr(w))
	}
	return x.array(syscalls.KexecSegment, n, abi.Addr(w))
}

// kexecFlags decodes the flags of kexec_load: an architecture and bits.
func kexecFlags(x *context, w uint64) value.Value {
	const arch = 0xffff0000
	return x.a.Or(
		x.a.Flags(w&arch, x.abi.Word, uapi.KexecArchs),
		x.a.Flags(w&^arch, x.abi.Word, uapi.KexecFlags))
}

// ustatDevice decodes the device whose file system ustat looks at.
func ustatDevice(x *context, w uint64) value.Value { return x.dev(w) }

// ldtEntry decodes the segment that modify_ldt gets, if it has the right size.
func ldtEntry(x *context, w uint64) value.Value {
	if x.arg(0) != userDescSize {
		return x.a.Lost(abi.Addr(w))
	}
	return userDesc(x, w)
}
