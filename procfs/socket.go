package procfs

import (
	"bytes"
	"encoding/binary"
	"net/netip"
	"strconv"
	"strings"
	"syscall"
)

// SocketFields are what the kernel tells of a socket. Fields that its protocol does
// not have, or that are not known, are zero.
type SocketFields struct {
	Protocol string // the kernel's name: TCP, UDPv6, UNIX-STREAM, NETLINK
	Inode    uint64

	Local, Remote netip.AddrPort // of the Internet protocols
	Final         bool           // and these do not change as long as the socket lives

	Peer     uint64 // of UNIX: the inode of the other end
	Name     []byte // of UNIX: where it is bound
	Abstract bool   // of UNIX: Name is outside the file system

	Bound  bool   // of NETLINK: Family and Port are known
	Family uint32 // of NETLINK: NETLINK_ROUTE is 0
	Port   uint32
}

// Sockets looks up sockets. It remembers those of which all is known that will ever
// be. It is not safe for concurrent use.
type Sockets struct {
	diag  unixDiag
	known map[uint64]*SocketFields
}

// maxKnown is how many sockets are remembered.
const maxKnown = 1 << 12

// socketTables are the files below /proc/pid/net that list the sockets of a protocol.
var socketTables = map[string]string{
	"TCP":       "net/tcp",
	"TCPv6":     "net/tcp6",
	"UDP":       "net/udp",
	"UDPv6":     "net/udp6",
	"UDP-Lite":  "net/udplite",
	"UDPLITEv6": "net/udplite6",
}

// Find returns what is known of a descriptor that refers to the socket of that inode.
// The result is valid until the next call. It is nil when not even the protocol is
// known.
func (s *Sockets) Find(pid, fd int, inode uint64) *SocketFields {
	if k := s.known[inode]; k != nil {
		return k
	}
	f := &SocketFields{Protocol: socketFamily(pid, fd), Inode: inode}
	if f.Protocol == "" {
		return nil
	}
	switch table := socketTables[f.Protocol]; {
	case table != "":
		findInternet(f, pid, table)
	case strings.HasPrefix(f.Protocol, "UNIX"):
		s.diag.find(f)
	case f.Protocol == "NETLINK":
		findNetlink(f, pid)
	}
	if f.Final {
		s.remember(f)
	}
	return f
}

func (s *Sockets) remember(f *SocketFields) {
	if s.known == nil || len(s.known) >= maxKnown {
		s.known = map[uint64]*SocketFields{}
	}
	s.known[f.Inode] = f
}

// findInternet reads a table of sockets.
func findInternet(f *SocketFields, pid int, table string) {
	raw, err := read(pid, table)
	if err != nil {
		return
	}
	parseInternet(f, raw)
}

const (
	tcpEstablished = 1
	tcpListen      = 10
)

// parseInternet finds a socket in a table: its inode is the tenth word of a line, behind
// the number of the line, both addresses and the state.
func parseInternet(f *SocketFields, raw []byte) {
	var room [20]byte
	inode := strconv.AppendUint(room[:0], f.Inode, 10)
	for line := range bytes.Lines(raw) {
		if !bytes.Contains(line, inode) {
			continue
		}
		words := bytes.Fields(line)
		if len(words) < 10 || !bytes.Equal(words[9], inode) {
			continue
		}
		f.Local, f.Remote = parseAddrPort(words[1]), parseAddrPort(words[2])
		if f.Remote.Port() == 0 {
			f.Remote = netip.AddrPort{}
		}
		state, _ := strconv.ParseUint(string(words[3]), 16, 8)
		f.Final = strings.HasPrefix(f.Protocol, "TCP") && (f.Remote.IsValid() && state == tcpEstablished || state == tcpListen)
		return
	}
}

// parseAddrPort parses 0100007F:0050: the words of the address as the machine has them,
// and the port.
func parseAddrPort(text []byte) netip.AddrPort {
	host, port, ok := strings.Cut(string(text), ":")
	if !ok || len(host) != 8 && len(host) != 32 {
		return netip.AddrPort{}
	}
	var b [16]byte
	for i := 0; i < len(host); i += 8 {
		w, err := strconv.ParseUint(host[i:i+8], 16, 32)
		if err != nil {
			return netip.AddrPort{}
		}
		binary.NativeEndian.PutUint32(b[i/2:], uint32(w))
	}
	n, err := strconv.ParseUint(port, 16, 16)
	if err != nil {
		return netip.AddrPort{}
	}
	addr, _ := netip.AddrFromSlice(b[:len(host)/2])
	return netip.AddrPortFrom(addr, uint16(n))
}

