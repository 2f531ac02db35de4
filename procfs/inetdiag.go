package procfs

import (
	"encoding/binary"
	"net/netip"
	"strings"
	"syscall"
)

const (
	inetRequest = 56 // the size of struct inet_diag_req_v2
	inetAnswer  = 72 // the size of struct inet_diag_msg
	inetID      = 8  // where struct inet_diag_sockid is in the request
	inetIDSize  = 48
)

// Where struct inet_diag_sockid has the two ends, the interface and the cookie.
const (
	idLocalPort  = 0
	idRemotePort = 2
	idLocal      = 4
	idRemote     = 20
	idInterface  = 36
	idCookie     = 40
)

// An inetKind is what the kernel has for a protocol of the Internet.
type inetKind struct {
	protocol byte   // IPPROTO_TCP
	table    string // the file below /proc/pid/net that lists its sockets
}

// inetKinds are the protocols whose sockets have addresses.
var inetKinds = map[string]inetKind{
	"TCP":       {syscall.IPPROTO_TCP, "net/tcp"},
	"TCPv6":     {syscall.IPPROTO_TCP, "net/tcp6"},
	"MPTCP":     {syscall.IPPROTO_TCP, "net/tcp"}, // by its first subflow, which has the same inode
	"MPTCPv6":   {syscall.IPPROTO_TCP, "net/tcp6"},
	"UDP":       {syscall.IPPROTO_UDP, "net/udp"},
	"UDPv6":     {syscall.IPPROTO_UDP, "net/udp6"},
	"UDP-Lite":  {syscall.IPPROTO_UDPLITE, "net/udplite"},
	"UDPLITEv6": {syscall.IPPROTO_UDPLITE, "net/udplite6"},
}

// inet looks for a socket among all there are of its protocol. It reports whether the kernel
// has answered.
func (d *diag) inet(f *SocketFields, protocol byte) (answered bool) {
	d.composeInet(f, protocol)
	return d.ask(syscall.NLM_F_DUMP, func(m []byte) bool { return parseInet(f, m) })
}

// inetAgain asks for the socket that has the addresses and the cookie of f, and reports
// whether it still has.
func (d *diag) inetAgain(f *SocketFields, protocol byte) (found bool) {
	m := d.composeInet(f, protocol)[inetID:]
	copy(m, f.id[:])
	if protocol != syscall.IPPROTO_TCP {
		swapEnds(m) // the kernel takes them the other way round, "for historical reasons"
	}
	d.ask(0, func(m []byte) bool {
		found = parseInet(f, m)
		return true
	})
	return found
}

// composeInet makes struct inet_diag_req_v2, of any socket of a protocol.
func (d *diag) composeInet(f *SocketFields, protocol byte) []byte {
	m := d.compose(inetRequest)
	m[0], m[1] = syscall.AF_INET, protocol
	if strings.HasSuffix(f.Protocol, "v6") {
		m[0] = syscall.AF_INET6
	}
	binary.NativeEndian.PutUint32(m[4:], anyState)
	return m
}

func swapEnds(id []byte) {
	var local [16]byte
	copy(local[:], id[idLocal:])
	copy(id[idLocal:], id[idRemote:idRemote+len(local)])
	copy(id[idRemote:], local[:])
	id[0], id[1], id[2], id[3] = id[2], id[3], id[0], id[1]
}

// parseInet reads struct inet_diag_msg and reports whether it is about the socket.
func parseInet(f *SocketFields, m []byte) bool {
	if len(m) < inetAnswer || uint64(binary.NativeEndian.Uint32(m[68:])) != f.Inode {
		return false
	}
	copy(f.id[:], m[4:])
	f.cookie = binary.NativeEndian.Uint64(f.id[idCookie:])
	f.Local = f.end(m[0], idLocalPort, idLocal)
	f.Remote = f.end(m[0], idRemotePort, idRemote)
	if f.Remote.Port() == 0 {
		f.Remote = netip.AddrPort{}
	}
	f.settle(m[1])
	return true
}

// end reads one of the two addresses of f.id.
func (f *SocketFields) end(family byte, port, addr int) netip.AddrPort {
	a := netip.AddrFrom4([4]byte(f.id[addr:]))
	if family == syscall.AF_INET6 {
		a = netip.AddrFrom16([16]byte(f.id[addr:]))
	}
	return netip.AddrPortFrom(a, binary.BigEndian.Uint16(f.id[port:]))
}

const (
	tcpEstablished = 1
	tcpListen      = 10
)

// settle finds out whether the addresses will change.
func (f *SocketFields) settle(state byte) {
	f.Final = strings.Contains(f.Protocol, "TCP") && (f.Remote.IsValid() && state == tcpEstablished || state == tcpListen)
}
