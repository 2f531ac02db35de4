package strace

import (
	"net/netip"
	"strings"

	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// appendFD appends a descriptor and what it refers to.
func (s *Style) appendFD(dst []byte, fd *value.FD) []byte {
	if fd.Set != nil {
		dst = s.appendFlags(dst, &value.Flags{Bits: uint64(uint32(fd.Num)), Size: 4, Set: fd.Set})
	} else {
		dst = appendNumber(dst, uint64(fd.Num), 4, value.Signed)
	}
	if fd.Path == "" {
		return dst
	}
	dst = s.mark(dst, "<")
	dst = s.appendObject(dst, fd)
	if fd.Deleted && fd.Set != nil { // the working directory, as the kernel names it
		dst = s.appendEscaped(dst, gone, "")
	}
	dst = s.mark(dst, ">")
	if fd.Deleted && fd.Set == nil {
		dst = append(dst, "(deleted)"...)
	}
	return dst
}

// gone is what the kernel puts behind the name of a directory that was removed.
var gone = []byte(" (deleted)")

func (s *Style) appendObject(dst []byte, fd *value.FD) []byte {
	switch o := fd.Object.(type) {
	case *value.Device:
		return s.appendNode(s.appendName(dst, fd.Path), o)
	case *value.Socket:
		return s.appendSocket(dst, o, fd.Path)
	case *value.PIDFD:
		return s.appendPID(append(dst, "pid:"...), &value.PID{Num: o.PID, Comm: o.Comm})
	case *value.EventFD:
		return appendEventFD(dst, o)
	case *value.SignalFD:
		return s.appendArray(append(dst, "signalfd:"...), o.Signals)
	}
	return s.appendName(dst, fd.Path)
}

// appendName appends a name that stands between angle brackets.
func (s *Style) appendName(dst []byte, name string) []byte {
	return s.appendEscaped(dst, []byte(name), "<>")
}

// appendNode appends which device stands behind a name.
func (s *Style) appendNode(dst []byte, d *value.Device) []byte {
	kind := "char "
	if d.Block {
		kind = "block "
	}
	dst = appendDecimal(append(s.mark(dst, "<"), kind...), uint64(d.Major))
	dst = appendDecimal(append(dst, ':'), uint64(d.Minor))
	if d.Peer != "" {
		dst = append(append(dst, " @"...), d.Peer...)
	}
	return s.mark(dst, ">")
}

func appendEventFD(dst []byte, e *value.EventFD) []byte {
	dst = appendHex(append(dst, "{eventfd-count="...), e.Count)
	dst = appendDecimal(append(dst, ", eventfd-id="...), e.ID)
	semaphore := byte('0')
	if e.Semaphore {
		semaphore = '1'
	}
	return append(append(dst, ", eventfd-semaphore="...), semaphore, '}')
}

// protocols are the names that strace has for the kernel's. Where they are not the same
// only a socket with an address has it, and where there is none no socket does.
var protocols = map[string]string{
	"TCP": "TCP", "TCPv6": "TCPv6", "UDP": "UDP", "UDPv6": "UDPv6", "RAW": "RAW", "RAWv6": "RAWv6",
	"UDPLITEv6": "UDPLITEv6", "UDP-Lite": "UDPLITE", "MPTCP": "TCP", "MPTCPv6": "TCPv6",
	"UNIX": "UNIX", "UNIX-STREAM": "UNIX-STREAM", "NETLINK": "NETLINK",
}

func (s *Style) appendSocket(dst []byte, o *value.Socket, path string) []byte {
	protocol := protocols[o.Protocol]
	if protocol == "" || protocol != o.Protocol && !bound(o.Local) {
		return s.appendName(dst, path)
	}
	dst = append(append(dst, protocol...), ":["...)
	switch {
	case bound(o.Local):
		dst = appendEnd(dst, o.Local)
		if o.Remote.IsValid() {
			dst = appendEnd(append(dst, "->"...), o.Remote)
		}
	case o.Bound:
		dst = appendNetlinkFamily(dst, o.Family)
		dst = appendDecimal(append(dst, ':'), uint64(o.Port))
	default:
		dst = s.appendUnix(dst, o)
	}
	return append(dst, ']')
}

// bound reports whether a socket has an address.
func bound(local netip.AddrPort) bool { return local.Port() != 0 }

// appendUnix appends an inode, and what UNIX sockets have besides.
func (s *Style) appendUnix(dst []byte, o *value.Socket) []byte {
	dst = appendDecimal(dst, o.Inode)
	if o.Peer != 0 {
		dst = appendDecimal(append(dst, "->"...), o.Peer)
	}
	if len(o.Name) == 0 {
		return dst
	}
	dst = append(dst, ',')
	if o.Abstract {
		dst = append(dst, '@')
	}
	dst = append(dst, '"')
	dst = s.appendEscaped(dst, o.Name, "")
	return append(dst, '"')
}

func appendEnd(dst []byte, end netip.AddrPort) []byte { return end.AppendTo(dst) }

func appendNetlinkFamily(dst []byte, family uint32) []byte {
	name, ok := uapi.NetlinkProtocols.Find(uint64(family))
	if !ok {
		return appendDecimal(dst, uint64(family))
	}
	return append(dst, strings.TrimPrefix(name, "NETLINK_")...)
}

// appendPID appends the id of a process and who that is.
func (s *Style) appendPID(dst []byte, p *value.PID) []byte {
	dst = appendNumber(dst, uint64(p.Num), 4, value.Signed)
	if p.Comm != "" {
		dst = s.mark(dst, "<")
		dst = s.appendName(dst, p.Comm)
		dst = s.mark(dst, ">")
	}
	if p.Ours == 0 {
		return dst
	}
	dst = appendDecimal(s.openNote(dst), uint64(p.Ours))
	return s.closeNote(append(dst, " in strace's PID NS"...))
}
