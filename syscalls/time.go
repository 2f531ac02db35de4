package syscalls

import "github.com/trapline/trapline/uapi"

var (
	clock      = enum(uapi.Clocks)
	timerFlags = flags(uapi.TimerFlags)
	timerfdF   = flags(uapi.TimerfdFlags)
	itimer     = enum(uapi.IntervalTimers)

	itimerval    = record("itimerval", fields{{Name: "it_interval", Type: timeval}, {Name: "it_value", Type: timeval}})
	itimerspec   = record("itimerspec", fields{{Name: "it_interval", Type: timespec}, {Name: "it_value", Type: timespec}})
	itimerspec64 = record("__kernel_itimerspec", fields{{Name: "it_interval", Type: timespec64}, {Name: "it_value", Type: timespec64}})

	timezone = record("timezone", fields{{Name: "tz_minuteswest", Type: num}, {Name: "tz_dsttime", Type: num}})
	spent    = customOf(KernelLong, "spent")

	timex = record("timex", timexFields(klong, timeval))

	// sigevent is a struct sigevent.
	sigevent = in(Custom{Name: "sigevent"})

	// seconds is a time_t behind a pointer, shown with its date.
	seconds = Custom{Name: "seconds"}
)

// tms is struct tms.
func tms() *Record {
	return record("tms", fields{{Name: "tms_utime", Type: spent}, {Name: "tms_stime", Type: spent}, {Name: "tms_cutime", Type: spent}, {Name: "tms_cstime", Type: spent}})
}

// timex64 is struct __kernel_timex.
func timex64() *Record {
	return record("__kernel_timex", timexFields(s64, record("__kernel_timex_timeval", fields{{Name: "tv_sec", Type: s64}, {Name: "tv_usec", Type: s64}})))
}

// hidden is a part of a structure that is never shown.
func hidden(t Type) Type { return If{Then: t} }

// timexFields are the fields of struct timex with the given numbers. The newer one
// pads each int before a wide number, whatever the ABI aligns that to.
func timexFields(wide Bits, time *Record) fields {
	f := fields{}
	add := func(t Type, names ...string) {
		for _, name := range names {
			f = append(f, Param{Name: name, Type: t})
		}
	}
	padded := func(t Type, name string) {
		add(t, name)
		if wide == s64 {
			add(hidden(num), "")
		}
	}
	padded(flags(uapi.TimexModes), "modes")
	add(wide, "offset", "freq", "maxerror", "esterror")
	padded(flags(uapi.TimexStatus), "status")
	add(wide, "constant", "precision", "tolerance")
	add(time, "time")
	add(wide, "tick", "ppsfreq", "jitter")
	padded(num, "shift")
	add(wide, "stabil", "jitcnt", "calcnt", "errcnt", "stbcnt")
	add(num, "tai")
	add(hidden(list(num, 11)), "")
	return f
}

