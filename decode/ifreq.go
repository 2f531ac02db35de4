package decode

import (
	"strconv"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// ifNameSize is IFNAMSIZ, the room for the name of a network interface.
const ifNameSize = 16

// ifreqSize returns the size of struct ifreq.
func (x *context) ifreqSize() int {
	if x.abi.Word == 4 {
		return 32
	}
	return 40
}

// ifreq decodes struct ifreq as a command takes it.
func ifreq(x *context, w uint64) value.Value {
	b := x.read(abi.Addr(w), x.ifreqSize())
	if b == nil || x.c.mode.Opaque {
		return x.a.Lost(abi.Addr(w))
	}
	return x.a.Struct(append(x.a.Fields(2), x.ifName("ifr_name", b), x.ifField(x.arg(0), b)), false)
}

// ifreqAnswer decodes struct ifreq as a command answers it.
func ifreqAnswer(x *context, w uint64) value.Value {
	if !x.exit {
		return nil
	}
	b := x.read(abi.Addr(w), x.ifreqSize())
	if b == nil || x.c.mode.Opaque {
		return x.a.Lost(abi.Addr(w))
	}
	f := x.a.Fields(2)
	if x.arg(0) == siocGIFName {
		f = append(f, x.ifNumber("ifr_ifindex", b))
		if !x.c.Result.Failed {
			f = append(f, x.ifName("ifr_name", b))
		}
		return x.a.Struct(f, false)
	}
	f = append(f, x.ifName("ifr_name", b))
	if !x.c.Result.Failed {
		f = append(f, x.ifField(x.arg(0), b))
	}
	return x.a.Struct(f, false)
}

// siocGIFName is SIOCGIFNAME, which gives a number and wants a name.
const siocGIFName = 0x8910

func (x *context) ifName(name string, b []byte) value.Field {
	return value.Field{Name: name, Value: x.label(b[:ifNameSize])}
}

func (x *context) ifNumber(name string, b []byte) value.Field {
	return value.Field{Name: name, Value: x.a.Int(integer(b, ifNameSize, 4), 4, value.Signed)}
}

func (x *context) ifAddr(name string, b []byte) value.Field {
	return value.Field{Name: name, Value: x.sockaddrOf(b[ifNameSize : ifNameSize+16])}
}

// ifField decodes what stands behind the name, by command.
func (x *context) ifField(command uint64, b []byte) value.Field {
	switch command {
	case 0x8913, 0x8914:
		return value.Field{Name: "ifr_flags", Value: x.a.Flags(integer(b, ifNameSize, 2), 2, uapi.InterfaceFlags)}
	case 0x8915, 0x8916:
		return x.ifAddr("ifr_addr", b)
	case 0x8917, 0x8918:
		return x.ifAddr("ifr_dstaddr", b)
	case 0x8919, 0x891a:
		return x.ifAddr("ifr_broadaddr", b)
	case 0x891b, 0x891c:
		return x.ifAddr("ifr_netmask", b)
	case 0x891d, 0x891e:
		return x.ifNumber("ifr_metric", b)
	case 0x8921, 0x8922:
		return x.ifNumber("ifr_mtu", b)
	case 0x8923:
		return x.ifName("ifr_newname", b[ifNameSize:])
	case 0x8929, 0x8930:
		return x.ifName("ifr_slave", b[ifNameSize:])
	case 0x8970, 0x8971:
		return value.Field{Name: "ifr_map", Value: x.record(ifMap, b[ifNameSize:], 0)}
	case 0x8924, 0x8927, 0x8931, 0x8932, 0x8937:
		return value.Field{Name: "ifr_hwaddr", Value: x.ifHardware(b[ifNameSize:])}
	case 0x8942, 0x8943:
		return x.ifNumber("ifr_qlen", b)
	}
	return x.ifNumber("ifr_ifindex", b)
}

// ifHardware decodes a socket address whose family is a type of hardware.
func (x *context) ifHardware(b []byte) value.Value {
	const end = 16
	kind := integer(b, 0, 2)
	addr := x.hardwareAddr(b[2 : 2+hardwareSize(kind)])
	addr.Number = x.binary(b[2:end]) // with what is behind it
	f := append(x.a.Fields(2),
		value.Field{Name: "sa_family", Value: x.a.Flags(kind, 2, uapi.HardwareTypes)},
		value.Field{Name: "sa_data", Value: addr})
	return x.a.Struct(f, false)
}

// hardwareSize returns the length of an address of a type of hardware: what there is room
// for, if it is not known.
func hardwareSize(kind uint64) int {
	switch kind {
	case 256, 271, 280, 512, 518, 519, 777, 779, 822, 824, 826:
		return 0
	case 7, 290, 773, 820, 821:
		return 1
	case 15:
		return 2
	case 768, 776, 778, 783:
		return 4
	case 270:
		return 5
	case 1, 6, 772, 774, 780, 801, 802, 803:
		return 6
	case 0, 3:
		return 7
	case 27, 804, 805, 825:
		return 8
	}
	return 14
}

// ifMap is struct ifmap: where the hardware of an interface is.
var ifMap = &syscalls.Record{Name: "ifmap", Fields: []syscalls.Param{
	{Name: "mem_start", Type: syscalls.Bits{Width: syscalls.Long, Form: value.Hex}},
	{Name: "mem_end", Type: syscalls.Bits{Width: syscalls.Long, Form: value.Hex}},
	{Name: "base_addr", Type: x16},
	{Name: "irq", Type: x8},
	{Name: "dma", Type: x8},
	{Name: "port", Type: x8},
}}

// bridgeName decodes the name of a bridge, which need not end with a NUL.
func bridgeName(x *context, w uint64) value.Value { return x.strWithin(abi.Addr(w), ifNameSize) }

// bridgePort decodes the part of struct ifreq that names an interface by its number.
func bridgePort(x *context, w uint64) value.Value {
	b := x.read(abi.Addr(w), x.ifreqSize())
	if b == nil || x.c.mode.Opaque {
		return x.a.Lost(abi.Addr(w))
	}
	return x.only("ifr_ifindex", x.netInterface(integer(b, ifNameSize, 4)))
}

// ifconf decodes struct ifconf: room for interfaces, and those there are.
func ifconf(x *context, w uint64) value.Value {
	at, word := abi.Addr(w), x.abi.Word
	b := x.read(at, 2*word)
	if !x.exit {
		x.keep(integer(b, 0, 4), b != nil)
		return nil
	}
	before, kept := x.kept()
	if b == nil || !kept || x.c.mode.Opaque {
		return x.a.Lost(at)
	}
	size, buf := integer(b, 0, 4), integer(b, word, word)
	list := value.Value(x.a.Ptr(abi.Addr(buf), nil))
	if !x.c.Result.Failed && buf != 0 {
		list = x.ifreqs(abi.Addr(buf), size)
	}
	f := append(x.a.Fields(2),
		value.Field{Name: "ifc_len", Value: x.ifconfSize(before, size, buf == 0)},
		value.Field{Name: "ifc_buf", Value: list})
	return x.a.Struct(f, false)
}

// ifconfSize is a size before and after, or after alone where there is no room.
func (x *context) ifconfSize(before, after uint64, asked bool) value.Value {
	if x.c.Result.Failed || after == before {
		return x.inIfreqs(before)
	}
	if asked {
		return x.inIfreqs(after)
	}
	change := x.a.Change(x.inIfreqs(before), x.inIfreqs(after))
	change.Apart = true
	return change
}

// inIfreqs is a size with the number of structures that fill it.
func (x *context) inIfreqs(size uint64) value.Value {
	n, one := x.a.Int(size, 4, value.Signed), uint64(x.ifreqSize())
	if int32(size) <= 0 || size%one != 0 {
		return n
	}
	t := strconv.AppendUint(x.a.Bytes(64), size/one, 10)
	return x.a.Note(n, text(append(t, " * sizeof(struct ifreq)"...)))
}

func (x *context) ifreqs(at abi.Addr, size uint64) value.Value {
	one := x.ifreqSize()
	n := min(size/uint64(one), uint64(x.limit()))
	b := x.read(at, int(n)*one)
	if b == nil && n > 0 {
		return x.a.Lost(at)
	}
	elems := x.a.Values(int(n))
	for ; len(b) >= one; b = b[one:] {
		elems = append(elems, x.a.Struct(append(x.a.Fields(2), x.ifName("ifr_name", b), x.ifAddr("ifr_addr", b)), false))
	}
	return x.a.Array(elems, n < size/uint64(one), value.List)
}
