package syscalls

import "github.com/trapline/trapline/uapi"

var (
	aioContext = addr
	ioEvent    = record("io_event", fields{{Name: "data", Type: x64}, {Name: "obj", Type: x64}, {Name: "res", Type: s64}, {Name: "res2", Type: s64}})

	// ioEvents are those that there were, and iocbs the requests themselves.
	ioEvents = out(array(ioEvent, Result))
	iocbs    = in(Custom{Name: "iocbs", Args: []string{"nr"}})
	iocb     = in(Custom{Name: "iocb"})

	// aioSigset is the last argument of io_pgetevents: a signal set and its size.
	aioSigset = in(record("__aio_sigset", fields{{Name: "sigmask", Type: in(sigset("sigsetsize"))}, {Name: "sigsetsize", Type: size}}))
)

// aioCalls are the calls of Linux's own asynchronous input and output.
// uringRest is how io_uring_enter is to wait: a signal set or, by the flags, a structure in memory
// or the place of one that is registered.
var uringRest = &Rest{On: "flags", Mask: extArg | extArgReg, Else: params{{Name: "sigset", Type: in(wholeSigset)}, {Name: "sigsetsize", Type: size}}, Cases: map[uint64][]Param{
	extArg:    {{Name: "arg", Type: in(Custom{Name: "uringArg"})}, {Name: "argsz", Type: size}},
	extArgReg: {{Name: "arg", Type: ulong}, {Name: "argsz", Type: size}},
}}

const (
	extArg    = 1 << 3 // IORING_ENTER_EXT_ARG
	extArgReg = 1 << 6 // IORING_ENTER_EXT_ARG_REG
)

var aioCalls = lazy(func() []Syscall {
	return []Syscall{
		{Name: "io_setup", Class: Memory, Ret: zero, Params: params{{Name: "nr_events", Type: unum}, {Name: "ctx_idp", Type: out(addr)}}},
		{Name: "io_destroy", Class: Memory, Ret: zero, Params: params{{Name: "ctx_id", Type: aioContext}}},
		{Name: "io_submit", Ret: num, Params: params{{Name: "ctx_id", Type: aioContext}, {Name: "nr", Type: long}, {Name: "iocbpp", Type: iocbs}}},
		{Name: "io_cancel", Ret: zero, Params: params{{Name: "ctx_id", Type: aioContext}, {Name: "iocb", Type: iocb}, {Name: "result", Type: out(ioEvent)}}},
		{Name: "io_getevents", Ret: num, Params: params{{Name: "ctx_id", Type: aioContext}, {Name: "min_nr", Type: long}, {Name: "nr", Type: long}, {Name: "events", Type: ioEvents}, {Name: "timeout", Type: in(timespec)}}},
		{Name: "io_pgetevents", Ret: num, Params: params{{Name: "ctx_id", Type: aioContext}, {Name: "min_nr", Type: long}, {Name: "nr", Type: long}, {Name: "events", Type: ioEvents}, {Name: "timeout", Type: in(timespec)}, {Name: "sig", Type: aioSigset}}},
		{Name: "io_pgetevents_time64", Ret: num, Params: params{{Name: "ctx_id", Type: aioContext}, {Name: "min_nr", Type: long}, {Name: "nr", Type: long}, {Name: "events", Type: ioEvents}, {Name: "timeout", Type: in(timespec64)}, {Name: "sig", Type: aioSigset}}},
	}
})

var (
	// uringParams is struct io_uring_params, which the kernel completes.
	uringParams = in(Custom{Name: "uringParams"})

	probe  = Custom{Name: "uringProbe", Args: []string{"nr_args"}}
	buffer = record("iovec", fields{{Name: "iov_base", Type: addr}, {Name: "iov_len", Type: size}})
)

// uringArgs is the argument of io_uring_register by operation; that of others is
// an address.
var uringArgs = Switch{On: "opcode", Else: addr, Cases: map[uint64]Type{
	0: in(array(buffer, "nr_args")),
	2: in(array(fd, "nr_args")),
	4: in(array(fd, "nr_args")),
	7: in(array(fd, "nr_args")),
	8: out(probe),
}}

// uringCalls are the calls of io_uring.
var uringCalls = lazy(func() []Syscall {
	return []Syscall{
		{Name: "io_uring_setup", Class: Desc, Ret: fd, Params: params{{Name: "entries", Type: unum}, {Name: "params", Type: uringParams}}},
		{Name: "io_uring_enter", Class: Desc | Signal, Ret: num, Params: params{{Name: "fd", Type: fd}, {Name: "to_submit", Type: unum}, {Name: "min_complete", Type: unum}, {Name: "flags", Type: flags(uapi.UringEnter)}, {Type: uringRest}}},
		{Name: "io_uring_register", Class: Desc | Memory, Ret: num, Params: params{{Name: "fd", Type: fd}, {Name: "opcode", Type: enum(uapi.UringRegister)}, {Name: "arg", Type: uringArgs}, {Name: "nr_args", Type: unum}}},
	}
})