// findNetlink reads the table of netlink sockets. One that has no address is not in it.
func findNetlink(f *SocketFields, pid int) {
	raw, err := read(pid, "net/netlink")
	if err != nil {
		return
	}
	parseNetlinkSocket(f, raw)
}

// parseNetlinkSocket finds a socket in that table: of the ten words of a line, the
// second is the protocol, the third the port and the last the inode.
func parseNetlinkSocket(f *SocketFields, raw []byte) {
	inode := strconv.FormatUint(f.Inode, 10)
	for line := range bytes.Lines(raw) {
		words := bytes.Fields(line)
		if len(words) != 10 || string(words[9]) != inode {
			continue
		}
		family, err1 := strconv.ParseUint(string(words[1]), 10, 32)
		port, err2 := strconv.ParseUint(string(words[2]), 10, 32)
		f.Bound = err1 == nil && err2 == nil && port != 0
		f.Family, f.Port, f.Final = uint32(family), uint32(port), f.Bound
		return
	}
}

// unixDiag asks the kernel about UNIX sockets, one at a time. It only ever asks for
// what is there.
type unixDiag struct {
	fd     int
	state  diagState
	buf    [8192]byte
	serial uint32
}

type diagState uint8

const (
	diagClosed diagState = iota
	diagOpen
	diagRefused
)

const (
	netlinkSockDiag  = 4
	sockDiagByFamily = 20
	unixDiagName     = 0
	unixDiagPeer     = 2
	unixShow         = 1<<unixDiagName | 1<<unixDiagPeer
	diagRequestSize  = 16 + 24 // struct nlmsghdr and struct unix_diag_req
	diagAnswerSize   = 16 + 16 // and struct unix_diag_msg
)

func (d *unixDiag) open() bool {
	if d.state == diagClosed {
		fd, err := syscall.Socket(syscall.AF_NETLINK, syscall.SOCK_RAW|syscall.SOCK_CLOEXEC, netlinkSockDiag)
		d.fd, d.state = fd, diagOpen
		if err != nil {
			d.state = diagRefused
		}
	}
	return d.state == diagOpen
}

// find asks for the socket of an inode.
func (d *unixDiag) find(f *SocketFields) {
	if f.Inode > 1<<32-1 || !d.open() {
		return
	}
	d.serial++
	request := unixRequest(uint32(f.Inode), d.serial)
	if err := syscall.Sendto(d.fd, request[:], 0, &syscall.SockaddrNetlink{Family: syscall.AF_NETLINK}); err != nil {
		return
	}
	n, _, err := syscall.Recvfrom(d.fd, d.buf[:], syscall.MSG_DONTWAIT)
	if err == nil {
		parseUnix(f, d.buf[:n])
	}
}

// unixRequest is a request for the socket of an inode; it is no dump, so that the
// answer is one message.
func unixRequest(inode, serial uint32) (m [diagRequestSize]byte) {
	e := binary.NativeEndian
	e.PutUint32(m[0:], diagRequestSize)
	e.PutUint16(m[4:], sockDiagByFamily)
	e.PutUint16(m[6:], syscall.NLM_F_REQUEST)
	e.PutUint32(m[8:], serial)
	m[16] = syscall.AF_UNIX
	e.PutUint32(m[20:], 1<<32-1) // in any state
	e.PutUint32(m[24:], inode)
	e.PutUint32(m[28:], unixShow)
	e.PutUint64(m[32:], 1<<64-1) // whatever its cookie
	return m
}

// parseUnix reads the answer.
func parseUnix(f *SocketFields, m []byte) {
	e := binary.NativeEndian
	if len(m) < diagAnswerSize || e.Uint16(m[4:]) != sockDiagByFamily || e.Uint32(m[20:]) != uint32(f.Inode) {
		return
	}
	m = m[diagAnswerSize:min(len(m), int(max(e.Uint32(m), diagAnswerSize)))]
	for len(m) >= 4 {
		n := int(e.Uint16(m))
		if n < 4 || n > len(m) {
			return
		}
		f.unixAttribute(e.Uint16(m[2:]), m[4:n])
		m = m[min((n+3)&^3, len(m)):]
	}
}

func (f *SocketFields) unixAttribute(kind uint16, b []byte) {
	switch {
	case kind == unixDiagPeer && len(b) >= 4:
		f.Peer = uint64(binary.NativeEndian.Uint32(b))
		f.Final = f.Peer != 0
	case kind == unixDiagName && len(b) > 0:
		f.Abstract = b[0] == 0
		if f.Abstract {
			b = b[1:]
		} else if end := bytes.IndexByte(b, 0); end >= 0 {
			b = b[:end]
		}
		f.Name = bytes.Clone(b)
	}
}
