package syscalls

import "github.com/trapline/trapline/uapi"

var (
	family       = enum(uapi.AddressFamilies)
	sockType     = customOf(4, "socketType")
	messageFlags = flags(uapi.MessageFlags)

	// sockaddrIn is an address that the program gives, of as many bytes as the
	// sibling addrlen says.
	sockaddrIn = in(Custom{Name: "sockaddr", Args: []string{"addrlen"}})

	// peer is an address that the kernel gives, and peerLen its length, which the
	// kernel reads and writes.
	peer    = custom("peer", "addrlen")
	peerLen = custom("peerLen", "addr")

	message  = in(Custom{Name: "message", Args: []string{"sockfd", "len"}})
	received = out(Custom{Name: "received", Args: []string{"sockfd", "len", string(Result)}})

	msghdr      = in(Custom{Name: "msghdr", Args: []string{"sockfd"}})
	recvMsghdr  = custom("receivedMsghdr", "sockfd")
	mmsghdrs    = custom("mmsghdrs", "sockfd", "vlen")
	recvMmsghdr = custom("receivedMmsghdrs", "sockfd", "vlen")
)

func peerParams(last ...Param) params {
	p := params{{Name: "sockfd", Type: fd}, {Name: "addr", Type: peer}, {Name: "addrlen", Type: peerLen}}
	return append(p, last...)
}

func sockParams(more ...Param) params { return append(params{{Name: "sockfd", Type: fd}}, more...) }

func transferParams(buf Type, more ...Param) params {
	return append(sockParams(Param{Name: "buf", Type: buf}, Param{Name: "len", Type: size}, Param{Name: "flags", Type: messageFlags}), more...)
}

func recvmmsgParams(timeout string) params {
	return sockParams(Param{Name: "msgvec", Type: recvMmsghdr}, Param{Name: "vlen", Type: unum}, Param{Name: "flags", Type: messageFlags}, Param{Name: "timeout", Type: custom(timeout)})
}

var (
	sockaddrParam = Param{Name: "addr", Type: sockaddrIn}
	addrlenParam  = Param{Name: "addrlen", Type: num}
	levelParam    = Param{Name: "level", Type: enum(uapi.SocketLevels)}
)

var netCalls = lazy(func() []Syscall {
	return []Syscall{
		{Name: "socket", Class: Net, Ret: fd, Params: params{{Name: "domain", Type: family}, {Name: "type", Type: sockType}, {Name: "protocol", Type: customOf(4, "socketProtocol", "domain")}}},
		{Name: "socketpair", Class: Net, Ret: zero, Params: params{{Name: "domain", Type: family}, {Name: "type", Type: sockType}, {Name: "protocol", Type: unum}, {Name: "sv", Type: out(list(fd, 2))}}},
		{Name: "bind", Class: Net, Ret: zero, Params: sockParams(sockaddrParam, addrlenParam)},
		{Name: "connect", Class: Net, Ret: zero, Params: sockParams(sockaddrParam, addrlenParam)},
		{Name: "listen", Class: Net, Ret: zero, Params: sockParams(Param{Name: "backlog", Type: num})},
		{Name: "accept", Class: Net, Ret: fd, Params: peerParams()},
		{Name: "accept4", Class: Net, Ret: fd, Params: peerParams(Param{Name: "flags", Type: flags(uapi.SocketFlags)})},
		{Name: "getsockname", Class: Net, Ret: zero, Params: peerParams()},
		{Name: "getpeername", Class: Net, Ret: zero, Params: peerParams()},
		{Name: "shutdown", Class: Net, Ret: zero, Params: sockParams(Param{Name: "how", Type: enum(uapi.ShutdownModes)})},

		{Name: "sendto", Class: Net, Ret: ssize, Params: transferParams(message, Param{Name: "dest_addr", Type: sockaddrIn}, addrlenParam)},
		{Name: "recvfrom", Class: Net, Ret: ssize, Params: transferParams(received, Param{Name: "src_addr", Type: peer}, Param{Name: "addrlen", Type: custom("peerLen", "src_addr")})},
		{Name: "sendmsg", Class: Net, Ret: ssize, Params: sockParams(Param{Name: "msg", Type: msghdr}, Param{Name: "flags", Type: messageFlags})},
		{Name: "recvmsg", Class: Net, Ret: ssize, Params: sockParams(Param{Name: "msg", Type: recvMsghdr}, Param{Name: "flags", Type: messageFlags})},
		{Name: "sendmmsg", Class: Net, Ret: count, Params: sockParams(Param{Name: "msgvec", Type: mmsghdrs}, Param{Name: "vlen", Type: unum}, Param{Name: "flags", Type: messageFlags})},
		{Name: "recvmmsg", Class: Net, Ret: count, After: custom("timeLeft", "timeout"), Params: recvmmsgParams("timeout")},
		{Name: "recvmmsg_time64", Class: Net, Ret: count, After: custom("timeLeft64", "timeout"), Params: recvmmsgParams("timeout64")},

		{Name: "setsockopt", Class: Net, Ret: zero, Params: sockParams(levelParam, Param{Name: "optname", Type: customOf(4, "setOption", "level")}, Param{Name: "optval", Type: in(Custom{Name: "setOptionValue", Args: []string{"level", "optname", "optlen"}})}, Param{Name: "optlen", Type: num})},
		{Name: "getsockopt", Class: Net, Ret: zero, Params: sockParams(levelParam, Param{Name: "optname", Type: customOf(4, "getOption", "level")}, Param{Name: "optval", Type: custom("getOptionValue", "level", "optname", "optlen")}, Param{Name: "optlen", Type: inout(num)})},
	}
})

// partNetCalls exist only as parts of socketcall.
var partNetCalls = lazy(func() []Syscall {
	return []Syscall{
		{Name: "send", Class: Net, Ret: ssize, Params: transferParams(message)},
		{Name: "recv", Class: Net, Ret: ssize, Params: transferParams(received)},
	}
})
