package procfs

import (
	"bytes"
	"encoding/binary"
	"syscall"
)

// diag asks the kernel about sockets. It only ever asks for what is there: its requests
// are made by it and nowhere else, and none of them changes anything.
type diag struct {
	fd      int
	state   diagState
	request []byte
	buf     []byte
	serial  uint32
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
		fd, err := syscall.Socket(syscall.AF_NETLINK, syscall.SOCK_RAW|syscall.SOCK_CLOEXEC|syscall.SOCK_NONBLOCK, netlinkSockDiag)
		d.fd, d.state = fd, diagOpen
		if err != nil {
			d.state = diagRefused
		}
	}
	return d.state == diagOpen
}

// close leaves the rest of an answer unread.
func (d *diag) close() {
	if d.state == diagOpen {
		syscall.Close(d.fd)
		d.state = diagClosed
	}
}

// compose begins a request with that much behind its header and returns it, to be filled in.
func (d *diag) compose(size int) []byte {
	if cap(d.request) == 0 {
		d.request = make([]byte, 0, 128)
	}
	d.request = d.request[:nlHeader+size]
	clear(d.request)
	return d.request[nlHeader:]
}

// ask sends the request and hands each message of the answer to read until that has seen
// enough. It reports whether the kernel has answered, be it that there is nothing.
func (d *diag) ask(flags uint16, read func(message []byte) (enough bool)) bool {
	if !d.open() {
		return false
	}
	d.serial++
	e := binary.NativeEndian
	e.PutUint32(d.request, uint32(len(d.request)))
	e.PutUint16(d.request[4:], sockDiagByFamily)
	e.PutUint16(d.request[6:], syscall.NLM_F_REQUEST|flags)
	e.PutUint32(d.request[8:], d.serial)
	if _, err := syscall.Write(d.fd, d.request); err != nil {
		return false
	}
	if d.buf == nil {
		d.buf = make([]byte, diagBuffer)
	}
	for range diagRounds {
		n, err := syscall.Read(d.fd, d.buf)
		if err != nil {
			return false
		}
		switch d.receive(d.buf[:n], read) {
		case diagEnough:
			if flags&syscall.NLM_F_DUMP != 0 {
				d.close()
			}
			return true
		case diagDone:
			return true
		case diagFailed:
			return false
		}
	}
	return false
}

type diagAnswer uint8

const (
	diagMore diagAnswer = iota
	diagEnough
	diagDone
	diagFailed
)

// receive reads the messages of one datagram.
func (d *diag) receive(b []byte, read func([]byte) bool) diagAnswer {
	e := binary.NativeEndian
	for len(b) >= nlHeader {
		n := int(e.Uint32(b))
		if n < nlHeader || n > len(b) {
			return diagFailed
		}
		kind, serial := e.Uint16(b[4:]), e.Uint32(b[8:])
		switch {
		case serial != d.serial:
		case kind == syscall.NLMSG_DONE:
			return diagDone
		case kind != sockDiagByFamily:
			return diagFailed // NLMSG_ERROR
		case read(b[nlHeader:n]):
			return diagEnough
		}
		b = b[min((n+3)&^3, len(b)):]
	}
	return diagMore
}

const (
	unixDiagName = 0
	unixDiagPeer = 2
	unixShow     = 1<<0 | 1<<2 // UDIAG_SHOW_NAME, UDIAG_SHOW_PEER
	unixRequest  = 24          // the size of struct unix_diag_req
	unixAnswer   = 16          // the size of struct unix_diag_msg
)

const (
	anyState  = 1<<32 - 1
	anyCookie = 1<<64 - 1 // INET_DIAG_NOCOOKIE, twice
)

// unix asks for the UNIX socket of an inode, whose cookie must be that of f if f has one. It
// reports whether there is one.
func (d *diag) unix(f *SocketFields) (found bool) {
	if f.Inode > 1<<32-1 {
		return false
	}
	e := binary.NativeEndian
	m := d.compose(unixRequest)
	m[0] = syscall.AF_UNIX
	e.PutUint32(m[4:], anyState)
	e.PutUint32(m[8:], uint32(f.Inode))
	e.PutUint32(m[12:], unixShow)
	e.PutUint64(m[16:], cookieOr(f.cookie))
	d.ask(0, func(m []byte) bool {
		found = parseUnix(f, m)
		return true
	})
	return found
}

// cookieOr is a cookie for a request, where any will do when it is zero.
func cookieOr(cookie uint64) uint64 {
	if cookie == 0 {
		return anyCookie
	}
	return cookie
}

// parseUnix reads struct unix_diag_msg and the attributes behind it. It reports whether it
// is about the socket.
func parseUnix(f *SocketFields, m []byte) bool {
	e := binary.NativeEndian
	if len(m) < unixAnswer || uint64(e.Uint32(m[4:])) != f.Inode {
		return false
	}
	f.cookie, f.Peer, f.Name, f.Abstract = e.Uint64(m[8:]), 0, f.Name[:0], false
	m = m[unixAnswer:]
	for len(m) >= 4 {
		n := int(e.Uint16(m))
		if n < 4 || n > len(m) {
			break
		}
		f.unixAttribute(e.Uint16(m[2:]), m[4:n])
		m = m[min((n+3)&^3, len(m)):]
	}
	return true
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
		f.Name = append(f.Name[:0], b...)
	}
}
