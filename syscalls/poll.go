package syscalls

import "github.com/trapline/trapline/uapi"

var (
	pollfds = in(Custom{Name: "pollfds", Args: []string{"nfds"}})
	fdset   = in(Custom{Name: "fdset", Args: []string{"nfds"}})

	// wholeSigset is a signal set of no other size than the kernel's.
	wholeSigset = Custom{Name: "wholeSigset", Args: []string{"sigsetsize"}}

	epollEvent = Custom{Name: "epollEvent"}

	polled   = custom("polled", "fds", "nfds", "tmo_p")
	polled64 = custom("polled64", "fds", "nfds", "tmo_p")
)

// sigsetPack is the sixth argument of pselect6: a signal set and its size.
func sigsetPack() *Record {
	return record("sigset_argpack", fields{{Name: "sigmask", Type: in(sigset("sigsetsize"))}, {Name: "sigsetsize", Type: size}})
}

func selectParams(timeout Type, last ...Param) params {
	p := params{{Name: "nfds", Type: num}, {Name: "readfds", Type: fdset}, {Name: "writefds", Type: fdset}, {Name: "exceptfds", Type: fdset}, {Name: "timeout", Type: in(timeout)}}
	return append(p, last...)
}

func pollParams(timeout Type) params {
	return params{{Name: "fds", Type: pollfds}, {Name: "nfds", Type: unum}, {Name: "tmo_p", Type: in(timeout)}, {Name: "sigmask", Type: in(sigset("sigsetsize"))}, {Name: "sigsetsize", Type: size}}
}

// selected is what select found; its decoder's name says which timeout it has.
func selected(decoder string) Type {
	return custom(decoder, "nfds", "readfds", "writefds", "exceptfds", "timeout")
}

func epollParams(last ...Param) params {
	p := params{{Name: "epfd", Type: fd}, {Name: "events", Type: out(Custom{Name: "epollEvents", Args: []string{string(Result)}})}, {Name: "maxevents", Type: num}}
	return append(p, last...)
}

var pollCalls = lazy(func() []Syscall {
	return []Syscall{
		{Name: "poll", Class: Desc, Ret: count, After: custom("polledForMs", "fds", "nfds"), Params: params{{Name: "fds", Type: pollfds}, {Name: "nfds", Type: unum}, {Name: "timeout", Type: num}}},
		{Name: "ppoll", Class: Desc, Ret: count, After: polled, Params: pollParams(timespec)},
		{Name: "ppoll_time64", Class: Desc, Ret: count, After: polled64, Params: pollParams(timespec64)},
		{Name: "select", Class: Desc, Ret: count, After: selected("selected"), Params: selectParams(timeval)},
		{Name: "_newselect", Class: Desc, Ret: count, After: selected("selected"), Params: selectParams(timeval)},
		{Name: "pselect6", Class: Desc, Ret: count, After: selected("pselected"), Params: selectParams(timespec, Param{Name: "sig", Type: in(sigsetPack())})},
		{Name: "pselect6_time64", Class: Desc, Ret: count, After: selected("pselected64"), Params: selectParams(timespec64, Param{Name: "sig", Type: in(sigsetPack())})},

		{Name: "epoll_create", Class: Desc, Ret: fd, Params: params{{Name: "size", Type: num}}},
		{Name: "epoll_create1", Class: Desc, Ret: fd, Params: params{{Name: "flags", Type: flags(uapi.EpollFlags)}}},
		{Name: "epoll_ctl", Class: Desc, Ret: zero, Params: params{{Name: "epfd", Type: fd}, {Name: "op", Type: enum(uapi.EpollCommands)}, {Name: "fd", Type: fd}, {Name: "event", Type: Switch{On: "op", Cases: map[uint64]Type{epollDel: addr}, Else: in(epollEvent)}}}},
		{Name: "epoll_wait", Class: Desc, Ret: count, Params: epollParams(Param{Name: "timeout", Type: num})},
		{Name: "epoll_pwait", Class: Desc, Ret: count, Params: epollParams(Param{Name: "timeout", Type: num}, Param{Name: "sigmask", Type: in(wholeSigset)}, Param{Name: "sigsetsize", Type: size})},
		{Name: "epoll_pwait2", Class: Desc, Ret: count, Params: epollParams(Param{Name: "timeout", Type: in(Custom{Name: "epollTimeout"})}, Param{Name: "sigmask", Type: in(wholeSigset)}, Param{Name: "sigsetsize", Type: size})},
	}
})

// epollDel is EPOLL_CTL_DEL, with which the kernel does not look at the event.
const epollDel = 2
