package decode

import (
	"bytes"
	"net/netip"
	"strconv"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/mem"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// maxSockaddr is the size of struct sockaddr_storage, the largest address.
const maxSockaddr = 128

// sockaddr decodes an address of as many bytes as the sibling says.
func sockaddr(x *context, w uint64) value.Value {
	return x.sockaddr(abi.Addr(w), int32(x.arg(0)))
}

// sockaddr decodes the address of n bytes at an address; nil when it is too short
// to say what it is.
func (x *context) sockaddr(at abi.Addr, n int32) value.Value {
	if n < 2 {
		return nil
	}
	b := x.read(at, int(min(n, maxSockaddr)))
	if b == nil || x.c.mode.Opaque {
		return x.a.Lost(at)
	}
	return x.sockaddrOf(b)
}

// sockaddrOf decodes the address that b holds.
func (x *context) sockaddrOf(b []byte) value.Value {
	if len(b) < 2 {
		return nil
	}
	family := integer(b, 0, 2)
	f := append(x.a.Fields(9), value.Field{Name: "sa_family", Value: x.a.Flags(family, 2, uapi.AddressFamilies)})
	f, ok := x.familyFields(f, family, b)
	if !ok && len(b) > 2 {
		f = append(f, value.Field{Name: "sa_data", Value: x.a.Str(b[2:], false)})
	}
	return x.a.Struct(f, false)
}

// familyFields adds the fields of an address of the family. It reports false
// when the family has no form of its own or the address is too short for it.
func (x *context) familyFields(f []value.Field, family uint64, b []byte) ([]value.Field, bool) {
	switch {
	case family == afUnix && len(b) > 2:
		return x.unixFields(f, b), true
	case family == afInet && len(b) >= 16:
		return x.inetFields(f, b), true
	case family == afInet6 && len(b) >= 24:
		return x.inet6Fields(f, b), true
	case family == afNetlink && len(b) >= 12:
		return x.netlinkFields(f, b), true
	case family == afPacket && len(b) >= 20:
		return x.packetFields(f, b), true
	case family == afVsock && len(b) >= 16:
		return x.vsockFields(f, b), true
	case family == afALG && len(b) >= 25:
		return x.algFields(f, b), true
	case family == afXDP && len(b) >= 16:
		return x.xdpFields(f, b), true
	case family == afQIPCRTR && len(b) >= 12:
		return append(f,
			value.Field{Name: "sq_node", Value: x.known(uapi.QRTRNodes, integer(b, 4, 4), 4)},
			value.Field{Name: "sq_port", Value: x.known(uapi.QRTRPorts, integer(b, 8, 4), 4)}), true
	}
	return x.rareFields(f, family, b)
}

func (x *context) u32Field(name string, b []byte, at int, form value.Form) value.Field {
	return value.Field{Name: name, Value: x.a.Int(integer(b, at, 4), 4, form)}
}

// unixFields decodes a path or, behind a leading NUL, the name of an abstract
// socket, all of whose bytes count.
func (x *context) unixFields(f []value.Field, b []byte) []value.Field {
	const longest = 108
	path := b[2:min(len(b), 2+longest)]
	s := x.a.Str(nil, false)
	s.Path = true
	if path[0] == 0 {
		s.Bytes, s.Abstract = path[1:], true
	} else if end := bytes.IndexByte(path, 0); end >= 0 {
		s.Bytes = path[:end]
	} else {
		s.Bytes = path
	}
	return append(f, value.Field{Name: "sun_path", Value: s})
}

func (x *context) inetFields(f []value.Field, b []byte) []value.Field {
	return append(f,
		value.Field{Name: "sin_port", Value: x.networkPort(b[2:4])},
		value.Field{Name: "sin_addr", Value: x.inetAddr(b[4:8])})
}

// networkPort is a 16-bit number in network order.
func (x *context) networkPort(b []byte) value.Value {
	return x.a.Macro("htons", x.a.Int(swap16(integer(b, 0, 2)), 2, value.Unsigned))
}

// inetAddr is an IPv4 address.
func (x *context) inetAddr(b []byte) value.Value {
	return x.a.Macro("inet_addr", x.ip(netip.AddrFrom4([4]byte(b))))
}

func (x *context) ip(addr netip.Addr) value.Value {
	return x.a.Str(addr.AppendTo(x.a.Bytes(48)), false)
}

func (x *context) inet6Fields(f []value.Field, b []byte) []value.Field {
	f = append(f,
		value.Field{Name: "sin6_port", Value: x.networkPort(b[2:4])},
		value.Field{Name: "sin6_flowinfo", Value: x.a.Macro("htonl", x.a.Int(swap32(integer(b, 4, 4)), 4, value.Unsigned))},
		value.Field{Name: "sin6_addr", Value: x.inet6Addr(b[8:24])})
	if len(b) == 24 {
		return f
	}
	scope := mem.Little(b[24:min(len(b), 28)])
	if b[8] == 0xfe && b[9]&0xc0 == 0x80 || b[8] == 0xff && b[9]&0xf == 2 {
		return append(f, value.Field{Name: "sin6_scope_id", Value: x.netInterface(scope)})
	}
	return append(f, value.Field{Name: "sin6_scope_id", Value: x.a.Int(scope, 4, value.Unsigned)})
}

// inet6Addr is an IPv6 address, written as the call that makes it.
func (x *context) inet6Addr(b []byte) value.Value {
	addr := netip.AddrFrom16([16]byte(b))
	s := x.ip(addr)
	if v4 := b[12:16]; integer(b, 0, 8) == 0 && integer(b, 8, 4) == 0 && (v4[0] != 0 || v4[1] != 0) {
		compatible := append(x.a.Bytes(48), "::"...)
		s = x.a.Str(netip.AddrFrom4([4]byte(v4)).AppendTo(compatible), false)
	}
	return x.a.Macro("inet_pton", x.a.Flags(afInet6, 2, uapi.AddressFamilies), s)
}

func (x *context) netlinkFields(f []value.Field, b []byte) []value.Field {
	if pad := integer(b, 2, 2); pad != 0 {
		f = append(f, value.Field{Name: "nl_pad", Value: x.a.Int(pad, 2, value.Hex)})
	}
	return append(f, value.Field{Name: "nl_pid", Value: x.pid(syscalls.PID{}, integer(b, 4, 4))}, x.u32Field("nl_groups", b, 8, value.HexAlt))
}

func (x *context) packetFields(f []value.Field, b []byte) []value.Field {
	halen := int(b[11])
	protocol := x.a.Macro("htons", x.a.Flags(swap16(integer(b, 2, 2)), 2, uapi.EtherTypes))
	protocol.Number = x.binary(b[2:4])
	f = append(f,
		value.Field{Name: "sll_protocol", Value: protocol},
		value.Field{Name: "sll_ifindex", Value: x.netInterface(integer(b, 4, 4))},
		value.Field{Name: "sll_hatype", Value: x.a.Flags(integer(b, 8, 2), 2, uapi.HardwareTypes)},
		value.Field{Name: "sll_pkttype", Value: x.a.Flags(uint64(b[10]), 1, uapi.PacketTypes)},
		value.Field{Name: "sll_halen", Value: x.a.Int(uint64(halen), 1, value.Unsigned)})
	if halen == 0 {
		return f
	}
	list := x.hexBytes(b[12:min(12+halen, len(b))])
	list.More = list.More || 12+halen > len(b)
	return append(f, value.Field{Name: "sll_addr", Value: list})
}

// hexBytes is a list of bytes.
func (x *context) hexBytes(b []byte) *value.Array {
	shown := b[:min(len(b), x.limit())]
	elems := x.a.Values(len(shown))
	for _, c := range shown {
		elems = append(elems, x.a.Int(uint64(c), 1, value.Hex))
	}
	return x.a.Array(elems, len(shown) < len(b), value.List)
}

func (x *context) vsockFields(f []value.Field, b []byte) []value.Field {
	if reserved := integer(b, 2, 2); reserved != 0 {
		f = append(f, value.Field{Name: "svm_reserved1", Value: x.a.Int(reserved, 2, value.Hex)})
	}
	f = append(f,
		value.Field{Name: "svm_cid", Value: x.known(uapi.VsockCIDs, integer(b, 8, 4), 4)},
		value.Field{Name: "svm_port", Value: x.known(uapi.VsockPorts, integer(b, 4, 4), 4)},
		value.Field{Name: "svm_flags", Value: x.a.Flags(uint64(b[12]), 1, uapi.VsockFlags)})
	if zero := b[13:16]; !zeros(zero) {
		f = append(f, value.Field{Name: "svm_zero", Value: x.binary(zero)})
	}
	return f
}

// known is a number that has a name or none.
func (x *context) known(set *uapi.Set, v uint64, size int) value.Value {
	if _, ok := set.Find(v); ok {
		return x.a.Flags(v, size, set)
	}
	return x.a.Int(v, size, value.Hex)
}

func (x *context) algFields(f []value.Field, b []byte) []value.Field {
	return append(f,
		value.Field{Name: "salg_type", Value: x.shortened(b[2:16], len(b))},
		value.Field{Name: "salg_feat", Value: x.meant(integer(b, 16, 4), 4, uapi.AlgorithmFlags)},
		value.Field{Name: "salg_mask", Value: x.meant(integer(b, 20, 4), 4, uapi.AlgorithmFlags)},
		value.Field{Name: "salg_name", Value: x.shortened(b[24:], len(b))})
}

// meant is a number with the flags that it is made of as an explanation.
func (x *context) meant(v uint64, size int, set *uapi.Set) value.Value {
	n := x.a.Int(v, size, value.Hex)
	if v == 0 {
		return n
	}
	names, rest := set.AppendNames(x.a.Bytes(64), v)
	switch {
	case len(names) == 0:
		return x.a.Meaning(n, set.Unknown)
	case rest != 0:
		names = strconv.AppendUint(append(names, "|0x"...), rest, 16)
	}
	return x.a.Meaning(n, text(names))
}

// untilNUL is what stands in front of the first NUL.
func untilNUL(b []byte) []byte {
	if end := bytes.IndexByte(b, 0); end >= 0 {
		return b[:end]
	}
	return b
}

func (x *context) xdpFields(f []value.Field, b []byte) []value.Field {
	const sharesMemory = 1
	umem := value.Value(x.a.Int(integer(b, 12, 4), 4, value.Hex))
	if integer(b, 2, 2)&sharesMemory != 0 {
		umem = x.descriptor(int32(integer(b, 12, 4)))
	}
	f = append(f,
		value.Field{Name: "sxdp_flags", Value: x.a.Flags(integer(b, 2, 2), 2, uapi.XDPFlags)},
		value.Field{Name: "sxdp_ifindex", Value: x.netInterface(integer(b, 4, 4))},
		x.u32Field("sxdp_queue_id", b, 8, value.Unsigned))
	if integer(b, 2, 2)&sharesMemory != 0 || integer(b, 12, 4) != 0 {
		f = append(f, value.Field{Name: "sxdp_shared_umem_fd", Value: umem})
	}
	return f
}
