package decode

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// Levels of socket options and control messages.
const (
	solIP       = 0
	solSocket   = 1
	solTCP      = 6
	solUDP      = 17
	solIPv6     = 41
	solRaw      = 255
	solPacket   = 263
	solNetlink  = 270
	maxControls = 1 << 16 // bytes of control messages
)

// controls decodes n bytes of control messages.
func (x *context) controls(at abi.Addr, n uint64) value.Value {
	head := x.abi.Word + 8
	if at == 0 || n < uint64(head) || x.c.mode.Opaque {
		return x.a.Ptr(at, nil)
	}
	b := x.read(at, int(min(n, maxControls)))
	if b == nil {
		return x.a.Lost(at)
	}
	elems := x.a.Values(len(b)/head + 1)
	for len(b) >= head {
		size := integer(b, 0, x.abi.Word)
		elems = append(elems, x.controlMessage(b, size))
		step := len(b)
		if size < uint64(head) {
			step = head
		} else if size < uint64(len(b)) {
			step = min(alignUp(int(size), x.abi.Word), len(b))
		}
		b, at = b[step:], at+abi.Addr(step)
		if size < uint64(head) {
			break
		}
	}
	if len(b) > 0 {
		elems = append(elems, x.cut(at))
	}
	return x.a.Array(elems, false, value.List)
}

// controlMessage decodes the control message at the start of b that claims to have
// the given size.
func (x *context) controlMessage(b []byte, size uint64) value.Value {
	word := x.abi.Word
	level, kind := integer(b, word, 4), integer(b, word+4, 4)
	f := append(x.a.Fields(4),
		value.Field{Name: "cmsg_len", Value: x.a.Int(size, word, value.Unsigned)},
		value.Field{Name: "cmsg_level", Value: x.a.Flags(level, 4, controlLevels)},
		value.Field{Name: "cmsg_type", Value: x.controlType(level, kind)})
	if end := min(size, uint64(len(b))); end > uint64(word+8) {
		f = append(f, value.Field{Name: "cmsg_data", Value: x.controlData(level, kind, b[word+8:end])})
	}
	return x.a.Struct(f, false)
}

// controlLevels are the levels, which have another comment here than in setsockopt.
var controlLevels = func() *uapi.Set {
	s := *uapi.SocketLevels
	s.Unknown = "SOL_???"
	return &s
}()

func (x *context) controlType(level, kind uint64) value.Value {
	switch level {
	case solSocket:
		return x.a.Flags(kind, 4, uapi.SocketControls.For(x.abi))
	case solIP:
		return x.a.Flags(kind, 4, uapi.IPControls)
	}
	return x.a.Int(kind, 4, value.Hex)
}

// controlData decodes what a control message carries.
func (x *context) controlData(level, kind uint64, b []byte) value.Value {
	var v value.Value
	switch level {
	case solSocket:
		v = x.socketControl(kind, b)
	case solIP:
		v = x.ipControl(kind, b)
	}
	if v == nil {
		return x.binary(b)
	}
	return v
}

// binary is bytes nothing is known about.
func (x *context) binary(b []byte) value.Value {
	s := x.a.Str(b, false)
	s.Binary = true
	return s
}

// socketControl decodes a control message of sockets; nil when its data has another
// length than such a message has.
func (x *context) socketControl(kind uint64, b []byte) value.Value {
	const (
		rights, credentials, security, pidfd       = 1, 2, 3, 4
		timestampOld, timestampNSOld, timestamping = 29, 35, 37
		timestampNew, timestampNSNew, stampingNew  = 63, 64, 65
	)
	switch kind {
	case rights:
		if len(b) >= 4 {
			return x.elements(syscalls.FD{}, len(b)/4, b, 0)
		}
	case credentials:
		if len(b) >= 12 {
			return x.record(ucred, b, 0)
		}
	case security:
		return x.a.Str(b, false)
	case pidfd:
		if len(b) >= 4 {
			return x.descriptor(int32(integer(b, 0, 4)))
		}
	case timestampOld:
		return x.begun(timeval, b)
	case timestampNew:
		return x.begun(timeval64, b)
	case timestampNSOld:
		return x.begun(timespec, b)
	case timestampNSNew:
		return x.begun(timespec64, b)
	case timestamping:
		return x.begun(syscalls.Array{Elem: timespec, Count: 3}, b)
	case stampingNew:
		return x.begun(syscalls.Array{Elem: timespec64, Count: 3}, b)
	}
	return nil
}

// begun decodes data that begins with a t; what is too short is not understood.
func (x *context) begun(t syscalls.Type, b []byte) value.Value {
	if len(b) < t.Size(x.abi) {
		return x.a.Macro("???")
	}
	return x.element(t, b, 0, 0)
}

var (
	ucred = &syscalls.Record{Name: "ucred", Fields: []syscalls.Param{
		{Name: "pid", Type: pid}, {Name: "uid", Type: u32}, {Name: "gid", Type: u32},
	}}
	extendedErr = &syscalls.Record{Name: "sock_extended_err", Fields: []syscalls.Param{
		{Name: "ee_errno", Type: u32}, {Name: "ee_origin", Type: u8}, {Name: "ee_type", Type: u8}, {Name: "ee_code", Type: u8},
		{Name: "ee_pad", Type: syscalls.If{Then: u8}}, {Name: "ee_info", Type: u32}, {Name: "ee_data", Type: u32},
	}}
)

// ipControl decodes a control message of IP.
func (x *context) ipControl(kind uint64, b []byte) value.Value {
	const tos, ttl, security, recvopts, retopts, pktinfo, recverr, origdst, checksum = 1, 2, 3, 6, 7, 8, 11, 20, 23
	switch {
	case kind == pktinfo && len(b) >= 12:
		return x.a.Struct(append(x.a.Fields(3),
			value.Field{Name: "ipi_ifindex", Value: x.netInterface(integer(b, 0, 4))},
			value.Field{Name: "ipi_spec_dst", Value: x.inetAddr(b[4:8])},
			value.Field{Name: "ipi_addr", Value: x.inetAddr(b[8:12])}), false)
	case (kind == ttl || kind == checksum) && len(b) >= 4:
		return list{nlU32, 4, nil}.decode(x, b)
	case kind == tos:
		return x.hexBytes(b)
	case kind == recvopts || kind == retopts:
		return x.hexBytes(b)
	case kind == recverr && len(b) >= 32:
		s := x.record(extendedErr, b, 0).(*value.Struct)
		s.Fields = append(s.Fields, value.Field{Name: "offender", Value: x.sockaddrOf(b[16:32])})
		return s
	case kind == origdst && len(b) >= 16:
		return x.sockaddrOf(b)
	case kind == security:
		return x.a.Str(b, false)
	}
	return nil
}
