package json

import (
	"net/netip"

	"github.com/trapline/trapline/value"
)

// appendFD appends a descriptor and what it refers to.
func appendFD(dst []byte, fd *value.FD) []byte {
	dst = appendInt(dst, "fd", int64(fd.Num))
	if fd.Set != nil {
		dst = appendText(dst, "set", fd.Set.Name)
		if name, ok := fd.Set.Find(uint64(uint32(fd.Num))); ok {
			dst = appendText(dst, "name", name)
		} else {
			dst = appendUnknown(dst, fd.Set)
		}
	}
	if fd.Path != "" {
		dst = appendText(dst, "path", fd.Path)
	}
	dst = appendTrue(dst, "deleted", fd.Deleted)
	if fd.Object == nil {
		return dst
	}
	dst = append(appendKey(dst, "object"), '{')
	dst = appendObject(dst, fd.Object)
	return append(dst, '}')
}

// appendObject appends what a descriptor refers to; the first member names its kind.
func appendObject(dst []byte, o value.Object) []byte {
	switch o := o.(type) {
	case *value.Device:
		return appendDevice(dst, o)
	case *value.Socket:
		return appendSocket(dst, o)
	case *value.PIDFD:
		dst = appendInt(dst, "pidfd", int64(o.PID))
		if o.Comm == "" {
			return dst
		}
		return appendText(dst, "comm", o.Comm)
	case *value.EventFD:
		dst = appendUint(dst, "eventfd", o.Count)
		dst = appendUint(dst, "id", o.ID)
		return appendTrue(dst, "semaphore", o.Semaphore)
	case *value.SignalFD:
		return AppendValue(appendKey(dst, "signalfd"), o.Signals)
	}
	return dst
}

func appendDevice(dst []byte, d *value.Device) []byte {
	kind := "char"
	if d.Block {
		kind = "block"
	}
	dst = appendText(dst, "device", kind)
	dst = appendUint(dst, "major", uint64(d.Major))
	dst = appendUint(dst, "minor", uint64(d.Minor))
	if d.Peer == "" {
		return dst
	}
	return appendText(dst, "terminal", d.Peer)
}

func appendSocket(dst []byte, s *value.Socket) []byte {
	dst = appendText(dst, "socket", s.Protocol)
	dst = appendUint(dst, "inode", s.Inode)
	dst = appendEnd(dst, "local", s.Local)
	dst = appendEnd(dst, "remote", s.Remote)
	if s.Peer != 0 {
		dst = appendUint(dst, "peer", s.Peer)
	}
	if len(s.Name) > 0 {
		dst = appendText(dst, "bound", s.Name)
	}
	dst = appendTrue(dst, "abstract", s.Abstract)
	if s.Bound {
		dst = appendUint(dst, "family", uint64(s.Family))
		dst = appendUint(dst, "port", uint64(s.Port))
	}
	return dst
}

// appendEnd appends one end of a connection: "127.0.0.1:80".
func appendEnd(dst []byte, key string, end netip.AddrPort) []byte {
	if !end.IsValid() {
		return dst
	}
	dst = append(appendKey(dst, key), '"')
	return append(end.AppendTo(dst), '"')
}

// appendPID appends the id of a process and who that is.
func appendPID(dst []byte, p *value.PID) []byte {
	dst = appendInt(dst, "pid", int64(p.Num))
	dst = appendTrue(dst, "group", p.Group)
	if p.Comm != "" {
		dst = appendText(dst, "comm", p.Comm)
	}
	if p.Ours != 0 {
		dst = appendInt(dst, "ours", int64(p.Ours))
	}
	return dst
}