var timeCalls = lazy(func() []Syscall {
	return []Syscall{
		{Name: "nanosleep", Ret: zero, Params: params{{Name: "req", Type: in(timespec)}, {Name: "rem", Type: custom("remaining")}}},
		{Name: "restart_syscall", Ret: long, Params: params{{Name: "call", Type: custom("resumed")}}},
		{Name: "clock_nanosleep", Ret: zero, Params: params{{Name: "clockid", Type: clock}, {Name: "flags", Type: timerFlags}, {Name: "request", Type: in(timespec)}, {Name: "remain", Type: custom("remaining")}}},
		{Name: "clock_nanosleep_time64", Ret: zero, Params: params{{Name: "clockid", Type: clock}, {Name: "flags", Type: timerFlags}, {Name: "request", Type: in(timespec64)}, {Name: "remain", Type: custom("remaining64")}}},
		{Name: "clock_gettime", Class: Clock, Ret: zero, Params: params{{Name: "clockid", Type: clock}, {Name: "tp", Type: out(timespec)}}},
		{Name: "clock_gettime64", Class: Clock, Ret: zero, Params: params{{Name: "clockid", Type: clock}, {Name: "tp", Type: out(timespec64)}}},
		{Name: "clock_getres", Class: Clock, Ret: zero, Params: params{{Name: "clockid", Type: clock}, {Name: "tp", Type: out(timespec)}}},
		{Name: "clock_getres_time64", Class: Clock, Ret: zero, Params: params{{Name: "clockid", Type: clock}, {Name: "tp", Type: out(timespec64)}}},
		{Name: "clock_settime", Class: Clock, Ret: zero, Params: params{{Name: "clockid", Type: clock}, {Name: "tp", Type: in(timespec)}}},
		{Name: "clock_settime64", Class: Clock, Ret: zero, Params: params{{Name: "clockid", Type: clock}, {Name: "tp", Type: in(timespec64)}}},
		{Name: "clock_adjtime", Class: Clock, Ret: num, After: clockState, Params: params{{Name: "clockid", Type: clock}, {Name: "buf", Type: out(timex)}}},
		{Name: "clock_adjtime64", Class: Clock, Ret: num, After: clockState, Params: params{{Name: "clockid", Type: clock}, {Name: "buf", Type: out(timex64())}}},
		{Name: "adjtimex", Class: Clock, Ret: num, After: clockState, Params: params{{Name: "buf", Type: out(timex)}}},
		{Name: "gettimeofday", Class: Clock, Ret: zero, Params: params{{Name: "tv", Type: out(timeval)}, {Name: "tz", Type: out(timezone)}}},
		{Name: "settimeofday", Class: Clock, Ret: zero, Params: params{{Name: "tv", Type: in(timeval)}, {Name: "tz", Type: in(timezone)}}},
		{Name: "time", Class: Clock, Ret: klong, After: custom("date"), Params: params{{Name: "tloc", Type: out(seconds)}}},
		{Name: "stime", Ret: zero, Params: params{{Name: "tloc", Type: in(seconds)}}},
		{Name: "times", Ret: klong, Params: params{{Name: "buf", Type: out(tms())}}},

		{Name: "alarm", Ret: unum, Params: params{{Name: "seconds", Type: unum}}},
		{Name: "getitimer", Ret: zero, Params: params{{Name: "which", Type: itimer}, {Name: "curr_value", Type: out(itimerval)}}},
		{Name: "setitimer", Ret: zero, Params: params{{Name: "which", Type: itimer}, {Name: "new_value", Type: in(itimerval)}, {Name: "old_value", Type: out(itimerval)}}},
		{Name: "timer_create", Ret: zero, Params: params{{Name: "clockid", Type: clock}, {Name: "sevp", Type: sigevent}, {Name: "timerid", Type: out(num)}}},
		{Name: "timer_settime", Ret: zero, Params: params{{Name: "timerid", Type: num}, {Name: "flags", Type: timerFlags}, {Name: "new_value", Type: in(itimerspec)}, {Name: "old_value", Type: out(itimerspec)}}},
		{Name: "timer_settime64", Ret: zero, Params: params{{Name: "timerid", Type: num}, {Name: "flags", Type: timerFlags}, {Name: "new_value", Type: in(itimerspec64)}, {Name: "old_value", Type: out(itimerspec64)}}},
		{Name: "timer_gettime", Ret: zero, Params: params{{Name: "timerid", Type: num}, {Name: "curr_value", Type: out(itimerspec)}}},
		{Name: "timer_gettime64", Ret: zero, Params: params{{Name: "timerid", Type: num}, {Name: "curr_value", Type: out(itimerspec64)}}},
		{Name: "timer_getoverrun", Ret: num, Params: params{{Name: "timerid", Type: num}}},
		{Name: "timer_delete", Ret: zero, Params: params{{Name: "timerid", Type: num}}},
		{Name: "timerfd_create", Class: Desc, Ret: fd, Params: params{{Name: "clockid", Type: clock}, {Name: "flags", Type: timerfdF}}},
		{Name: "timerfd_settime", Class: Desc, Ret: zero, Params: params{{Name: "fd", Type: fd}, {Name: "flags", Type: timerfdF}, {Name: "new_value", Type: in(itimerspec)}, {Name: "old_value", Type: out(itimerspec)}}},
		{Name: "timerfd_settime64", Class: Desc, Ret: zero, Params: params{{Name: "fd", Type: fd}, {Name: "flags", Type: timerfdF}, {Name: "new_value", Type: in(itimerspec64)}, {Name: "old_value", Type: out(itimerspec64)}}},
		{Name: "timerfd_gettime", Class: Desc, Ret: zero, Params: params{{Name: "fd", Type: fd}, {Name: "curr_value", Type: out(itimerspec)}}},
		{Name: "timerfd_gettime64", Class: Desc, Ret: zero, Params: params{{Name: "fd", Type: fd}, {Name: "curr_value", Type: out(itimerspec64)}}},
	}
})

// clockState is what adjtimex returns.
var clockState = customOf(4, "clockState")
