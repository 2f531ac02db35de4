package decode

import (
	"sync"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// Parameters of real-time clocks whose values have names or signs.
const (
	clockFeatures   = 0
	clockCorrection = 1
	clockBackup     = 2
)

// clockParamSize is the size of struct rtc_param.
const clockParamSize = 24

// clockFeatureBits names the features of a clock, which are numbers, by their bits.
var clockFeatureBits = sync.OnceValue(func() *uapi.Set { return asBits(uapi.ClockFeatures, "1<<", "", 0) })

// clockParam decodes a parameter of a clock and the value that it is to have.
func clockParam(x *context, w uint64) value.Value {
	b := x.read(abi.Addr(w), clockParamSize)
	if b == nil || x.c.mode.Opaque {
		return x.a.Lost(abi.Addr(w))
	}
	f := append(x.a.Fields(4), x.clockParamName(b), x.clockParamValue(b), x.u32Field("index", b, 16, value.Unsigned))
	return x.a.Struct(x.clockParamPad(f, b), false)
}

// clockParamAnswer decodes which parameter of a clock is asked for and, at exit, its value.
func clockParamAnswer(x *context, w uint64) value.Value {
	b := x.read(abi.Addr(w), clockParamSize)
	if x.exit && x.c.Result.Failed || b == nil || x.c.mode.Opaque {
		return x.a.Lost(abi.Addr(w))
	}
	f := x.a.Fields(3)
	if x.exit {
		return x.a.Struct(x.clockParamPad(append(f, x.clockParamValue(b)), b), false)
	}
	f = append(f, x.clockParamName(b), x.u32Field("index", b, 16, value.Unsigned))
	change := x.a.Change(x.a.Struct(x.clockParamPad(f, b), false), nil)
	change.Apart = true
	return change
}

func (x *context) clockParamName(b []byte) value.Field {
	return value.Field{Name: "param", Value: x.a.Flags(integer(b, 0, 8), 8, uapi.ClockParams)}
}

func (x *context) clockParamValue(b []byte) value.Field {
	v := integer(b, 8, 8)
	switch integer(b, 0, 8) {
	case clockFeatures:
		return value.Field{Name: "uvalue", Value: x.a.Flags(v, 8, clockFeatureBits())}
	case clockCorrection:
		return value.Field{Name: "svalue", Value: x.a.Int(v, 8, value.Signed)}
	case clockBackup:
		return value.Field{Name: "uvalue", Value: x.a.Flags(v, 8, uapi.ClockBackups)}
	}
	return value.Field{Name: "uvalue", Value: x.a.Int(v, 8, value.Hex)}
}

func (x *context) clockParamPad(f []value.Field, b []byte) []value.Field {
	if integer(b, 20, 4) == 0 {
		return f
	}
	return append(f, x.u32Field("__pad", b, 20, value.Hex))
}
