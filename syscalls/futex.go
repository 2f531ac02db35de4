package syscalls

import (
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// futexMask is what of the operation decides which arguments there are.
const futexMask = 0x7f

var (
	futexVal   = Param{Name: "val", Type: unum, Reg: 3}
	futexVal2  = Param{Name: "val2", Type: unum, Reg: 4}
	futexAddr2 = Param{Name: "uaddr2", Type: addr, Reg: 5}
	futexVal3  = Param{Name: "val3", Type: unum, Reg: 6}
	futexMatch = Param{Name: "val3", Type: flags(uapi.FutexBitset), Reg: 6}
	futexClock = enum(uapi.Clocks)
	addr64     = Bits{Width: 8, Form: value.Address}

	futex2Flags = customOf(4, "futex2Flags")
	futexBits   = custom("futexBitset")
)

// FutexWaiter is struct futex_waitv, one of the futexes to wait for.
var FutexWaiter = record("futex_waitv", fields{
	{Name: "val", Type: x64},
	{Name: "uaddr", Type: addr64},
	{Name: "flags", Type: futex2Flags},
	{Name: "__reserved", Type: If{On: "__reserved", Any: 1<<32 - 1, Then: x32}},
})

// futexParams are the parameters of futex with one of the two kinds of timeout.
func futexParams(timeout Type) params {
	wait := Param{Name: "timeout", Type: in(timeout), Reg: 4}
	requeue := params{futexVal, futexVal2, futexAddr2, futexVal3}
	return params{
		{Name: "uaddr", Type: addr},
		{Name: "futex_op", Type: customOf(4, "futexOp")},
		{Type: &Rest{On: "futex_op", Mask: futexMask, Cases: map[uint64][]Param{
			0:  {futexVal, wait},
			1:  {futexVal},
			2:  {futexVal},
			3:  {futexVal, futexVal2, futexAddr2},
			4:  requeue,
			5:  {futexVal, futexVal2, futexAddr2, {Name: "val3", Type: customOf(4, "futexWakeOp"), Reg: 6}},
			6:  {wait},
			7:  {},
			8:  {},
			9:  {futexVal, wait, futexMatch},
			10: {futexVal, futexMatch},
			11: {futexVal, wait, futexAddr2},
			12: requeue,
			13: {wait},
		}, Else: []Param{futexVal, {Name: "timeout", Type: addr, Reg: 4}, futexAddr2, {Name: "val3", Type: hex, Reg: 6}}}},
	}
}

var futexCalls = lazy(func() []Syscall {
	return []Syscall{
		{Name: "futex", Ret: count, Params: futexParams(timespec)},
		{Name: "futex_time64", Ret: count, Params: futexParams(timespec64)},
		{Name: "futex_waitv", Ret: num, Params: params{{Name: "waiters", Type: in(Custom{Name: "futexWaiters", Args: []string{"nr_futexes"}})}, {Name: "nr_futexes", Type: unum}, {Name: "flags", Type: hex}, {Name: "timeout", Type: in(timespec64)}, {Name: "clockid", Type: futexClock}}},
		{Name: "futex_wake", Ret: count, Params: params{{Name: "uaddr", Type: addr}, {Name: "mask", Type: futexBits}, {Name: "nr", Type: num}, {Name: "flags", Type: futex2Flags}}},
		{Name: "futex_wait", Ret: num, Params: params{{Name: "uaddr", Type: addr}, {Name: "val", Type: ulong}, {Name: "mask", Type: futexBits}, {Name: "flags", Type: futex2Flags}, {Name: "timeout", Type: in(timespec64)}, {Name: "clockid", Type: futexClock}}},
		{Name: "futex_requeue", Ret: count, Params: params{{Name: "waiters", Type: in(list(FutexWaiter, 2))}, {Name: "flags", Type: hex}, {Name: "nr_wake", Type: num}, {Name: "nr_requeue", Type: num}}},
		{Name: "set_robust_list", Ret: zero, Params: params{{Name: "addr", Type: addr}, {Name: "length", Type: size}}},
		{Name: "get_robust_list", Ret: zero, Params: params{{Name: "pid", Type: pid}, {Name: "head_ptr", Type: out(addr)}, {Name: "len_ptr", Type: out(size)}}},
	}
})
