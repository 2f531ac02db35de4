package decode

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/value"
)

// deviceCustom names the decoders of what the commands of several devices take.
func deviceCustom(name string) custom {
	switch name {
	case "device":
		return wideDevice
	case "pair64":
		return pair64
	case "bytesBehind":
		return bytesBehind
	case "clockParam":
		return clockParam
	case "clockParamAnswer":
		return clockParamAnswer
	case "fsLabel":
		return fsLabel
	case "dedupe":
		return dedupe
	case "notice":
		return notice
	case "noticeCall":
		return noticeCall
	case "negativeErrno":
		return negativeErrno
	case "pidfdInfo":
		return pidfdInfo
	case "exitCode":
		return exitCode
	}
	return nil
}

// wideDevice decodes the number of a device in as many bits as a structure has for it.
func wideDevice(x *context, w uint64) value.Value { return x.dev(w) }

// pair64 decodes two numbers, both of which must be readable.
func pair64(x *context, w uint64) value.Value {
	b := x.read(abi.Addr(w), 16)
	if b == nil || x.c.mode.Opaque {
		return x.a.Lost(abi.Addr(w))
	}
	return x.elements(u64, 2, b, abi.Addr(w))
}

// bytesBehind decodes the bytes that follow a structure.
func bytesBehind(x *context, w uint64) value.Value {
	return x.buffer(abi.Addr(w), uint64(uint32(x.arg(0))))
}

// fsLabel decodes the name of a file system, in as much room as it always has.
func fsLabel(x *context, w uint64) value.Value {
	const room = 256 // FSLABEL_MAX
	b := x.read(abi.Addr(w), room)
	if b == nil || x.c.mode.Opaque {
		return x.a.Lost(abi.Addr(w))
	}
	return x.label(b)
}
