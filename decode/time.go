package decode

import (
	"time"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// timeCustom names the decoders of clocks and timers.
func timeCustom(name string) custom {
	switch name {
	case "clockState":
		return clockState
	case "spent":
		return spent
	case "remaining":
		return remaining
	case "remaining64":
		return remaining64
	case "seconds":
		return seconds
	case "date":
		return date
	case "sigevent":
		return sigevent
	}
	return nil
}

// The kernel's times.
var (
	timeval    = pair("timeval", "tv_sec", "tv_usec", syscalls.KernelLong)
	timespec   = pair("timespec", "tv_sec", "tv_nsec", syscalls.KernelLong)
	timeval64  = pair("__kernel_sock_timeval", "tv_sec", "tv_usec", 8)
	timespec64 = pair("__kernel_timespec", "tv_sec", "tv_nsec", 8)
)

func pair(tag, whole, part string, w syscalls.Width) *syscalls.Record {
	return &syscalls.Record{Name: tag, Fields: []syscalls.Param{
		{Name: whole, Type: syscalls.Bits{Width: w}},
		{Name: part, Type: syscalls.Bits{Width: w, Form: value.Unsigned}},
	}}
}

func remaining(x *context, w uint64) value.Value   { return x.remaining(w, timespec) }
func remaining64(x *context, w uint64) value.Value { return x.remaining(w, timespec64) }

// remaining decodes the time left of a sleep. The kernel writes it only when a
// signal ended a sleep that can be taken up again.
func (x *context) remaining(w uint64, r *syscalls.Record) value.Value {
	const eintr, restartBlock = 4, 516
	if !x.exit {
		return nil
	}
	if errno := x.c.Result.Errno(); errno != eintr && errno != restartBlock {
		return x.a.Ptr(abi.Addr(w), nil)
	}
	return x.pointer(&syscalls.Pointer{Elem: r}, w)
}

// seconds decodes the time_t at an address, with its date.
func seconds(x *context, w uint64) value.Value {
	v, ok := x.load(abi.Addr(w), x.abi.KernelLong)
	if !ok || x.c.mode.Opaque {
		return x.a.Lost(abi.Addr(w))
	}
	number := x.a.Int(v, x.abi.KernelLong, value.Signed)
	if t := dateOf(x, v); t != "" {
		return x.one(x.a.Note(number, t))
	}
	return x.one(number)
}

// date shows the date behind a time.
func date(x *context, w uint64) value.Value {
	t := dateOf(x, w)
	if t == "" {
		return nil
	}
	return x.remark(t)
}

func dateOf(x *context, w uint64) string {
	s := signExtend(w, x.abi.KernelLong)
	if s == 0 {
		return ""
	}
	b := x.a.Bytes(len("2006-01-02T15:04:05-0700") + 16)
	return text(time.Unix(s, 0).AppendFormat(b, "2006-01-02T15:04:05-0700"))
}

func signExtend(w uint64, n int) int64 { return int64(w<<(64-8*n)) >> (64 - 8*n) }

// sigevent decodes how a program is to be told of an event.
func sigevent(x *context, w uint64) value.Value {
	const sigSignal, sigNone, sigThread, sigThreadID = 0, 1, 2, 4
	const size = 64
	word := x.abi.Word
	b := x.read(abi.Addr(w), size)
	if b == nil || x.c.mode.Opaque {
		return x.a.Lost(abi.Addr(w))
	}
	f := x.a.Fields(5)
	if v := integer(b, 0, word); v != 0 {
		f = append(f, value.Field{Name: "sigev_value", Value: x.sigval(v)})
	}
	notify := integer(b, word+4, 4)
	signo := value.Value(x.a.Int(integer(b, word, 4), 4, value.Unsigned))
	if notify == sigSignal || notify == sigThread || notify == sigThreadID {
		signo = x.a.Flags(integer(b, word, 4), 4, uapi.Signals.For(x.abi))
	}
	f = append(f,
		value.Field{Name: "sigev_signo", Value: signo},
		value.Field{Name: "sigev_notify", Value: x.a.Flags(notify, 4, uapi.SigevNotify)})
	switch notify {
	case sigThreadID:
		f = append(f, value.Field{Name: "sigev_notify_thread_id", Value: x.a.Int(integer(b, word+8, 4), 4, value.Signed)})
	case sigThread:
		f = append(f,
			value.Field{Name: "sigev_notify_function", Value: x.a.Ptr(abi.Addr(integer(b, word+8, word)), nil)},
			value.Field{Name: "sigev_notify_attributes", Value: x.a.Ptr(abi.Addr(integer(b, 2*word+8, word)), nil)})
	}
	return x.a.Struct(f, false)
}

// sigval decodes a union sigval: nobody knows which of its members is meant.
func (x *context) sigval(v uint64) value.Value {
	return x.a.Struct(append(x.a.Fields(2),
		value.Field{Name: "sival_int", Value: x.a.Int(v, 4, value.Signed)},
		value.Field{Name: "sival_ptr", Value: x.a.Ptr(abi.Addr(v), nil)}), false)
}

// clockState explains what adjtimex returns.
func clockState(x *context, w uint64) value.Value { return x.spelled(w, uapi.TimexStates) }
