package procfs

import (
	"bytes"
	"encoding/binary"
	"net/netip"
	"slices"
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

	cookie uint64           // what the kernel knows it by, zero when that is not known
	id     [inetIDSize]byte // of the Internet protocols: struct inet_diag_sockid
}

// Sockets looks up sockets. It remembers those of which all is known that will ever be, and
// of others what makes the kernel find them quickly. It is not safe for concurrent use.
type Sockets struct {
	diag  diag
	known map[uint64]*SocketFields
	buf   []byte
	net   homeNamespace
}

// maxKnown is how many sockets are remembered.
const maxKnown = 1 << 12

// Find returns what is known of a descriptor that refers to the socket of that inode.
// The result is valid until the next call. It is nil when not even the protocol is
// known.
func (s *Sockets) Find(pid, fd int, inode uint64) *SocketFields {
	if k := s.known[inode]; k != nil {
		if k.Final || s.again(k) {
			return k
		}
		delete(s.known, inode)
	}
	f := &SocketFields{Protocol: socketFamily(pid, fd), Inode: inode}
	if f.Protocol == "" {
		return nil
	}
	switch kind, inet := inetKinds[f.Protocol]; {
	case inet:
		s.findInternet(f, pid, kind)
	case f.unix():
		s.diag.unix(f)
	case f.Protocol == "NETLINK":
		parseNetlinkSocket(f, s.read(pid, "net/netlink")) // one without an address is not in it
	}
	if f.Final || f.cookie != 0 {
		s.remember(f)
	}
	return f
}

func (f *SocketFields) unix() bool { return strings.HasPrefix(f.Protocol, "UNIX") }

// again asks about a socket by its cookie, which no other ever has, and reports whether it is
// still there.
func (s *Sockets) again(k *SocketFields) bool {
	if k.unix() {
		return s.diag.unix(k)
	}
	return s.diag.inetAgain(k, inetKinds[k.Protocol].protocol)
}

func (s *Sockets) remember(f *SocketFields) {
	if s.known == nil || len(s.known) >= maxKnown {
		s.known = map[uint64]*SocketFields{}
	}
	s.known[f.Inode] = f
}

// findInternet looks through the sockets of our network namespace, and for a task that is in
// another one, or when the kernel does not answer, through a table.
func (s *Sockets) findInternet(f *SocketFields, pid int, kind inetKind) {
	answered := s.diag.inet(f, kind.protocol)
	if f.Local.IsValid() || answered && s.net.same(pid, "net") {
		return
	}
	parseInternet(f, s.read(pid, kind.table))
}

// read returns a table, as far as it can be read, until the next one is read.
func (s *Sockets) read(pid int, table string) []byte {
	s.buf = s.buf[:0]
	fd, err := syscall.Open(file(pid, table), syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
	if err != nil {
		return nil
	}
	defer syscall.Close(fd)
	for len(s.buf) < limit {
		s.buf = slices.Grow(s.buf, tableStep)
		n, err := syscall.Read(fd, s.buf[len(s.buf):cap(s.buf)])
		if n <= 0 || err != nil {
			break
		}
		s.buf = s.buf[:len(s.buf)+n]
	}
	return s.buf
}

// tableStep is how much of a table is read at once, at least.
const tableStep = 16 << 10

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
		f.settle(byte(state))
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
