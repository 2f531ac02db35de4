package decode

import (
	"strconv"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// ptpCustom names the decoders of precise hardware clocks.
func ptpCustom(name string) custom {
	switch name {
	case "ptpTime":
		return ptpTime
	case "ptpStart":
		return ptpStart
	case "ptpOn":
		return ptpOn
	case "ptpOnOrSpare":
		return ptpOnOrSpare
	case "ptpOffset":
		return ptpOffset
	case "ptpOffsets":
		return ptpOffsets
	case "nanoseconds":
		return nanoseconds
	case "microseconds":
		return microseconds
	}
	return nil
}

const (
	ptpTimeSize   = 16
	ptpMost       = 25 // samples that one command takes
	ptpHead       = 16 // the bytes before the samples
	ptpPerSample  = 2  // times of PTP_SYS_OFFSET, which ends with one more
	ptpPerRecord  = 3  // times of PTP_SYS_OFFSET_EXTENDED
	ptpReservedAt = 12
	ptpDuty       = 1 << 1 // PTP_PEROUT_DUTY_CYCLE: it says how long a period is on
	ptpPhase      = 1 << 2 // PTP_PEROUT_PHASE: when it starts is no time of day
)

// ptpTime decodes struct ptp_clock_time with its date.
func ptpTime(x *context, w uint64) value.Value {
	b := x.read(abi.Addr(w), ptpTimeSize)
	if b == nil {
		return x.a.Lost(abi.Addr(w))
	}
	v := x.stamp(x.ptpSpan(b), int64(integer(b, 0, 8)), integer(b, 8, 4), nano)
	if note, ok := v.(*value.Note); ok {
		note.Meaning = true
	}
	return v
}

// ptpSpan is struct ptp_clock_time.
func (x *context) ptpSpan(b []byte) value.Value {
	f := append(x.a.Fields(3),
		value.Field{Name: "sec", Value: x.a.Int(integer(b, 0, 8), 8, value.Signed)},
		x.u32Field("nsec", b, 8, value.Unsigned))
	if integer(b, ptpReservedAt, 4) != 0 {
		f = append(f, x.u32Field("reserved", b, ptpReservedAt, value.Hex))
	}
	return x.a.Struct(f, false)
}

// ptpStart decodes when a periodic output starts: at a time of day, or so long after one
// period begins.
func ptpStart(x *context, w uint64) value.Value {
	if x.arg(0)&ptpPhase == 0 {
		return x.only("start", ptpTime(x, w))
	}
	return x.only("phase", x.ptpSpan(x.read(abi.Addr(w), ptpTimeSize)))
}

// ptpOn decodes how long each period of a periodic output is on, if that is said.
func ptpOn(x *context, w uint64) value.Value {
	if x.arg(0)&ptpDuty == 0 {
		return nil
	}
	return x.only("on", x.ptpSpan(x.read(abi.Addr(w), ptpTimeSize)))
}

// ptpOnOrSpare is ptpOn, or the words that stand there where nothing is said.
func ptpOnOrSpare(x *context, w uint64) value.Value {
	b := x.read(abi.Addr(w), ptpTimeSize)
	if x.arg(0)&ptpDuty != 0 || zeros(b) {
		return ptpOn(x, w)
	}
	return x.only("rsv", x.elements(x32, len(b)/4, b, abi.Addr(w)))
}

// only is a structure of one field; in the place of a field without a name it is that field.
func (x *context) only(name string, v value.Value) value.Value {
	return x.a.Struct(append(x.a.Fields(1), value.Field{Name: name, Value: v}), false)
}

var (
	ptpStamp  = syscalls.Custom{Name: "ptpTime", Bytes: ptpTimeSize}
	ptpTriple = syscalls.Array{Elem: ptpStamp, Count: ptpPerRecord}
)

// ptpOffset decodes how many samples of a clock are taken and, at exit, the samples: each
// is two times, and one more ends them.
func ptpOffset(x *context, w uint64) value.Value {
	return x.ptpSamples(abi.Addr(w), false)
}

// ptpOffsets decodes the same for samples that are three times.
func ptpOffsets(x *context, w uint64) value.Value {
	return x.ptpSamples(abi.Addr(w), true)
}

func (x *context) ptpSamples(at abi.Addr, extended bool) value.Value {
	if !x.exit {
		x.keepValue(x.ptpWish(at, extended))
		return nil
	}
	s, ok := x.keptValue().(*value.Struct)
	if !ok {
		return x.a.Ptr(at, nil)
	}
	if x.c.Result.Failed {
		return s
	}
	n, _ := x.load(at, 4)
	var list value.Value
	if extended {
		list = x.array(ptpTriple, min(n, ptpMost), at+ptpHead)
	} else {
		list = x.array(ptpStamp, min(n, ptpMost)*ptpPerSample+1, at+ptpHead)
	}
	s.Fields = append(s.Fields, value.Field{Name: "ts", Value: list})
	return s
}

// ptpWish decodes what stands before the samples; nil when it cannot be read.
func (x *context) ptpWish(at abi.Addr, extended bool) value.Value {
	size := ptpHead + ptpTimeSize*(ptpMost*ptpPerSample+1)
	if extended {
		size = ptpHead + ptpTimeSize*ptpMost*ptpPerRecord
	}
	b := x.read(at, size)
	if b == nil || x.c.mode.Opaque {
		return nil
	}
	b = b[:ptpHead]
	f := append(x.a.Fields(4), x.u32Field("n_samples", b, 0, value.Unsigned))
	spare := b[4:]
	if extended {
		f = append(f, value.Field{Name: "clockid", Value: x.a.Flags(integer(b, 4, 4), 4, uapi.Clocks)})
		spare = b[8:]
	}
	if !zeros(spare) {
		f = append(f, value.Field{Name: "rsv", Value: x.elements(x32, len(spare)/4, spare, at)})
	}
	return x.a.Struct(f, false)
}

// nanoseconds and microseconds decode a span of time, with the seconds it is.
func nanoseconds(x *context, w uint64) value.Value {
	return x.span(x.a.Int(w, 4, value.Signed), int64(int32(w)), nano)
}

func microseconds(x *context, w uint64) value.Value {
	return x.span(x.a.Int(w, 4, value.Unsigned), int64(uint32(w)), micro)
}

func (x *context) span(v value.Value, n int64, unit int64) value.Value {
	if n == 0 {
		return v
	}
	b := x.a.Bytes(48)
	if n < 0 {
		b, n = append(b, '-'), -n
	}
	b = appendFraction(strconv.AppendInt(b, n/unit, 10), uint64(n%unit), uint64(unit))
	note := x.a.Note(v, text(append(b, " s"...)))
	note.Meaning = true
	return note
}
