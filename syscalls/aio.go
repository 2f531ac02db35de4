package syscalls

var (
	aioContext = addr
	ioEvent    = record("io_event", fields{{Name: "data", Type: x64}, {Name: "obj", Type: x64}, {Name: "res", Type: s64}, {Name: "res2", Type: s64}})

	// ioEvents are those that there were, and iocbs the requests themselves.
	ioEvents = out(array(ioEvent, Result))
	iocbs    = in(Custom{Name: "iocbs", Args: []string{"nr"}})
	iocb     = in(Custom{Name: "iocb"})
)

// aioSigset is the last argument of io_pgetevents: a signal set and its size.
func aioSigset() Pointer {
	return in(record("__aio_sigset", fields{{Name: "sigmask", Type: in(sigset("sigsetsize"))}, {Name: "sigsetsize", Type: size}}))
}

// aioCalls are the calls of Linux's own asynchronous input and output.
var aioCalls = lazy(func() []Syscall {
	return []Syscall{
		{Name: "io_setup", Class: Memory, Ret: zero, Params: params{{Name: "nr_events", Type: unum}, {Name: "ctx_idp", Type: out(addr)}}},
		{Name: "io_destroy", Class: Memory, Ret: zero, Params: params{{Name: "ctx_id", Type: aioContext}}},
		{Name: "io_submit", Ret: num, Params: params{{Name: "ctx_id", Type: aioContext}, {Name: "nr", Type: long}, {Name: "iocbpp", Type: iocbs}}},
		{Name: "io_cancel", Ret: zero, Params: params{{Name: "ctx_id", Type: aioContext}, {Name: "iocb", Type: iocb}, {Name: "result", Type: out(ioEvent)}}},
		{Name: "io_getevents", Ret: num, Params: params{{Name: "ctx_id", Type: aioContext}, {Name: "min_nr", Type: long}, {Name: "nr", Type: long}, {Name: "events", Type: ioEvents}, {Name: "timeout", Type: in(timespec)}}},
		{Name: "io_pgetevents", Ret: num, Params: params{{Name: "ctx_id", Type: aioContext}, {Name: "min_nr", Type: long}, {Name: "nr", Type: long}, {Name: "events", Type: ioEvents}, {Name: "timeout", Type: in(timespec)}, {Name: "sig", Type: aioSigset()}}},
		{Name: "io_pgetevents_time64", Ret: num, Params: params{{Name: "ctx_id", Type: aioContext}, {Name: "min_nr", Type: long}, {Name: "nr", Type: long}, {Name: "events", Type: ioEvents}, {Name: "timeout", Type: in(timespec64)}, {Name: "sig", Type: aioSigset()}}},
	}
})
