package procfs

import (
	"bytes"
	"encoding/binary"
	"net/netip"
	"strings"
	"syscall"
)

// diag asks the kernel about sockets. It only ever asks for what is there: its requests
// are made below and nowhere else, and none of them changes anything.
type diag struct {
	fd     int
	state  diagState
	buf    []byte
	serial uint32
}

type diagState uint8

const (
	diagClosed diagState = iota
	diagOpen
	diagRefused
)

const (
	netlinkSockDiag  = 4  // NETLINK_SOCK_DIAG
	sockDiagByFamily = 20 // SOCK_DIAG_BY_FAMILY, which asks
	nlHeader         = 16 // the size of struct nlmsghdr
	diagBuffer       = 32 << 10
	diagRounds       = 1 << 12 // messages of one answer
)

func (d *diag) open() bool {
	if d.state == diagClosed {
		fd, err := syscall.Socket(syscall.AF_NETLINK, syscall.SOCK_RAW|syscall.SOCK_CLOEXEC, netlinkSockDiag)
		d.fd, d.state = fd, diagOpen
		if err != nil {
			d.state = diagRefused
		}
	}
	return d.state == diagOpen
}

// ask sends a request, whose header is still empty, and hands each message of the answer
// to read until that has seen enough.
func (d *diag) ask(request []byte, flags uint16, read func(message []byte) (enough bool)) {
	if !d.open() {
		return
	}
	d.serial++
	e := binary.NativeEndian
	e.PutUint32(request, uint32(len(request)))
	e.PutUint16(request[4:], sockDiagByFamily)
	e.PutUint16(request[6:], syscall.NLM_F_REQUEST|flags)
	e.PutUint32(request[8:], d.serial)
	if err := syscall.Sendto(d.fd, request, 0, &syscall.SockaddrNetlink{Family: syscall.AF_NETLINK}); err != nil {
		return
	}
	if d.buf == nil {
		d.buf = make([]byte, diagBuffer)
	}
	for range diagRounds {
		n, _, err := syscall.Recvfrom(d.fd, d.buf, syscall.MSG_DONTWAIT)
		if err != nil || d.receive(d.buf[:n], flags, read) {
			return
		}
	}
}

// receive reads the messages of one datagram and reports whether they were the last.
// What is left of an answer of which enough is known is dropped.
func (d *diag) receive(b []byte, flags uint16, read func([]byte) bool) (last bool) {
	e := binary.NativeEndian
	for len(b) >= nlHeader {
		n := int(e.Uint32(b))
		if n < nlHeader || n > len(b) {
			return true
		}
		kind, serial := e.Uint16(b[4:]), e.Uint32(b[8:])
		switch {
		case serial != d.serial:
		case kind != sockDiagByFamily:
			return true // NLMSG_DONE, NLMSG_ERROR
		case read(b[nlHeader:n]):
			return true
		}
		b = b[min((n+3)&^3, len(b)):]
	}
	return flags&syscall.NLM_F_DUMP == 0
}

const (
	unixDiagName = 0
	unixDiagPeer = 2
	unixShow     = 1<<0 | 1<<2 // UDIAG_SHOW_NAME, UDIAG_SHOW_PEER
	unixAnswer   = 16          // the size of struct unix_diag_msg
)

// unix asks for the UNIX socket of an inode.
func (d *diag) unix(f *SocketFields) {
	if f.Inode > 1<<32-1 {
		return
	}
	d.ask(unixRequest(uint32(f.Inode)), 0, func(m []byte) bool {
		parseUnix(f, m)
		return true
	})
}

// unixRequest is struct unix_diag_req behind a header.
func unixRequest(inode uint32) []byte {
	m := make([]byte, nlHeader+24)
	e := binary.NativeEndian
	m[16] = syscall.AF_UNIX
	e.PutUint32(m[20:], 1<<32-1) // in any state
	e.PutUint32(m[24:], inode)
	e.PutUint32(m[28:], unixShow)
	e.PutUint64(m[32:], 1<<64-1) // whatever its cookie
	return m
}

// parseUnix reads struct unix_diag_msg and the attributes behind it.
func parseUnix(f *SocketFields, m []byte) {
	e := binary.NativeEndian
	if len(m) < unixAnswer || uint64(e.Uint32(m[4:])) != f.Inode {
		return
	}
	m = m[unixAnswer:]
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

const inetAnswer = 72 // the size of struct inet_diag_msg

// tcp looks for a socket of TCP among all there are.
func (d *diag) tcp(f *SocketFields) {
	family := byte(syscall.AF_INET)
	if strings.HasSuffix(f.Protocol, "v6") {
		family = syscall.AF_INET6
	}
	d.ask(tcpRequest(family), syscall.NLM_F_DUMP, func(m []byte) bool { return parseTCP(f, m) })
}

// tcpRequest is struct inet_diag_req_v2 behind a header.
func tcpRequest(family byte) []byte {
	m := make([]byte, nlHeader+56)
	m[16], m[17] = family, syscall.IPPROTO_TCP
	binary.NativeEndian.PutUint32(m[20:], 1<<32-1) // in any state
	return m
}

// parseTCP reads struct inet_diag_msg and reports whether it is about the socket.
func parseTCP(f *SocketFields, m []byte) bool {
	if len(m) < inetAnswer || uint64(binary.NativeEndian.Uint32(m[68:])) != f.Inode {
		return false
	}
	size := 4
	if m[0] == syscall.AF_INET6 {
		size = 16
	}
	end := func(port, addr int) netip.AddrPort {
		a, _ := netip.AddrFromSlice(m[addr : addr+size])
		return netip.AddrPortFrom(a, binary.BigEndian.Uint16(m[port:]))
	}
	f.Local = end(4, 8)
	if remote := end(6, 24); remote.Port() != 0 {
		f.Remote = remote
	}
	return true
}
